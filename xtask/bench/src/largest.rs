//! The largest legal playbook: as many bytes as hosts load, as many blocks on one page as are looked at, and campaigns whose
//! conditions need more steps than a request has, so that the last ones are skipped.

use parvis::limits;
use serde_json::{Value as Json, json};

/// Bytes that a campaign of [`playbook`] takes, compiled.
const CAMPAIGN: usize = 315;

/// Its draft; `parvis check` has warnings for it, no error.
#[must_use]
pub fn playbook() -> Json {
    let count = (limits::PLAYBOOK_BYTES / CAMPAIGN).min(limits::PLAYBOOK_ROWS);
    let blocks: serde_json::Map<_, _> = (0..limits::PAGE_BLOCKS)
        .map(|block| (format!("block-{block}"), json!({"pages": ["home"], "reserve": "12rem"})))
        .collect();
    let html = format!("<p>{}</p>", "Good light for long evenings. ".repeat(4));
    let campaigns: Vec<Json> = (0..count)
        .map(|number| {
            json!({
                "id": format!("campaign-{number}"),
                "block": format!("block-{}", number % limits::PAGE_BLOCKS),
                "priority": count - number,
                "when": {"campaign": format!("spring-{number}")},
                "variants": [{"id": "only", "html": format!("{html}{number}")}],
            })
        })
        .collect();
    json!({
        "format": 1, "site": {"name": "largest", "host": "shop.example"},
        "pages": [{"kind": "home", "path": "/"}], "blocks": blocks, "campaigns": campaigns,
    })
}

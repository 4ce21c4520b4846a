//! Heads of responses and the steps of an exchange: what a host is told to do, line by line.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a failing test may panic"
)]

mod counting;
mod duty;
mod ends;
mod exchange;
mod policy;
mod timing;
mod vary;

use parvis::author::compile_source;
use parvis::base::calendar::Millis;
use parvis::effect::{Body, Effect, HeadEdits, OriginHead, RequestEdits, Supply};
use parvis::engine::Engine;
use parvis::facts::Facts;
use parvis::http::headers::Removal;
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use serde_json::{Value, json};

/// 2026-11-21, a Saturday, noon UTC.
const NOW: Millis = Millis(1_795_262_400_000);

const HTML: OriginHead<'_> =
    OriginHead { status: 200, content_type: Some("text/html; charset=utf-8"), content_encoding: None };

/// An engine with this playbook, and no keys.
fn engine(playbook: &Value) -> Engine {
    Engine::new(Playbook::open(compile_source(&playbook.to_string()).unwrap()), Err(Reason::KeysAbsent))
}

/// A playbook with one block on its one page, `/`, and these campaigns for it.
fn playbook(campaigns: &Value) -> Value {
    json!({
        "format": 1, "site": { "name": "head", "host": "shop.example" },
        "pages": [{ "kind": "home", "path": "/" }],
        "blocks": { "hero": { "pages": ["home"], "reserve": "1rem" } },
        "campaigns": campaigns,
    })
}

/// A campaign with one variant for those of whom this is true.
fn campaign(id: &str, when: Value) -> Value {
    let mut campaign =
        json!({ "id": id, "block": "hero", "variants": [{ "id": "only", "html": "<p>New</p>" }] });
    if !when.is_null() {
        campaign["when"] = when;
    }
    campaign
}

/// Somebody in France who asks for `/` and permits nothing.
fn facts() -> Facts {
    Facts {
        path: "/".to_owned(),
        country: Some("FR".to_owned()),
        now: Some(NOW),
        entropy: Some([7; 32]),
        ..Facts::default()
    }
}

/// What a request became of on its way to the origin, and the response on its way back.
fn sent(engine: &Engine, facts: &Facts, head: OriginHead<'_>) -> (RequestEdits, HeadEdits) {
    let mut exchange = engine.begin(facts.clone());
    let Effect::Fetch(request) = exchange.step() else { panic!("not fetched") };
    exchange.supply(Supply::Head(head));
    let Effect::Send(response) = exchange.step() else { panic!("not sent") };
    (request, response)
}

/// The edits of a head in words: what is removed, then what is set (`=`), then what is added (`+`), then what becomes of
/// the body.
fn lines(edits: &HeadEdits) -> Vec<String> {
    let removed = match edits.remove {
        Removal::Nothing => None,
        Removal::Bytes => Some("-bytes"),
        Removal::Shared => Some("-shared"),
        Removal::All => Some("-bytes and shared"),
    };
    let mut lines: Vec<String> = removed.map(str::to_owned).into_iter().collect();
    lines.extend(edits.ends.map(|ends| format!("<{}s", ends.seconds)));
    lines.extend(edits.set.iter().map(|(name, value)| format!("={name}: {}", value.as_str())));
    lines.extend(edits.append.iter().map(|(name, value)| format!("+{name}: {}", value.as_str())));
    lines.push(
        match edits.body {
            Body::Copy => "copy",
            Body::Rewrite => "rewrite",
            Body::Splice { .. } => "splice",
        }
        .to_owned(),
    );
    lines
}

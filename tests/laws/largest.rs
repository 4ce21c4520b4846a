//! The largest legal playbook: nearly all the bytes that hosts load, all blocks that a page may have, and far more campaigns
//! than a request has steps for. It compiles, opens and decides, and the steps end where they are said to end.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::collections::BTreeMap;

use parvis::author::compile_source;
use parvis::base::calendar::Millis;
use parvis::engine::Engine;
use parvis::facts::Facts;
use parvis::limits;
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use serde_json::{Value as Json, json};

/// Bytes of one campaign of these, compiled, and a little more.
const CAMPAIGN: usize = 1000;
/// Steps of one of their conditions: a node and a test.
const STEPS: u32 = 2;
/// The campaign that applies an hour after the others. Numbers of the clock are what no guard decides without steps.
const LATER: usize = limits::PAGE_BLOCKS;

fn largest(count: usize) -> Json {
    let blocks: serde_json::Map<_, _> = (0..limits::PAGE_BLOCKS)
        .map(|block| (format!("block-{block}"), json!({"pages": ["home"], "reserve": "12rem"})))
        .collect();
    let html = format!("<p>{}</p>", "Good light for long evenings. ".repeat(27));
    let campaigns: Vec<Json> = (0..count)
        .map(|number| {
            json!({
                "id": format!("campaign-{number}"), "block": format!("block-{}", number % limits::PAGE_BLOCKS),
                "priority": count - number, "when": {"hour": if number == LATER { 9 } else { 8 }},
                "variants": [{"id": "only", "html": format!("{html}{number}")}],
            })
        })
        .collect();
    json!({
        "format": 1, "site": {"name": "largest", "host": "shop.example"},
        "pages": [{"kind": "home", "path": "/"}], "blocks": blocks, "campaigns": campaigns,
    })
}

#[test]
fn the_largest_legal_playbook_compiles_opens_and_decides_within_its_steps() {
    let count = limits::PLAYBOOK_BYTES / CAMPAIGN;
    let compiled = compile_source(&largest(count).to_string()).unwrap();
    let full = limits::PLAYBOOK_BYTES / 100 * 85..=limits::PLAYBOOK_BYTES;
    assert!(full.contains(&compiled.len()), "{} bytes", compiled.len());
    let engine = Engine::new(Playbook::open(compiled), Err(Reason::KeysAbsent));
    let facts =
        |hour: i64| Facts { path: "/".to_owned(), now: Some(Millis(hour * 3_600_000)), ..Facts::default() };

    let mut exchange = engine.begin(facts(10));
    let decided = exchange.decide().unwrap();
    let mut found = BTreeMap::new();
    for decision in decided.outcome.decisions() {
        assert_eq!(decision.chosen, None);
        for considered in &decision.considered {
            *found.entry(considered.reason.code()).or_insert(0_usize) += 1;
        }
    }
    let within = usize::try_from(limits::REQUEST_STEPS / STEPS).unwrap();
    assert_eq!(found, [("not-eligible", within), ("faulty", count - within)].into());

    // What is asked while there are steps left is decided as ever.
    let mut exchange = engine.begin(facts(9));
    let decided = exchange.decide().unwrap();
    let decision = decided.outcome.decisions().iter().find(|decision| decision.block == 0).unwrap();
    assert_eq!((decision.reason, decision.considered.len()), (Reason::Matched, 2));
}

//! What only the page sees beside what the edge reads of the same visitor: when a record of it is written for the edge.

use parvis::author::compile_source;
use parvis::consent::bridge::{Mirror, Mirrors};
use parvis::consent::purpose::{Purpose, PurposeSet};
use parvis::decide::mirror::{Asked, renew};
use parvis::playbook::Playbook;
use serde_json::{Value, json};

use super::table::facts;

/// The record that is written where the edge reads `tc` and the page alone sees `service` granted, once all had time to load.
fn record(tc: &Value, service: &str) -> Option<Mirror> {
    let mut source: Value =
        serde_json::from_str(include_str!("../../../fixtures/playbooks/valid/08-consent.json")).unwrap();
    source["consent"] = json!({ "meanings": { "usercentrics": { "counting": ["measurement"], "pages": ["session_personalization"] } } });
    let playbook = Playbook::open(compile_source(&source.to_string()).unwrap());
    let services = format!("{{\"consent\":{{\"services\":{{\"{service}\":{{\"consent\":true}}}}}}}}");
    let mut facts = facts(&json!({ "case": "echo", "tc": tc, "storage": { "ucData": services } }));
    facts.browser.as_mut().unwrap().behind_edge = true;
    let text = renew(playbook.as_ref().unwrap(), &mut facts, Asked { choice: None, settled: true });
    if text == "*" {
        return None;
    }
    let written = text.strip_prefix('=').and_then(|text| text.split(';').next()).unwrap();
    Some(Mirrors::parse(written).unwrap().seen.unwrap())
}

fn publisher(consents: &[u64], interests: &[u64]) -> Value {
    json!({ "publisher": { "consents": consents, "interests": interests } })
}

/// The edge needs no record of what it reads itself, and needs one of each thing that it reads otherwise.
#[test]
fn what_the_page_alone_sees_is_written_where_the_edge_reads_less() {
    let counting = PurposeSet::EMPTY.with(Purpose::DeviceStorage).with(Purpose::Measurement);
    for (what, tc, service, written) in [
        ("consent on both sides", publisher(&[1, 8], &[]), "counting", false),
        ("consent beside interest at the edge", publisher(&[1], &[8]), "counting", true),
        ("consent beside consent and interest at the edge", publisher(&[1, 8], &[8]), "counting", false),
        ("consent beside a refusal at the edge", publisher(&[1], &[]), "counting", true),
        ("consent without the device at the edge", publisher(&[], &[8]), "counting", true),
        ("another purpose", publisher(&[1, 8], &[]), "pages", true),
    ] {
        let found = record(&tc, service);
        assert_eq!(found.is_some(), written, "{what}: {found:?}");
        if let Some(found) = found.filter(|_| service == "counting") {
            assert_eq!(found.granted, counting, "{what}");
            assert_eq!((found.denied, found.interest), (PurposeSet::EMPTY, PurposeSet::EMPTY), "{what}");
        }
    }
}

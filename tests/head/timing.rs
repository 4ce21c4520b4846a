//! What `Server-Timing` tells the scripts of a page: enough to take over, and nothing of the visitor beyond.

use parvis::base::checksum::fnv1a;
use parvis::consent::purpose::{Purpose, PurposeSet};
use parvis::effect::HeadEdits;
use parvis::facts::{Facts, region};
use parvis::reason::Reason;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{HTML, NOW, campaign, engine, facts, playbook, sent};

/// What a response tells, entry by entry; nothing where it has no such line.
fn told(edits: &HeadEdits) -> String {
    let lines = edits.append.iter().filter(|(name, _)| name == "server-timing");
    lines.map(|(_, value)| value.as_str().to_owned()).collect::<Vec<_>>().join(", ")
}

/// Somebody who chose this, with a visit.
fn visitor(granted: u16, denied: u16) -> Facts {
    let choice =
        format!("parvis-consent=1.{:x}.{granted:x}.{denied:x}.0; parvis-visit=a~ilamp", NOW.seconds());
    Facts { cookies: [choice].into(), ..facts() }
}

/// A personal campaign before one that is for everybody, with more in `site`.
fn shop(site: &Value) -> Value {
    let seen = campaign("seen", json!({ "visit.last_item": { "$exists": true } }));
    let mut playbook =
        playbook(&json!([{ "priority": 2, "id": "seen", "block": "hero", "when": seen["when"],
        "variants": seen["variants"] }, campaign("all", json!({ "country": "FR" }))]));
    for (key, value) in site.as_object().unwrap() {
        playbook["site"][key] = value.clone();
    }
    playbook
}

#[test]
fn what_a_decision_needed_is_told_and_why_it_was_made_is_not() {
    let engine = engine(&shop(&json!({})));
    let at = |granted, denied| told(&sent(&engine, &visitor(granted, denied), HTML).1);
    let allowed = at(0xc, 0);
    assert!(allowed.starts_with("parvis;desc=\"hero=seen/only:008\", parvis-used;desc=\""), "{allowed}");
    let refused = at(0, 0x3fc);
    assert!(refused.starts_with("parvis;desc=\"hero=all/only:000\", parvis-used;desc=\""), "{refused}");
    assert_ne!(allowed.rsplit_once(' '), refused.rsplit_once(' '), "another consent has another digest");
}

/// `fixtures/wire/timing.json` is read by the page's own test too.
#[test]
fn a_page_reads_what_is_written() {
    let rows: Vec<Value> = serde_json::from_str(include_str!("../../fixtures/wire/timing.json")).unwrap();
    for row in &rows {
        let mut variant = json!({ "id": row["variant"], "html": "<p>1</p>" });
        if row["control"] == true {
            variant = json!({ "id": row["variant"], "control": true });
        }
        let mut campaigns = json!([{ "id": row["campaign"], "block": row["block"], "variants": [variant] }]);
        if row["campaign"] == "" {
            campaigns = json!([{ "id": "nobody", "block": row["block"], "when": { "country": "AQ" },
                "variants": [{ "id": "only", "html": "<p>1</p>" }] }]);
        }
        let mut playbook = playbook(&campaigns);
        playbook["blocks"] =
            json!({ row["block"].as_str().unwrap(): { "pages": ["home"], "reserve": "1rem" } });
        let edits = sent(&engine(&playbook), &visitor(0xc, 0), HTML).1;
        let words = format!("parvis;desc=\"{}\"", row["told"].as_str().unwrap());
        assert!(told(&edits).split(", ").any(|entry| entry == words), "{words}: {}", told(&edits));
    }
}

#[test]
fn ids_can_be_opaque() {
    let edits = sent(&engine(&shop(&json!({ "opaque_ids": true }))), &visitor(0xc, 0), HTML).1;
    let [hero, seen, only] = ["hero", "seen", "only"].map(|id| format!("{:08x}", fnv1a(id.bytes())));
    let told = told(&edits);
    assert!(told.starts_with(&format!("parvis;desc=\"{hero}={seen}/{only}:008\"")), "{told}");
    assert!(["hero", "seen", "only"].iter().all(|id| !told.contains(id)), "{told}");
}

#[test]
fn a_switch_turns_all_of_it_off_and_no_cache_keeps_the_page() {
    let edits = sent(&engine(&shop(&json!({ "server_timing": false }))), &visitor(0xc, 0), HTML).1;
    assert_eq!(told(&edits), "");
    let control = edits.set.iter().find(|(name, _)| *name == "cache-control").unwrap();
    assert_eq!(control.1.as_str(), "private, no-store");
}

#[test]
fn the_order_of_cookies_and_cookies_that_are_no_flags_change_no_digest() {
    let engine = engine(&shop(&json!({})));
    let choice = format!("parvis-consent=1.{:x}.c.0.0", NOW.seconds());
    let used = |cookies: &str| {
        let facts = Facts { cookies: [cookies.to_owned()].into(), ..facts() };
        told(&sent(&engine, &facts, HTML).1).rsplit_once(' ').unwrap().1.to_owned()
    };
    let first = used(&format!("{choice}; parvis-visit=a~ilamp; euconsent-v2=x; _ga=1"));
    assert_eq!(first, used(&format!("euconsent-v2=x;{choice}; parvis-visit=a~idesk; session=2")));
    assert_ne!(first, used(&format!("euconsent-v2=y; {choice}; parvis-visit=a~ilamp")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever is allowed where: no reason and no region is told, and a decision needs nothing that is not allowed.
    #[test]
    fn nothing_is_told_beyond(granted in 0_u16..0x400, denied in 0_u16..0x400, at in prop::sample::select(vec!["FR", "US-CA", "GB", ""])) {
        let engine = engine(&shop(&json!({})));
        let (country, subdivision) = region(at);
        let facts = Facts { country, subdivision, ..visitor(granted, denied) };
        let mut exchange = engine.begin(facts.clone());
        let decided = exchange.decide().unwrap();
        let allowed: PurposeSet = decided.outcome.allowed();
        for decision in decided.outcome.decisions() {
            prop_assert!(allowed.contains_all(decision.needs), "{decision:?}");
            prop_assert!(!decision.needs.contains(Purpose::Necessary) && !decision.needs.contains(Purpose::Contextual));
        }
        let told = told(&sent(&engine, &facts, HTML).1);
        for reason in Reason::ALL {
            prop_assert!(!told.contains(&format!(":{}", reason.code())), "{told}");
        }
        for region in ["FR", "US", "CA", "GB"] {
            prop_assert!(!told.contains(region), "{told}");
        }
    }
}

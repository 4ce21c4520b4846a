//! Non-interference (facts/trust.md §7.1): what is denied changes nothing that leaves the engine.
//!
//! Two requests that differ only in what a denied purpose guards give the same effects, head, body and record. One thing
//! is declassified: that a cookie of ours is there, never what it says, causes its deletion.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use parvis::consent::time;
use parvis::effect::{Effect, OriginHead, Supply};
use parvis::engine::Engine;
use parvis::facts::Facts;
use parvis::playbook::{Playbook, compile_source};
use parvis::visitor::keyring::Keyring;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

const SHOP: &str = include_str!("../fixtures/playbooks/valid/07-shop.json");
const HOME: &[u8] = include_bytes!("../fixtures/pages/home.html");
const KEYS: &[u8] = b"1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

fn engine() -> Engine {
    Engine::new(Playbook::open(compile_source(SHOP).unwrap()), Keyring::parse(KEYS))
}

fn facts(query: &str, country: &str, cookies: Vec<String>) -> Facts {
    Facts {
        path: "/".to_owned(),
        query: query.to_owned(),
        cookies,
        country: Some(country.to_owned()),
        now: time::parse("2026-11-21T19:00:00Z"),
        entropy: Some([7; 32]),
        ..Facts::default()
    }
}

/// Everything that leaves the engine.
fn observed(engine: &Engine, facts: Facts) -> String {
    let mut exchange = engine.begin(facts);
    let mut seen = format!("{:?}", exchange.step());
    let head =
        OriginHead { status: 200, content_type: Some("text/html; charset=utf-8"), content_encoding: None };
    exchange.supply(Supply::Head(head));
    let sent = exchange.step();
    assert!(matches!(sent, Effect::Send(_)));
    seen.push_str(&format!("{sent:?}"));
    let mut body = Vec::new();
    exchange.push(HOME, &mut body);
    exchange.end(&mut body);
    seen.push_str(&String::from_utf8(body).unwrap());
    seen.push_str(&exchange.record().to_json());
    seen
}

/// Visits that the shop's playbook tells apart, some of them real, and sealed memory of a regular.
fn cookies() -> impl Strategy<Value = Vec<String>> {
    let visit = prop::sample::select(vec![
        "a~idesk-lamp~clighting",
        "a~ioak-desk!paper-moon~cdesks~koak-desk*2",
        "a~xfbb9aebc*2",
        "a~u0200000000000000",
        "nonsense",
    ]);
    let memory = prop::sample::select(vec![regular(), "AQE".to_owned(), "nonsense".to_owned()]);
    (visit, memory).prop_map(|(visit, memory)| vec![format!("parvis-visit={visit}; __Host-parvis={memory}")])
}

/// The memory of somebody who came twice and likes lighting.
fn regular() -> String {
    let engine = engine();
    let mut memory = String::new();
    for _ in 0..2 {
        let mut facts = facts("", "US", vec![format!("__Host-parvis={memory}")]);
        facts.path = "/p/desk-lamp".to_owned();
        let mut exchange = engine.begin(facts);
        for cookie in exchange.decide().unwrap().outcome.cookies() {
            if let Some(value) = cookie.as_str().strip_prefix("__Host-parvis=") {
                memory = value.split(';').next().unwrap().to_owned();
            }
        }
    }
    memory
}

fn queries() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "utm_campaign=spring", "utm_campaign=night", "utm_campaign=desks"])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_is_denied_changes_nothing(one in cookies(), other in cookies(), query in queries()) {
        let engine = engine();
        let of = |cookies: Vec<String>| observed(&engine, facts(query, "FR", cookies));
        prop_assert_eq!(of(one), of(other));
    }
}

#[test]
fn the_same_pairs_do_differ_once_they_are_allowed() {
    let engine = engine();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut differ = 0;
    for _ in 0..200 {
        let mut pick = || cookies().new_tree(&mut runner).unwrap().current();
        let (one, other) = (pick(), pick());
        let of = |cookies: Vec<String>| observed(&engine, facts("", "US", cookies));
        differ += usize::from(of(one) != of(other));
    }
    assert!(differ >= 60, "only {differ} of 200 pairs differ, so the law above proves little");
}

#[test]
fn a_regular_is_one() {
    let seen = observed(&engine(), facts("", "US", vec![format!("__Host-parvis={}", regular())]));
    assert!(seen.contains("Back to Lighting?"), "{seen}");
}

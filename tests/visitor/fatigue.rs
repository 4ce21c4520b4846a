//! Fatigue where no case reaches: what a browser shows on, memory without room, a curve that changes, a clock that goes back.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use parvis::author::compile_source;
use parvis::base::calendar::Millis;
use parvis::engine::Engine;
use parvis::facts::{BrowserFacts, Facts};
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis::visitor::keyring::Keyring;
use serde_json::{Value as Json, json};

/// 2026-11-21, noon UTC.
const NOW: i64 = 1_795_262_400_000;
const HOUR: i64 = 3_600_000;

/// Campaigns that rest, each on a page of its own: `/0`, `/1` and so on.
fn engine(curve: &Json, campaigns: usize) -> Engine {
    let id = |index: usize| format!("c{index}");
    let of_each = |make: &dyn Fn(usize) -> Json| (0..campaigns).map(make).collect::<Vec<_>>();
    let blocks: serde_json::Map<String, Json> =
        (0..campaigns).map(|index| (id(index), json!({ "pages": [id(index)], "reserve": "1rem" }))).collect();
    let source = json!({
        "format": 1, "site": { "name": "fatigued", "host": "shop.example" },
        "pages": of_each(&|index| json!({ "kind": id(index), "path": format!("/{index}") })),
        "blocks": blocks,
        "campaigns": of_each(&|index| json!({ "id": id(index), "block": id(index), "fatigue": curve,
            "variants": [{ "id": "only", "html": "<p>New</p>" }] })),
    });
    let keys = Keyring::parse(b"1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
    Engine::new(Playbook::open(compile_source(&source.to_string()).unwrap()), keys)
}

/// A browser without an edge, whose storage changes.
struct Visitor(Option<String>);

impl Visitor {
    /// Why the block of this page shows what it does, to a visitor who allows everything.
    fn look(&mut self, engine: &Engine, page: usize, at: i64, shown: &[(u16, u16)]) -> Reason {
        let banner = "cc_cookie=%7B%22categories%22%3A%5B%22necessary%22%2C%22functionality%22%5D%2C%22revision%22%3A0%2C%22consentTimestamp%22%3A%222026-11-20T10%3A00%3A00.000Z%22%2C%22lastConsentTimestamp%22%3A%222026-11-20T10%3A00%3A00.000Z%22%7D";
        let mut exchange = engine.begin(Facts {
            path: format!("/{page}"),
            cookies: [banner.to_owned()].into(),
            country: Some("FR".to_owned()),
            now: Some(Millis(at)),
            entropy: Some([7; 32]),
            browser: Some(BrowserFacts {
                arrives: shown.is_empty(),
                memory: self.0.clone(),
                shown: shown.to_vec(),
                ..BrowserFacts::default()
            }),
            ..Facts::default()
        });
        let decided = exchange.decide().unwrap();
        self.0 = decided.kept.memory.clone();
        decided.outcome.decisions().first().unwrap().reason
    }
}

#[test]
fn what_is_shown_on_is_not_shown_again_and_rests_once_it_is_gone() {
    let engine = engine(&json!({ "backoff_hours": 12 }), 1);
    let mut visitor = Visitor(None);
    assert_eq!(visitor.look(&engine, 0, NOW, &[]), Reason::Matched);
    let before = visitor.0.clone();
    assert_eq!(visitor.look(&engine, 0, NOW + HOUR, &[(0, 0)]), Reason::Matched);
    assert_eq!(visitor.0, before, "it was not counted again");
    assert_eq!(visitor.look(&engine, 0, NOW + 11 * HOUR, &[]), Reason::Fatigued);
    assert_eq!(visitor.look(&engine, 0, NOW + 12 * HOUR, &[]), Reason::Matched);
}

#[test]
fn the_longest_rest_is_never_exceeded_however_often_it_was_seen() {
    let engine = engine(&json!({ "backoff_hours": 1, "factor": 10, "max_backoff_hours": 25 }), 1);
    let (mut visitor, mut at) = (Visitor(None), NOW);
    for rest in [1, 10, 25, 25, 25] {
        assert_eq!(visitor.look(&engine, 0, at, &[]), Reason::Matched);
        assert_eq!(visitor.look(&engine, 0, at + rest * HOUR - 1, &[]), Reason::Fatigued, "{rest}");
        at += rest * HOUR;
    }
}

#[test]
fn where_nothing_more_can_be_counted_nothing_more_is_shown() {
    let engine = engine(&json!({}), 25);
    let mut visitor = Visitor(None);
    let reasons: Vec<Reason> = (0..25).map(|page| visitor.look(&engine, page, NOW, &[])).collect();
    assert!(reasons.iter().take(24).all(|reason| *reason == Reason::Matched), "{reasons:?}");
    assert_eq!(reasons.last(), Some(&Reason::NoStorage));
    assert_eq!(visitor.look(&engine, 3, NOW, &[]), Reason::Fatigued);
    // Two months later they are forgotten, and there is room again.
    assert_eq!(visitor.look(&engine, 24, NOW + 60 * 24 * HOUR, &[]), Reason::Matched);
}

#[test]
fn another_curve_takes_the_times_along() {
    let (short, long) =
        (engine(&json!({ "backoff_hours": 1 }), 1), engine(&json!({ "backoff_hours": 9 }), 1));
    let mut visitor = Visitor(None);
    assert_eq!(visitor.look(&short, 0, NOW, &[]), Reason::Matched);
    assert_eq!(visitor.look(&long, 0, NOW + 8 * HOUR, &[]), Reason::Fatigued);
    assert_eq!(visitor.look(&short, 0, NOW + 8 * HOUR, &[]), Reason::Matched);
    assert_eq!(
        visitor.look(&long, 0, NOW + 25 * HOUR, &[]),
        Reason::Fatigued,
        "twice nine hours after the second time"
    );
    assert_eq!(visitor.look(&long, 0, NOW + 26 * HOUR, &[]), Reason::Matched);
}

#[test]
fn a_clock_that_goes_back_lets_it_rest_on() {
    let engine = engine(&json!({ "backoff_hours": 1 }), 1);
    let mut visitor = Visitor(None);
    assert_eq!(visitor.look(&engine, 0, NOW, &[]), Reason::Matched);
    // Memory is from the future beyond an hour.
    assert_eq!(visitor.look(&engine, 0, NOW - HOUR, &[]), Reason::Fatigued);
}

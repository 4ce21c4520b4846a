//! A playbook that is opened for one request is looked at only where it is read: damage passes everything through, or lies
//! where this request does not look and changes nothing.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use parvis::author::compile_source;
use parvis::base::calendar;
use parvis::effect::{Effect, OriginHead, Supply};
use parvis::engine::Engine;
use parvis::facts::Facts;
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis::visitor::keyring::Keyring;

const HOME: &[u8] = include_bytes!("../../fixtures/pages/home.html");
const KEYS: &[u8] = b"1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
const SOURCES: [&str; 3] = [
    include_str!("../../fixtures/playbooks/valid/07-shop.json"),
    include_str!("../../fixtures/playbooks/valid/06-full.json"),
    include_str!("../../fixtures/playbooks/valid/02-conditions.json"),
];

#[test]
fn a_flipped_bit_passes_everything_through_or_changes_nothing() {
    // `--long` flips 201,000 times.
    let times = if std::env::var_os("PARVIS_LONG").is_some() { 67_000 } else { 2000 };
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = move |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % u64::try_from(below).unwrap()).unwrap()
    };
    let (mut refused, mut passed, mut equal) = (0, 0, 0);
    for source in SOURCES {
        let bytes = compile_source(source).unwrap();
        let whole: Vec<Seen> = facts().into_iter().map(|facts| seen(&bytes, facts).unwrap()).collect();
        assert!(whole.iter().any(|seen| seen.changed), "the requests are to change something");
        for _ in 0..times {
            let mut flipped = bytes.clone();
            flipped[next(bytes.len())] ^= 1 << next(8);
            for (facts, whole) in facts().into_iter().zip(&whole) {
                match seen(&flipped, facts) {
                    Err(reason) => {
                        assert!(matches!(reason, Reason::PlaybookDamaged | Reason::PlaybookVersion));
                        refused += 1;
                    }
                    Ok(seen) if seen.damaged => {
                        assert!(!seen.changed, "{}", seen.all);
                        passed += 1;
                    }
                    Ok(seen) => {
                        assert_eq!(seen.all, whole.all);
                        equal += 1;
                    }
                }
            }
        }
    }
    assert!(refused > 0 && passed > 0 && equal > 0, "{refused} refused, {passed} passed, {equal} equal");
}

#[test]
fn every_truncation_is_noticed_at_once() {
    for source in SOURCES {
        let bytes = compile_source(source).unwrap();
        for length in 0..bytes.len() {
            assert_eq!(Playbook::open_for_one(bytes[..length].to_vec()).err(), Some(Reason::PlaybookDamaged));
        }
    }
}

/// What leaves the engine for one request.
struct Seen {
    all: String,
    changed: bool,
    damaged: bool,
}

fn seen(bytes: &[u8], facts: Facts) -> Result<Seen, Reason> {
    let engine = Engine::new(Ok(Playbook::open_for_one(bytes.to_vec())?), Keyring::parse(KEYS));
    let mut exchange = engine.begin(facts);
    let mut all = format!("{:?}", exchange.step());
    let head =
        OriginHead { status: 200, content_type: Some("text/html; charset=utf-8"), content_encoding: None };
    exchange.supply(Supply::Head(head));
    let sent = exchange.step();
    assert!(matches!(sent, Effect::Send(_)));
    all.push_str(&format!("{sent:?}"));
    let mut body = Vec::new();
    exchange.push(HOME, &mut body);
    exchange.end(&mut body);
    let changed = body != HOME || exchange.outcome().is_some();
    all.push_str(&String::from_utf8(body).unwrap());
    // The digest of a playbook damaged where nobody looks is that of the whole one.
    all.push_str(&exchange.record().to_json());
    Ok(Seen { all, changed, damaged: engine.playbook()?.is_damaged() })
}

/// A visitor of an opt-out region who comes with a campaign, one who refuses everything, and one whose page is none of ours.
fn facts() -> Vec<Facts> {
    let visitor = |path: &str, country: &str, cookie: &str| Facts {
        path: path.to_owned(),
        query: "utm_campaign=spring".to_owned(),
        cookies: [cookie.to_owned()].into(),
        country: Some(country.to_owned()),
        now: calendar::parse("2026-11-21T19:00:00Z"),
        entropy: Some([7; 32]),
        ..Facts::default()
    };
    vec![
        visitor("/", "US", "parvis-visit=a~idesk-lamp~clighting"),
        visitor("/", "FR", "parvis-visit=a~idesk-lamp~clighting"),
        visitor("/none-of-ours", "US", "a=b"),
    ]
}

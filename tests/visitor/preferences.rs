//! What a visitor prefers is kept for `persistent_personalization` alone: whatever else they permit, without it no trace of a
//! choice leaves the engine; and with it, at the edge and in the browser, nothing is kept but what the playbook lists.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use parvis::assign::hash;
use parvis::base::calendar::Millis;
use parvis::consent::purpose::Purpose;
use parvis::engine::Engine;
use parvis::facts::{BrowserFacts, Event, Facts};
use parvis::reason::Reason;
use parvis::visitor::preferred::number;
use proptest::prelude::*;
use serde_json::json;

use super::support::{self, Host, NOW, PURPOSES, banner, meanings};

/// A playbook that lists a sport; where no campaign `asks`, it lists it for nothing and remembers a cap.
fn engine(asks: bool) -> Engine {
    let (key, limit) = match asks {
        true => ("when", json!({ "visitor.preferences": { "$in": ["sport=running"] } })),
        false => ("cap", json!({ "per_days": { "times": 200, "days": 9 } })),
    };
    let playbook = json!({
        "format": 1, "site": { "name": "preferences", "host": "shop.example" },
        "consent": { "meanings": { "tarteaucitron": meanings() } },
        "pages": [{ "kind": "home", "path": "/" }],
        "blocks": { "hero": { "pages": ["home"], "reserve": "1rem" } },
        "preferences": { "sport": { "values": ["running", "hiking"] } },
        "campaigns": [{ "id": "runners", "block": "hero", key: limit,
            "variants": [{ "id": "only", "html": "<p>Shoes</p>" }] }],
    });
    support::engine(&playbook)
}

/// What is decided, and the visit and the memory that are kept, of somebody whose choice waits in the visit, or is made now.
fn look(
    host: Host,
    engine: &Engine,
    granted: &[Purpose],
    waits: bool,
    value: &str,
) -> (Reason, String, usize) {
    let banner = banner(granted);
    let visit = match waits {
        true => format!("a~r{:08x}*{}", hash::code("sport"), number(value)),
        false => "a".to_owned(),
    };
    let preferred = Event::Preferred { name: "sport".to_owned(), value: value.to_owned() };
    let browser = BrowserFacts {
        behind_edge: host == Host::BehindEdge,
        events: if waits { Vec::new() } else { vec![preferred] },
        ..BrowserFacts::default()
    };
    let mut exchange = engine.begin(Facts {
        path: "/".to_owned(),
        cookies: [format!("tarteaucitron={banner}; parvis-visit={visit}")].into(),
        country: Some("FR".to_owned()),
        now: Some(Millis(NOW)),
        entropy: Some([7; 32]),
        browser: (host != Host::Edge).then_some(browser),
        ..Facts::default()
    });
    let decided = exchange.decide().unwrap();
    let cookie = |name: &str| {
        let cookies = decided.outcome.cookies().iter().map(|cookie| cookie.as_str());
        let value = cookies.filter_map(|cookie| cookie.strip_prefix(name)).next_back();
        value.map(|value| value.split(';').next().unwrap().to_owned())
    };
    let kept = &decided.kept;
    // A visit that is not written again stays as it came, and both are empty where they are deleted.
    let visit_kept = match host {
        Host::Edge => cookie("parvis-visit=").unwrap_or(visit),
        _ => kept.visit.clone().unwrap_or_default(),
    };
    let memory = match host {
        Host::Edge => cookie("__Host-parvis=").unwrap_or_default(),
        _ => kept.memory.clone().unwrap_or_default(),
    };
    (decided.outcome.decisions().first().unwrap().reason, visit_kept, memory.len())
}

proptest! {
    #[test]
    fn without_the_permit_no_trace_of_a_choice_is_kept(granted in prop::sample::subsequence(PURPOSES.to_vec(), 0..=4), waits: bool) {
        let persistent = granted.contains(&Purpose::PersistentPersonalization);
        let session = granted.contains(&Purpose::SessionPersonalization);
        for host in [Host::Edge, Host::BehindEdge, Host::Alone] {
            if host == Host::Edge && !waits {
                continue;
            }
            let (reason, visit, memory) = look(host, &engine(true), &granted, waits, "running");
            let (_, _, without) = look(host, &engine(true), &granted, waits, "");
            let remembers = persistent && host != Host::BehindEdge && (session || !waits);
            prop_assert_eq!(visit.contains("~r"), persistent && session && host == Host::BehindEdge, "{:?} {}", host, &visit);
            prop_assert_eq!(memory > without, remembers, "{:?} {:?}", host, &granted);
            let expected = match host {
                _ if !persistent => Reason::NotPermitted,
                Host::BehindEdge => Reason::EdgeOnly,
                _ if remembers => Reason::Matched,
                _ => Reason::NotEligible,
            };
            prop_assert_eq!(reason, expected, "{:?} {} {:?}", host, &visit, &granted);
        }
    }
}

#[test]
fn nothing_is_kept_that_is_not_listed_and_nothing_that_nobody_asks_for() {
    for (asks, value) in [(true, "golf"), (true, "Running"), (true, "running "), (false, "running")] {
        for (host, waits) in
            [(Host::Edge, true), (Host::BehindEdge, false), (Host::Alone, true), (Host::Alone, false)]
        {
            let engine = engine(asks);
            let (_, visit, memory) = look(host, &engine, &PURPOSES, waits, value);
            let (_, _, without) = look(host, &engine, &PURPOSES, waits, "");
            assert!(!visit.contains("~r") && memory == without, "{host:?} {value}: {visit} {memory}");
        }
    }
}

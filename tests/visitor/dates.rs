//! A declared date is kept for `persistent_personalization` alone: whatever else a visitor permits, without it no trace of the
//! date leaves the engine, and with it the campaign knows it, at the edge and in the browser.
//!
//! Seen red with a declaration kept in the visit, and with one that waits there left, without the permit.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use parvis::assign::hash;
use parvis::base::calendar::Millis;
use parvis::consent::purpose::Purpose;
use parvis::engine::Engine;
use parvis::facts::{BrowserFacts, Event, Facts};
use parvis::reason::Reason;
use proptest::prelude::*;
use serde_json::json;

use super::support::{self, Host, NOW, PURPOSES, banner, meanings};

/// One playbook that runs around a date, and one that would if it had a campaign.
fn engine() -> Engine {
    let playbook = json!({
        "format": 1, "site": { "name": "dates", "host": "shop.example" },
        "consent": { "meanings": { "tarteaucitron": meanings() } },
        "pages": [{ "kind": "home", "path": "/" }],
        "blocks": { "hero": { "pages": ["home"], "reserve": "1rem" } },
        "dates": { "trip": {} },
        "campaigns": [{ "id": "packing", "block": "hero", "cap": { "per_visit": 200 },
            "around": { "date": "trip", "from_days": -7, "to_days": -2 },
            "variants": [{ "id": "only", "html": "<p>{{date.days_left}}</p>" }] }],
    });
    support::engine(&playbook)
}

/// What is decided and what is kept, of somebody whose date is five days ahead: it waits in the visit, or is declared now.
fn look(host: Host, granted: &[Purpose], waits: bool) -> (Reason, String) {
    let banner = banner(granted);
    let trip = if waits { format!("a~o{:08x}*20783", hash::code("trip")) } else { "a".to_owned() };
    let declared =
        Event::Declared { name: "trip".to_owned(), date: "2026-11-26".to_owned(), values: Vec::new() };
    let browser = BrowserFacts {
        behind_edge: host == Host::BehindEdge,
        events: if waits { Vec::new() } else { vec![declared] },
        ..BrowserFacts::default()
    };
    let engine = engine();
    let mut exchange = engine.begin(Facts {
        path: "/".to_owned(),
        cookies: [format!("tarteaucitron={banner}; parvis-visit={trip}")].into(),
        country: Some("FR".to_owned()),
        now: Some(Millis(NOW)),
        entropy: Some([7; 32]),
        browser: (host != Host::Edge).then_some(browser),
        ..Facts::default()
    });
    let decided = exchange.decide().unwrap();
    let cookies: Vec<&str> = decided.outcome.cookies().iter().map(|cookie| cookie.as_str()).collect();
    let kept = format!("{:?} {:?} {:?}", cookies, decided.kept.visit, decided.kept.memory);
    (decided.outcome.decisions().first().unwrap().reason, kept)
}

proptest! {
    #[test]
    fn without_the_permit_no_trace_of_a_date_is_kept(granted in prop::sample::subsequence(PURPOSES.to_vec(), 0..=4), waits: bool) {
        let persistent = granted.contains(&Purpose::PersistentPersonalization);
        let session = granted.contains(&Purpose::SessionPersonalization);
        for host in [Host::Edge, Host::BehindEdge, Host::Alone] {
            if host == Host::Edge && !waits {
                continue;
            }
            let (reason, kept) = look(host, &granted, waits);
            if !persistent || !session {
                // The campaign is capped within a visit, so it needs both.
                prop_assert_eq!(reason, Reason::NotPermitted, "{:?} {}", host, &kept);
            } else {
                prop_assert_eq!(reason, Reason::Matched, "{:?} {}", host, &kept);
            }
            let waiting = kept.contains("~o");
            prop_assert_eq!(waiting, persistent && session && host == Host::BehindEdge, "{:?} {}", host, &kept);
            // The head of memory has nine bytes, a date six and what introduces it two.
            let length = |text: &str| text.split('"').nth(1).map_or(0, str::len);
            let memory = kept.rsplit_once(' ').map_or(0, |(_, memory)| length(memory));
            let remembered = host == Host::Alone && persistent && (session || !waits);
            prop_assert_eq!(memory > 12, remembered, "{:?} {}", host, &kept);
        }
    }
}

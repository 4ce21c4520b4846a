//! What a host cannot do: an edge without keys, entropy or a clock remembers nothing, and shows nothing that would have to be
//! counted; a browser behind an edge leaves to it what is the edge's.

use parvis::author::compile_source;
use parvis::consent::purpose::Purpose;
use parvis::engine::Engine;
use parvis::facts::{Event, Facts};
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use serde_json::json;

use super::support::*;

/// The page as an edge is asked for it.
fn at_edge(facts: Facts) -> Facts {
    Facts { browser: None, ..facts }
}

/// The cookies that the answer sets, with their names and values alone.
fn cookies(engine: &Engine, facts: Facts) -> Vec<String> {
    let mut exchange = engine.begin(facts);
    let outcome = &exchange.decide().unwrap().outcome;
    outcome.cookies().iter().map(|cookie| timeless(cookie.as_str().split(';').next().unwrap())).collect()
}

#[test]
fn an_edge_without_keys_entropy_or_a_clock_counts_nothing() {
    let more = [
        json!({ "cap": { "lifetime": 2 } }),
        json!({ "cap": { "per_days": { "times": 2, "days": 7 } } }),
        json!({ "cooldown": { "days": 1 } }),
        json!({ "fatigue": {} }),
    ];
    for more in more {
        let engine = hero(more.clone());
        assert_eq!(reason(&engine, at_edge(facts())), Reason::Matched, "{more}");
        for broken in [Facts { entropy: None, ..at_edge(facts()) }, Facts { now: None, ..at_edge(facts()) }] {
            assert_eq!(reason(&engine, broken), Reason::NoStorage, "{more}");
        }
        let source = json!({
            "format": 1, "site": { "name": "lumen", "host": "shop.example" },
            "consent": { "meanings": { "tarteaucitron": PURPOSES.map(|purpose| (purpose.name(), [purpose.name()]))
                .into_iter().collect::<std::collections::BTreeMap<_, _>>() } },
            "pages": [{ "kind": "home", "path": "/" }],
            "blocks": { "hero": { "pages": ["home"], "reserve": "1rem" } },
            "campaigns": [campaign(more.clone())],
        });
        let keyless = Engine::new(
            Playbook::open(compile_source(&source.to_string()).unwrap()),
            Err(Reason::KeysAbsent),
        );
        assert_eq!(reason(&keyless, at_edge(facts())), Reason::NoStorage, "{more}");
        assert_eq!(reason(&keyless, facts()), Reason::Matched, "a browser needs no keys: {more}");
    }
}

#[test]
fn an_edge_writes_a_cookie_where_it_changed_and_deletes_one_that_may_not_be() {
    let engine = hero(json!({ "when": { "visit.items": { "$size": { "$gte": 0 } } } }));
    let product =
        |visit: &str| Facts { path: "/p/lamp".to_owned(), ..at_edge(facts_of(&PURPOSES, visit, None)) };
    assert_eq!(cookies(&engine, product("")), ["parvis-visit=a~ilamp"]);
    assert_eq!(cookies(&engine, product("a~irug")), ["parvis-visit=a~ilamp!rug"]);
    let active = |minute: i64| product(&format!("a~ilamp!rug~l{}", minute));
    let mut exchange = engine.begin(product("a~ilamp!rug"));
    let kept = exchange.decide().unwrap().outcome.cookies()[0].as_str().to_owned();
    let kept = kept.split(['=', ';']).nth(1).unwrap();
    assert_eq!(cookies(&engine, product(kept)), [""; 0], "nothing has changed");
    assert_eq!(cookies(&engine, active(NOW / MINUTE - 1)), ["parvis-visit=a~ilamp!rug"], "but the minute");
    assert_eq!(cookies(&engine, product("broken")), ["parvis-visit=a~ilamp"]);
    let without = |visit: &str| at_edge(facts_of(&[Purpose::DeviceStorage], visit, None));
    assert_eq!(cookies(&engine, without("a~ilamp")), ["parvis-visit="]);
    assert_eq!(cookies(&engine, without("")), [""; 0]);
    let mut remembered = without("");
    remembered.cookies.push("__Host-parvis=AQE".to_owned());
    assert_eq!(cookies(&engine, remembered), ["__Host-parvis="]);
    // Where no campaign asks for anything, nothing is kept though it might be.
    let silent = hero(json!({}));
    assert_eq!(cookies(&silent, product("a~ilamp")), ["parvis-visit="]);
    let mut remembered = product("");
    remembered.cookies.push("__Host-parvis=AQE".to_owned());
    assert_eq!(cookies(&silent, remembered), ["__Host-parvis="]);
    assert_eq!(cookies(&silent, product("")), [""; 0]);
}

#[test]
fn behind_an_edge_nothing_is_said_of_memory_that_may_not_be_read() {
    let engine = hero(json!({ "when": { "visitor.visits": { "$gte": 1 } } }));
    let without = facts_of(&[Purpose::DeviceStorage, Purpose::SessionPersonalization], "a", None);
    assert_eq!(reason(&engine, behind_edge(without)), Reason::NotPermitted);
    assert_eq!(reason(&engine, behind_edge(facts())), Reason::EdgeOnly);
    // A dismissal that the visit counts does not wait for the edge, and one that memory counts does.
    let wave = |engine: &Engine| {
        let facts = behind_edge(facts_of(&PURPOSES, "a", None));
        ask(engine, with(Event::Dismissed("spring".to_owned()), facts)).visit
    };
    let key = |name: &str| u32::from_le_bytes(code(name));
    let visit = hero(json!({ "cap": { "dismissals": { "times": 9 } } }));
    assert_eq!(wave(&visit), Some(format!("a~x{:08x}*1", key("spring x"))));
    let days = hero(json!({ "cap": { "dismissals": { "times": 9, "days": 7 } } }));
    assert_eq!(wave(&days), Some(format!("a~d{:08x}", key("spring"))));
    let other = hero(json!({ "id": "other", "cap": { "dismissals": { "times": 9, "days": 7 } } }));
    assert_eq!(wave(&other), Some("a".to_owned()));
}

#[test]
fn what_memory_keeps_of_an_experiment_counts_before_the_visit() {
    let engine = hero(json!({ "experiment": { "seed": "s", "sticky": {} },
        "variants": [{ "id": "a", "html": "<p>A</p>" }, { "id": "b", "control": true }] }));
    let bits = |variant: &str, campaign: &str| {
        let campaign = u32::from_le_bytes(code(campaign));
        let variant = u16::from_le_bytes([code(variant)[0], code(variant)[1]]);
        u64::from(campaign) << 32 | u64::from(variant) << 16 | 0x0101
    };
    let kept = [&bits("a", "spring").to_le_bytes()[..], &1234_u16.to_le_bytes()].concat();
    let parts = [(2, 7_u64.to_le_bytes().to_vec()), (7, kept.clone())];
    let memory = memory(TODAY - 10, 3, midnight(TODAY), &parts);
    let visit = format!("a~u{:016x}~g{:016x}!{:016x}", 7, bits("b", "spring"), bits("a", "gone"));
    let told = ask(&engine, facts_of(&PURPOSES, &visit, Some(&memory)));
    let chosen = told.chosen[0].unwrap();
    assert_eq!((chosen.variant, chosen.kept, chosen.propensity), (0, true, 1234));
    assert_eq!(told.part(7), Some(kept), "the share at which it was drawn");
    assert_eq!(
        told.visit,
        Some(format!("a~u{:016x}~g{:016x}", 7, bits("a", "spring"))),
        "and nothing of what is gone"
    );
    // Without it the visit's copy counts; it has no share, so that today's is told. A control is kept as well.
    let told = ask(&engine, facts_of(&PURPOSES, &visit, None));
    let chosen = told.chosen[0].unwrap();
    assert_eq!(
        (told.reasons[0], chosen.variant, chosen.kept, chosen.propensity),
        (Reason::Control, 1, true, 5000)
    );
    let expected = [&bits("b", "spring").to_le_bytes()[..], &5000_u16.to_le_bytes()].concat();
    assert_eq!(told.part(7), Some(expected));
}

#[test]
fn interests_are_counted_where_a_campaign_asks_for_the_favorite() {
    let catalog = json!({ "categories": { "lights": { "title": "Lights", "url": "/c" } },
        "items": { "lamp": { "title": "Lamp", "url": "/p/lamp", "category": "lights" } } });
    let part = |when| {
        let source = json!({ "catalog": catalog, "campaigns": [campaign(json!({ "when": when }))] });
        let product = Facts { path: "/p/lamp".to_owned(), ..facts() };
        ask(&engine(&source), product).part(1)
    };
    // Half a day after the midnight of first issue one view has a level of 9 steps, of 128 a week.
    let expected = [&code("lights")[..], &[9, 0]].concat();
    assert_eq!(part(json!({ "visitor.favorite_category": { "$exists": false } })), Some(expected));
    assert_eq!(part(json!({ "visitor.visits": 1 })), None);
}

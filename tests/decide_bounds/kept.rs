//! What is kept and what is dropped again: nothing that no campaign asks for, and a variant with the share at which it was drawn.

use parvis::consent::purpose::Purpose;
use parvis::facts::{Event, Facts};
use parvis::reason::Reason;
use serde_json::{Value as Json, json};

use super::support::*;

/// Memory of a third visit with one of each part, as playbooks have asked for it.
fn everything() -> Vec<u8> {
    let parts = [
        (1, [&code("lights")[..], &[9, 0]].concat()),
        (3, [&code("gone / life")[..], &[1, 0, 0]].concat()),
        (4, [&code("lamp")[..], &[0; 4], &[1, 250, 0]].concat()),
        (5, [&code("trip")[..], &20_800_u16.to_le_bytes()].concat()),
        (6, [&midnight(TODAY).div_euclid(60).to_le_bytes()[..], &code("lamp")].concat()),
        (10, (TODAY - 2).to_le_bytes().to_vec()),
        (8, [&code("sport")[..], &[7, 0]].concat()),
        (2, vec![1, 2, 3, 4, 5, 6, 7, 8]),
        (7, [&[1, 1, 7, 7][..], &code("gone"), &[0x88, 0x13]].concat()),
    ];
    memory(TODAY - 10, 3, midnight(TODAY), &parts)
}

#[test]
fn nothing_stays_in_memory_that_no_campaign_asks_for() {
    let engine = hero(json!({ "when": { "visitor.visits": { "$gte": 1 } } }));
    let told = ask(&engine, facts_of(&PURPOSES, "a", Some(&everything())));
    let left: Vec<u8> = (1..=10).filter(|tag| told.part(*tag).is_some()).collect();
    assert_eq!((told.reasons[0], left), (Reason::Matched, vec![1]));
    // Without its permission it is not read, and gone.
    let without = [Purpose::DeviceStorage, Purpose::SessionPersonalization];
    let told = ask(&engine, facts_of(&without, "a", Some(&everything())));
    assert_eq!((told.reasons[0], told.memory), (Reason::NotPermitted, None));
    // Behind an edge it is the edge's: what lies in the browser's storage is neither read nor kept.
    let told = ask(&engine, behind_edge(facts_of(&PURPOSES, "a", Some(&everything()))));
    assert_eq!((told.reasons[0], told.memory), (Reason::EdgeOnly, None));
    // Where no campaign asks for memory, none is kept.
    let told = ask(&hero(json!({})), facts_of(&PURPOSES, "a", Some(&everything())));
    assert_eq!((told.memory, told.visit), (None, None));
}

#[test]
fn a_visit_notes_what_some_campaign_asks_for_and_nothing_else() {
    let product = |visit: &str, more: Json| {
        let facts = Facts { path: "/p/lamp".to_owned(), ..facts_of(&PURPOSES, visit, None) };
        let mut source = json!({ "catalog": {
            "categories": { "lights": { "title": "Lights", "url": "/c" } },
            "items": { "lamp": { "title": "Lamp", "url": "/p/lamp", "category": "lights" }, "rug": { "title": "Rug", "url": "/p/rug" } } } });
        source["campaigns"] = json!([campaign(json!({ "when": more }))]);
        ask(&engine(&source), facts).visit
    };
    for (signal, expected) in [
        ("visit.items", "a~ilamp!rug"),
        ("visit.other_items", "a~ilamp!rug"),
        ("visit.categories", "a~clights"),
        ("visit.searches", "a"),
        ("visit.cart", "a"),
    ] {
        let visit = if signal.ends_with("items") { "a~irug" } else { "a" };
        let told = product(visit, json!({ signal: { "$size": { "$gte": 0 } } }));
        assert_eq!(told.as_deref(), Some(expected), "{signal}");
    }
    assert_eq!(product("a", json!({ "visit.pages": { "$gte": 1 } })).as_deref(), Some("a~n1*0"));
    assert_eq!(product("a~n7*0", json!({ "visit.pages": { "$gte": 8 } })).as_deref(), Some("a~n8*0"));
    let second = NOW / 1000;
    assert_eq!(product("a", json!({ "visit.seconds": { "$gte": 0 } })), Some(format!("a~n0*{second}")));
    assert_eq!(product("a~n0*5", json!({ "visit.seconds": { "$gte": 9 } })).as_deref(), Some("a~n0*5"));
    assert_eq!(
        product("a~qrug", json!({ "visit.cart_count": { "$gte": 0 } })).as_deref(),
        Some("a"),
        "searches are dropped"
    );
    assert_eq!(product("a~qrug", json!({ "visit.last_search": "rug" })).as_deref(), Some("a~qrug"));
    assert_eq!(product("a", json!({ "country": "FR" })), None);
}

#[test]
fn what_the_browser_tells_of_a_view_counts_as_one() {
    let mut source = json!({ "catalog": {
        "categories": { "lights": { "title": "Lights", "url": "/c" } },
        "items": { "lamp": { "title": "Lamp", "url": "/p/lamp", "category": "lights" } } } });
    source["campaigns"] = json!([campaign(json!({ "when": {
        "visit.items": { "$size": { "$gte": 0 } }, "visit.categories": { "$size": { "$gte": 0 } } } }))]);
    let engine = engine(&source);
    for (item, category, expected) in [
        ("lamp", "", "a~ilamp~clights"),
        ("lamp", "floor", "a~ilamp~cfloor"),
        ("", "floor", "a~cfloor"),
        ("", "", "a"),
        ("sofa", "", "a~isofa"),
    ] {
        let event = Event::Viewed { item: item.to_owned(), category: category.to_owned() };
        let mut facts = facts_of(&PURPOSES, "a", None);
        facts.browser.as_mut().unwrap().arrives = false;
        assert_eq!(
            ask(&engine, with(event, facts)).visit.as_deref(),
            Some(expected),
            "`{item}` `{category}`"
        );
    }
}

#[test]
fn a_search_is_kept_while_a_campaign_asks_for_it() {
    let engine = |when: Json| {
        engine(&json!({ "pages": [{ "kind": "home", "path": "/", "search": "q" }],
            "blocks": { "hero": { "pages": ["home"], "reserve": "1rem" } }, "campaigns": [campaign(json!({ "when": when }))] }))
    };
    let asks = engine(json!({ "visit.searches": { "$size": { "$gte": 0 } } }));
    let silent = engine(json!({ "visit.pages": { "$gte": 1 } }));
    let told = |engine, text: &str, arrives: bool| {
        let mut facts = facts_of(&PURPOSES, "a~n1*0", None);
        facts.browser.as_mut().unwrap().arrives = arrives;
        if arrives {
            facts.query = format!("q={text}");
        } else {
            facts = with(Event::Searched(text.to_owned()), facts);
        }
        ask(engine, facts).visit.unwrap()
    };
    for arrives in [false, true] {
        assert!(told(&asks, "Rug", arrives).ends_with("~qrug"), "{arrives}");
        assert!(!told(&silent, "Rug", arrives).contains("~q"), "{arrives}");
        assert!(!told(&asks, "0612345678", arrives).contains("~q"), "{arrives}");
    }
}

/// A sticky experiment of version 3 that leaves out whoever was in version 1, with its two variants.
fn sticky() -> parvis::engine::Engine {
    hero(json!({ "experiment": { "seed": "s", "sticky": { "version": 3, "min_version": 2 } },
        "variants": [{ "id": "a", "html": "<p>A</p>" }, { "id": "b", "html": "<p>B</p>" }] }))
}

/// Memory with a unit and the variant that it keeps.
fn assigned(unit: u64, variant: &str, version: u8, first: u8, share: u16) -> Vec<u8> {
    let variant = &code(variant)[..2];
    let kept = [&[first, version][..], variant, &code("spring"), &share.to_le_bytes()].concat();
    memory(TODAY - 10, 3, midnight(TODAY), &[(2, unit.to_le_bytes().to_vec()), (7, kept)])
}

#[test]
fn a_kept_variant_has_the_share_at_which_it_was_drawn() {
    let engine = sticky();
    for (share, propensity) in [(1, 1), (9_999, 9_999), (10_000, 10_000), (10_001, 10_000), (0, 5_000)] {
        for variant in ["a", "b"] {
            let told = ask(&engine, facts_of(&PURPOSES, "a", Some(&assigned(7, variant, 3, 2, share))));
            let chosen = told.chosen[0].unwrap();
            assert_eq!((chosen.propensity, chosen.kept), (propensity, true), "{share}");
            assert_eq!(told.html(), if variant == "a" { "<p>A</p>" } else { "<p>B</p>" });
        }
    }
}

#[test]
fn a_variant_is_kept_in_its_version_and_left_out_below_the_lowest() {
    let engine = sticky();
    let told = |version, first| {
        let told = ask(&engine, facts_of(&PURPOSES, "a", Some(&assigned(7, "a", version, first, 5000))));
        (told.reasons[0], told.chosen[0].map(|chosen| chosen.kept))
    };
    assert_eq!(told(3, 1), (Reason::EarlierVersion, None));
    assert_eq!(told(3, 2), (Reason::Matched, Some(true)));
    assert_eq!(told(2, 2), (Reason::Matched, Some(false)));
    assert_eq!(told(4, 4), (Reason::Matched, Some(false)));
    let gone = ask(&engine, facts_of(&PURPOSES, "a", Some(&assigned(7, "gone", 3, 3, 5000))));
    assert_eq!(gone.chosen[0].map(|chosen| chosen.kept), Some(false), "the variant is no longer there");
}

#[test]
fn the_unit_of_memory_counts_before_that_of_the_visit() {
    let engine = sticky();
    let visit = |unit: u64| format!("a~u{unit:016x}");
    let unit = |told: &Told| told.part(2).map(|bytes| u64::from_le_bytes(bytes.try_into().unwrap()));
    let mut entropy = [7; 32];
    entropy[24..].copy_from_slice(&9_u64.to_le_bytes());
    let fresh = |facts: Facts| Facts { entropy: Some(entropy), ..facts };
    let plain = memory(TODAY - 10, 3, midnight(TODAY), &[]);
    for (memory, in_visit, expected) in [
        (Some(assigned(5, "a", 3, 3, 5000)), Some(6), 5),
        (Some(plain.clone()), Some(6), 6),
        (Some(plain), None, 9),
        (None, Some(6), 6),
        (None, None, 9),
    ] {
        let cookie = in_visit.map_or("a".to_owned(), visit);
        let told = ask(&engine, fresh(facts_of(&PURPOSES, &cookie, memory.as_deref())));
        assert_eq!(unit(&told), Some(expected));
        assert!(told.visit.as_ref().unwrap().starts_with(&visit(expected)), "{told:?}");
    }
    // Without a place to keep it there is no unit, and without the permission none is kept.
    let told = ask(&engine, fresh(facts_of(&[Purpose::DeviceStorage, Purpose::Experimentation], "", None)));
    assert_eq!((told.reasons[0], told.visit, told.memory), (Reason::NoBucketingId, None, None));
    let told = ask(&engine, Facts { entropy: None, ..facts_of(&PURPOSES, "a", None) });
    assert_eq!(told.reasons[0], Reason::NoBucketingId);
    let granted: Vec<Purpose> =
        PURPOSES.into_iter().filter(|purpose| *purpose != Purpose::Experimentation).collect();
    let told = ask(&engine, fresh(facts_of(&granted, &visit(6), Some(&assigned(5, "a", 3, 3, 5000)))));
    assert_eq!((told.reasons[0], unit(&told), told.part(7)), (Reason::NotPermitted, None, None));
    assert_eq!(told.visit.as_deref(), Some("a"));
}

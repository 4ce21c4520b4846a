//! Which campaign of a block is asked next, what stops the block, and why a block says that it shows nothing.

use parvis::assign::hash::{Stage, Unit};
use parvis::consent::purpose::Purpose;
use parvis::facts::{Facts, Place};
use parvis::reason::Reason;
use parvis::response::outcome::Content;
use serde_json::{Value as Json, json};

use super::support::{engine as engine_of, *};

/// All purposes but this one.
fn all_but(purpose: Purpose) -> Vec<Purpose> {
    PURPOSES.into_iter().filter(|other| *other != purpose).collect()
}

/// An engine whose `hero` has two campaigns, the first one as `first` says.
fn two(first: Json, second: Json) -> parvis::engine::Engine {
    let (mut first, mut second) = (campaign(first), campaign(second));
    (first["id"], first["priority"]) = ("first".into(), 9.into());
    second["id"] = "second".into();
    engine(&json!({ "campaigns": [first, second] }))
}

#[test]
fn what_lies_out_of_sight_stops_the_block_and_what_is_not_allowed_does_not() {
    let visits = json!({ "when": { "visitor.visits": { "$gte": 1 } } });
    let engine = two(visits, json!({}));
    let told = ask(&engine, behind_edge(facts()));
    assert_eq!((told.reasons[0], &told.contents[0]), (Reason::EdgeOnly, &Content::Default));
    let without = facts_of(&all_but(Purpose::PersistentPersonalization), "", None);
    assert_eq!(reason(&engine, without), Reason::Matched);
    // Of two signals that cannot be read, the one that is not allowed says more.
    let both = two(
        json!({ "when": { "place.distance": "near", "visit.pages": { "$gte": 1 } } }),
        json!({ "when": { "country": "JP" } }),
    );
    let without = |facts: Facts| Facts {
        cookies: facts_of(&all_but(Purpose::SessionPersonalization), "", None).cookies,
        ..facts
    };
    assert_eq!(reason(&both, behind_edge(without(facts()))), Reason::NotPermitted);
    assert_eq!(reason(&both, behind_edge(facts())), Reason::EdgeOnly);
    // So it is where the one stands in the audience and the other in the campaign.
    let (place, pages) = (json!({ "place.distance": "near" }), json!({ "visit.pages": { "$gte": 1 } }));
    for (audience, own) in [(&place, &pages), (&pages, &place)] {
        let source = json!({ "audiences": { "some": audience },
            "campaigns": [campaign(json!({ "audience": "some", "when": own }))] });
        assert_eq!(reason(&engine_of(&source), behind_edge(without(facts()))), Reason::NotPermitted);
        assert_eq!(reason(&engine_of(&source), behind_edge(facts())), Reason::EdgeOnly);
    }
    let there = Facts { place: Place::from_tenths(458, 48), ..facts() };
    assert_eq!(reason(&both, there), Reason::NotEligible, "no store is near");
}

#[test]
fn a_block_without_a_campaign_says_what_says_most() {
    let (japan, over) = (json!({ "when": { "country": "JP" } }), json!({ "ends": "2026-01-01T00:00:00Z" }));
    let asks = json!({ "when": { "visit.pages": { "$gte": 1 } } });
    let without = || facts_of(&all_but(Purpose::SessionPersonalization), "", None);
    assert_eq!(reason(&two(japan.clone(), over.clone()), facts()), Reason::NotEligible);
    assert_eq!(reason(&two(over.clone(), japan.clone()), facts()), Reason::Over);
    assert_eq!(
        reason(&two(japan, asks.clone()), without()),
        Reason::NotPermitted,
        "a permission that is missing"
    );
    assert_eq!(reason(&two(over, asks), facts()), Reason::Matched);
    assert_eq!(reason(&engine(&json!({})), facts()), Reason::NoCampaign);
    let control = json!({ "experiment": {}, "variants": [{ "id": "a", "control": true }, { "id": "b", "control": true }] });
    let told = ask(&two(control, json!({})), facts());
    assert_eq!((told.reasons[0], told.chosen[0].is_some()), (Reason::Control, true));
    let hidden = json!({ "variants": [{ "id": "only", "hide": true }] });
    let told = ask(&two(hidden, json!({})), facts());
    assert_eq!((told.reasons[0], &told.contents[0]), (Reason::Matched, &Content::Hidden));
}

#[test]
fn who_has_too_few_visits_for_one_variant_takes_no_part_and_the_next_campaign_is_asked() {
    let variants = json!([{ "id": "a", "min_visits": 2, "html": "<p>A</p>" }, { "id": "b", "min_visits": 2, "html": "<p>B</p>" }]);
    let tried = two(json!({ "experiment": {}, "variants": variants }), json!({}));
    let told = ask(&tried, facts());
    assert_eq!((told.reasons[0], told.html().as_str()), (Reason::Matched, "<p>New</p>"));
    let uneven = json!([{ "id": "a", "min_visits": 2, "html": "<p>A</p>" }, { "id": "b", "control": true }]);
    let told = ask(
        &two(json!({ "experiment": {}, "variants": uneven }), json!({ "when": { "country": "JP" } })),
        facts(),
    );
    assert_eq!((told.reasons[0], told.chosen[0].is_some()), (Reason::TooFewVisits, false));
    let plain = two(json!({ "variants": variants }), json!({}));
    assert_eq!(ask(&plain, facts()).html(), "<p>New</p>");
}

#[test]
fn the_holdout_stops_the_block() {
    // Whoever is held out is told so, though the second campaign would be missing a permission.
    let mut source = json!({ "site": { "name": "lumen", "host": "shop.example", "holdout_percent": 50 } });
    source["campaigns"] = json!([
        campaign(json!({ "id": "a", "priority": 9 })),
        campaign(json!({ "id": "b", "cap": { "lifetime": 1 } }))
    ]);
    let engine = engine(&source);
    let unit = |holds: fn(u16) -> bool| {
        (0..).find(|unit| holds(Unit(*unit).bucket(Stage::Holdout, "lumen"))).unwrap()
    };
    let of = |unit: u64, facts: Facts| {
        let mut entropy = [7; 32];
        entropy[24..].copy_from_slice(&unit.to_le_bytes());
        reason(&engine, Facts { entropy: Some(entropy), ..facts })
    };
    let without = || facts_of(&all_but(Purpose::PersistentPersonalization), "", None);
    assert_eq!(of(unit(|bucket| bucket == 4999), without()), Reason::Holdout);
    assert_eq!(of(unit(|bucket| bucket == 5000), without()), Reason::Matched);
    // Behind an edge that may know another unit nobody can say it.
    assert_eq!(of(unit(|bucket| bucket == 5000), behind_edge(facts())), Reason::EdgeOnly);
    let known = format!("a~u{:016x}", unit(|bucket| bucket == 4999));
    assert_eq!(of(7, behind_edge(facts_of(&PURPOSES, &known, None))), Reason::Holdout);
}

#[test]
fn what_waits_in_plain_sight_suppresses_though_more_lies_out_of_it() {
    let rule = |of: &str| json!({ "when": "bought", "what": "item", "of": of, "days": 2 });
    let bought = |item: &str| format!("~p1{:08x}00000000", u32::from_le_bytes(code(item)));
    let fixed = hero(json!({ "suppress": [rule("lamp"), rule("rug")] }));
    let at_edge = |engine: &parvis::engine::Engine, visit: &str| {
        reason(engine, behind_edge(facts_of(&PURPOSES, visit, None)))
    };
    for item in ["lamp", "rug"] {
        assert_eq!(at_edge(&fixed, &format!("a{}", bought(item))), Reason::Suppressed, "{item}");
    }
    assert_eq!(at_edge(&fixed, &format!("a{}", bought("sofa"))), Reason::EdgeOnly);
    let list = hero(json!({ "suppress": [rule("visit.items")] }));
    for item in ["lamp", "rug"] {
        assert_eq!(at_edge(&list, &format!("a~ilamp!rug{}", bought(item))), Reason::Suppressed, "{item}");
    }
    assert_eq!(at_edge(&list, &format!("a~ilamp!rug{}", bought("sofa"))), Reason::EdgeOnly);
    assert_eq!(at_edge(&list, "a"), Reason::Matched, "where nothing was seen there is nothing to suppress");
    // A cooldown beside a rule.
    let both = hero(json!({ "suppress": [rule("lamp")], "cooldown": { "hours": 1 } }));
    assert_eq!(at_edge(&both, &format!("a{}", bought("rug"))), Reason::CoolingDown);
}

#[test]
fn a_campaign_that_may_not_run_reads_nothing() {
    let japan = json!({ "country": "JP" });
    let cases = [
        (json!({ "cap": { "per_visit": 1 } }), Purpose::SessionPersonalization),
        (json!({ "cap": { "lifetime": 1 } }), Purpose::PersistentPersonalization),
        (json!({ "cap": { "dismissals": { "times": 1, "days": 7 } } }), Purpose::SessionPersonalization),
        (json!({ "cap": { "dismissals": { "times": 1, "days": 7 } } }), Purpose::PersistentPersonalization),
        (json!({ "cooldown": { "days": 1 } }), Purpose::SessionPersonalization),
        (json!({ "cooldown": { "days": 1 } }), Purpose::PersistentPersonalization),
        (
            json!({ "suppress": [{ "when": "bought", "what": "item", "of": "lamp", "days": 1 }] }),
            Purpose::SessionPersonalization,
        ),
        (
            json!({ "around": { "date": "trip", "from_days": 0, "to_days": 1 } }),
            Purpose::PersistentPersonalization,
        ),
        (json!({ "fatigue": {} }), Purpose::PersistentPersonalization),
        (
            json!({ "experiment": {}, "variants": [{ "id": "a", "html": "<p>A</p>" }, { "id": "b", "control": true }] }),
            Purpose::Experimentation,
        ),
    ];
    for (more, purpose) in cases {
        let mut campaign = campaign(more.clone());
        campaign["when"] = japan.clone();
        let engine = engine(&json!({ "dates": { "trip": {} }, "campaigns": [campaign] }));
        let look = |granted: &[Purpose]| {
            let mut exchange = engine.begin(facts_of(granted, "a", None));
            let outcome = &exchange.decide().unwrap().outcome;
            (outcome.decisions()[0].reason, outcome.touched().iter().count())
        };
        assert_eq!(look(&PURPOSES), (Reason::NotEligible, 1), "{more}");
        assert_eq!(look(&all_but(purpose)), (Reason::NotPermitted, 0), "{more} without {}", purpose.name());
        let other = if purpose == Purpose::Profile { Purpose::Experimentation } else { Purpose::Profile };
        assert_eq!(look(&all_but(other)), (Reason::NotEligible, 1), "{more} without {}", other.name());
    }
    // What is over is over for whoever may not see it too, but asked only then.
    let over =
        json!({ "fatigue": {}, "ends": "2026-01-01T00:00:00Z", "schedule": { "hours": ["09:00-10:00"] } });
    assert_eq!(reason(&hero(over.clone()), facts()), Reason::Over);
    assert_eq!(
        reason(&hero(over), facts_of(&all_but(Purpose::PersistentPersonalization), "a", None)),
        Reason::NotPermitted
    );
}

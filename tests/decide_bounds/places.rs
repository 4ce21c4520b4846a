//! Schedules to the minute and what they read, the holdout and exclusive groups to the bucket, and what is due again.

use parvis::assign::hash::{self, Stage, Unit};
use parvis::facts::{Facts, Place};
use parvis::reason::Reason;
use parvis::response::outcome::Content;
use parvis::signal::registry::Signal;
use serde_json::{Value as Json, json};

use super::support::*;

#[test]
fn a_span_of_hours_holds_its_first_minute_and_not_its_last() {
    let on = |schedule: &Json, day: i64, minute: i64| {
        // Day 20,778 is a Saturday.
        reason(&hero(json!({ "schedule": schedule })), at(day * DAY + minute * MINUTE + 59_999, facts()))
            == Reason::Matched
    };
    let (friday, saturday, sunday, monday) = (20_777, 20_778, 20_779, 20_780);
    let hours = json!({ "hours": ["09:00-18:00", "20:15-20:16"] });
    for (minute, expected) in
        [(539, false), (540, true), (1079, true), (1080, false), (1214, false), (1215, true), (1216, false)]
    {
        assert_eq!(on(&hours, saturday, minute), expected, "{minute}");
    }
    let night = json!({ "weekdays": ["friday"], "hours": ["22:00-02:00"] });
    for (day, minute, expected) in [
        (friday, 119, false),
        (friday, 1319, false),
        (friday, 1320, true),
        (friday, 1439, true),
        (saturday, 0, true),
        (saturday, 119, true),
        (saturday, 120, false),
        (saturday, 1320, false),
    ] {
        assert_eq!(on(&night, day, minute), expected, "day {day}, minute {minute}");
    }
    let week = json!({ "weekdays": ["sunday"], "hours": ["23:00-01:00"] });
    assert!(
        on(&week, sunday, 1380) && on(&week, monday, 59) && !on(&week, monday, 60) && !on(&week, sunday, 59)
    );
    let weekend = json!({ "weekdays": ["saturday", "sunday"] });
    assert_eq!(
        [friday, saturday, sunday, monday].map(|day| on(&weekend, day, 0)),
        [false, true, true, false]
    );
    assert!(on(&json!({ "hours": ["00:00-24:00"] }), monday, 1439));
}

#[test]
fn a_schedule_reads_the_clock_no_finer_than_it_must() {
    let read = |schedule: Json| {
        let engine = hero(json!({ "schedule": schedule }));
        let mut exchange = engine.begin(facts());
        let touched = exchange.decide().unwrap().outcome.touched();
        touched.iter().collect::<Vec<_>>()
    };
    assert_eq!(read(json!({ "hours": ["09:00-18:00"] })), [Signal::Hour]);
    assert_eq!(read(json!({ "hours": ["09:00-18:30"] })), [Signal::Time]);
    assert_eq!(read(json!({ "hours": ["09:01-18:00"] })), [Signal::Time]);
    assert_eq!(read(json!({ "hours": ["09:00-18:00", "19:00-19:59"] })), [Signal::Time]);
    assert_eq!(read(json!({ "weekdays": ["saturday"] })), [Signal::Weekday]);
    assert_eq!(
        read(json!({ "weekdays": ["saturday"], "hours": ["09:00-18:00"] })),
        [Signal::Hour, Signal::Weekday]
    );
    let all = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    assert_eq!(read(json!({ "weekdays": all, "hours": ["09:00-18:00"] })), [Signal::Hour]);
}

/// The facts of the first unit of which this holds.
fn unit(holds: impl Fn(Unit) -> bool) -> Facts {
    let unit = (0..).map(Unit).find(|unit| holds(*unit)).unwrap();
    let mut entropy = [7; 32];
    entropy[24..].copy_from_slice(&unit.0.to_le_bytes());
    Facts { entropy: Some(entropy), ..facts() }
}

#[test]
fn the_holdout_holds_the_buckets_below_its_share() {
    let engine = engine(&json!({
        "site": { "name": "lumen", "host": "shop.example", "holdout_percent": 12.34 },
        "campaigns": [campaign(json!({}))],
    }));
    let told = |bucket: u16| reason(&engine, unit(|unit| unit.bucket(Stage::Holdout, "lumen") == bucket));
    assert_eq!(
        [told(0), told(1233), told(1234), told(9999)],
        [Reason::Holdout, Reason::Holdout, Reason::Matched, Reason::Matched]
    );
    // Somebody who does not allow experiments is held out of nothing.
    let granted: Vec<_> =
        PURPOSES.into_iter().filter(|purpose| purpose.name() != "experimentation").collect();
    let mut facts = unit(|unit| unit.bucket(Stage::Holdout, "lumen") == 0);
    facts.cookies = facts_of(&granted, "", None).cookies;
    assert_eq!(reason(&engine, facts), Reason::Matched);
}

#[test]
fn a_stretch_of_a_group_holds_its_first_place_and_not_its_last() {
    let engine = engine(&json!({
        "exclusive": { "homepage": { "seed": "h" } },
        "campaigns": [campaign(json!({ "experiment": { "group": { "name": "homepage", "from": 12.3, "to": 45.6 } },
            "variants": [{ "id": "a", "html": "<p>A</p>" }, { "id": "b", "control": true }] }))],
    }));
    let place = |unit: Unit| hash::bucket_v1("__h", &format!("{:016x}", unit.0));
    let told = |wanted: u16| ask(&engine, unit(|unit| place(unit) == wanted));
    for (place, inside) in [(0, false), (122, false), (123, true), (455, true), (456, false), (999, false)] {
        let told = told(place);
        assert_eq!(told.chosen[0].is_some(), inside, "place {place}");
        assert_eq!(told.reasons[0] == Reason::NotInGroup, !inside, "place {place}");
    }
}

/// Somebody whose memory began thirty days ago and who bought these items so many hours ago, newest first.
fn bought(items: &[(&str, u16)]) -> Facts {
    let past = items.iter().flat_map(|(item, hours_ago)| {
        let [low, high] = (30 * 24 + 12 - hours_ago).to_le_bytes();
        [&code(item)[..], &[0; 4], &[1, low, high]].concat()
    });
    let memory = memory(TODAY - 30, 3, midnight(TODAY), &[(4, past.collect())]);
    facts_of(&PURPOSES, "a", Some(&memory))
}

#[test]
fn of_what_is_due_the_interval_that_ends_first_counts_then_the_alphabet() {
    let item = |title: &str, days: u32| json!({ "title": title, "url": "/p", "replenish_days": days });
    let engine = engine(&json!({
        "catalog": { "items": { "oil": item("Oil", 10), "wick": item("Wick", 20), "lamp": { "title": "Lamp", "url": "/l" } } },
        "campaigns": [campaign(json!({ "variants": [{ "id": "only", "html": "<p>{{visitor.due_item.title}}</p>" }] }))],
    }));
    let due = |items: &[(&str, u16)]| {
        let told = ask(&engine, bought(items));
        if told.reasons[0] == Reason::Matched { Ok(told.html()) } else { Err(told.reasons[0]) }
    };
    let (oil, wick, nothing) =
        (Ok("<p>Oil</p>".to_owned()), Ok("<p>Wick</p>".to_owned()), Err(Reason::MissingValue));
    assert_eq!(due(&[("lamp", 300)]), nothing);
    assert_eq!([due(&[("oil", 143)]), due(&[("oil", 144)])], [nothing.clone(), oil.clone()]);
    // 90 hours are left of the oil's interval, and 91, 90 or 89 of the wick's.
    for (wick_hours, expected) in [(389, &oil), (390, &oil), (391, &wick)] {
        assert_eq!(&due(&[("oil", 150), ("wick", wick_hours)]), expected, "{wick_hours}");
    }
    // Bought twice 200 hours apart, the oil's interval is (240 + 200) / 2: 70 hours are left.
    for (wick_hours, expected) in [(410, &oil), (411, &wick)] {
        assert_eq!(&due(&[("oil", 150), ("oil", 350), ("wick", wick_hours)]), expected, "{wick_hours}");
    }
    // 143 hours apart is too soon, so that the catalog's interval counts; a purchase before that may still tell one.
    for (wick_hours, expected) in [(390, &oil), (391, &wick)] {
        assert_eq!(&due(&[("oil", 150), ("oil", 293), ("wick", wick_hours)]), expected, "{wick_hours}");
    }
    for (wick_hours, expected) in [(410, &oil), (411, &wick)] {
        let items = [("oil", 150), ("oil", 293), ("oil", 350), ("wick", wick_hours)];
        assert_eq!(&due(&items), expected, "{wick_hours}");
    }
}

#[test]
fn the_value_of_a_cart_is_rounded_down() {
    let engine = engine(&json!({
        "catalog": { "items": {
            "pin": { "title": "Pin", "url": "/p", "price": "0,33 €" }, "cent": { "title": "Cent", "url": "/p", "price": "0,01 €" },
            "gift": { "title": "Gift", "url": "/p" } } },
        "campaigns": [campaign(json!({ "variants": [{ "id": "only", "html": "<p>{{visit.cart_value}}</p>" }] }))],
    }));
    let value = |cart: &str| {
        let told = ask(&engine, facts_of(&PURPOSES, &format!("a{cart}"), None));
        if told.contents[0] == Content::Default { told.reasons[0].code().to_owned() } else { told.html() }
    };
    assert_eq!(
        [value("~kpin*3"), value("~kpin*3!cent*1"), value("~kpin*300")],
        ["<p>0</p>", "<p>1</p>", "<p>99</p>"]
    );
    assert_eq!(value(""), "<p>0</p>");
    assert_eq!(value("~kpin*3!gift*1"), "missing-value");
}

#[test]
fn behind_an_edge_a_place_is_out_of_sight() {
    let engine = engine(&json!({
        "stores": { "lyon": { "title": "Lyon", "url": "/s", "latitude": 45.76, "longitude": 4.84, "stock": ["lamp"] } },
        "catalog": { "items": { "lamp": { "title": "Lamp", "url": "/p" } } },
        "campaigns": [campaign(json!({ "in_stock": { "item": "lamp" } }))],
    }));
    let there = || Facts { place: Place::from_tenths(458, 48), ..facts() };
    assert_eq!(reason(&engine, there()), Reason::Matched);
    assert_eq!(reason(&engine, behind_edge(there())), Reason::EdgeOnly);
    assert_eq!(reason(&engine, facts()), Reason::NotInStock);
}

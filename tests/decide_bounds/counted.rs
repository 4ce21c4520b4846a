//! What is counted and when it is over: caps, cooldowns, suppressions, fatigue, familiarity and dates, each one step before its
//! bound and at it. Memory began ten days ago, so that hour 252 of it is noon today.

use parvis::consent::purpose::Purpose;
use parvis::facts::{Event, Facts, Method};
use parvis::reason::Reason;
use serde_json::json;

use super::support::*;

/// Noon today, in hours since memory began.
const HOURS: u16 = 252;

/// Memory of a third visit that began this morning, with these parts.
fn remembered(parts: &[(u8, Vec<u8>)]) -> Vec<u8> {
    memory(TODAY - 10, 3, midnight(TODAY) + 8 * 60, parts)
}

/// Somebody who is in a visit and is remembered.
fn known(parts: &[(u8, Vec<u8>)]) -> Facts {
    facts_of(&PURPOSES, "a", Some(&remembered(parts)))
}

/// The bytes of a counter.
fn counter(key: &str, count: u8, hour: u16) -> Vec<u8> {
    let [low, high] = hour.to_le_bytes();
    [&code(key)[..], &[count, low, high]].concat()
}

/// The bytes of something that happened.
fn happened(item: &str, category: &str, kind: u8, hours_ago: u16) -> Vec<u8> {
    let category = if category.is_empty() { [0; 4] } else { code(category) };
    let [low, high] = (HOURS - hours_ago).to_le_bytes();
    [&code(item)[..], &category, &[kind, low, high]].concat()
}

#[test]
fn a_cap_over_days_is_reached_with_its_last_time_and_over_with_its_hour() {
    let engine = hero(json!({ "cap": { "per_days": { "times": 3, "days": 7 } } }));
    for (count, hours_ago, expected, next) in [
        (2, 167, Reason::Matched, counter("spring / 7", 3, HOURS - 167)),
        (3, 167, Reason::Capped, counter("spring / 7", 3, HOURS - 167)),
        (4, 0, Reason::Capped, counter("spring / 7", 4, HOURS)),
        (3, 168, Reason::Matched, counter("spring / 7", 1, HOURS)),
    ] {
        let told = ask(&engine, known(&[(3, counter("spring / 7", count, HOURS - hours_ago))]));
        assert_eq!((told.reasons[0], told.part(3)), (expected, Some(next)), "{count}, {hours_ago} hours ago");
    }
    assert_eq!(ask(&engine, known(&[])).part(3), Some(counter("spring / 7", 1, HOURS)));
    // A request for the head of the page counts nothing, and a counter of another campaign is forgotten.
    let head = Facts { method: Method::Head, ..known(&[(3, counter("other", 1, HOURS))]) };
    let told = ask(&engine, head);
    assert_eq!((told.reasons[0], told.part(3)), (Reason::Matched, None));
}

#[test]
fn a_cap_of_a_lifetime_and_one_of_a_visit_count_to_their_last_time() {
    let life = hero(json!({ "cap": { "lifetime": 255 } }));
    for (count, expected) in [(254, Reason::Matched), (255, Reason::Capped)] {
        let told = ask(&life, known(&[(3, counter("spring / life", count, 0))]));
        assert_eq!((told.reasons[0], told.part(3)), (expected, Some(counter("spring / life", 255, 0))));
    }
    let visit = hero(json!({ "cap": { "per_visit": 2 } }));
    let key = u32::from_le_bytes(code("spring"));
    for (count, expected) in [(1, Reason::Matched), (2, Reason::Capped)] {
        let told = ask(&visit, facts_of(&PURPOSES, &format!("a~x{key:08x}*{count}"), None));
        assert_eq!((told.reasons[0], told.visit), (expected, Some(format!("a~x{key:08x}*2"))));
    }
}

#[test]
fn a_dismissal_hides_what_is_shown_and_a_cap_of_exposures_does_not() {
    let shown = |mut facts: Facts| {
        let browser = facts.browser.as_mut().unwrap();
        (browser.shown, browser.arrives) = (vec![(0, 0)], false);
        facts
    };
    let exposed = hero(json!({ "cap": { "lifetime": 1 } }));
    let full = || known(&[(3, counter("spring / life", 1, 0))]);
    assert_eq!(reason(&exposed, full()), Reason::Capped);
    assert_eq!(reason(&exposed, shown(full())), Reason::Matched, "showing on is not showing again");
    for (cap, key) in [
        (json!({ "dismissals": { "times": 2, "days": 7 } }), "spring x / 7"),
        (json!({ "dismissals": { "times": 2 } }), "spring x"),
    ] {
        let engine = hero(json!({ "cap": cap }));
        let wave = |facts| with(Event::Dismissed("spring".to_owned()), shown(facts));
        let days = key.ends_with('7');
        let facts = |count: u8| match (days, count) {
            (true, _) => known(&[(3, counter(key, count, HOURS))]),
            (false, _) => facts_of(
                &PURPOSES,
                &format!("a~x{:08x}*{count}", u32::from_le_bytes(code(key))),
                Some(&remembered(&[])),
            ),
        };
        assert_eq!(reason(&engine, shown(facts(1))), Reason::Matched, "{key}");
        assert_eq!(reason(&engine, wave(facts(1))), Reason::Capped, "{key}");
        assert_eq!(reason(&engine, shown(facts(2))), Reason::Capped, "{key}");
        let other = with(Event::Dismissed("summer".to_owned()), shown(facts(1)));
        assert_eq!(reason(&engine, other), Reason::Matched, "{key}");
    }
}

#[test]
fn behind_an_edge_the_second_dismissal_of_the_visit_is_enough() {
    let engine = hero(json!({ "cap": { "dismissals": { "times": 2, "days": 7 } } }));
    let key = u32::from_le_bytes(code("spring"));
    let facts = |visit: &str| behind_edge(facts_of(&PURPOSES, visit, None));
    let once = with(Event::Dismissed("spring".to_owned()), facts("a"));
    let told = ask(&engine, once);
    assert_eq!((told.reasons[0], told.visit), (Reason::EdgeOnly, Some(format!("a~d{key:08x}"))));
    assert_eq!(reason(&engine, facts(&format!("a~d{key:08x}!{key:08x}"))), Reason::Capped);
    assert_eq!(reason(&engine, facts(&format!("a~d{key:08x}!00000007"))), Reason::EdgeOnly);
    // Without an edge what waits is counted in memory and forgotten in the visit.
    let told = ask(&engine, facts_of(&PURPOSES, &format!("a~d{key:08x}!00000007"), Some(&remembered(&[]))));
    assert_eq!((told.part(3), told.visit), (Some(counter("spring x / 7", 1, HOURS)), Some("a".to_owned())));
}

#[test]
fn a_cooldown_and_a_suppression_are_over_in_their_hour() {
    // The campaign is called as an item is, so that a rule can be about either.
    let rule = |when: &str, what: &str, of: &str| {
        hero(json!({ "id": "lamp", "suppress": [{ "when": when, "what": what, "of": of, "days": 2 }] }))
    };
    let cases = [
        (hero(json!({ "cooldown": { "hours": 5 } })), 1, 5, Reason::CoolingDown),
        (hero(json!({ "cooldown": { "days": 1, "hours": 12 } })), 1, 36, Reason::CoolingDown),
        (rule("bought", "item", "lamp"), 1, 48, Reason::Suppressed),
        (rule("removed", "item", "lamp"), 2, 48, Reason::Suppressed),
        (rule("bought", "category", "lights"), 1, 48, Reason::Suppressed),
        (rule("dismissed", "item", "lamp"), 3, 48, Reason::Suppressed),
        (rule("dismissed", "campaign", "lamp"), 4, 48, Reason::Suppressed),
    ];
    for (index, (engine, kind, hours, expected)) in cases.into_iter().enumerate() {
        let at = |hours_ago: u16| reason(&engine, known(&[(4, happened("lamp", "lights", kind, hours_ago))]));
        assert_eq!((at(0), at(hours - 1), at(hours)), (expected, expected, Reason::Matched), "{index}");
        for other in (1..=4).filter(|other| *other != kind) {
            let told = reason(&engine, known(&[(4, happened("lamp", "lights", other, 0))]));
            assert_eq!(told, Reason::Matched, "{index}: a thing of kind {other}");
        }
        let strange = reason(&engine, known(&[(4, happened("rug", "floor", kind, 0))]));
        assert_eq!(
            strange,
            if expected == Reason::CoolingDown { expected } else { Reason::Matched },
            "{index}"
        );
    }
}

#[test]
fn a_rest_grows_by_its_factor_up_to_the_longest() {
    // The example of the documentation: 12, 18, 27 and then 40 hours.
    let engine = hero(
        json!({ "fatigue": { "backoff_hours": 12, "factor": 1.5, "max_backoff_hours": 40, "reset_after_days": 9 } }),
    );
    for (times, rest) in [(1, 12), (2, 18), (3, 27), (4, 40), (5, 40), (255, 40)] {
        let at = |hours_ago: u16| ask(&engine, known(&[(3, counter("spring", times, HOURS - hours_ago))]));
        assert_eq!(at(rest - 1).reasons[0], Reason::Fatigued, "{times}");
        let told = at(rest);
        let next = counter("spring", times.saturating_add(1), HOURS);
        assert_eq!((told.reasons[0], told.part(3)), (Reason::Matched, Some(next)), "{times}");
    }
    let forgets = hero(json!({ "fatigue": { "backoff_hours": 100, "reset_after_days": 2 } }));
    let at = |hours_ago: u16| ask(&forgets, known(&[(3, counter("spring", 9, HOURS - hours_ago))]));
    assert_eq!(at(47).reasons[0], Reason::Fatigued);
    let told = at(48);
    assert_eq!((told.reasons[0], told.part(3)), (Reason::Matched, Some(counter("spring", 1, HOURS))));
    // What is left out: a day, twice as long each time, thirty days at most, forgotten after sixty.
    let plain = hero(json!({ "fatigue": {} }));
    let at =
        |times, hours_ago: u16| reason(&plain, known(&[(3, counter("spring", times, HOURS - hours_ago))]));
    assert_eq!(
        [at(1, 23), at(1, 24), at(3, 95), at(3, 96)],
        [Reason::Fatigued, Reason::Matched, Reason::Fatigued, Reason::Matched]
    );
}

#[test]
fn a_variant_is_shown_from_its_visit_on() {
    let engine = hero(json!({ "variants": [{ "id": "friend", "min_visits": 3, "html": "<p>Again</p>" },
        { "id": "guest", "min_visits": 2, "html": "<p>Hello</p>" }] }));
    let visits = |visits: u16| {
        let memory = memory(TODAY - 10, visits, midnight(TODAY) + 8 * 60, &[]);
        ask(&engine, facts_of(&PURPOSES, "a", Some(&memory)))
    };
    let told = visits(1);
    assert_eq!((told.reasons[0], told.html()), (Reason::TooFewVisits, "Default".to_owned()));
    assert_eq!(
        [visits(2).html(), visits(3).html(), visits(u16::MAX).html()],
        ["<p>Hello</p>", "<p>Again</p>", "<p>Again</p>"]
    );
}

#[test]
fn a_visit_begins_after_as_many_minutes_and_without_session_too() {
    let engine = hero(json!({ "when": { "visitor.visits": { "$gte": 1 } } }));
    let visits = |told: Told| u16::from_le_bytes(told.memory.unwrap()[3..5].try_into().unwrap());
    let yesterday = memory(TODAY - 10, 7, midnight(TODAY) - 1, &[]);
    let persistent = [Purpose::DeviceStorage, Purpose::PersistentPersonalization];
    let midnight_ms = i64::from(TODAY) * DAY;
    let of = |granted: &[Purpose], visit: &str, now: i64| {
        visits(ask(&engine, at(now, facts_of(granted, visit, Some(&yesterday)))))
    };
    assert_eq!((of(&PURPOSES, "", NOW), of(&PURPOSES, "a", NOW)), (8, 7));
    let over = midnight_ms + 29 * MINUTE;
    for granted in [&PURPOSES[..], &persistent] {
        assert_eq!(
            (of(granted, "", midnight_ms), of(granted, "", over - 1), of(granted, "", over)),
            (7, 7, 8)
        );
    }
    assert_eq!(of(&persistent, "a", over), 8, "the cookie may not be kept");
    let active = |ago: i64| format!("a~l{}", NOW / MINUTE - ago);
    assert_eq!((of(&PURPOSES, &active(29), NOW), of(&PURPOSES, &active(30), NOW)), (7, 8));
    let head = Facts { method: Method::Head, ..facts_of(&PURPOSES, "", Some(&yesterday)) };
    assert_eq!(visits(ask(&engine, head)), 7);
    let mut stays = facts_of(&PURPOSES, "", Some(&yesterday));
    stays.browser.as_mut().unwrap().arrives = false;
    assert_eq!(visits(ask(&engine, stays)), 7);
    let first = memory(TODAY - 10, 0, midnight(TODAY), &[]);
    assert_eq!(
        visits(ask(&engine, facts_of(&PURPOSES, "a", Some(&first)))),
        1,
        "the first that is remembered"
    );
}

#[test]
fn a_campaign_around_a_date_begins_and_ends_at_midnight_of_the_site() {
    let engine = engine(&json!({
        "site": { "name": "lumen", "host": "shop.example", "utc_offset_minutes": 60 },
        "dates": { "trip": {}, "birthday": { "yearly": true } },
        "campaigns": [
            campaign(json!({ "around": { "date": "trip", "from_days": -7, "to_days": 1 },
                "variants": [{ "id": "only", "html": "<p>{{#if date.days_left}}in {{date.days_left}}{{else}}{{#if date.days_since}}{{date.days_since}} ago{{else}}today{{/if}}{{/if}}</p>" }] })),
            { "id": "candles", "block": "offers", "around": { "date": "birthday", "from_days": 0, "to_days": 0 },
                "variants": [{ "id": "only", "html": "<p>Candles</p>" }] }
        ],
    }));
    // The trip is on day 20,800 since 1970, the birthday on 21 November.
    let trip = [&code("trip")[..], &20_800_u16.to_le_bytes()].concat();
    let birthday = [&code("birthday")[..], &(11 * 32 + 21_u16).to_le_bytes()].concat();
    let remembered = memory(TODAY - 10, 3, midnight(TODAY - 5), &[(5, [trip, birthday].concat())]);
    let told = |now: i64| ask(&engine, at(now, facts_of(&PURPOSES, "a", Some(&remembered))));
    let local_midnight = |day: i64| day * DAY - HOUR;
    for (now, expected) in [
        (local_midnight(20_793) - 1, Err(Reason::OutsideDates)),
        (local_midnight(20_793), Ok("<p>in 7</p>")),
        (local_midnight(20_800) - 1, Ok("<p>in 1</p>")),
        (local_midnight(20_800), Ok("<p>today</p>")),
        (local_midnight(20_801), Ok("<p>1 ago</p>")),
        (local_midnight(20_802) - 1, Ok("<p>1 ago</p>")),
        (local_midnight(20_802), Err(Reason::OutsideDates)),
    ] {
        let told = told(now);
        let shown = if told.reasons[0] == Reason::Matched { Ok(told.html()) } else { Err(told.reasons[0]) };
        assert_eq!(shown.as_deref(), expected.as_ref().copied(), "{now}");
    }
    let day = i64::from(TODAY);
    let candles =
        [local_midnight(day) - 1, local_midnight(day), local_midnight(day + 1) - 1, local_midnight(day + 1)];
    let reasons = candles.map(|now| told(now).reasons[1]);
    assert_eq!(reasons, [Reason::OutsideDates, Reason::Matched, Reason::Matched, Reason::OutsideDates]);
    assert_eq!(reason(&engine, known(&[])), Reason::OutsideDates, "none was declared");
}

//! When the freshness of a shared response ends: as soon as the same request is decided otherwise.

use parvis::base::calendar::{self, Millis};
use parvis::facts::Facts;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{HTML, engine, facts, playbook, sent};

/// A playbook on a clock, whose cache keys on all of it.
fn clock(campaigns: &Value, site: &Value) -> Value {
    let mut source = playbook(campaigns);
    source["cache"] = json!({ "keyed_on": ["hour", "weekday", "time"] });
    for (key, value) in site.as_object().unwrap() {
        source["site"][key] = value.clone();
    }
    source
}

/// A campaign that runs as this says.
fn running(id: &str, says: Value) -> Value {
    let mut campaign =
        json!({ "id": id, "block": "hero", "variants": [{ "id": "only", "html": format!("<p>{id}</p>") }] });
    for (key, value) in says.as_object().unwrap() {
        campaign[key] = value.clone();
    }
    campaign
}

/// Seconds of freshness that are left, if they end.
fn left(source: &Value, now: Millis) -> Option<u32> {
    let (_, edits) = sent(&engine(source), &Facts { now: Some(now), ..facts() }, HTML);
    edits.ends.map(|ends| ends.seconds)
}

#[test]
fn freshness_ends_with_what_is_shown() {
    let at = |text: &str| calendar::parse(text).unwrap();
    let sale =
        || running("sale", json!({ "starts": "2026-11-27T08:00:00Z", "ends": "2026-11-27T20:00:00Z" }));
    let first = |mut campaign: Value| {
        campaign["priority"] = json!(9);
        campaign
    };
    let plain = || running("plain", json!({}));
    for (what, campaigns, now, expected) in [
        ("nothing ends", json!([plain()]), "2026-11-27T07:00:00Z", None),
        ("not begun", json!([sale()]), "2026-11-27T07:00:00Z", Some(3600)),
        ("within a second", json!([sale()]), "2026-11-27T07:59:58.900Z", Some(1)),
        ("running", json!([sale()]), "2026-11-27T19:00:00Z", Some(3600)),
        ("the last second", json!([sale()]), "2026-11-27T20:00:00.500Z", Some(0)),
        ("over", json!([sale()]), "2026-11-27T20:00:01Z", None),
        ("before another", json!([first(sale()), plain()]), "2026-11-27T07:00:00Z", Some(3600)),
        ("behind another", json!([first(plain()), sale()]), "2026-11-27T07:00:00Z", None),
        (
            "full hours",
            json!([running("h", json!({ "when": { "hour": 9 } }))]),
            "2026-11-27T07:00:01Z",
            Some(3599),
        ),
        (
            "a minute",
            json!([running("t", json!({ "when": { "time": "09:30" } }))]),
            "2026-11-27T07:00:01Z",
            Some(59),
        ),
        (
            "the day",
            json!([running("d", json!({ "schedule": { "weekdays": ["monday"] } }))]),
            "2026-11-27T23:00:00Z",
            Some(3600),
        ),
        (
            "the nearest of several",
            json!([first(sale()), running("d", json!({ "schedule": { "weekdays": ["friday"] } }))]),
            "2026-11-27T07:59:00Z",
            Some(60),
        ),
        (
            "one visitor alone",
            json!([sale(), running("c", json!({ "when": { "country": "FR" } }))]),
            "2026-11-27T07:00:00Z",
            None,
        ),
    ] {
        assert_eq!(left(&clock(&campaigns, &json!({})), at(now)), expected, "{what}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// While a response is fresh, the same request is decided alike at every moment; no moment of these two years is skipped.
    #[test]
    fn what_is_fresh_is_what_would_be_decided_now(
        start in 0..63_072_000_i64,
        millis in 0..1000_i64,
        offset in prop::sample::select(vec![0, 60, -300, 330, 345]),
        rule in prop::sample::select(vec![Value::Null, json!("eu"), json!("us")]),
        zone in prop::sample::select(vec![
            None, None, Some("Australia/Sydney"), Some("Australia/Lord_Howe"), Some("Pacific/Chatham"), Some("America/Santiago"), Some("Africa/Casablanca"),
        ]),
        near_a_change: bool,
        which in 0..7_usize,
        begins in 0..200_000_i64,
        lasts in 1..200_000_i64,
        steps in prop::collection::vec(0.0..1.0_f64, 8),
    ) {
        let base = calendar::parse("2026-01-01T00:00:00Z").unwrap().0;
        // Around the first Sundays of April and October many clocks change.
        let start = if near_a_change { [7_948_800, 23_760_000][usize::from(start % 2 == 0)] + start % 172_800 } else { start };
        let now = base + start * 1000 + millis;
        let stamp = |seconds: i64| {
            let at = (base / 1000 + start + seconds).rem_euclid(86_400);
            let day = (base / 1000 + start + seconds).div_euclid(86_400);
            let date = date(day);
            format!("{date}T{:02}:{:02}:{:02}Z", at / 3600, at / 60 % 60, at % 60)
        };
        let says = [
            json!({ "starts": stamp(begins), "ends": stamp(begins + lasts) }),
            json!({ "ends": stamp(lasts) }),
            json!({ "when": { "hour": { "$gte": 12 } } }),
            json!({ "schedule": { "weekdays": ["sunday", "wednesday"] } }),
            json!({ "schedule": { "hours": ["08:30-12:00", "22:00-02:15"], "weekdays": ["sunday", "friday"] } }),
            json!({ "schedule": { "hours": ["06:00-18:00"] } }),
            json!({ "schedule": { "hours": ["00:00-03:00"], "weekdays": ["sunday"] } }),
        ];
        let mut site = json!({ "utc_offset_minutes": offset });
        if !rule.is_null() {
            site["daylight_saving"] = rule;
        }
        if let Some(zone) = zone {
            site["time_zone"] = json!(zone);
        }
        let source = clock(&json!([running("one", says[which].clone())]), &site);
        let engine = engine(&source);
        let shown = |at: i64| {
            let mut exchange = engine.begin(Facts { now: Some(Millis(at)), ..facts() });
            exchange.decide().unwrap().outcome.decisions()[0].content.clone()
        };
        let fresh = left(&source, Millis(now)).map_or(400_000, i64::from) * 1000;
        let last = (fresh - 1).max(0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a moment on the way")]
        let moments = steps.iter().map(|step| (step * last as f64) as i64);
        for moment in moments.chain([0, last]).filter(|_| fresh > 0) {
            prop_assert_eq!(shown(now), shown(now + moment), "{} of {} ms", moment, fresh);
        }
    }
}

/// A day since 1970 as `2026-11-27`.
fn date(day: i64) -> String {
    let mut year = 2026;
    while calendar::days(year + 1, 1, 1) <= day {
        year += 1;
    }
    let month = (1..=12).rev().find(|month| calendar::days(year, *month, 1) <= day).unwrap();
    format!("{year:04}-{month:02}-{:02}", day - calendar::days(year, month, 1) + 1)
}

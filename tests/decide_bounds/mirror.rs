//! The mirror cookie of a choice made through Parvis itself: what is written, how long it lasts, and what is refused.

use parvis::base::calendar::Millis;
use parvis::decide::mirror::{Asked, renew};
use parvis::facts::{BrowserFacts, Facts};
use serde_json::json;

use super::support::*;

/// Days that a choice lasts where no regime is known, and under the regime of this playbook for the US.
const LASTS: i64 = 184;
const US_LASTS: i64 = 100;

struct Page<'p> {
    country: &'p str,
    mirror: String,
    now: Option<i64>,
    settled: bool,
}

/// A page of the Antarctic, which no regime knows, with this mirror.
fn page(mirror: &str) -> Page<'static> {
    Page { country: "AQ", mirror: mirror.to_owned(), now: Some(NOW), settled: false }
}

/// What becomes of the mirror, after this choice or without one.
fn renewed(page: &Page<'_>, choice: Option<(&str, &str)>) -> String {
    let regimes =
        json!([{ "region": "US", "opt_in": false, "max_age_days": US_LASTS, "as_of": "2026-11-21" }]);
    let engine = engine(&json!({ "consent": { "regimes": regimes } }));
    let mut facts = Facts {
        path: "/".to_owned(),
        cookies: (!page.mirror.is_empty())
            .then(|| format!("parvis-consent={}", page.mirror))
            .into_iter()
            .collect(),
        country: Some(page.country.to_owned()),
        now: page.now.map(Millis),
        browser: Some(BrowserFacts { behind_edge: true, ..BrowserFacts::default() }),
        ..Facts::default()
    };
    renew(engine.playbook().unwrap(), &mut facts, Asked { choice, settled: page.settled })
}

/// The seconds of so many milliseconds before now, as a mirror has them.
fn since(millis: i64) -> String {
    format!("{:x}", (NOW - millis) / 1000)
}

#[test]
fn a_choice_is_written_as_it_was_made_and_refused_as_a_whole() {
    let written = |record: &str| format!("=1.{}.{record}; Max-Age={}", since(0), LASTS * 86_400);
    for (granted, denied, expected) in [
        ("0 session_personalization", "", written("c.0.0")),
        ("0 profile experimentation", "", written("124.0.0")),
        ("0 persistent_personalization", "measurement", written("14.80.0")),
        ("0 precise_geo", "", written("44.0.0")),
        ("0 measurement sale_share", "", written("280.0.0")),
        ("0 device_storage", "", written("4.0.0")),
        ("0", "*", written("0.3fc.0")),
        ("0 measurement", "*", written("0.3fc.0")),
        ("0 measurement sale_share", "measurement", written("200.80.0")),
        ("0 session_personalization", "device_storage", written("8.4.0")),
        ("1 sale_share", "", written("200.0.0.1")),
        ("4095 sale_share", "", written("200.0.0.fff")),
        ("4096 sale_share", "", "!".to_owned()),
        ("x sale_share", "", "!".to_owned()),
        ("", "*", "!".to_owned()),
        ("0 necessary", "", "!".to_owned()),
        ("0", "contextual", written("0.2.0")),
        ("0 measurement nonsense", "", "!".to_owned()),
        ("0", "", "*".to_owned()),
    ] {
        assert_eq!(renewed(&page(""), Some((granted, denied))), expected, "`{granted}` `{denied}`");
    }
    let clockless = Page { now: None, ..page("") };
    assert_eq!(renewed(&clockless, Some(("0 measurement", ""))), "*", "without a clock nothing is written");
}

#[test]
fn a_choice_of_nothing_and_an_unreadable_mirror_are_deleted() {
    let own = format!("1.{}.80.0.0", since(DAY));
    assert_eq!(renewed(&page(&own), Some(("0", ""))), "");
    assert_eq!(renewed(&page(&own), Some(("!", ""))), "!", "what is no choice changes nothing");
    assert_eq!(renewed(&page("nonsense"), None), "");
    assert_eq!(renewed(&page(""), None), "*");
    assert_eq!(renewed(&page(&own), None), "*");
}

#[test]
fn a_choice_lasts_as_long_as_its_regime_says_and_an_opt_out_does_not_age() {
    for (country, days, record, ages) in [
        ("AQ", LASTS, "80.0.0", true),
        ("AQ", LASTS, "0.80.0", true),
        ("US", US_LASTS, "80.0.0", true),
        ("US", US_LASTS, "0.200.0", false),
    ] {
        let at = |millis: i64| {
            let mirror = format!("1.{}.{record}", since(days * DAY));
            renewed(&Page { country, now: Some(NOW + millis), ..page(&mirror) }, None)
        };
        assert_eq!(at(0), "*", "{country} {record}");
        assert_eq!(at(1), if ages { "" } else { "*" }, "{country} {record}");
    }
}

#[test]
fn what_is_left_of_a_life_is_that_of_the_newest_choice() {
    // What a script of the page no longer reports (Osano's) goes, once it had time to arrive; the visitor's own choice stays.
    let with = |own_days: i64, seen_days: i64| {
        format!("1.{}.80.0.0~{}.80.0.c", since(own_days * DAY), since(seen_days * DAY))
    };
    assert_eq!(renewed(&page(&with(100, 90)), None), "*");
    let settled = |own_days: i64| renewed(&Page { settled: true, ..page(&with(own_days, 90)) }, None);
    let kept = |own_days: i64| {
        format!("=1.{}.80.0.0; Max-Age={}", since(own_days * DAY), (LASTS - own_days) * 86_400)
    };
    assert_eq!(settled(100), kept(100));
    assert_eq!(settled(183), kept(183));
    // At its very end it is not over yet, and would be written for as long again.
    assert_eq!(settled(LASTS), format!("=1.{}.80.0.0; Max-Age={}", since(LASTS * DAY), LASTS * 86_400));
    assert_eq!(
        settled(-1),
        format!("=1.{}.80.0.0; Max-Age={}", since(-DAY), LASTS * 86_400),
        "from the future"
    );
}

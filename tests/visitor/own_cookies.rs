//! What the origin gets of `Cookie` headers: all cookies but ours, byte for byte.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::borrow::Cow;

use parvis::consent::stored::StoredSettings;
use parvis::http::cookies::{Sent, find, pairs};
use parvis::names::MIRROR;
use parvis::visitor::cookie;
use parvis::visitor::upstream::Upstream;
use proptest::prelude::*;

/// A header, and what the origin gets of it: `None` for no header.
const HEADERS: [(&str, Option<&str>); 36] = [
    // Nothing is ours.
    ("", Some("")),
    (";", Some(";")),
    ("a=1", Some("a=1")),
    (" a=1 ;;  b=2 ; ", Some(" a=1 ;;  b=2 ; ")),
    // Between others, before and behind them.
    ("a=1; parvis-visit=a~idesk-lamp; b=2", Some("a=1; b=2")),
    ("__Host-parvis=AQE; a=1", Some("a=1")),
    ("a=1; __Host-parvis=AQE", Some("a=1")),
    ("a=1;parvis-visit=x;b=2", Some("a=1;b=2")),
    ("a=1 ; parvis-visit=x ;  b=2;", Some("a=1 ;  b=2;")),
    (";parvis-visit=x; b=2", Some("; b=2")),
    (" b=2; parvis-visit=x", Some(" b=2")),
    ("parvis-visit=x;\tb=2", Some("b=2")),
    // Nothing but ours.
    ("parvis-visit=x", None),
    ("parvis-visit=x; __Host-parvis=AQE", None),
    ("parvis-visit=x;", None),
    (" ; parvis-visit=x; ;", None),
    // Twice, and without a value.
    ("parvis-visit=x; a=1; parvis-visit=y", Some("a=1")),
    ("parvis-visit=; a=1", Some("a=1")),
    // Spaces around name and value, as they are read.
    ("  parvis-visit  = x ; a=1", Some("a=1")),
    ("a=1; \tparvis-visit=x", Some("a=1")),
    ("a=1;\u{a0}parvis-visit=x", Some("a=1")),
    // Quotes are no more than characters: a semicolon ends what is between them.
    ("parvis-visit=\"x y\"; a=\"1\"", Some("a=\"1\"")),
    ("a=\"1; parvis-visit=x\"; b=2", Some("a=\"1; b=2")),
    ("a=\"parvis-visit=x\"", Some("a=\"parvis-visit=x\"")),
    ("\"parvis-visit\"=x", Some("\"parvis-visit\"=x")),
    // The value is what is behind the first sign.
    ("parvis-visit=x=y; a=b=c", Some("a=b=c")),
    ("a=parvis-visit=x", Some("a=parvis-visit=x")),
    ("=parvis-visit", Some("=parvis-visit")),
    // A value without a name is somebody else's cookie.
    ("parvis-visit", Some("parvis-visit")),
    ("a=1; parvis-visit; b=2", Some("a=1; parvis-visit; b=2")),
    // Names are compared exactly, and commas divide nothing.
    ("Parvis-Visit=x; __host-parvis=x", Some("Parvis-Visit=x; __host-parvis=x")),
    ("parvis-visit2=x; x-parvis-visit=y", Some("parvis-visit2=x; x-parvis-visit=y")),
    ("a=1, parvis-visit=x; b=2", Some("a=1, parvis-visit=x; b=2")),
    // The bridge is ours; what a banner wrote is the site's.
    ("a=1; parvis-consent=1.0.0.0.0; parvis-visit=x", Some("a=1")),
    ("parvis-consent=1.0.0.0.0", None),
    (
        "euconsent-v2=CP; cc_cookie=%7B%7D; Parvis-Consent=1",
        Some("euconsent-v2=CP; cc_cookie=%7B%7D; Parvis-Consent=1"),
    ),
];

fn others(header: &[u8]) -> Option<Cow<'_, [u8]>> {
    Upstream::default().cookies(header)
}

#[test]
fn the_origin_gets_all_cookies_but_ours() {
    for (header, expected) in HEADERS {
        let others = others(header.as_bytes());
        assert_eq!(others.as_deref(), expected.map(str::as_bytes), "{header:?}");
    }
}

/// Under every name that the playbook gives it, the usual one included, since an older playbook may have left it.
#[test]
fn a_bridge_of_another_name_stays_here_too() {
    let draft = r#"{"names": {"mirror": ["my-consent", "their-consent"]}}"#;
    let draft: parvis::author::consent_draft::ConsentDraft = serde_json::from_str(draft).unwrap();
    let section = draft.encode();
    let upstream = Upstream::new(StoredSettings::open(&section).unwrap());
    let header = b"a=1; my-consent=1; my-consent2=2; their-consent=3; parvis-consent=4; klaro=5";
    assert_eq!(upstream.cookies(header).as_deref(), Some(&b"a=1; my-consent2=2; klaro=5"[..]));
    assert_eq!(
        others(header).as_deref(),
        Some(&b"a=1; my-consent=1; my-consent2=2; their-consent=3; klaro=5"[..])
    );
}

#[test]
fn bytes_that_are_no_text_stay_as_they_are() {
    assert_eq!(others(b"a=\xff\xfe; parvis-visit=\xff; b=\x80").as_deref(), Some(&b"a=\xff\xfe; b=\x80"[..]));
    assert_eq!(others(b"\xffparvis-visit=x").as_deref(), Some(&b"\xffparvis-visit=x"[..]));
}

#[test]
fn nothing_is_copied_where_nothing_is_cut() {
    let header = format!("a=1; b={}; parvis-visit; c=3", "x".repeat(40_000));
    let mut same = false;
    let used = allocation_counter::measure(|| {
        same =
            matches!(others(header.as_bytes()), Some(Cow::Borrowed(others)) if others == header.as_bytes());
    });
    assert!(same);
    assert_eq!(used.count_total, 0);
}

proptest! {
    /// Whatever stands between the semicolons.
    #[test]
    fn what_is_not_ours_stays_and_ours_goes(
        parts in prop::collection::vec(
            prop_oneof![
                " {0,2}(parvis-visit|__Host-parvis|parvis-consent) ?= ?[a-z~\"=]{0,4}",
                " {0,2}(parvis-visit|__Host-parvis|Parvis-Visit|a)?[ =\"]{0,3}[a-z,\"=]{0,4} ?",
                "[^;]{0,6}",
            ],
            0..8,
        )
    ) {
        let header = parts.join(";");
        let names = [cookie::VISIT, cookie::MEMORY, MIRROR];
        let ours = |name: &str| names.contains(&name);
        let all = [header.clone()];
        let others = others(header.as_bytes());
        let text = others.as_deref().map(|others| String::from(std::str::from_utf8(others).unwrap_or("no text")));
        let left: Vec<String> = text.clone().into_iter().collect();
        // What is read of it is what was read before, but for ours.
        let expected: Vec<(&str, &str)> = pairs(&all).filter(|(name, _)| !ours(name)).collect();
        prop_assert_eq!(pairs(&left).collect::<Vec<_>>(), expected);
        prop_assert!(names.iter().all(|name| find(&left, name) == Sent::Absent));
        // Each part is there byte for byte, but for the space before the first.
        let is_cut = |part: &str| part.split_once('=').is_some_and(|(name, _)| ours(name.trim()));
        let stay: Vec<&str> = header.split(';').filter(|part| !is_cut(part)).collect();
        let trimmed = |parts: Vec<&str>| parts.join(";").trim_ascii_start().to_owned();
        match &text {
            Some(text) => prop_assert_eq!(trimmed(text.split(';').collect()), trimmed(stay)),
            None => prop_assert!(stay.iter().all(|part| part.trim_ascii().is_empty())),
        }
        prop_assert_eq!(matches!(others, Some(Cow::Borrowed(_))), !header.split(';').any(is_cut));
    }
}

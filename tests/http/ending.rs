//! No cache keeps a response beyond its end, and none longer or wider than the origin says.

use parvis::base::calendar::{self, Millis};
use parvis::http::ending::Ends;
use parvis::http::freshness::lifetime;
use proptest::prelude::*;

fn now() -> Millis {
    calendar::parse("2026-11-22T00:00:00Z").unwrap()
}

fn fields(lines: &[String]) -> Vec<(&str, &[u8])> {
    lines
        .iter()
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name, value.as_bytes()))
        .collect()
}

/// What is sent for these lines of the origin, if freshness ends in 20 seconds.
fn sent(lines: &[&str]) -> Vec<String> {
    sent_for(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>(), 20)
}

fn sent_for(lines: &[String], seconds: u32) -> Vec<String> {
    let edits = Ends { now: now(), seconds }.lines(&fields(lines));
    let stays = |line: &&String| !edits.iter().any(|(name, _)| line.split_once(": ").unwrap().0 == name);
    let set = edits.iter().filter_map(|(name, value)| Some(format!("{name}: {}", value.as_ref()?)));
    lines.iter().filter(stays).cloned().chain(set).collect()
}

#[test]
fn lifetimes_end_and_nothing_else_is_said() {
    for (origin, expected) in [
        (
            &["cache-control: public, max-age=600, s-maxage=3600"][..],
            &["cache-control: public, max-age=20, s-maxage=20"][..],
        ),
        (&["cache-control: public, max-age=9"], &["cache-control: public, max-age=9"]),
        (&["cache-control: max-age=600", "cache-control: private"], &["cache-control: max-age=20, private"]),
        (
            &["cache-control: max-age=9, stale-while-revalidate=600, stale-if-error=600"],
            &["cache-control: max-age=9"],
        ),
        (&["cache-control: max-age=99999999999999999999"], &["cache-control: max-age=20"]),
        (&["cache-control: max-age=soon"], &["cache-control: max-age=0"]),
        // A lifetime that a cache would guess.
        (&[], &["cache-control: max-age=0"]),
        (&["cache-control: public"], &["cache-control: public, max-age=0"]),
        (&["cache-control: s-maxage=600"], &["cache-control: s-maxage=20, max-age=0"]),
        (&["cache-control: no-cache=\"set-cookie\""], &["cache-control: no-cache=\"set-cookie\", max-age=0"]),
        // What forbids more stays.
        (&["cache-control: no-store"], &["cache-control: no-store"]),
        (&["cache-control: no-cache"], &["cache-control: no-cache"]),
        (&["cache-control: \u{e9}"], &["cache-control: no-store"]),
        // RFC 9111 section 5.3.
        (&["expires: Sun, 22 Nov 2026 01:00:00 GMT"], &["cache-control: max-age=20"]),
        (
            &["expires: Sun, 22 Nov 2026 00:00:05 GMT"],
            &["expires: Sun, 22 Nov 2026 00:00:05 GMT", "cache-control: max-age=5"],
        ),
        (
            &["cache-control: max-age=600", "expires: Fri, 01 Jan 2100 00:00:00 GMT"],
            &["cache-control: max-age=20"],
        ),
        (
            &["pragma: no-cache", "expires: Sun, 22 Nov 2026 00:00:05 GMT"],
            &["pragma: no-cache", "expires: Sun, 22 Nov 2026 00:00:05 GMT", "cache-control: max-age=0"],
        ),
        (
            &["cache-control: ", "pragma: no-cache", "expires: Sun, 22 Nov 2026 00:00:05 GMT"],
            &["pragma: no-cache", "expires: Sun, 22 Nov 2026 00:00:05 GMT", "cache-control: max-age=0"],
        ),
        (&["expires: 0"], &["expires: 0", "cache-control: max-age=0"]),
        // What outranks `Cache-Control` at some cache.
        (
            &["cache-control: max-age=5", "cdn-cache-control: max-age=600, public"],
            &["cache-control: max-age=5", "cdn-cache-control: max-age=20, public"],
        ),
        (
            &["cache-control: max-age=5", "surrogate-control: max-age=600+30, content=\"ESI/1.0\""],
            &["cache-control: max-age=5", "surrogate-control: max-age=0, content=\"ESI/1.0\""],
        ),
        (
            &["cache-control: max-age=5", "edge-control: !no-store, max-age=10m"],
            &["cache-control: max-age=5", "edge-control: !no-store, max-age=0"],
        ),
        (
            &["cache-control: max-age=5", "cdn-cache-control: no-store"],
            &["cache-control: max-age=5", "cdn-cache-control: no-store"],
        ),
        (
            &["cache-control: max-age=5", "cdn-cache-control: public"],
            &["cache-control: max-age=5", "cdn-cache-control: public, max-age=0"],
        ),
        (
            &["cache-control: max-age=5", "x-accel-expires: 600", "surrogate-key: a b", "age: 600"],
            &["cache-control: max-age=5", "surrogate-key: a b", "age: 600", "x-accel-expires: 20"],
        ),
        (
            &["cache-control: max-age=5", "x-accel-expires: @1"],
            &["cache-control: max-age=5", "x-accel-expires: 0"],
        ),
        (
            &["cache-control: max-age=5", "x-accel-expires: 3"],
            &["cache-control: max-age=5", "x-accel-expires: 3"],
        ),
    ] {
        assert_eq!(sent(origin), expected, "{origin:?}");
    }
}

/// Directives and lines as origins write them, well and badly.
fn line() -> impl Strategy<Value = String> {
    let directive = prop_oneof![
        (0..2000_u32).prop_map(|seconds| format!("max-age={seconds}")),
        (0..2000_u32).prop_map(|seconds| format!("s-maxage={seconds}")),
        (0..2000_u32).prop_map(|seconds| format!("stale-while-revalidate={seconds}")),
        prop::sample::select(vec!["public", "private", "no-store", "no-cache", "max-age=x", "immutable"])
            .prop_map(str::to_owned),
    ];
    let control =
        prop::collection::vec(directive, 0..4).prop_map(|all| format!("cache-control: {}", all.join(", ")));
    let expires = (0..60_u32, 0..60_u32)
        .prop_map(|(minute, second)| format!("expires: Sun, 22 Nov 2026 00:{minute:02}:{second:02} GMT"));
    prop_oneof![control, expires, Just("pragma: no-cache".to_owned()), Just("age: 3".to_owned())]
}

proptest! {
    #[test]
    fn nothing_is_kept_longer_than_the_end_and_than_the_origin_says(
        lines in prop::collection::vec(line(), 0..4),
        seconds in 0..1500_u32,
    ) {
        let kept = |lines: &[String]| {
            let all: Vec<_> = [("content-type", &b"text/html"[..])].into_iter().chain(fields(lines)).collect();
            lifetime(200, &all, now()).unwrap_or(0)
        };
        let (origin, sent) = (kept(&lines), kept(&sent_for(&lines, seconds)));
        prop_assert!(sent <= u64::from(seconds), "{lines:?} {sent}");
        prop_assert!(sent <= origin, "{lines:?} {sent} {origin}");
    }

    /// Who keeps it for as long as the origin allows is told nothing else.
    #[test]
    fn a_lifetime_that_ends_before_stays(age in 0..600_u32, more in 0..600_u32) {
        let lines = [format!("cache-control: public, max-age={age}")];
        prop_assert_eq!(sent_for(&lines, age + more), lines);
    }
}

//! What a shared cache may keep and give away, and for how long (RFC 9111).

use parvis::base::calendar::Millis;
use parvis::http::freshness::{ALWAYS, age, lifetime, may_answer, varies_by, wants_new};

use super::fields;

/// 2026-11-22T00:00:00Z, in milliseconds.
const NOW: i64 = 1_795_305_600_000;
const NOW_DATE: &str = "date: Sun, 22 Nov 2026 00:00:00 GMT";

/// The lifetime of an HTML page with these headers that comes at [`NOW`].
fn kept(lines: &[&str]) -> Option<u64> {
    kept_at(lines, NOW)
}

fn kept_at(lines: &[&str], now: i64) -> Option<u64> {
    lifetime(200, &fields(&[&["content-type: text/html"], lines].concat()), Millis(now))
}

#[test]
fn the_clock_of_these_tests_is_right() {
    assert_eq!(parvis::base::calendar::parse("2026-11-22T00:00:00Z"), Some(Millis(NOW)));
}

#[test]
fn a_request_is_answered_from_a_cache_only_if_it_is_for_the_whole_page_and_for_anybody() {
    for (method, lines, expected) in [
        ("GET", &[][..], true),
        // RFC 9111 section 3.5, and what asks for less than the page or whether it changed.
        ("GET", &["authorization: Basic eA=="], false),
        ("GET", &["if-match: \"a\""], false),
        ("GET", &["if-modified-since: Sun, 22 Nov 2026 00:00:00 GMT"], false),
        ("GET", &["if-none-match: \"a\""], false),
        ("GET", &["if-range: \"a\""], false),
        ("GET", &["if-unmodified-since: Sun, 22 Nov 2026 00:00:00 GMT"], false),
        ("GET", &["range: bytes=0-1"], false),
        ("GET", &["cookie: a=1", "if-range: \"a\""], false),
        // Their neighbors say nothing of the kind.
        ("GET", &["proxy-authorization: Basic eA==", "if-none: x", "ranges: bytes"], true),
        // RFC 9111 section 4: another method than the one that was kept.
        ("HEAD", &[], false),
        ("POST", &[], false),
        ("get", &[], false),
        ("", &[], false),
        // RFC 9111 section 5.2.1.5.
        ("GET", &["cache-control: no-store"], false),
        ("GET", &["cache-control: No-Store=x"], false),
        ("GET", &["cache-control: max-age=0, no-store"], false),
        ("GET", &["cache-control: max-age=0", "cache-control: no-store"], false),
        ("GET", &["cache-control: no-cache"], true),
        ("GET", &["cache-control: no-storex"], true),
        ("GET", &["cache-control: x=\"a, no-store, b\""], true),
        ("GET", &["cache-control: x=\"a\", no-store"], false),
        // What cannot be read may be a no.
        ("GET", &["cache-control: max-age=0, \u{e9}"], false),
        ("HEAD", &["cache-control: \u{e9}"], false),
    ] {
        assert_eq!(may_answer(method, &fields(lines)), expected, "{method} {lines:?}");
    }
    assert!(!may_answer("GET", &[("cache-control", b"max-age=1\xff")]));
}

#[test]
fn who_asks_for_what_the_origin_has_now_gets_it() {
    for (lines, expected) in [
        (&[][..], false),
        // RFC 9111 section 5.2.1.4 and 5.2.1.1.
        (&["cache-control: no-cache"], true),
        (&["cache-control: NO-CACHE"], true),
        (&["cache-control: max-stale=9 , no-cache"], true),
        (&["cache-control: max-age=0"], true),
        (&["cache-control: max-age=\"0\""], true),
        (&["cache-control: max-age=00"], true),
        (&["cache-control: max-age=1"], false),
        (&["cache-control: max-age=1", "cache-control: max-age=0"], true),
        (&["cache-control: min-fresh=0"], false),
        (&["cache-control: no-store"], false),
        // A number that cannot be read is the least.
        (&["cache-control: max-age"], true),
        (&["cache-control: max-age=soon"], true),
        (&["cache-control: max-age=-1"], true),
        // What cannot be read at all may ask for it.
        (&["cache-control: \u{e9}"], true),
        (&["cache-control: max-age=1", "cache-control: \u{e9}"], true),
        // RFC 9111 section 5.4: `Pragma` counts only where there is no `Cache-Control`.
        (&["pragma: no-cache"], true),
        (&["pragma: no-cache", "cache-control: max-age=60"], false),
        (&["pragma: no-cache", "cache-control: "], true),
        (&["pragma: no-cache", "cache-control: no-cache"], true),
    ] {
        assert_eq!(wants_new(&fields(lines)), expected, "{lines:?}");
    }
    assert!(wants_new(&[("cache-control", b"max-age=1, \xff")]));
}

#[test]
fn only_a_whole_page_in_html_that_sets_no_cookie_is_kept() {
    let page = ["content-type: text/html", "cache-control: max-age=60"];
    for (status, expected) in
        [(200, Some(60)), (199, None), (201, None), (203, None), (206, None), (304, None), (404, None)]
    {
        assert_eq!(lifetime(status, &fields(&page), Millis(NOW)), expected, "{status}");
    }
    for (kind, expected) in [
        ("text/html", Some(60)),
        ("Text/HTML", Some(60)),
        (" text/html ; charset=utf-8", Some(60)),
        ("text/html;", Some(60)),
        ("text/htmlx", None),
        ("text/plain", None),
        ("application/xhtml+xml", None),
        ("", None),
        ("text/html; title=\u{e9}", None),
    ] {
        let lines = [("content-type", kind.as_bytes()), ("cache-control", b"max-age=60")];
        assert_eq!(lifetime(200, &lines, Millis(NOW)), expected, "{kind}");
    }
    assert_eq!(lifetime(200, &fields(&page[1..]), Millis(NOW)), None, "without a type");
    for (line, expected) in [
        ("set-cookie: a=1", None),
        ("set-cookie: ", None),
        ("set-cookie2: a=1", Some(60)),
        ("content-range: bytes 0-1/2", None),
        ("content-range: ", None),
        ("content-security-policy: script-src 'nonce-eA=='", None),
        ("content-security-policy: script-src 'self'", Some(60)),
        ("vary: *", None),
        ("vary: cookie", Some(60)),
    ] {
        assert_eq!(kept(&["cache-control: max-age=60", line]), expected, "{line}");
    }
}

#[test]
fn what_the_origin_forbids_is_not_kept() {
    for (lines, expected) in [
        (&["cache-control: max-age=60"][..], Some(60)),
        (&["cache-control: max-age=60, no-store"], None),
        (&["cache-control: max-age=60, no-cache"], None),
        (&["cache-control: max-age=60, private"], None),
        (&["cache-control: no-store, max-age=60"], None),
        (&["cache-control: max-age=60", "cache-control: Private"], None),
        // Stricter than RFC 9111 sections 5.2.2.4 and 5.2.2.7: with a list of fields too.
        (&["cache-control: max-age=60, no-cache=\"x\""], None),
        (&["cache-control: max-age=60, private=\"x, y\""], None),
        (&["cache-control: max-age=60, no-transform, must-revalidate, public"], Some(60)),
        (&["cache-control: max-age=60, x=\"a, private\""], Some(60)),
        (&["cache-control: max-age=60, privatex"], Some(60)),
        (&["cache-control: max-age=60, \u{e9}"], None),
        // RFC 9111 section 5.4: `Pragma` is of requests, and counts here only where there is no `Cache-Control`.
        (&["pragma: no-cache", "cache-control: max-age=60"], Some(60)),
        (&["pragma: no-cache", "cache-control: public", "expires: Sun, 22 Nov 2026 00:00:30 GMT"], Some(30)),
        (&["pragma: no-cache", "expires: Sun, 22 Nov 2026 00:00:30 GMT"], None),
        (&["pragma: no-cache", "cache-control: ", "expires: Sun, 22 Nov 2026 00:00:30 GMT"], None),
        (&["expires: Sun, 22 Nov 2026 00:00:30 GMT"], Some(30)),
    ] {
        assert_eq!(kept(lines), expected, "{lines:?}");
    }
}

#[test]
fn a_lifetime_ends_at_its_second() {
    const YEAR: u64 = 31_536_000;
    for (lines, expected) in [
        // RFC 9111 section 4.2.1: `s-maxage` counts before `max-age`, and that before `Expires`.
        (&["cache-control: max-age=60, s-maxage=10"][..], Some(10)),
        (&["cache-control: max-age=10, s-maxage=60"], Some(60)),
        (&["cache-control: s-maxage=60, max-age=0"], Some(60)),
        (&["cache-control: s-maxage=10", "expires: Sun, 22 Nov 2026 01:00:00 GMT"], Some(10)),
        (&["cache-control: max-age=10", "expires: Sun, 22 Nov 2026 01:00:00 GMT"], Some(10)),
        (&["cache-control: max-age=10", "expires: Sat, 21 Nov 2026 01:00:00 GMT"], Some(10)),
        // Of several the least.
        (&["cache-control: max-age=9, max-age=60"], Some(9)),
        (&["cache-control: s-maxage=60", "cache-control: s-maxage=9"], Some(9)),
        (&["cache-control: max-age=0"], None),
        (&["cache-control: max-age=1"], Some(1)),
        (&["cache-control: s-maxage=0"], None),
        (&["cache-control: s-maxage=1"], Some(1)),
        (&["cache-control: max-age=1x"], None),
        (&["cache-control: max-age=+1"], None),
        (&["cache-control: max-age=1.5"], None),
        (&["cache-control: max-age="], None),
        (&["cache-control: max-age=\"\""], None),
        // At most a year, however it is stated.
        (&["cache-control: max-age=31535999"], Some(YEAR - 1)),
        (&["cache-control: max-age=31536000"], Some(YEAR)),
        (&["cache-control: max-age=31536001"], Some(YEAR)),
        (&["cache-control: max-age=18446744073709551615"], Some(YEAR)),
        (&["cache-control: max-age=18446744073709551616"], Some(YEAR)),
        (&["expires: Sun, 21 Nov 2027 23:59:59 GMT"], Some(YEAR - 1)),
        (&["expires: Mon, 22 Nov 2027 00:00:00 GMT"], Some(YEAR)),
        (&["expires: Mon, 22 Nov 2027 00:00:01 GMT"], Some(YEAR)),
        // `Expires` against `Date`, or against the clock where there is none.
        (&["expires: Sat, 21 Nov 2026 23:59:59 GMT"], None),
        (&["expires: Sun, 22 Nov 2026 00:00:00 GMT"], None),
        (&["expires: Sun, 22 Nov 2026 00:00:01 GMT"], Some(1)),
        (&["expires: Sun, 22 Nov 2026 00:00:05 GMT", "date: Sun, 22 Nov 2026 00:00:05 GMT"], None),
        (&["expires: Sun, 22 Nov 2026 00:00:06 GMT", "date: Sun, 22 Nov 2026 00:00:05 GMT"], Some(1)),
        (&["expires: Sun, 22 Nov 2026 00:00:05 GMT", "date: Sun, 22 Nov 2026 00:00:06 GMT"], None),
        // Ten seconds long, of which four have passed on the way.
        (&["expires: Sun, 22 Nov 2026 00:00:06 GMT", "date: Sat, 21 Nov 2026 23:59:56 GMT"], Some(6)),
        // RFC 9111 section 5.3: what is no date is in the past.
        (&["expires: 0"], None),
        (&["expires: -1"], None),
        (&["expires: Sun, 22 Nov 2026 00:00:01 GMT+1"], None),
        // Stricter than section 4.2.2: nothing is guessed.
        (&["last-modified: Sun, 22 Nov 2020 00:00:00 GMT", NOW_DATE], None),
        (&[], None),
        // `Age` is what has passed already.
        (&["cache-control: max-age=60", "age: 0"], Some(60)),
        (&["cache-control: max-age=60", "age: 59"], Some(1)),
        (&["cache-control: max-age=60", "age: 60"], None),
        (&["cache-control: max-age=60", "age: 61"], None),
        (&["cache-control: max-age=60", "age: 5", "age: 7"], Some(53)),
        (&["cache-control: max-age=60", "age: 7", "age: 5"], Some(53)),
        (&["cache-control: max-age=60", "age: 5 "], Some(55)),
        (&["cache-control: max-age=60", "age: "], None),
        (&["cache-control: max-age=60", "age: -1"], None),
        (&["cache-control: max-age=60", "age: 1.5"], None),
        (&["cache-control: max-age=60", "age: 5", "age: x"], None),
        (&["cache-control: max-age=60", "age: \u{e9}"], None),
        (&["expires: Sun, 22 Nov 2026 00:01:00 GMT", "age: 59"], Some(1)),
        (&["expires: Sun, 22 Nov 2026 00:01:00 GMT", "age: 60"], None),
    ] {
        assert_eq!(kept(lines), expected, "{lines:?}");
    }
}

#[test]
fn the_age_of_a_page_is_the_larger_of_two() {
    // RFC 9111 section 4.2.3: what `Age` says, or how long ago `Date` was.
    for (lines, expected) in [
        (&[][..], Some(0)),
        (&["age: 5"], Some(5)),
        (&[NOW_DATE], Some(0)),
        (&["date: Sat, 21 Nov 2026 23:59:59 GMT"], Some(1)),
        (&["date: Sun, 22 Nov 2026 00:00:01 GMT"], Some(0)),
        (&["date: Sat, 21 Nov 2026 23:59:55 GMT", "age: 4"], Some(5)),
        (&["date: Sat, 21 Nov 2026 23:59:55 GMT", "age: 5"], Some(5)),
        (&["date: Sat, 21 Nov 2026 23:59:55 GMT", "age: 6"], Some(6)),
        (&["date: Sun, 22 Nov 2026 00:00:09 GMT", "age: 6"], Some(6)),
        (&["date: yesterday", "age: 6"], Some(6)),
        (&["date: Sat, 21 Nov 2026 23:59:55 GMT", "age: x"], None),
    ] {
        assert_eq!(age(&fields(lines), Millis(NOW)), expected, "{lines:?}");
    }
    // A clock counts whole seconds that have passed, also before 1970.
    let page = ["date: Thu, 01 Jan 1970 00:00:01 GMT"];
    for (now, expected) in [(1999, 0), (2000, 1), (2999, 1), (3000, 2), (-1, 0)] {
        assert_eq!(age(&fields(&page), Millis(now)), Some(expected), "{now}");
    }
    let expires = ["expires: Thu, 01 Jan 1970 00:00:03 GMT"];
    for (now, expected) in [(999, Some(3)), (1000, Some(2)), (2999, Some(1)), (3000, None), (-1, Some(4))] {
        assert_eq!(kept_at(&expires, now), expected, "{now}");
    }
}

#[test]
fn dates_have_one_form() {
    let age_of = |date: &str| {
        let page = [("date", date.as_bytes())];
        age(&page, Millis(NOW)).filter(|age| *age > 0)
    };
    for (date, expected) in [
        ("Sat, 21 Nov 2026 23:59:58 GMT", Some(2)),
        (" Sat, 21 Nov 2026 23:59:58 GMT ", Some(2)),
        ("Sat, 21 Nov 2026 23:58:59 GMT", Some(61)),
        ("Sat, 21 Nov 2026 22:59:59 GMT", Some(3601)),
        ("Fri, 20 Nov 2026 23:59:59 GMT", Some(86_401)),
        ("Thu, 22 Oct 2026 00:00:00 GMT", Some(31 * 86_400)),
        ("Sat, 22 Nov 2025 00:00:00 GMT", Some(365 * 86_400)),
        // Every place of the form, one letter off.
        ("Sat 21 Nov 2026 23:59:58 GMT", None),
        ("Sat; 21 Nov 2026 23:59:58 GMT", None),
        ("Sat,021 Nov 2026 23:59:58 GMT", None),
        ("Sat, 21-Nov 2026 23:59:58 GMT", None),
        ("Sat, 21 Nov-2026 23:59:58 GMT", None),
        ("Sat, 21 Nov 2026-23:59:58 GMT", None),
        ("Sat, 21 Nov 2026 23.59:58 GMT", None),
        ("Sat, 21 Nov 2026 23:59.58 GMT", None),
        ("Sat, 21 Nov 2026 23:59:58-GMT", None),
        ("Sat, 21 Nov 2026 23:59:58 UTC", None),
        ("Sat, 21 Nov 2026 23:59:58 GMTx", None),
        ("Sat, 21 Nov 2026 23:59:58 GM", None),
        ("Sat, 21 nov 2026 23:59:58 GMT", None),
        ("Sat, x1 Nov 2026 23:59:58 GMT", None),
        ("Sat, 21 Nov 202x 23:59:58 GMT", None),
        ("Sat, 21 Nov 2026 x3:59:58 GMT", None),
        ("Sat, 21 Nov 2026 23:x9:58 GMT", None),
        ("Sat, 21 Nov 2026 23:59:x8 GMT", None),
        ("Sat, 21 Nov 2026 23:59:+8 GMT", None),
        // The two older forms that RFC 9110 section 5.6.7 lets a recipient read.
        ("Saturday, 21-Nov-26 23:59:58 GMT", None),
        ("Sat Nov 21 23:59:58 2026", None),
    ] {
        assert_eq!(age_of(date), expected, "{date}");
    }
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut passed = 0;
    for (month, days) in months.iter().zip(days) {
        let date = format!("Thu, 01 {month} 2026 00:00:00 GMT");
        let first = 1_767_225_600; // 2026-01-01
        let expected = u64::try_from(NOW / 1000 - first).unwrap().saturating_sub(passed * 86_400);
        assert_eq!(age_of(&date).unwrap_or(0), expected, "{month}");
        passed += days;
    }
    assert_eq!(age(&[("date", b"Sat, 21 Nov 2026 23:59:58 GM\xff")], Millis(NOW)), Some(0));
}

#[test]
fn a_page_varies_by_the_headers_it_names() {
    for (lines, expected) in [
        (&[][..], Some(&[][..])),
        (&["vary: "], Some(&[])),
        (&["vary: Accept-Language"], Some(&["accept-language"])),
        (&["vary: Cookie,,DNT ,\tSec-GPC"], Some(&["cookie", "dnt", "sec-gpc"])),
        (&["vary: a", "vary: b"], Some(&["a", "b"])),
        // RFC 9110 section 12.5.5: `*` is something else than headers.
        (&["vary: *"], None),
        (&["vary: cookie, *"], None),
        (&["vary: cookie", "vary: *"], None),
        (&["vary: a*"], None),
        (&["vary: a b"], None),
        (&["vary: a;q=1"], None),
        (&["vary: \"a\""], None),
        (&["vary: (a)"], None),
        (&["vary: a/b"], None),
        (&["vary: a:b"], None),
        (&["vary: \u{e9}"], None),
    ] {
        let expected = expected.map(|names| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(varies_by(&fields(lines)), expected, "{lines:?}");
    }
    // RFC 9110 section 5.6.2: what else a token may hold; the asterisk was asked for above.
    for letter in "!#$%&'+-.^_`|~09azAZ".chars() {
        let line = format!("vary: {letter}");
        assert_eq!(
            varies_by(&fields(&[&line])),
            Some(vec![letter.to_ascii_lowercase().to_string()]),
            "{letter}"
        );
    }
    for letter in "\"(),/:;<=>?@[\\]{}\x7f".chars().filter(|letter| *letter != ',') {
        assert_eq!(varies_by(&fields(&[&format!("vary: {letter}")])), None, "{letter}");
    }
    assert_eq!(ALWAYS, ["accept-encoding", "x-forwarded-host", "x-forwarded-proto"]);
}

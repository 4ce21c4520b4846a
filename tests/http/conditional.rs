//! Requests with conditions or for a part, against a page that is kept (RFC 9110 sections 13 and 14), and confirmations of
//! one (RFC 9111 section 4.3).

use parvis::http::conditional::Answer::{self, NotModified, Part, Unsatisfiable, Whole};
use parvis::http::conditional::{answer, may_answer};
use parvis::http::revalidation::{QUESTIONS, confirms, renews};

use super::fields;

const MODIFIED: &str = "last-modified: Sun, 22 Nov 2026 00:00:00 GMT";
const SENT: &str = "date: Sun, 22 Nov 2026 00:00:01 GMT";

/// What a `GET` with these headers gets of a page of 100 bytes with those.
fn asked(request: &[&str], page: &[&str]) -> Answer {
    answer("GET", &fields(request), &fields(page), 100)
}

#[test]
fn only_plain_requests_are_answered_with_a_page_that_is_kept() {
    for (method, lines, expected) in [
        ("GET", &[][..], true),
        ("HEAD", &[], true),
        ("POST", &[], false),
        ("head", &[], false),
        ("OPTIONS", &[], false),
        ("GET", &["authorization: Basic eA=="], false),
        ("GET", &["if-match: \"a\""], false),
        ("GET", &["if-unmodified-since: Sun, 22 Nov 2026 00:00:00 GMT"], false),
        ("HEAD", &["cookie: a=1", "if-match: *"], false),
        (
            "GET",
            &["if-none-match: \"a\"", "if-modified-since: x", "if-range: \"a\"", "range: bytes=0-1"],
            true,
        ),
        ("GET", &["cache-control: no-store"], false),
        ("GET", &["cache-control: no-cache, max-age=0"], true),
        ("GET", &["cache-control: x, NO-STORE"], false),
        ("GET", &["cache-control: \u{e9}"], false),
        ("POST", &["cache-control: no-cache"], false),
    ] {
        assert_eq!(may_answer(method, &fields(lines)), expected, "{method} {lines:?}");
    }
}

#[test]
fn a_list_of_tags_is_compared_weakly() {
    // RFC 9110 section 13.1.2; the comparison is that of section 8.8.3.2.
    for (list, tag, expected) in [
        ("\"a\"", "\"a\"", true),
        ("\"a\"", "W/\"a\"", true),
        ("W/\"a\"", "\"a\"", true),
        ("W/\"a\"", "W/\"a\"", true),
        ("\"a\"", "\"b\"", false),
        ("\"a\"", "\"A\"", false),
        ("\"a\"", "\"aa\"", false),
        ("\"aa\"", "\"a\"", false),
        ("w/\"a\"", "\"a\"", false),
        ("\"x\", \"a\"", "\"a\"", true),
        ("\"a\", \"x\"", "\"a\"", true),
        ("W/\"x\" ,\tW/\"a\"", "\"a\"", true),
        (",, \"x\",, \"a\",", "\"a\"", true),
        ("  \"a\"  ", "\"a\"", true),
        ("\"a,b\"", "\"a,b\"", true),
        ("\"a,b\"", "\"a\"", false),
        ("\"\"", "\"\"", true),
        ("\"\"", "\"a\"", false),
        ("\"", "\"", false),
        ("\"a", "\"a", false),
        ("a", "a", false),
        ("x, \"a\"", "\"a\"", false),
        ("", "", false),
        ("*", "\"a\"", true),
        (" * ", "W/\"a\"", true),
        ("\"*\"", "\"a\"", false),
        ("*, \"b\"", "\"a\"", false),
        ("\"b\", *", "\"a\"", false),
    ] {
        let page = format!("etag: {tag}");
        let expected = if expected { NotModified } else { Whole };
        assert_eq!(asked(&[&format!("if-none-match: {list}")], &[&page]), expected, "{list} of {tag}");
    }
    // In any line, and of the first tag of the page.
    assert_eq!(asked(&["if-none-match: \"x\"", "if-none-match: \"a\""], &["etag: \"a\""]), NotModified);
    assert_eq!(asked(&["if-none-match: \"b\""], &["etag: \"a\"", "etag: \"b\""]), Whole);
    // `*` names any page that there is, one without a tag too; a tag names none of those.
    assert_eq!(asked(&["if-none-match: *"], &[]), NotModified);
    assert_eq!(asked(&["if-none-match: \"a\""], &[]), Whole);
    assert_eq!(answer("GET", &[("if-none-match", b"\"\xff\"")], &[("etag", b"\"\xff\"")], 1), Whole);
    assert_eq!(answer("HEAD", &fields(&["if-none-match: \"a\""]), &fields(&["etag: \"a\""]), 1), NotModified);
}

#[test]
fn a_date_counts_where_there_is_no_list_of_tags() {
    let at = |time: &str| format!("if-modified-since: {time}");
    for (request, page, expected) in [
        // RFC 9110 section 13.1.3, at the second.
        (vec![at("Sat, 21 Nov 2026 23:59:59 GMT")], &[MODIFIED][..], Whole),
        (vec![at("Sun, 22 Nov 2026 00:00:00 GMT")], &[MODIFIED], NotModified),
        (vec![at("Sun, 22 Nov 2026 00:00:01 GMT")], &[MODIFIED], NotModified),
        (vec![at("Sun, 22 Nov 2026 00:00:00 GMT")], &[], Whole),
        (vec![at("Sun, 22 Nov 2026 00:00:00 GMT")], &["last-modified: today"], Whole),
        (vec![at("today")], &["last-modified: today"], Whole),
        // The list wins, whatever the date says (section 13.2.2).
        (
            vec![at("Sun, 22 Nov 2026 00:00:00 GMT"), "if-none-match: \"x\"".into()],
            &[MODIFIED, "etag: \"a\""],
            Whole,
        ),
        (vec![at("Sun, 22 Nov 2026 00:00:00 GMT"), "if-none-match: \"x\"".into()], &[MODIFIED], Whole),
        (vec![at("Sun, 22 Nov 2026 00:00:00 GMT"), "if-none-match: ".into()], &[MODIFIED], Whole),
        (
            vec![at("Sat, 21 Nov 2026 00:00:00 GMT"), "if-none-match: \"a\"".into()],
            &[MODIFIED, "etag: \"a\""],
            NotModified,
        ),
        // What is still good needs no part.
        (vec![at("Sun, 22 Nov 2026 00:00:00 GMT"), "range: bytes=0-1".into()], &[MODIFIED], NotModified),
        (
            vec![at("Sat, 21 Nov 2026 00:00:00 GMT"), "range: bytes=0-1".into()],
            &[MODIFIED],
            Part { from: 0, to: 2 },
        ),
    ] {
        let lines: Vec<&str> = request.iter().map(String::as_str).collect();
        assert_eq!(asked(&lines, page), expected, "{request:?} of {page:?}");
    }
}

#[test]
fn a_part_ends_at_its_byte() {
    // RFC 9110 section 14.1.2.
    for (range, expected) in [
        ("bytes=0-0", Part { from: 0, to: 1 }),
        ("bytes=0-98", Part { from: 0, to: 99 }),
        ("bytes=0-99", Part { from: 0, to: 100 }),
        ("bytes=0-100", Part { from: 0, to: 100 }),
        ("bytes=98-99", Part { from: 98, to: 100 }),
        ("bytes=99-99", Part { from: 99, to: 100 }),
        ("bytes=99-", Part { from: 99, to: 100 }),
        ("bytes=100-", Unsatisfiable),
        ("bytes=100-100", Unsatisfiable),
        ("bytes=7-7", Part { from: 7, to: 8 }),
        ("bytes=7-6", Whole),
        ("bytes=200-199", Whole),
        ("bytes=18446744073709551615-18446744073709551615", Unsatisfiable),
        ("bytes=18446744073709551616-", Unsatisfiable),
        ("bytes=0-18446744073709551615", Part { from: 0, to: 100 }),
        ("bytes=-1", Part { from: 99, to: 100 }),
        ("bytes=-99", Part { from: 1, to: 100 }),
        ("bytes=-100", Part { from: 0, to: 100 }),
        ("bytes=-101", Part { from: 0, to: 100 }),
        ("bytes=-0", Unsatisfiable),
        ("BYTES=1-2", Part { from: 1, to: 3 }),
        // What cannot be read, and what asks for several parts, gets the page.
        ("bytes=", Whole),
        ("bytes=-", Whole),
        ("bytes=5", Whole),
        ("bytes=a-5", Whole),
        ("bytes=5-a", Whole),
        ("bytes=--5", Whole),
        ("bytes=-a", Whole),
        ("bytes=a-", Whole),
        ("bytes=0-1,", Whole),
        ("bytes=0-1,3-4", Whole),
        ("bytes=1-2-3", Whole),
        ("bytes=0x1-2", Whole),
        ("byte=1-2", Whole),
        ("bytes 1-2", Whole),
        ("", Whole),
    ] {
        assert_eq!(asked(&[&format!("range: {range}")], &[]), expected, "{range}");
    }
    for (length, range, expected) in [
        (0, "bytes=0-", Unsatisfiable),
        (0, "bytes=-1", Unsatisfiable),
        (1, "bytes=0-", Part { from: 0, to: 1 }),
        (1, "bytes=1-", Unsatisfiable),
        (u64::MAX, "bytes=-18446744073709551616", Part { from: 0, to: u64::MAX }),
    ] {
        assert_eq!(
            answer("GET", &[("range", range.as_bytes())], &[], length),
            expected,
            "{range} of {length}"
        );
    }
    // Section 14.2: of `GET` alone; and one header.
    assert_eq!(answer("HEAD", &fields(&["range: bytes=0-1"]), &[], 100), Whole);
    assert_eq!(asked(&["range: bytes=0-1", "range: bytes=5-6"], &[]), Whole);
    assert_eq!(answer("GET", &[("range", b"bytes=0-1\xff")], &[], 100), Whole);
}

#[test]
fn a_part_is_of_the_bytes_that_the_visitor_has() {
    let part = Part { from: 0, to: 2 };
    let at = "if-range: Sun, 22 Nov 2026 00:00:00 GMT";
    for (condition, page, expected) in [
        // RFC 9110 section 13.1.5: a strong tag, compared as section 8.8.3.2 says.
        ("if-range: \"a\"", &["etag: \"a\""][..], part),
        ("if-range: \"a\"", &["etag: W/\"a\""], Whole),
        ("if-range: W/\"a\"", &["etag: W/\"a\""], Whole),
        ("if-range: W/\"a\"", &["etag: \"a\""], Whole),
        ("if-range: \"a\"", &["etag: \"b\""], Whole),
        ("if-range: \"a\"", &[], Whole),
        ("if-range: \"a\", \"b\"", &["etag: \"a\""], Whole),
        ("if-range: *", &["etag: \"a\""], Whole),
        ("if-range: ", &["etag: \"a\""], Whole),
        // A date is strong only if the page was sent later than it was modified (section 8.8.2.2), and must be the same.
        (at, &[MODIFIED, SENT], part),
        (at, &[MODIFIED, "date: Sun, 22 Nov 2026 00:00:00 GMT"], Whole),
        (at, &[MODIFIED, "date: Sat, 21 Nov 2026 23:59:59 GMT"], Whole),
        (at, &[MODIFIED], Whole),
        (at, &[SENT], Whole),
        (at, &[], Whole),
        ("if-range: Sat, 21 Nov 2026 23:59:59 GMT", &[MODIFIED, SENT], Whole),
        ("if-range: Sun, 22 Nov 2026 00:00:01 GMT", &[MODIFIED, SENT], Whole),
        ("if-range: soon", &[SENT], Whole),
        ("if-range: soon", &["last-modified: soon", SENT], Whole),
    ] {
        assert_eq!(asked(&[condition, "range: bytes=0-1"], page), expected, "{condition} of {page:?}");
        assert_eq!(asked(&[condition], page), Whole, "{condition} without a range");
    }
    let (tag, range) = (("etag", &b"\"\xff\""[..]), ("range", &b"bytes=0-1"[..]));
    assert_eq!(
        answer("GET", &[range, ("if-range", b"\"\xff\"")], &[tag], 100),
        Whole,
        "not readable as a tag"
    );
}

#[test]
fn a_confirmation_means_the_page_that_it_names() {
    // RFC 9111 section 4.3.4.
    for (kept, by, expected) in [
        (&["etag: \"a\""][..], &["etag: \"a\""][..], true),
        (&["etag: W/\"a\""], &["etag: \"a\""], true),
        (&["etag: \"a\""], &["etag: W/\"a\""], true),
        (&["etag: \"a\""], &["etag: \"b\""], false),
        (&["etag: \"a\""], &["etag: \"A\""], false),
        (&["etag: \"a\""], &["etag: w/\"a\""], false),
        (&["etag: \"a\""], &[], true),
        (&[], &["etag: \"a\""], false),
        (&[], &[], true),
        (&["last-modified: x"], &["last-modified: y"], true),
        (&["etag: \"b\"", "etag: \"a\""], &["etag: \"a\""], false),
    ] {
        assert_eq!(confirms(&fields(kept), &fields(by)), expected, "{kept:?} {by:?}");
    }
    // Section 3.2: what describes the bytes stays as it was kept.
    for (name, expected) in [
        ("content-encoding", false),
        ("content-length", false),
        ("content-range", false),
        ("content-type", false),
        ("content-language", true),
        ("cache-control", true),
        ("date", true),
        ("etag", true),
        ("expires", true),
        ("vary", true),
    ] {
        assert_eq!(renews(name), expected, "{name}");
    }
    assert_eq!(QUESTIONS, [("etag", "if-none-match"), ("last-modified", "if-modified-since")]);
}

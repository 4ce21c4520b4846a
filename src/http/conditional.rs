//! Conditional and range requests for a cached page (RFC 9110 sections 13 and 14).
//!
//! This applies to the origin's own bytes only. A rewritten page has neither conditions nor ranges: the engine removes
//! both from its request (`headers::CONDITIONAL`).

use super::freshness::{Fields, date, directives, text, values};

/// The response to a conditional or range request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 200: the whole page.
    Whole,
    /// 304: the visitor's copy is still valid.
    NotModified,
    /// 206: bytes `from..to`, never none.
    Part {
        /// The first byte.
        from: u64,
        /// Just behind the last one.
        to: u64,
    },
    /// 416: the range is beyond the end.
    Unsatisfiable,
}

/// Whether a request with this method and these headers may be answered from the cache, by [`answer`].
///
/// Requests with rarer conditions go to the origin.
pub fn may_answer(method: &str, request: &Fields<'_>) -> bool {
    let rare = ["authorization", "if-match", "if-unmodified-since"];
    let plain = matches!(method, "GET" | "HEAD") && !request.iter().any(|(name, _)| rare.contains(name));
    plain
        && directives(request, "cache-control")
            .is_some_and(|all| !all.iter().any(|(name, _)| name == "no-store"))
}

/// The response from a cached 200 response with the headers `page` and a body of `length` bytes.
///
/// A list of several ranges gets the whole page, as the standard allows.
///
/// ```
/// use parvis::http::conditional::{Answer, answer};
/// let page = [("etag", &b"\"a\""[..])];
/// assert_eq!(answer("GET", &[("if-none-match", b"W/\"a\"")], &page, 10), Answer::NotModified);
/// assert_eq!(answer("GET", &[("range", b"bytes=-3")], &page, 10), Answer::Part { from: 7, to: 10 });
/// ```
pub fn answer(method: &str, request: &Fields<'_>, page: &Fields<'_>, length: u64) -> Answer {
    let mut asked = values(request, "if-none-match").peekable();
    let known = if asked.peek().is_some() {
        asked.any(|list| text(list).is_some_and(|list| names(list, etag(page))))
    } else {
        let since = date(request, "if-modified-since");
        since.zip(date(page, "last-modified")).is_some_and(|(since, modified)| modified <= since)
    };
    if known {
        return Answer::NotModified;
    }
    let mut parts = values(request, "range");
    match (parts.next().and_then(text), parts.next()) {
        (Some(part), None) if method == "GET" && is_same(request, page) => cut(part, length),
        _ => Answer::Whole,
    }
}

fn etag<'a>(page: &Fields<'a>) -> Option<&'a str> {
    values(page, "etag").next().and_then(text)
}

/// Whether a list of entity tags contains this one, weak or strong; `*` matches any page.
fn names(mut list: &str, tag: Option<&str>) -> bool {
    let tag = tag.map(|tag| tag.strip_prefix("W/").unwrap_or(tag));
    list = list.trim();
    if list == "*" {
        return true;
    }
    loop {
        list = list.trim_start_matches([',', ' ', '\t']);
        let quoted = list.strip_prefix("W/").unwrap_or(list);
        let Some(end) = quoted.strip_prefix('"').and_then(|rest| rest.find('"')) else { return false };
        let Some((one, rest)) = quoted.split_at_checked(end.saturating_add(2)) else { return false };
        if Some(one) == tag {
            return true;
        }
        list = rest;
    }
}

/// Whether `If-Range`, if present, matches exactly these bytes: a weak tag or a date within the same second does not.
fn is_same(request: &Fields<'_>, page: &Fields<'_>) -> bool {
    let Some(said) = values(request, "if-range").next() else { return true };
    if text(said).is_some_and(|said| said.starts_with('"')) {
        return etag(page).map(str::as_bytes) == Some(said);
    }
    let (said, modified) = (date(request, "if-range"), date(page, "last-modified"));
    said.is_some() && said == modified && modified < date(page, "date")
}

/// The range of a `Range` header; an unreadable one is ignored.
fn cut(range: &str, length: u64) -> Answer {
    let Some((unit, part)) = range.split_once('=') else { return Answer::Whole };
    let number = |digits: &str| {
        let digits = digits.trim();
        let all = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        all.then(|| digits.parse().unwrap_or(u64::MAX))
    };
    let Some((first, last)) = part.split_once('-').filter(|_| unit.trim().eq_ignore_ascii_case("bytes"))
    else {
        return Answer::Whole;
    };
    let (from, to) = match (number(first), number(last)) {
        (Some(from), Some(last)) if from <= last => (from, last.saturating_add(1)),
        (Some(from), None) if last.trim().is_empty() => (from, length),
        (None, Some(count)) if first.trim().is_empty() => (length.saturating_sub(count), length),
        _ => return Answer::Whole,
    };
    let to = to.min(length);
    if from < to { Answer::Part { from, to } } else { Answer::Unsatisfiable }
}

#[cfg(test)]
mod tests {
    use super::Answer::{NotModified, Part, Unsatisfiable, Whole};
    use super::*;
    use std::vec::Vec;

    const PAGE: [(&str, &[u8]); 3] = [
        ("etag", b"\"a,b\""),
        ("last-modified", b"Sun, 22 Nov 2026 00:00:00 GMT"),
        ("date", b"Sun, 22 Nov 2026 00:00:01 GMT"),
    ];

    fn asked(lines: &[&'static str]) -> Answer {
        let fields: Vec<_> = lines
            .iter()
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name, value.as_bytes()))
            .collect();
        answer("GET", &fields, &PAGE, 100)
    }

    #[test]
    fn conditions_are_those_of_the_standard() {
        for (lines, expected) in [
            (&["if-none-match: \"a,b\""][..], NotModified),
            (&["if-none-match: W/\"a,b\""], NotModified),
            (&["if-none-match: \"x\",,W/\"y\" , \"a,b\""], NotModified),
            (&["if-none-match: \"x\"", "if-none-match: \"a,b\""], NotModified),
            (&["if-none-match: *"], NotModified),
            (&["if-none-match: \"a\""], Whole),
            (&["if-none-match: a,b"], Whole),
            (&["if-none-match: \"a,b"], Whole),
            (&["if-none-match: "], Whole),
            (&["if-modified-since: Sun, 22 Nov 2026 00:00:00 GMT"], NotModified),
            (&["if-modified-since: Sun, 22 Nov 2026 00:00:09 GMT"], NotModified),
            (&["if-modified-since: Sat, 21 Nov 2026 23:59:59 GMT"], Whole),
            (&["if-modified-since: yesterday"], Whole),
            // A tag that differs wins over a date that fits.
            (&["if-none-match: \"x\"", "if-modified-since: Sun, 22 Nov 2026 00:00:00 GMT"], Whole),
            (&["if-none-match: \"a,b\"", "range: bytes=0-1"], NotModified),
        ] {
            assert_eq!(asked(lines), expected, "{lines:?}");
        }
        assert_eq!(answer("GET", &[("if-none-match", b"\"\"")], &[], 1), Whole);
        assert_eq!(answer("GET", &[("if-none-match", b"\"a\"")], &[("etag", b"W/\"a\"")], 1), NotModified);
    }

    #[test]
    fn parts_are_those_of_the_standard() {
        for (lines, expected) in [
            (&["range: bytes=0-0"][..], Part { from: 0, to: 1 }),
            (&["range: Bytes=10-19"], Part { from: 10, to: 20 }),
            (&["range: bytes=90-"], Part { from: 90, to: 100 }),
            (&["range: bytes=90-999999999999999999999999"], Part { from: 90, to: 100 }),
            (&["range: bytes=-10"], Part { from: 90, to: 100 }),
            (&["range: bytes=-1000"], Part { from: 0, to: 100 }),
            (&["range: bytes=100-"], Unsatisfiable),
            (&["range: bytes=100-200"], Unsatisfiable),
            (&["range: bytes=-0"], Unsatisfiable),
            (&["range: bytes=5-4"], Whole),
            (&["range: bytes=0-1,5-6"], Whole),
            (&["range: bytes=-"], Whole),
            (&["range: bytes=+1-2"], Whole),
            (&["range: pages=1-2"], Whole),
            (&["range: bytes"], Whole),
            (&["range: bytes=0-1", "range: bytes=0-1"], Whole),
            (&["range: bytes=0-1", "if-range: \"a,b\""], Part { from: 0, to: 2 }),
            (&["range: bytes=0-1", "if-range: \"x\""], Whole),
            (&["range: bytes=0-1", "if-range: W/\"a,b\""], Whole),
            (&["range: bytes=0-1", "if-range: Sun, 22 Nov 2026 00:00:00 GMT"], Part { from: 0, to: 2 }),
            (&["range: bytes=0-1", "if-range: Sun, 22 Nov 2026 00:00:01 GMT"], Whole),
            (&["range: bytes=0-1", "if-range: soon"], Whole),
            (&["range: bytes=0-1", "if-none-match: \"x\""], Part { from: 0, to: 2 }),
        ] {
            assert_eq!(asked(lines), expected, "{lines:?}");
        }
        assert_eq!(answer("HEAD", &[("range", b"bytes=0-1")], &PAGE, 100), Whole);
        assert_eq!(answer("GET", &[("range", b"bytes=0-")], &PAGE, 0), Unsatisfiable);
        let (range, weak) = (("range", &b"bytes=0-1"[..]), ("etag", &b"W/\"a\""[..]));
        assert_eq!(answer("GET", &[range, ("if-range", b"W/\"a\"")], &[weak], 100), Whole);
        // Modified in the second in which it was sent: it may have changed again within it.
        let date = &b"Sun, 22 Nov 2026 00:00:00 GMT"[..];
        let page = [("last-modified", date), ("date", date)];
        assert_eq!(answer("GET", &[range, ("if-range", date)], &page, 100), Whole);
    }

    #[test]
    fn what_is_rarer_is_the_origins_to_judge() {
        for (method, header, may) in [
            ("GET", "range", true),
            ("HEAD", "if-none-match", true),
            ("GET", "if-range", true),
            ("POST", "range", false),
            ("GET", "if-match", false),
            ("GET", "if-unmodified-since", false),
            ("GET", "authorization", false),
        ] {
            assert_eq!(may_answer(method, &[(header, b"x")]), may, "{method} {header}");
        }
        assert!(!may_answer("GET", &[("cache-control", b"no-store")]));
    }
}

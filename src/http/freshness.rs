//! Freshness: what a shared cache may store, and for how long (RFC 9111), read strictly.
//!
//! Only a lifetime stated by the origin counts, never a heuristic. An unreadable header counts as not cacheable. Pages
//! that set cookies and requests with credentials are excluded even where the standard would allow them. The cache stores
//! only the origin's own pages, never what is made for a visitor.

use alloc::string::String;
use alloc::vec::Vec;

use crate::base::calendar::{self, Millis};
use crate::http::csp_nonce;

/// Headers as (name in lower case, value), repeated ones in order.
pub type Fields<'a> = [(&'a str, &'a [u8])];

/// Request headers that every page varies by, whatever its `Vary`: they determine its bytes, or the URLs in it.
pub const ALWAYS: [&str; 3] = ["accept-encoding", "x-forwarded-host", "x-forwarded-proto"];

/// Longest lifetime that is used, in seconds: a year.
const LONGEST: u64 = 31_536_000;

/// Request headers that ask for a part of the page, or make it specific to a visitor.
const OWN_WAY: [&str; 7] = [
    "authorization",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "range",
];

/// Whether a request with this method and these headers, as sent to the origin, may be answered from a cache.
///
/// ```
/// use parvis::http::freshness::may_answer;
/// assert!(may_answer("GET", &[("cookie", b"a=1")]));
/// assert!(!may_answer("GET", &[("authorization", b"Basic eA==")]));
/// ```
pub fn may_answer(method: &str, request: &Fields<'_>) -> bool {
    let plain = method == "GET" && !request.iter().any(|(name, _)| OWN_WAY.contains(name));
    plain
        && directives(request, "cache-control")
            .is_some_and(|all| !all.iter().any(|(name, _)| name == "no-store"))
}

/// Whether the request requires revalidation: a cache must contact the origin.
///
/// ```
/// assert!(parvis::http::freshness::wants_new(&[("cache-control", b"no-cache")]));
/// ```
pub fn wants_new(request: &Fields<'_>) -> bool {
    let Some(all) = directives(request, "cache-control") else { return true };
    let asked =
        |(name, value): &(String, &str)| name == "no-cache" || name == "max-age" && seconds(value) == 0;
    all.iter().any(asked) || all.is_empty() && values(request, "pragma").next().is_some()
}

/// Seconds from `now` during which a page may be served to others; `None` if it may not be stored.
///
/// ```
/// use parvis::{base::calendar::Millis, http::freshness::lifetime};
/// let page = [("content-type", &b"text/html"[..]), ("cache-control", b"public, max-age=60"), ("age", b"20")];
/// assert_eq!(lifetime(200, &page, Millis(0)), Some(40));
/// assert_eq!(lifetime(200, &[("content-type", b"text/html"), ("cache-control", b"private, max-age=60")], Millis(0)), None);
/// ```
pub fn lifetime(status: u16, page: &Fields<'_>, now: Millis) -> Option<u64> {
    let essence = text(values(page, "content-type").next()?)?.split(';').next()?.trim();
    let has = |name| values(page, name).next().is_some();
    if status != 200
        || !essence.eq_ignore_ascii_case("text/html")
        || has("set-cookie")
        || has("content-range")
        || csp_nonce::names_nonce(page)
    {
        return None;
    }
    varies_by(page)?;
    let all = directives(page, "cache-control")?;
    let value =
        |wanted: &str| all.iter().filter(|(name, _)| name == wanted).map(|(_, value)| seconds(value)).min();
    if ["no-store", "no-cache", "private"].iter().any(|wanted| value(wanted).is_some())
        || all.is_empty() && has("pragma")
    {
        return None;
    }
    let stated = match value("s-maxage").or_else(|| value("max-age")) {
        Some(stated) => stated,
        None => {
            let expires = date(page, "expires")?;
            let since = date(page, "date").unwrap_or(now.0.div_euclid(1000));
            u64::try_from(expires.checked_sub(since)?).ok()?.min(LONGEST)
        }
    };
    stated.checked_sub(age(page, now)?).filter(|left| *left > 0)
}

/// The age of a page on arrival, in seconds, by its `Age` and `Date`; `None` if that is unreadable.
pub fn age(page: &Fields<'_>, now: Millis) -> Option<u64> {
    let since = date(page, "date").map_or(0, |date| now.0.div_euclid(1000).saturating_sub(date));
    let apparent = u64::try_from(since).unwrap_or(0);
    values(page, "age")
        .try_fold(apparent, |oldest: u64, value| Some(oldest.max(text(value)?.trim().parse().ok()?)))
}

/// The request headers in `Vary`, in lower case, without [`ALWAYS`]; `None` for `*` or an unreadable header.
pub fn varies_by(page: &Fields<'_>) -> Option<Vec<String>> {
    let mut names = Vec::new();
    for value in values(page, "vary") {
        for name in text(value)?.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'+-.^_`|~".contains(&byte);
            if !name.bytes().all(token) {
                return None;
            }
            names.push(name.to_ascii_lowercase());
        }
    }
    Some(names)
}

pub(super) fn values<'a>(fields: &Fields<'a>, wanted: &str) -> impl Iterator<Item = &'a [u8]> {
    fields.iter().filter(move |(name, _)| *name == wanted).map(|(_, value)| *value)
}

pub(super) fn text(value: &[u8]) -> Option<&str> {
    core::str::from_utf8(value).ok().filter(|text| text.is_ascii())
}

/// The directives of `Cache-Control` or a header like it, names in lower case; `None` if one is unreadable.
pub(super) fn directives<'a>(fields: &Fields<'a>, header: &str) -> Option<Vec<(String, &'a str)>> {
    let mut all = Vec::new();
    for value in values(fields, header) {
        let mut quoted = false;
        let parts = text(value)?.split(|letter| {
            quoted ^= letter == '"';
            letter == ',' && !quoted
        });
        for part in parts.map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            all.push((name.trim().to_ascii_lowercase(), value.trim().trim_matches('"')));
        }
    }
    Some(all)
}

/// The seconds of a directive; 0 if it is not a number.
fn seconds(value: &str) -> u64 {
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    if digits { value.parse().unwrap_or(LONGEST).min(LONGEST) } else { 0 }
}

/// Parses an HTTP date, `Sun, 06 Nov 1994 08:49:37 GMT`, to seconds since 1970; obsolete forms count as unreadable.
pub(super) fn date(fields: &Fields<'_>, name: &str) -> Option<i64> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let date = text(values(fields, name).next()?)?.trim();
    let number = |at: usize, length: usize| {
        let digits = date.get(at..)?.get(..length)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<i64>().ok())?
    };
    let form = [(3, ", "), (7, " "), (11, " "), (16, " "), (19, ":"), (22, ":"), (25, " GMT")];
    if date.len() != 29
        || !form.iter().all(|(at, mark)| date.get(*at..).is_some_and(|rest| rest.starts_with(mark)))
    {
        return None;
    }
    let (month, _) = (1..).zip(MONTHS).find(|(_, name)| date.get(8..11) == Some(name))?;
    let days = calendar::days(number(12, 4)?, month, number(5, 2)?);
    Some(((days * 24 + number(17, 2)?) * 60 + number(20, 2)?) * 60 + number(23, 2)?)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use super::*;
    use std::vec;

    const HTML: (&str, &[u8]) = ("content-type", b"text/html; charset=utf-8");

    fn fields<'a>(lines: &[&'a str]) -> Vec<(&'a str, &'a [u8])> {
        lines
            .iter()
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name, value.as_bytes()))
            .collect()
    }

    fn kept(lines: &[&str]) -> Option<u64> {
        let now = calendar::parse("2026-11-22T00:00:00Z").unwrap();
        lifetime(200, &[vec![HTML], fields(lines)].concat(), now)
    }

    #[test]
    fn a_lifetime_is_what_the_origin_states() {
        for (lines, expected) in [
            (&["cache-control: max-age=60"][..], Some(60)),
            (&["cache-control: public, max-age=60, s-maxage=\"10\""], Some(10)),
            (&["cache-control: MAX-AGE = 60"], Some(60)),
            (&["cache-control: max-age=60, max-age=5"], Some(5)),
            (&["cache-control: max-age=60", "cache-control: s-maxage=7"], Some(7)),
            (&["cache-control: max-age=99999999999999999999999"], Some(LONGEST)),
            (&["cache-control: max-age=60", "age: 20"], Some(40)),
            (&["cache-control: max-age=60", "date: Sat, 21 Nov 2026 23:59:30 GMT", "age: 20"], Some(30)),
            (&["cache-control: max-age=60", "date: Sat, 21 Nov 2026 23:59:00 GMT"], None),
            (&["cache-control: s-maxage=0, max-age=60"], None),
            (&["cache-control: max-age=60", "age: 60"], None),
            (&["cache-control: max-age=60", "age: old"], None),
            (&["cache-control: max-age=soon"], None),
            (&["expires: Sun, 22 Nov 2026 00:01:00 GMT"], Some(60)),
            (&["expires: Sun, 22 Nov 2026 00:01:00 GMT", "date: Sun, 22 Nov 2026 00:00:50 GMT"], Some(10)),
            (&["expires: Thu, 31 Dec 9999 23:59:59 GMT"], Some(LONGEST)),
            (&["expires: Sat, 21 Nov 2026 00:00:00 GMT"], None),
            (&["expires: Sunday, 22-Nov-26 00:01:00 GMT"], None),
            (&["expires: 0"], None),
            // Nothing is guessed.
            (&[], None),
            (&["last-modified: Sat, 21 Nov 2020 00:00:00 GMT", "etag: \"a\""], None),
            (&["cache-control: public"], None),
            (&["cache-control: public", "expires: Sun, 22 Nov 2026 00:01:00 GMT"], Some(60)),
        ] {
            assert_eq!(kept(lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (text, expected) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777)),
            ("Tue, 29 Feb 2000 23:59:59 GMT", Some(951_868_799)),
            ("Tue, 29 Anf 2000 23:59:59 GMT", None),
            ("Tue, 29 Feb 2000 23:59:59 UTC", None),
            ("Tue, 29 Feb 2000 +3:59:59 GMT", None),
            ("Tue, 29 F\u{e9}b 2000 3:59:59 GMT", None),
            ("", None),
        ] {
            assert_eq!(date(&[("date", text.as_bytes())], "date"), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_for_everybody_is_not_kept() {
        for line in [
            "cache-control: private",
            "cache-control: Private=\"x\"",
            "cache-control: No-Store",
            "cache-control: no-cache",
            "cache-control: no-cache=\"set-cookie, x\"",
            "cache-control: \u{e9}",
            "set-cookie: a=1",
            "vary: *",
            "vary: Accept-Encoding, *",
            "vary: \u{e9}",
            "vary: a b",
            "content-range: bytes 0-1/2",
            "content-security-policy: default-src 'self'; script-src 'nonce-x'",
            "content-security-policy-report-only: script-src 'NONCE-x'",
        ] {
            assert_eq!(kept(&["cache-control: public, max-age=60", line]), None, "{line}");
        }
        assert_eq!(kept(&["pragma: no-cache", "expires: Sun, 22 Nov 2026 00:01:00 GMT"]), None);
        assert_eq!(kept(&["cache-control: max-age=60", "vary: Accept-Language, Cookie"]), Some(60));
        let minute = ("cache-control", &b"max-age=60"[..]);
        assert_eq!(lifetime(404, &[HTML, minute], Millis(0)), None);
        assert_eq!(lifetime(200, &[("content-type", b"text/css"), minute], Millis(0)), None);
        assert_eq!(lifetime(200, &[minute], Millis(0)), None);
    }

    #[test]
    fn requests_with_a_way_of_their_own_go_it() {
        for line in [
            "authorization: Basic eA==",
            "range: bytes=0-9",
            "if-none-match: \"a\"",
            "cache-control: No-Store",
        ] {
            assert!(!may_answer("GET", &fields(&[line])), "{line}");
        }
        assert!(may_answer("GET", &fields(&["cookie: a=1"])));
        for method in ["HEAD", "POST", "get"] {
            assert!(!may_answer(method, &[]), "{method}");
        }
        for line in ["cache-control: no-cache", "cache-control: max-age=0", "pragma: no-cache"] {
            assert!(wants_new(&fields(&[line])), "{line}");
        }
        assert!(!wants_new(&fields(&["cache-control: max-age=5"])) && !wants_new(&[]));
    }
}

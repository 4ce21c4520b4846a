//! What a shared cache may keep, and for how long (RFC 9111), as strictly as it can be read.
//!
//! Only a lifetime that the origin states counts, never a guess; a header that cannot be read counts as a no. Pages that
//! set cookies and requests that carry credentials are left out even where the standard would allow them.

use std::time::{Duration, SystemTime};

use hyper::header::{
    AGE, AUTHORIZATION, CACHE_CONTROL, CONTENT_RANGE, CONTENT_TYPE, DATE, EXPIRES, HeaderMap, HeaderName,
    IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, PRAGMA, RANGE, SET_COOKIE,
    VARY,
};
use hyper::http::response::Parts;
use hyper::{Method, StatusCode};

/// Longest lifetime that is reckoned with: a year.
const LONGEST: u64 = 31_536_000;

/// Request headers with which a request is about less than the page, or about another one for each visitor.
const OWN_WAY: [HeaderName; 7] =
    [AUTHORIZATION, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, RANGE];

/// Whether a request, as it would reach the origin, may be answered with a page that is kept.
pub(crate) fn may_answer(method: &Method, headers: &HeaderMap) -> bool {
    let plain = method == Method::GET && !OWN_WAY.iter().any(|name| headers.contains_key(name));
    plain && directives(headers).is_some_and(|all| !all.iter().any(|(name, _)| name == "no-store"))
}

/// Whether the visitor asks for a page that the origin has just confirmed.
pub(crate) fn wants_new(headers: &HeaderMap) -> bool {
    let Some(all) = directives(headers) else { return true };
    let asked =
        |(name, value): &(String, String)| name == "no-cache" || name == "max-age" && seconds(value) == 0;
    all.iter().any(asked) || all.is_empty() && headers.contains_key(PRAGMA)
}

/// For how long from `now` on a page may be given to others; `None` if it may not be kept at all.
pub(crate) fn lifetime(head: &Parts, now: SystemTime) -> Option<Duration> {
    let headers = &head.headers;
    let html = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| {
        value.split(';').next().is_some_and(|essence| essence.trim().eq_ignore_ascii_case("text/html"))
    });
    if head.status != StatusCode::OK
        || !html
        || headers.contains_key(SET_COOKIE)
        || headers.contains_key(CONTENT_RANGE)
    {
        return None;
    }
    varies_by(headers)?;
    let all = directives(headers)?;
    let value =
        |wanted: &str| all.iter().filter(|(name, _)| name == wanted).map(|(_, value)| seconds(value)).min();
    if ["no-store", "no-cache", "private"].iter().any(|wanted| value(wanted).is_some()) {
        return None;
    }
    if all.is_empty() && headers.contains_key(PRAGMA) {
        return None;
    }
    let stated = match value("s-maxage").or_else(|| value("max-age")) {
        Some(stated) => stated,
        None => {
            let expires = date(headers, &EXPIRES)?;
            let since = date(headers, &DATE).unwrap_or(now);
            expires.duration_since(since).ok()?.as_secs().min(LONGEST)
        }
    };
    Some(Duration::from_secs(stated.checked_sub(age(headers)?)?)).filter(|left| !left.is_zero())
}

/// How old a page says it is, in seconds; `None` if that cannot be read.
pub(crate) fn age(headers: &HeaderMap) -> Option<u64> {
    headers
        .get_all(AGE)
        .iter()
        .try_fold(0, |oldest: u64, value| Some(oldest.max(value.to_str().ok()?.trim().parse().ok()?)))
}

/// The request headers by which a page differs; `None` if it differs by something else, or this cannot be read.
pub(crate) fn varies_by(headers: &HeaderMap) -> Option<Vec<HeaderName>> {
    let mut names = Vec::new();
    for value in headers.get_all(VARY) {
        for name in value.to_str().ok()?.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            if name == "*" {
                return None;
            }
            names.push(name.parse().ok()?);
        }
    }
    Some(names)
}

/// The directives of `Cache-Control`, names in lower case; `None` if one cannot be read.
fn directives(headers: &HeaderMap) -> Option<Vec<(String, String)>> {
    let mut all = Vec::new();
    for value in headers.get_all(CACHE_CONTROL) {
        let mut quoted = false;
        let parts = value.to_str().ok()?.split(|letter| {
            quoted ^= letter == '"';
            letter == ',' && !quoted
        });
        for part in parts.map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            all.push((name.trim().to_ascii_lowercase(), value.trim().trim_matches('"').to_owned()));
        }
    }
    Some(all)
}

/// Seconds as a directive says them; what is no number is none at all.
fn seconds(value: &str) -> u64 {
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    if digits { value.parse().unwrap_or(LONGEST).min(LONGEST) } else { 0 }
}

fn date(headers: &HeaderMap, name: &HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(name)?.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use hyper::Response;

    use super::*;

    fn head(lines: &[&str]) -> Parts {
        let mut response = Response::builder().header("content-type", "text/html; charset=utf-8");
        for line in lines {
            let (name, value) = line.split_once(": ").unwrap();
            response = response.header(name, value);
        }
        response.body(()).unwrap().into_parts().0
    }

    fn kept(lines: &[&str]) -> Option<u64> {
        let now = httpdate::parse_http_date("Sun, 22 Nov 2026 00:00:00 GMT").unwrap();
        lifetime(&head(lines), now).map(|left| left.as_secs())
    }

    #[test]
    fn a_lifetime_is_what_the_origin_states() {
        for (lines, expected) in [
            (&["Cache-Control: max-age=60"][..], Some(60)),
            (&["Cache-Control: public, max-age=60, s-maxage=\"10\""], Some(10)),
            (&["Cache-Control: MAX-AGE = 60"], Some(60)),
            (&["Cache-Control: max-age=60, max-age=5"], Some(5)),
            (&["Cache-Control: max-age=60", "Cache-Control: s-maxage=7"], Some(7)),
            (&["Cache-Control: max-age=99999999999999999999999"], Some(LONGEST)),
            (&["Cache-Control: max-age=60", "Age: 20"], Some(40)),
            (&["Cache-Control: s-maxage=0, max-age=60"], None),
            (&["Cache-Control: max-age=60", "Age: 60"], None),
            (&["Cache-Control: max-age=60", "Age: old"], None),
            (&["Cache-Control: max-age=soon"], None),
            (&["Expires: Sun, 22 Nov 2026 00:01:00 GMT"], Some(60)),
            (&["Expires: Sun, 22 Nov 2026 00:01:00 GMT", "Date: Sun, 22 Nov 2026 00:00:50 GMT"], Some(10)),
            (&["Expires: Sat, 21 Nov 2026 00:00:00 GMT"], None),
            (&["Expires: 0"], None),
            // Nothing is guessed.
            (&[], None),
            (&["Last-Modified: Sat, 21 Nov 2020 00:00:00 GMT", "ETag: \"a\""], None),
            (&["Cache-Control: public"], None),
            (&["Cache-Control: public", "Expires: Sun, 22 Nov 2026 00:01:00 GMT"], Some(60)),
        ] {
            assert_eq!(kept(lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn what_is_not_for_everybody_is_not_kept() {
        for line in [
            "Cache-Control: private",
            "Cache-Control: Private=\"x\"",
            "Cache-Control: No-Store",
            "Cache-Control: no-cache",
            "Cache-Control: no-cache=\"set-cookie, x\"",
            "Cache-Control: \u{e9}",
            "Set-Cookie: a=1",
            "Vary: *",
            "Vary: Accept-Encoding, *",
            "Vary: \u{e9}",
            "Vary: a b",
            "Content-Range: bytes 0-1/2",
        ] {
            assert_eq!(kept(&["Cache-Control: public, max-age=60", line]), None, "{line}");
        }
        assert_eq!(kept(&["Pragma: no-cache", "Expires: Sun, 22 Nov 2026 00:01:00 GMT"]), None);
        assert_eq!(kept(&["Cache-Control: max-age=60", "Vary: Accept-Language, Cookie"]), Some(60));
        let mut other = head(&["Cache-Control: max-age=60"]);
        other.status = StatusCode::NOT_FOUND;
        assert_eq!(lifetime(&other, SystemTime::now()), None);
        other = head(&["Cache-Control: max-age=60"]);
        other.headers.insert(CONTENT_TYPE, "text/css".parse().unwrap());
        assert_eq!(lifetime(&other, SystemTime::now()), None);
    }

    #[test]
    fn requests_with_a_way_of_their_own_go_it() {
        let request = |line: &str| head(&[line]).headers;
        for line in [
            "Authorization: Basic eA==",
            "Range: bytes=0-9",
            "If-None-Match: \"a\"",
            "Cache-Control: No-Store",
        ] {
            assert!(!may_answer(&Method::GET, &request(line)), "{line}");
        }
        assert!(may_answer(&Method::GET, &request("Cookie: a=1")));
        for method in [Method::HEAD, Method::POST, Method::PUT] {
            assert!(!may_answer(&method, &HeaderMap::new()), "{method}");
        }
        for line in ["Cache-Control: no-cache", "Cache-Control: max-age=0", "Pragma: no-cache"] {
            assert!(wants_new(&request(line)), "{line}");
        }
        assert!(!wants_new(&request("Cache-Control: max-age=5")) && !wants_new(&HeaderMap::new()));
    }
}

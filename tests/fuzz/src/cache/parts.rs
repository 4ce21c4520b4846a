//! Conditions and parts, each law from the standard's words (RFC 9110 sections 13 and 14), and the bounds of every rule.

use parvis::base::calendar::Millis;
use parvis::http::conditional::{Answer, answer, may_answer};
use parvis::http::freshness::{Fields, age, lifetime, varies_by};

use super::{LENGTH, Request, fields};

/// The longest a page is good for, in seconds.
const YEAR: u64 = 31_536_000;

/// What a page's head says of its life, at some times.
pub(super) fn rules(page: &Fields<'_>, now: i64) {
    let at = |seconds: i64| lifetime(200, page, Millis(seconds.saturating_mul(1000)));
    for seconds in [0, now, now + 1, i64::MAX / 1000, i64::MIN / 1000] {
        if let Some(left) = at(seconds) {
            assert!((1..=YEAR).contains(&left), "{left} seconds");
            assert!(age(page, Millis(seconds.saturating_mul(1000))).is_some());
            assert!(varies_by(page).is_some_and(|names| names.iter().all(|name| name != "*")));
        }
        assert!(lifetime(404, page, Millis(seconds.saturating_mul(1000))).is_none());
    }
    // As time goes on, a page is not good for longer than it was.
    if let (Some(before), Some(after)) = (at(now), at(now + 10)) {
        assert!(after <= before, "{before} seconds became {after}");
    }
    // More headers that forbid it, and it is kept no more.
    for field in
        [("cache-control", &b"private"[..]), ("set-cookie", b"a=1"), ("vary", b"*"), ("age", b"99999999")]
    {
        let more: Vec<(&str, &[u8])> = page.iter().copied().chain([field]).collect();
        assert!(lifetime(200, &more, Millis(now * 1000)).is_none(), "kept with {field:?}");
    }
}

/// A request for a part, or with a condition, whatever the page.
pub(super) fn part(request: &Request, page: &Fields<'_>) {
    let asked = fields(&request.headers);
    if may_answer(&request.method, &asked) {
        answered(request, page, answer(&request.method, &asked, page, LENGTH));
    }
    for length in [0, 1, u64::MAX] {
        if let Answer::Part { from, to } = answer("GET", &asked, page, length) {
            assert!(from < to && to <= length, "bytes {from} to {to} of {length}");
        }
    }
}

/// What was answered is what was asked for.
pub(super) fn answered(request: &Request, page: &Fields<'_>, answer: Answer) {
    let of_page = |name: &str| {
        let found = page.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| String::from_utf8_lossy(value).into_owned())
    };
    let range = request.values("range");
    match answer {
        Answer::Whole => {}
        Answer::NotModified => {
            let tags = request.values("if-none-match");
            let etag = of_page("etag").unwrap_or_default();
            let opaque = etag.strip_prefix("W/").unwrap_or(&etag);
            // What a list of tags names is in it, or it names all.
            let named =
                tags.iter().any(|list| list.trim() == "*" || !opaque.is_empty() && list.contains(opaque));
            let dated = tags.is_empty() && of_page("last-modified").is_some();
            assert!(
                named || dated && !request.values("if-modified-since").is_empty(),
                "{etag} is not in {tags:?}"
            );
        }
        Answer::Part { from, to } => {
            assert!(request.method == "GET" && range.len() == 1 && from < to && to <= LENGTH);
            let digits: Vec<&str> = range[0].split('=').nth(1).unwrap_or_default().split('-').collect();
            let [first, last] = digits[..] else { panic!("{range:?} is no one part") };
            let number = |digits: &str| digits.trim().parse::<u128>().ok();
            let (length, asked) = (u128::from(LENGTH), (number(first), number(last)));
            let expected = match asked {
                (Some(first), Some(last)) => (first, length.min(last.saturating_add(1))),
                (Some(first), None) => (first, length),
                (None, Some(count)) => (length.saturating_sub(count), length),
                // Longer numbers than any page has bytes.
                (None, None) => (from.into(), to.into()),
            };
            assert_eq!((u128::from(from), u128::from(to)), expected, "{range:?}");
            if let [said] = request.values("if-range")[..] {
                let same = Some(said) == of_page("etag").as_deref() && said.starts_with('"');
                assert!(
                    same || Some(said.trim()) == of_page("last-modified").as_deref().map(str::trim)
                        || !said.starts_with('"')
                );
                assert!(!said.starts_with("W/"), "a weak tag says nothing of bytes");
            }
        }
        Answer::Unsatisfiable => {
            assert!(request.method == "GET" && range.len() == 1);
            let first = range[0].split(['=', '-']).nth(1).unwrap_or_default().trim();
            let behind = first.parse::<u128>().map_or(true, |first| first >= u128::from(LENGTH));
            assert!(behind, "{range:?} lies in the page");
        }
    }
}

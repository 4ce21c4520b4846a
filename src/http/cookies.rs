//! Reading `Cookie` headers: bounded, total, and with duplicates told apart; and what the origin gets of them.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::limits;
use crate::visitor::cookie;

/// What a request says under one cookie name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent<'a> {
    /// No such cookie.
    Absent,
    /// One value, perhaps several times.
    One(&'a str),
    /// Several different values, as when two paths or domains set the same name.
    Conflicting,
}

/// The cookies of a request, split on `;` and never on `,` (facts/consent.md §4); headers over the bound are left out.
///
/// ```
/// use parvis::http::cookies::{Sent, find, pairs};
/// let headers = ["a=1; b=2".to_owned(), "a=3".to_owned()];
/// assert_eq!(find(&headers, "b"), Sent::One("2"));
/// assert_eq!(find(&headers, "a"), Sent::Conflicting);
/// assert_eq!(pairs(&headers).count(), 3);
/// ```
pub fn pairs(headers: &[String]) -> impl Iterator<Item = (&str, &str)> {
    headers
        .iter()
        .filter(|header| header.len() <= limits::COOKIE_HEADER_BYTES)
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.trim(), value.trim()))
}

/// What the request says under `name`.
pub fn find<'a>(headers: &'a [String], name: &str) -> Sent<'a> {
    let mut sent = Sent::Absent;
    for (_, value) in pairs(headers).filter(|(candidate, _)| *candidate == name) {
        sent = match sent {
            Sent::Absent => Sent::One(value),
            Sent::One(first) if first == value => sent,
            Sent::One(_) | Sent::Conflicting => return Sent::Conflicting,
        };
    }
    sent
}

/// The value of a `Cookie` header as the origin gets it: without [`cookie::VISIT`] and [`cookie::MEMORY`].
///
/// Every request to the origin has its `Cookie` headers replaced by this, also one that is put aside. `None` if nothing but
/// ours was in it: such a header is left out. Whatever [`pairs`] reads under one of the two names is cut; all other bytes
/// stay as they are. The value is copied only where something is cut. Consent cookies stay, [`crate::consent::mirror`]'s
/// too: the site reads them.
///
/// ```
/// use parvis::http::cookies::others;
/// assert_eq!(others(b"a=1; parvis-visit=a; b=2").as_deref(), Some(b"a=1; b=2".as_slice()));
/// assert_eq!(others(b"__Host-parvis=AQE"), None);
/// ```
pub fn others(header: &[u8]) -> Option<Cow<'_, [u8]>> {
    let pairs = || header.split(|byte| *byte == b';');
    if !pairs().any(is_ours) {
        return Some(Cow::Borrowed(header));
    }
    let mut others = Vec::with_capacity(header.len());
    let mut stay = pairs().enumerate().filter(|(_, pair)| !is_ours(pair));
    if let Some((index, pair)) = stay.next() {
        // The space in front of a later one stood behind the semicolon of what is cut.
        others.extend_from_slice(if index > 0 { pair.trim_ascii_start() } else { pair });
    }
    for (_, pair) in stay {
        others.push(b';');
        others.extend_from_slice(pair);
    }
    let nothing = others.iter().all(|byte| *byte == b';' || byte.is_ascii_whitespace());
    (!nothing).then_some(Cow::Owned(others))
}

/// Whether a part of a `Cookie` header, between semicolons, is one of our two cookies.
fn is_ours(pair: &[u8]) -> bool {
    let name = pair.split(|byte| *byte == b'=').next().filter(|name| name.len() < pair.len());
    let name = name.and_then(|name| core::str::from_utf8(name).ok()).map(str::trim);
    name.is_some_and(|name| [cookie::VISIT, cookie::MEMORY].contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::borrow::ToOwned as _;
    use alloc::format;
    use proptest::prelude::*;

    /// A header, and what the origin gets of it: `None` for no header.
    const HEADERS: [(&str, Option<&str>); 34] = [
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
        // What consent says is the site's to read.
        ("parvis-consent=1.0.0.0.0; parvis-visit=x", Some("parvis-consent=1.0.0.0.0")),
    ];

    #[test]
    fn the_origin_gets_all_cookies_but_ours() {
        for (header, expected) in HEADERS {
            let others = others(header.as_bytes());
            assert_eq!(others.as_deref(), expected.map(str::as_bytes), "{header:?}");
        }
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
            same = matches!(others(header.as_bytes()), Some(Cow::Borrowed(others)) if others == header.as_bytes());
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
                    " {0,2}(parvis-visit|__Host-parvis) ?= ?[a-z~\"=]{0,4}",
                    " {0,2}(parvis-visit|__Host-parvis|Parvis-Visit|a)?[ =\"]{0,3}[a-z,\"=]{0,4} ?",
                    "[^;]{0,6}",
                ],
                0..8,
            )
        ) {
            let header = parts.join(";");
            let names = [cookie::VISIT, cookie::MEMORY];
            let ours = |name: &str| names.contains(&name);
            let all = [header.clone()];
            let others = others(header.as_bytes());
            let text = others.as_deref().map(|others| String::from(core::str::from_utf8(others).unwrap_or("no text")));
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
}

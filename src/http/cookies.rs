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

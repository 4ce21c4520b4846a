//! Parses `Cookie` headers: bounded, total, and reporting conflicting duplicates.

use alloc::string::String;

use crate::limits;

/// The value of one cookie name in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent<'a> {
    /// No such cookie.
    Absent,
    /// One value, perhaps several times.
    One(&'a str),
    /// Several different values, for example if two paths or domains set the same name.
    Conflicting,
}

/// The cookies of a request, split on `;` and never on `,` (RFC 6265 section 4.2.1); headers over the bound are left out.
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

/// The value of the cookie `name`.
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

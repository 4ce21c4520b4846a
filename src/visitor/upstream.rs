//! Strips our cookies from requests to the origin.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::cookie::{MEMORY, VISIT};

/// The value of a `Cookie` header for the origin: without [`VISIT`] and [`MEMORY`].
///
/// Every request to the origin has its `Cookie` headers replaced by this, also one that is never personalized. `None` if
/// the header has only our cookies: it is then left out. Every pair that [`crate::http::cookies::pairs`] reads under one
/// of the two names is cut; all other bytes stay unchanged. The value is copied only if something is cut. Consent cookies
/// stay, [`crate::consent::bridge`]'s too: the site reads them.
///
/// ```
/// use parvis::visitor::upstream::others;
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
        // The space before a later pair was after the semicolon of the cut one.
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
    name.is_some_and(|name| [VISIT, MEMORY].contains(&name))
}

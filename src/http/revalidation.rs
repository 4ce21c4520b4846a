//! Cache validation: the conditional request to the origin, whether its 304 confirms this page, and which headers it
//! updates (RFC 9111 section 4.3).

use super::freshness::{Fields, values};

/// The validators of a page, each with the conditional request header that checks it.
pub const QUESTIONS: [(&str, &str); 2] = [("etag", "if-none-match"), ("last-modified", "if-modified-since")];

/// Headers that describe the stored bytes; a 304 does not update them.
const OF_THE_BODY: [&str; 4] = ["content-encoding", "content-length", "content-range", "content-type"];

/// Whether a 304 with the headers `by` confirms the page with the headers `kept`: one with another `ETag` does not.
///
/// ```
/// use parvis::http::revalidation::confirms;
/// let kept = [("etag", &b"\"a\""[..])];
/// assert!(confirms(&kept, &[("etag", b"W/\"a\"")]) && confirms(&kept, &[]));
/// assert!(!confirms(&kept, &[("etag", b"\"b\"")]) && !confirms(&[], &[("etag", b"\"a\"")]));
/// ```
pub fn confirms(kept: &Fields<'_>, by: &Fields<'_>) -> bool {
    let new = tag(by);
    new.is_none() || new == tag(kept)
}

/// Whether a header of this name, in lower case, in a 304 replaces the stored one.
pub fn renews(name: &str) -> bool {
    !OF_THE_BODY.contains(&name)
}

/// The first `ETag`, weak or strong.
fn tag<'a>(fields: &Fields<'a>) -> Option<&'a [u8]> {
    let tag = values(fields, "etag").next()?;
    Some(tag.strip_prefix(b"W/").unwrap_or(tag))
}

//! Global Privacy Control: one field value of exactly `1` is enough (W3C, *Global Privacy Control*).
//!
//! A joined `1, 1` is outside the W3C text. It is not reported as the signal, but it refuses what the signal refuses, since
//! ignoring it is the unsafe side.

/// Whether a `Sec-GPC` field value is the signal; `DNT` is read by the same rule.
///
/// ```
/// use parvis::consent::gpc::asks;
/// assert!(asks("1") && asks(" 1 "));
/// assert!(!asks("?1") && !asks("true") && !asks("11") && !asks("1, 1"));
/// ```
pub fn asks(field: &str) -> bool {
    crate::facts::headers::is_one(field)
}

/// Whether a field value is the signal, or several fields that an intermediary joined and one of which was.
///
/// ```
/// use parvis::consent::gpc::seems;
/// assert!(seems("1, 1") && seems("0,1") && !seems("?1"));
/// ```
pub fn seems(field: &str) -> bool {
    crate::base::split::parts(field, b',').any(asks)
}

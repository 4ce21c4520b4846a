//! Global Privacy Control: one field value of exactly `1` is enough (facts/consent.md §3).

/// Whether a `Sec-GPC` field value asks for privacy; a joined `1, 1` counts, since ignoring it is the unsafe side.
///
/// ```
/// use parvis::consent::gpc::asks;
/// assert!(asks("1") && asks(" 1 ") && asks("0, 1"));
/// assert!(!asks("?1") && !asks("true") && !asks("11"));
/// ```
pub fn asks(field: &str) -> bool {
    field.split(',').any(|member| member.trim_matches([' ', '\t']) == "1")
}

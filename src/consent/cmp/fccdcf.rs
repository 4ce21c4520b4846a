//! Google's consent messages: `FCCDCF`, a percent-encoded JSON array whose first text is a TC string, where the visitor chose.
//!
//! What else the array has is not documented: it says nothing, and a value without a TC string is no choice.

use crate::base::split::next;

/// The TC string in the decoded array, or what stands in its place in older forms.
///
/// ```
/// use parvis::consent::cmp::fccdcf::tcf;
/// assert_eq!(tcf(r#"[null,null,null,["CQraFkA.I","2~70"],null]"#), Some("CQraFkA.I"));
/// assert_eq!(tcf(r#"[null,null,null,null,null,null,[[32,"[]"]]]"#), None);
/// ```
pub fn tcf(array: &str) -> Option<&str> {
    let mut rest = array;
    next(&mut rest, b'"');
    Some(next(&mut rest, b'"')).filter(|text| !text.is_empty() && !text.starts_with('['))
}

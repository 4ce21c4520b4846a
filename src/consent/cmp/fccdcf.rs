//! Google's consent messages: `FCCDCF`, a percent-encoded JSON array whose first text is a TC string, where the visitor chose.
//!
//! What else the array has is not documented: it grants nothing, and where it has no TC string it may hide an opt-out.

use crate::base::split::{next, parts};
use crate::consent::json;

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

/// Whether the array holds any text that is no empty list: something that only its vendor can read, where it is no TC string.
///
/// ```
/// use parvis::consent::cmp::fccdcf::has_text;
/// assert!(has_text(r#"[null,null,[[32,"[\"1YYN\"]"]]]"#) && !has_text(r#"[null,[[32,"[]"]]]"#));
/// ```
pub fn has_text(array: &str) -> bool {
    parts(array, b'"').skip(1).any(|text| {
        let outside = matches!(text.as_bytes().first(), Some(b',' | b']'));
        !outside && text.bytes().any(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Whether the value is a whole array, and not one that was cut.
pub fn is_array(text: &str) -> bool {
    text.starts_with('[') && json::walk(text, &mut |_, _| {})
}

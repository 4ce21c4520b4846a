//! Validates cookie names of a playbook.

use crate::visitor::cookie::{MEMORY, VISIT};

/// Whether a name is a token of RFC 6265, at most 255 bytes; `@` is reserved for browser reports.
pub(in crate::author) fn is_cookie_name(name: &str) -> bool {
    let token = |byte: u8| byte.is_ascii_graphic() && !br#"()<>@,;:\"/[]?={}"#.contains(&byte);
    // At the end, these stand for all names that begin so.
    let whole = !name.ends_with(['*', '#']);
    (1..=255).contains(&name.len()) && whole && name.bytes().all(token)
}

/// Whether a name is that of a cookie of Parvis, in any case, since names that differ only in case are easily confused.
pub(in crate::author) fn is_ours(name: &str) -> bool {
    [VISIT, MEMORY].iter().any(|own| own.eq_ignore_ascii_case(name))
}

//! Quantcast, now InMobi: `addtl_consent` names ad providers; the choice itself is in the TC string beside it.

use crate::consent::vote::Verdict;

/// Nothing by itself: additional consent concerns ad providers only.
pub(in crate::consent) const fn read() -> Verdict {
    Verdict::Unchosen
}

/// The version and the provider ids of `1~39.4.3`, as they are written.
pub fn parts(value: &str) -> Option<(&str, &str)> {
    crate::consent::text::pair(value, b'~')
}

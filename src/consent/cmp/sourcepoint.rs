//! Sourcepoint: `consentUUID` names a record on its servers; the choice itself is in the TC string beside it.
//!
//! So the cookie alone proves nothing, and its reader says so.

use crate::consent::vote::Verdict;

/// Nothing by itself.
pub(in crate::consent) const fn read() -> Verdict {
    Verdict::Unchosen
}

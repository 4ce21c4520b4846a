//! Sourcepoint: `consentUUID` names a record on its servers; the choice itself is in the TC string beside it.
//!
//! So the cookie alone proves nothing, and its reader says so.

use crate::consent::reading::Ballot;

/// Nothing by itself.
pub(in crate::consent) fn read(_: &str, _: &mut Ballot<'_>) {}

//! Sourcepoint: `consentUUID` names a record on its servers; the choice itself is in the TC string beside it.

use crate::consent::vote::Answer;

/// Nothing by itself.
pub(in crate::consent) const fn read() -> Answer {
    Answer::UNCHOSEN
}

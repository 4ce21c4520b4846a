//! orejime: half-encoded JSON of purpose to boolean.
//!
//! The choice test is that every purpose the site maps is answered: a cookie from before a purpose was added is no choice.

use super::flat_object;
use crate::consent::settings::Settings;
use crate::consent::vote::{Ballot, Verdict};

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_, impl Settings>) -> Verdict {
    match flat_object(text, ballot) {
        Verdict::Chosen if !ballot.marks.complete(ballot.settings, ballot.banner) => Verdict::Unchosen,
        verdict => verdict,
    }
}

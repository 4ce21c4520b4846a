//! orejime: half-encoded JSON of purpose to boolean.
//!
//! The choice test is that every purpose the site maps is answered: a cookie from before a purpose was added is no choice.

use super::klaro::FLAT;
use crate::consent::reading::Ballot;

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    let seen = FLAT.read(text, ballot);
    let chosen = seen.answered && ballot.is_complete();
    seen.end(seen.whole && seen.listed, chosen, ballot);
}

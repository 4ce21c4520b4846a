//! Klaro: percent-encoded JSON of service to boolean, written on save only, so that its presence is the choice.

use super::schema::Form;
use crate::consent::reading::Ballot;

/// A flat JSON object of booleans; other values are passed over.
pub(super) const FLAT: Form<'_> = Form("{\n.\nq*\t+true\t-false");

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    let seen = FLAT.read(text, ballot);
    seen.end(seen.whole && seen.listed, seen.answered, ballot);
}

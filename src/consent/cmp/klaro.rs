//! Klaro: percent-encoded JSON of service to boolean, written on save only, so that its presence is the choice.

use super::schema::{ANY, Form, Rule};
use crate::consent::reading::Ballot;

/// A flat JSON object of booleans; other values are passed over.
pub(super) const FLAT: Form = Form {
    words: ["true", "false"],
    bare: true,
    list: None,
    around: b"",
    rules: &[(&[], Rule::There), (&[ANY], Rule::Answer)],
};

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    let seen = FLAT.read(text, ballot);
    ballot.end(seen.whole && seen.met == 1, seen.answered);
}

//! Shopify: `_tracking_consent` of version 2.1, percent-encoded JSON whose `con.CMP` holds what was clicked.
//!
//! The `purposes` beside it are what Shopify assumes and are never read. The letters of version 3 are not documented, so it
//! is reported as opaque.

use super::schema::{ANY, Form, Rule};
use crate::consent::reading::Ballot;
use crate::reason::Reason;

const FORM: Form = Form {
    words: ["1", "0"],
    bare: false,
    list: None,
    around: b"",
    rules: &[(&["v"], Rule::Must("2.1")), (&["con", "CMP", ANY], Rule::Answer)],
};

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    let seen = FORM.read(text, ballot);
    ballot.end(seen.whole, seen.answered);
    if text.starts_with("3.") {
        ballot.answer.hide(Reason::Opaque);
    } else if seen.whole && seen.met == 0 {
        ballot.answer.hide(Reason::UnsupportedVersion);
    }
}

//! Axeptio: `axeptio_cookies`, JSON of vendor to boolean next to its own `$$` fields.
//!
//! The choice test is `$$completed`: the cookie exists while the visitor is still answering.

use super::schema::{ANY, Form, Rule};
use crate::consent::reading::Ballot;

const FORM: Form = Form {
    words: ["true", "false"],
    bare: true,
    list: None,
    around: b"",
    rules: &[(&["$$completed"], Rule::Must("true")), (&["$$date"], Rule::Decided), (&[ANY], Rule::Answer)],
};

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    let seen = FORM.read(text, ballot);
    ballot.end(seen.whole, seen.met > 0 && !seen.violated);
}

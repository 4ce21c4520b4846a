//! CookieFirst: `cookiefirst-consent`, percent-encoded JSON of category to boolean, with `timestamp`, `type` and `version`.
//!
//! The choice test is a time of the choice, in seconds, and the type `category`: until somebody chose, the vendor's script has no
//! consent to give (its *Cookie Banner Public API*). The other type, `granular`, names services in a form that is not documented.

use super::schema::{ANY, Form, Rule};
use crate::consent::reading::Ballot;
use crate::reason::Reason;

const FORM: Form = Form {
    words: ["true", "false"],
    bare: true,
    list: None,
    around: b"",
    rules: &[(&["type"], Rule::Must("category")), (&["timestamp"], Rule::Decided), (&[ANY], Rule::Answer)],
};

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    let seen = FORM.read(text, ballot);
    let decided = &mut ballot.answer.vote.decided_at;
    if let Some(at) = decided {
        at.0 = at.0.saturating_mul(1000);
    }
    let dated = decided.is_some();
    ballot.end(seen.whole, seen.answered && dated);
    if seen.whole && seen.met == 0 {
        ballot.answer.hide(Reason::UnsupportedVersion);
    }
}

//! vanilla-cookieconsent: `cc_cookie`, percent-encoded JSON that lists the accepted categories.
//!
//! The choice test is a consent time and a revision that is not older than the site's. What is not listed was refused.

use super::schema::{EACH, Form, Rule};
use crate::consent::reading::Ballot;
use crate::reason::Reason;

const FORM: Form = Form {
    words: [""; 2],
    bare: true,
    list: None,
    around: b"",
    rules: &[
        (&["categories"], Rule::There),
        (&["categories", EACH], Rule::Accepted),
        (&["revision"], Rule::Number),
        (&["consentTimestamp"], Rule::Began),
        (&["lastConsentTimestamp"], Rule::Decided),
    ],
};

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    let seen = FORM.read(text, ballot);
    let whole = seen.whole && seen.met == 1;
    ballot.marks.refuse_rest();
    ballot.end(whole, seen.began);
    if whole && seen.number < ballot.settings.revision {
        ballot.answer.fail(Reason::PolicyChanged);
    }
}

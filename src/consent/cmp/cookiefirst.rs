//! CookieFirst: `cookiefirst-consent`, percent-encoded JSON of category to boolean, with `timestamp`, `type` and `version`.
//!
//! The choice test is a time of the choice, in seconds, and the type `category`: until somebody chose, the vendor's script has no
//! consent to give (its *Cookie Banner Public API*). The other type, `granular`, names services in a form that is not documented.

use super::schema::Form;
use crate::consent::reading::Ballot;
use crate::reason::Reason;

const FORM: Form<'_> = Form("{\n=type\tcategory\n@timestamp\t1000\n?*\t+true\t-false");

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    let seen = FORM.read(text, ballot);
    let dated = ballot.answer.vote.decided_at.is_some();
    seen.end(seen.whole, seen.answered && dated, ballot);
    if seen.whole && seen.met == 0 {
        ballot.answer.hide(Reason::UnsupportedVersion);
    }
}

//! Shopify: `_tracking_consent` of version 2.1, percent-encoded JSON whose `con.CMP` holds what was clicked.
//!
//! The `purposes` beside it are what Shopify assumes and are never read. The letters of version 3 are not documented, so it
//! is reported as opaque, also beside a copy of version 2.1, which may be older.

use super::schema::Form;
use crate::consent::reading::Ballot;
use crate::reason::Reason;

const FORM: Form<'_> = Form("\"\n=v\t2.1\nqcon/CMP/*\t+1\t-0\t ");

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    let seen = FORM.read(text, ballot);
    seen.end(seen.whole, seen.answered, ballot);
    if text.starts_with("3.") {
        ballot.answer.hide(Reason::Opaque);
    } else if seen.whole && seen.met == 0 {
        ballot.answer.hide(Reason::UnsupportedVersion);
    }
}

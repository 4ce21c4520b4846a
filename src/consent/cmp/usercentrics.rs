//! Usercentrics 3: `ucData` in web storage, which only the browser sees; it mirrors what it finds to the edge.
//!
//! The choice test is that services are there. The older `uc_settings` has undocumented inner names and is reported as opaque. `uc_usprivacy` is a US Privacy
//! string, of which only the refusal counts.

use super::schema::Form;
use crate::consent::purpose::PurposeSet;
use crate::consent::reading::Ballot;
use crate::consent::us_privacy;

const FORM: Form<'_> = Form("{\nqconsent/services/*/consent\t+true\t-false");

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    let seen = FORM.read(text, ballot);
    seen.end(seen.whole, seen.answered, ballot);
}

/// The US Privacy string that it keeps in web storage. That nobody opted out is no agreement, so it grants nothing.
pub(in crate::consent) fn opt_out(text: &str, ballot: &mut Ballot<'_>) {
    us_privacy::read(text, &mut ballot.answer);
    ballot.answer.vote.granted = PurposeSet::EMPTY;
}

//! vanilla-cookieconsent: `cc_cookie`, percent-encoded JSON that lists the accepted categories.
//!
//! The choice test is a consent time and a revision that is not older than the site's. What is not listed was refused; where the
//! list names categories that have no meaning here, the site's banner has others, and what it does not list is not known.
//! Version 2 writes other names of the times, `consent_date` and `last_consent_update`.

use super::schema::Form;
use crate::consent::reading::Ballot;
use crate::reason::Reason;

const FORM: Form<'_> = Form(
    "{\n.categories\n+categories/[]\nnrevision\n<consentTimestamp\n<consent_date\n@lastConsentTimestamp\n@last_consent_update",
);

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    let seen = FORM.read(text, ballot);
    let whole = seen.whole && seen.listed;
    ballot.refuse_rest();
    ballot.end(whole, seen.began);
    if whole && seen.number < ballot.settings.revision {
        ballot.answer.lapse(Reason::PolicyChanged);
    }
}

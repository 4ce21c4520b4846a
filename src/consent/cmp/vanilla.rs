//! vanilla-cookieconsent: `cc_cookie`, percent-encoded JSON that lists the accepted categories.
//!
//! The choice test is a consent time and a revision that is not older than the site's. What is not listed was refused, if the
//! banner has it: version 3 keeps the services of each of its categories, accepted or not, so that a category without an entry
//! there was never asked for. Version 2 keeps none; where its list names categories that have no meaning here, the site's banner
//! has others, and what it does not list is not known. It writes other names of the times, `consent_date` and `last_consent_update`.
//! Before 2.9 it writes none, calls the list `level`, and is known by `rfc_cookie`: it writes its cookie at a choice only, so there the
//! cookie itself proves one.

use super::schema::Form;
use crate::consent::json::{self, ITEM, Value};
use crate::consent::reading::Ballot;
use crate::reason::Reason;

// `rfc_cookie` refuses nothing; that it is there is an answer.
const FORM: Form<'_> = Form(
    "{\n.categories\n+categories/[]\n.level\n+level/[]\n_rfc_cookie\t+true\t+false\nnrevision\n<consentTimestamp\n<consent_date\n@lastConsentTimestamp\n@last_consent_update",
);

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    let seen = FORM.read(text, ballot);
    let whole = seen.whole && seen.listed;
    let mut has_services = false;
    json::walk(text, &mut |path, _| {
        if let ["services", category] = path {
            has_services = true;
            if !accepts(text, category) {
                ballot.mark(category, false);
            }
        }
    });
    if !has_services {
        ballot.refuse_rest();
    }
    ballot.end(whole, seen.began || seen.answered);
    if whole && seen.number < ballot.settings.revision {
        ballot.answer.lapse(Reason::PolicyChanged);
    }
}

/// Whether the list of accepted categories has this one.
fn accepts(text: &str, category: &str) -> bool {
    let mut accepts = false;
    json::walk(text, &mut |path, value| {
        accepts |= path == ["categories", ITEM] && value == Value::Text(category);
    });
    accepts
}

//! tarteaucitron: `!service=true!service=false!service=wait`.
//!
//! Services are compared whole: the library's own test is a substring search, so its `analytics` matches
//! `!gtaganalytics=true`. `wait` is no answer. Where the site presumes consent, only refusals count.

use super::schema::Form;
use crate::base::split::{pair, parts};
use crate::consent::reading::Ballot;

const FORM: Form<'_> = Form("p=!\nq*\t+true\t-false\t wait");

/// The services with what is stored for them.
pub fn services(value: &str) -> impl Iterator<Item = (&str, &str)> {
    parts(value, b'!').filter_map(|service| pair(service, b'='))
}

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    let seen = FORM.read(text, ballot);
    if ballot.settings.tarteaucitron_presumes() {
        ballot.marks.yes = 0;
        seen.end(seen.whole, seen.refused, ballot);
    } else {
        seen.end(seen.whole, seen.answered, ballot);
    }
}

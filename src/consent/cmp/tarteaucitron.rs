//! tarteaucitron: `!service=true!service=false!service=wait`.
//!
//! Services are compared whole: the library's own test is a substring search, so its `analytics` matches
//! `!gtaganalytics=true`. `wait` is no answer. Where the site presumes consent, only refusals count.

use crate::consent::settings::Settings;
use crate::consent::text::{pair, parts};
use crate::consent::vote::{Ballot, Verdict};

/// The services with what is stored for them.
pub fn services(value: &str) -> impl Iterator<Item = (&str, &str)> {
    parts(value, b'!').filter_map(|service| pair(service, b'='))
}

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_, impl Settings>) -> Verdict {
    let mut found = false;
    let mut chosen = false;
    for (service, answer) in services(text) {
        found = true;
        let yes = answer == "true";
        if (yes && !ballot.settings.tarteaucitron_presumes()) || answer == "false" {
            chosen = true;
            ballot.mark(service, yes);
        }
    }
    Verdict::of(found, chosen)
}

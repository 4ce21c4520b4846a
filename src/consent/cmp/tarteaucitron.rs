//! tarteaucitron: `!service=true!service=false!service=wait`.
//!
//! Services are compared whole: the library's own test is a substring search, so its `analytics` matches
//! `!gtaganalytics=true`. `wait` is no answer. Where the site presumes consent, only refusals count.

use crate::consent::settings::Settings;
use crate::consent::source::Banner;
use crate::consent::text::{pair, parts};
use crate::consent::vote::{Answer, Marks};
use crate::reason::Reason;

/// The services with what is stored for them.
pub fn services(value: &str) -> impl Iterator<Item = (&str, &str)> {
    parts(value, b'!').filter_map(|service| pair(service, b'='))
}

pub(in crate::consent) fn read(value: &str, settings: &impl Settings) -> Answer {
    let mut marks = Marks::default();
    let mut found = false;
    let mut chosen = false;
    for (service, answer) in services(value) {
        found = true;
        let yes = answer == "true";
        if (yes && !settings.tarteaucitron_presumes()) || answer == "false" {
            chosen = true;
            marks.mark(settings, Banner::Tarteaucitron, service, yes);
        }
    }
    match (found, chosen) {
        (false, _) => Answer::fault(Reason::Malformed),
        (true, false) => Answer::UNCHOSEN,
        (true, true) => Answer::choice(marks.vote(settings, Banner::Tarteaucitron, None)),
    }
}

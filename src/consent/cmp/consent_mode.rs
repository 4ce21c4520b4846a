//! Google Consent Mode: the state of the page's last `update`, as the browser wrote it down; a `default` is no choice.
//!
//! The form is ours: `analytics_storage:granted,ad_storage:denied`. Ads count only when both of their types are answered.

use crate::consent::settings::Settings;
use crate::consent::source::Banner;
use crate::consent::text::{pair, parts};
use crate::consent::vote::{Answer, Marks};
use crate::reason::Reason;

/// The types with whether they were granted.
pub fn types(value: &str) -> impl Iterator<Item = (&str, bool)> {
    parts(value, b',').filter_map(|answer| match pair(answer, b':') {
        Some((name, "granted")) => Some((name, true)),
        Some((name, "denied")) => Some((name, false)),
        _ => None,
    })
}

pub(in crate::consent) fn read(value: &str, settings: &impl Settings) -> Answer {
    let mut marks = Marks::default();
    let answered = |wanted: &str| types(value).any(|(name, _)| name == wanted);
    let both = answered("ad_user_data") && answered("ad_personalization");
    let mut found = false;
    for (name, granted) in types(value) {
        found = true;
        if both || !granted || !matches!(name, "ad_user_data" | "ad_personalization") {
            marks.mark(settings, Banner::ConsentMode, name, granted);
        }
    }
    if found {
        Answer::choice(marks.vote(settings, Banner::ConsentMode, None))
    } else {
        Answer::fault(Reason::Malformed)
    }
}

//! Google Consent Mode: the state of the page's last `update`, as the browser wrote it down; a `default` is no choice.
//!
//! The form is ours: `analytics_storage:granted,ad_storage:denied`. Ads count only when both of their types are answered.

use crate::consent::settings::Settings;
use crate::consent::text::{pair, parts};
use crate::consent::vote::{Ballot, Verdict};

/// The types with whether they were granted.
pub fn types(value: &str) -> impl Iterator<Item = (&str, bool)> {
    parts(value, b',').filter_map(|answer| match pair(answer, b':') {
        Some((name, "granted")) => Some((name, true)),
        Some((name, "denied")) => Some((name, false)),
        _ => None,
    })
}

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_, impl Settings>) -> Verdict {
    // Two types stand for the same purposes: a grant of one without an answer to the other is no grant.
    let is_ads = |name: &str| matches!(name, "ad_user_data" | "ad_personalization");
    let answered = |wanted: &str| types(text).any(|(name, _)| name == wanted);
    let both = answered("ad_user_data") && answered("ad_personalization");
    let mut found = false;
    for (name, granted) in types(text) {
        found = true;
        if both || !granted || !is_ads(name) {
            ballot.mark(name, granted);
        }
    }
    Verdict::of(found, true)
}

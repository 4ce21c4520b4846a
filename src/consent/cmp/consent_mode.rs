//! Google Consent Mode: the state of the page's last `update`, as the browser wrote it down; a `default` is no choice.
//!
//! The form is ours: `analytics_storage:granted,ad_storage:denied`. Ads count only when both of their types are answered.

use crate::base::split::{pair, parts};
use crate::consent::reading::Ballot;

/// The two types that stand for the same purposes.
const ADS: [&str; 2] = ["ad_user_data", "ad_personalization"];

/// The types with whether they were granted.
pub fn types(value: &str) -> impl Iterator<Item = (&str, bool)> {
    parts(value, b',').filter_map(|answer| match pair(answer, b':') {
        Some((name, "granted")) => Some((name, true)),
        Some((name, "denied")) => Some((name, false)),
        _ => None,
    })
}

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    // A grant of one without an answer to the other is no grant; a denial is one by itself.
    let both = ADS.into_iter().all(|ads| types(text).any(|(name, _)| name == ads));
    let mut found = false;
    for (name, granted) in types(text) {
        found = true;
        if both || !granted || !ADS.contains(&name) {
            ballot.mark(name, granted);
        }
    }
    ballot.end(found, true);
}

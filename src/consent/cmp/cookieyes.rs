//! CookieYes: `cookieyes-consent`, a list of `name:value`; the choice test is `action:yes`.

use crate::consent::settings::Settings;
use crate::consent::text::{pair, parts};
use crate::consent::time;
use crate::consent::vote::{Ballot, Verdict};

/// The pairs of the decoded list.
pub fn pairs(decoded: &str) -> impl Iterator<Item = (&str, &str)> {
    parts(decoded, b',').filter_map(|member| pair(member, b':'))
}

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_, impl Settings>) -> Verdict {
    let mut found = false;
    let mut chosen = false;
    for (name, value) in pairs(text) {
        match name {
            "action" => {
                found = true;
                chosen = value == "yes";
            }
            "lastRenewedDate" => ballot.decided_at = time::millis(value),
            category if matches!(value, "yes" | "no") => ballot.mark(category, value == "yes"),
            _ => {}
        }
    }
    Verdict::of(found, chosen)
}

//! CookieYes: `cookieyes-consent`, a list of `name:value`; the choice test is `action:yes`.

use super::Scratch;
use crate::consent::percent;
use crate::consent::settings::Settings;
use crate::consent::source::Banner;
use crate::consent::text::{pair, parts};
use crate::consent::time;
use crate::consent::vote::{Answer, Marks};
use crate::reason::Reason;

/// The pairs of the decoded list.
pub fn pairs(decoded: &str) -> impl Iterator<Item = (&str, &str)> {
    parts(decoded, b',').filter_map(|member| pair(member, b':'))
}

pub(in crate::consent) fn read(value: &str, settings: &impl Settings, scratch: &mut Scratch) -> Answer {
    let Some(decoded) = percent::decode(value, scratch) else { return Answer::fault(Reason::Malformed) };
    let mut marks = Marks::default();
    let mut found = false;
    let mut chosen = false;
    let mut decided_at = None;
    for (name, value) in pairs(decoded) {
        match (name, value) {
            ("action", answer) => {
                found = true;
                chosen = answer == "yes";
            }
            ("lastRenewedDate", at) => decided_at = time::millis(at),
            (category, "yes") => marks.mark(settings, Banner::CookieYes, category, true),
            (category, "no") => marks.mark(settings, Banner::CookieYes, category, false),
            _ => {}
        }
    }
    match (found, chosen) {
        (false, _) => Answer::fault(Reason::Malformed),
        (true, false) => Answer::UNCHOSEN,
        (true, true) => Answer::choice(marks.vote(settings, Banner::CookieYes, decided_at)),
    }
}

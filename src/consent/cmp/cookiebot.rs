//! Cookiebot: `CookieConsent`, a JavaScript object literal and not JSON.
//!
//! `-1` as the whole value or as the stamp means that nobody was asked; `method` other than `explicit` means that nobody clicked.

use super::Scratch;
use crate::consent::percent;
use crate::consent::settings::Settings;
use crate::consent::source::Banner;
use crate::consent::text::{pair, parts, trim};
use crate::consent::time;
use crate::consent::vote::{Answer, Marks};
use crate::reason::Reason;

/// The members of the decoded literal with their quotes removed; `None` if it is no literal.
pub fn members(decoded: &str) -> Option<impl Iterator<Item = (&str, &str)>> {
    let inner = decoded.strip_prefix('{')?.strip_suffix('}')?;
    // Values hold no commas: stamps are base64, the rest are words and numbers.
    Some(parts(inner, b',').filter_map(|member| {
        let (name, value) = pair(member, b':')?;
        Some((unquoted(name), unquoted(value)))
    }))
}

fn unquoted(text: &str) -> &str {
    trim(text, b" '\"")
}

pub(in crate::consent) fn read(value: &str, settings: &impl Settings, scratch: &mut Scratch) -> Answer {
    if matches!(value, "-1" | "0") {
        return Answer::UNCHOSEN;
    }
    let members = percent::decode(value, scratch).and_then(members);
    let Some(members) = members else { return Answer::fault(Reason::Malformed) };
    let mut marks = Marks::default();
    let mut stamped = false;
    let mut asked = true;
    let mut decided_at = None;
    for (name, value) in members {
        match (name, value) {
            ("stamp", stamp) => {
                stamped = !stamp.is_empty() && stamp != "-1";
                asked &= stamped;
            }
            ("method", method) => asked &= method == "explicit",
            ("utc", utc) => decided_at = time::millis(utc),
            (category, "true") => marks.mark(settings, Banner::Cookiebot, category, true),
            (category, "false") => marks.mark(settings, Banner::Cookiebot, category, false),
            _ => {}
        }
    }
    if asked && stamped {
        Answer::choice(marks.vote(settings, Banner::Cookiebot, decided_at))
    } else {
        Answer::UNCHOSEN
    }
}

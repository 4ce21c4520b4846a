//! Cookiebot: `CookieConsent`, a JavaScript object literal and not JSON.
//!
//! `-1` as the whole value or as the stamp means that nobody was asked; `method` other than `explicit` means that nobody clicked.

use crate::consent::settings::Settings;
use crate::consent::text::{pair, parts, trim};
use crate::consent::time;
use crate::consent::vote::{Ballot, Verdict};

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

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_, impl Settings>) -> Verdict {
    if matches!(text, "-1" | "0") {
        return Verdict::Unchosen;
    }
    let Some(members) = members(text) else { return Verdict::of(false, false) };
    let mut stamped = false;
    let mut asked = true;
    for (name, value) in members {
        match name {
            "stamp" => {
                stamped = !value.is_empty() && value != "-1";
                asked &= stamped;
            }
            "method" => asked &= value == "explicit",
            "utc" => ballot.decided_at = time::millis(value),
            category if matches!(value, "true" | "false") => ballot.mark(category, value == "true"),
            _ => {}
        }
    }
    Verdict::of(true, asked && stamped)
}

//! Cookiebot: `CookieConsent`, a JavaScript object literal and not JSON.
//!
//! `-1` as the whole value or as the stamp means that nobody was asked; `method` other than `explicit` means that nobody clicked. What
//! `0` as the whole value means is not documented, so that it may be a refusal.

use super::schema::Form;
use crate::base::split::{pair, parts, trim};
use crate::consent::reading::Ballot;

/// Values hold no commas: stamps are base64, the rest are words and numbers.
const FORM: Form<'_> = Form("p:,\t '\"\n!stamp\t-1\n:method\texplicit\n@utc\n?*\t+true\t-false");

/// The members of the decoded literal with their quotes removed; `None` if it is no literal.
pub fn members(decoded: &str) -> Option<impl Iterator<Item = (&str, &str)>> {
    let inner = decoded.strip_prefix('{')?.strip_suffix('}')?;
    Some(parts(inner, b',').filter_map(|member| {
        let (name, value) = pair(member, b':')?;
        Some((unquoted(name), unquoted(value)))
    }))
}

fn unquoted(text: &str) -> &str {
    trim(text, b" '\"")
}

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    let inner = trim(text, b"{}");
    let literal = inner.len() + 2 == text.len();
    let nobody = matches!(text, "-1" | "0");
    let seen = FORM.read(if literal { inner } else { "" }, ballot);
    seen.end(literal || nobody, seen.met != 0 && !seen.violated, ballot);
    if nobody {
        ballot.answer.hides = text == "0";
    }
}

//! Cookiebot: `CookieConsent`, a JavaScript object literal and not JSON.
//!
//! `-1` as the whole value or as the stamp means that nobody was asked; `method` other than `explicit` means that nobody clicked.

use super::schema::{ANY, Form, Rule};
use crate::base::split::{pair, parts, trim};
use crate::consent::reading::Ballot;

const FORM: Form = Form {
    words: ["true", "false"],
    bare: true,
    // Values hold no commas: stamps are base64, the rest are words and numbers.
    list: Some([b',', b':']),
    around: b" '\"",
    rules: &[
        (&["stamp"], Rule::MustNot("-1")),
        (&["method"], Rule::May("explicit")),
        (&["utc"], Rule::Decided),
        (&[ANY], Rule::Answer),
    ],
};

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
    ballot.end(literal || nobody, seen.met > 0 && !seen.violated);
}

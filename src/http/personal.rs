//! Query parameters that identify one person, such as those of links in mails: they are never read.
//!
//! A URL is not contextual if it identifies a person (EDPB Guidelines 2/2023, on URL tracking and unique identifiers). A
//! parameter is dropped by its name or by the form of its value, like [a search that may be
//! personal](crate::visitor::visit::normal_search).

use crate::base::text::is_digit;
use crate::limits;

/// Parameters in which newsletters, advertising networks and customer systems send the id of a person or of a click.
const NAMES: [&str; 27] = [
    "_hsenc",
    "_ke",
    "_kx",
    "__s",
    "ck_subscriber_id",
    "dclid",
    "elqtrackid",
    "fbclid",
    "gbraid",
    "gclid",
    "igshid",
    "li_fat_id",
    "mc_eid",
    "mkt_tok",
    "ml_subscriber_hash",
    "msclkid",
    "oly_anon_id",
    "oly_enc_id",
    "rb_clickid",
    "sc_customer",
    "ttclid",
    "twclid",
    "vero_conv",
    "vero_id",
    "wbraid",
    "wickedid",
    "yclid",
];
/// A run of letters and digits of this length is an id if it changes between the two as often as [`CHANGES`].
const RUN: usize = 16;
/// Ordinary words change between letters and digits once or twice: `summer2026`.
const CHANGES: usize = 4;

/// Whether a parameter with this name, decoded, holds the id of a person or of a click.
///
/// ```
/// use parvis::http::personal::names_a_person;
/// assert!(names_a_person("mc_eid") && names_a_person("GCLID"));
/// assert!(!names_a_person("utm_content"));
/// ```
pub fn names_a_person(name: &str) -> bool {
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether a value may identify one person: with `@`, with [`limits::SEARCH_DIGITS`] digits or more, or with a long
/// random id.
///
/// ```
/// use parvis::http::personal::may_be_personal;
/// assert!(may_be_personal("someone@example.com") && may_be_personal("0612345678"));
/// assert!(may_be_personal("a1b2c3d4e5f6a7b8"));
/// assert!(!may_be_personal("summer-sale-2026-second-newsletter"));
/// ```
pub fn may_be_personal(value: &str) -> bool {
    let (mut digits, mut run, mut changes): (usize, usize, usize) = (0, 0, 0);
    let mut before = None;
    for sign in value.chars() {
        let digit = is_digit(sign);
        digits = digits.saturating_add(digit.into());
        if digit || sign.is_ascii_alphabetic() || !sign.is_ascii() {
            run = run.saturating_add(1);
            changes = changes.saturating_add((before == Some(!digit)).into());
            before = Some(digit);
        } else {
            (run, changes, before) = (0, 0, None);
        }
        if matches!(sign, '@' | '\u{ff20}')
            || digits >= limits::SEARCH_DIGITS
            || (run >= RUN && changes >= CHANGES)
        {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_words_by_their_changes() {
        for id in
            ["dGhpc2lz4mFuaWQ5dG9r1x2y", "5f2c9a0b7d1e4f38aa", "ann%40x@y", "+33 6 12 34 56 78", "٠١٢٣٤٥٦"]
        {
            assert!(may_be_personal(id), "{id}");
        }
        for word in [
            "",
            "newsletter",
            "black-friday-2026",
            "2026w48",
            "wintersale2026edition",
            "internationalization",
            "a1b2c3d4",
        ] {
            assert!(!may_be_personal(word), "{word}");
        }
    }
}

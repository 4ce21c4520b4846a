//! Query parameters that identify one person, such as those of links in mails: they are never read.
//!
//! An address is not contextual where it singles a person out (EDPB Guidelines 2/2023, on URL tracking and unique identifiers).
//! What is dropped is decided here by the name of the parameter and by the form of its value; searches follow the same rule of mail
//! addresses and numbers.

use crate::base::text::is_digit;
use crate::limits;

/// Parameters in which newsletters, advertising networks, customer systems and forms send a person, or the id of a person or of a click.
const NAMES: [&str; 78] = [
    "__hsfp",
    "__hssc",
    "__hstc",
    "__s",
    "_branch_match_id",
    "_ga",
    "_gl",
    "_hsenc",
    "_ke",
    "_kx",
    "birthday",
    "braze_id",
    "bsft_uid",
    "ck_subscriber_id",
    "contact_id",
    "customer_id",
    "dclid",
    "dm_i",
    "e-mail",
    "e_mail",
    "elqtrackid",
    "email",
    "emailaddress",
    "epik",
    "et_rid",
    "external_id",
    "fbclid",
    "firstname",
    "gbraid",
    "gclid",
    "hsctatracking",
    "iban",
    "igshid",
    "irclickid",
    "iterable_id",
    "jwt",
    "lastname",
    "li_fat_id",
    "mail",
    "mc_eid",
    "member_id",
    "mkt_tok",
    "ml_subscriber",
    "ml_subscriber_hash",
    "msclkid",
    "oft_id",
    "oly_anon_id",
    "oly_enc_id",
    "omnisendcontactid",
    "phone",
    "rb_clickid",
    "sc_customer",
    "sc_uid",
    "sccid",
    "session",
    "sessionid",
    "sfmc_id",
    "sfmc_sub",
    "spuserid",
    "ssn",
    "subscriber",
    "subscriber_id",
    "tel",
    "token",
    "ttclid",
    "twclid",
    "uid",
    "unicorn_click_id",
    "user_id",
    "userid",
    "vero_conv",
    "vero_id",
    "vgo_ee",
    "wbraid",
    "wickedid",
    "yclid",
    "ymclid",
    "ysclid",
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

/// Whether a value may name one person: with an address of mail or a long number in it ([`has_mail_or_number`]), or with a long random
/// id.
///
/// ```
/// use parvis::http::personal::may_be_personal;
/// assert!(may_be_personal("someone@example.com") && may_be_personal("0612345678"));
/// assert!(may_be_personal("a1b2c3d4e5f6a7b8"));
/// assert!(!may_be_personal("summer-sale-2026-second-newsletter"));
/// ```
pub fn may_be_personal(value: &str) -> bool {
    has_mail_or_number(value) || has_long_id(value)
}

/// Whether a text has an `@`, or [`limits::SEARCH_DIGITS`] digits or more, together or apart: in ASCII, in fullwidth forms, and for digits
/// in Arabic, Persian or Devanagari. Neither parameters nor [searches](crate::visitor::visit::normal_search) with one are kept.
pub(crate) fn has_mail_or_number(text: &str) -> bool {
    let mut digits: usize = 0;
    text.chars().map(narrow).any(|sign| {
        digits = digits.saturating_add(is_digit(sign).into());
        sign == '@' || digits >= limits::SEARCH_DIGITS
    })
}

/// The sign of ASCII that a fullwidth form (U+FF01 to U+FF5E) stands for; any other as it is.
pub(crate) fn narrow(sign: char) -> char {
    let code = u32::from(sign);
    let narrow = if matches!(code, 0xFF01..=0xFF5E) { code.wrapping_sub(0xFEE0) } else { code };
    char::from_u32(narrow).unwrap_or(sign)
}

/// Whether a run of letters and digits is long, and changes between the two often, or between small and capital letters at every
/// second sign. What stands around a single `-`, `_`, `.` or `:` is one run, as in ids that are written in groups; a change across it
/// counts for neither.
fn has_long_id(value: &str) -> bool {
    let (mut run, mut changes, mut cases): (usize, usize, usize) = (0, 0, 0);
    let mut before = None;
    let mut capital = false;
    value.chars().map(narrow).any(|sign| {
        let digit = is_digit(sign);
        if digit || sign.is_ascii_alphabetic() || !sign.is_ascii() {
            run = run.saturating_add(1);
            changes = changes.saturating_add((before == Some(!digit)).into());
            cases = cases.saturating_add((capital != sign.is_ascii_uppercase()).into());
            before = Some(digit);
            capital = sign.is_ascii_uppercase();
        } else if matches!(sign, '-' | '_' | '.' | ':') && before.is_some() {
            before = None;
        } else {
            (run, changes, cases, before) = (0, 0, 0, None);
        }
        run >= RUN && (changes >= CHANGES || cases >= run / 2)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_words_by_their_changes() {
        for id in [
            "dGhpc2lz4mFuaWQ5dG9r1x2y",
            "5f2c9a0b7d1e4f38aa",
            "ann%40x@y",
            "+33 6 12 34 56 78",
            "٠١٢٣٤٥٦",
            "\u{ff10}\u{ff11}\u{ff12}\u{ff13}\u{ff14}\u{ff15}\u{ff16}",
            "jane\u{ff20}mail",
            "KqXbTzLmWvRpNcYdFgHj",
            "KqXb-TzLm-WvRp-NcYd-FgHj",
            "a1bc-d2ef-g3hi-j4kl",
        ] {
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
            "SummerSaleSecondNewsletter",
            "SOMMERSCHLUSSVERKAUF",
            "top-10-gifts-week-48-men",
            "Summer-Sale-Second-Newsletter",
        ] {
            assert!(!may_be_personal(word), "{word}");
        }
    }
}

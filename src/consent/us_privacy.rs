//! US Privacy strings: four characters, read strictly ([the form](crate::docs::consent#us-privacy-strings)).
//!
//! A present string that is malformed may hide an opt-out, so it denies sale and profile.

use super::purpose::Purpose;
use super::reading::Answer;
use crate::reason::Reason;

/// The three letters behind the version, each `Y`, `N` or `-`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsPrivacy {
    /// Whether notice of the right to opt out was given.
    pub notice: u8,
    /// Whether the visitor opted out of the sale of data.
    pub opt_out: u8,
    /// Whether the transaction is covered by the IAB's agreement.
    pub covered: u8,
}

/// The letters of a string of the form `^1(---|[YN-][YN][YN-])$`.
///
/// ```
/// use parvis::consent::us_privacy::parse;
/// assert_eq!(parse("1YNN").map(|letters| letters.opt_out), Some(b'N'));
/// assert_eq!(parse("1ynn"), None);
/// ```
pub fn parse(text: &str) -> Option<UsPrivacy> {
    let &[version, notice, opt_out, covered] = text.as_bytes() else { return None };
    let letter = |byte: u8| matches!(byte, b'Y' | b'N' | b'-');
    let said = opt_out != b'-' || (notice == b'-' && covered == b'-');
    let strict = letter(notice) && letter(opt_out) && letter(covered) && said;
    (version == b'1' && strict).then_some(UsPrivacy { notice, opt_out, covered })
}

/// What the string says about sale and profile; "did not opt out" counts only where notice was given.
pub(super) fn read(text: &str, answer: &mut Answer) {
    match parse(text) {
        None => answer.fail_closed(Reason::Malformed),
        Some(UsPrivacy { opt_out: b'Y', .. }) => {
            answer.say(Purpose::SaleShare, false);
            answer.say(Purpose::Profile, false);
        }
        Some(UsPrivacy { opt_out: b'N', notice: b'Y', .. }) => answer.say(Purpose::SaleShare, true),
        Some(_) => {}
    }
}

//! Small text functions that replace `core::fmt`, which would add kilobytes to the browser module.
//!
//! Numbers are written in the one form that [`number`] reads: no sign but `-`, no leading zeros, no separators. Any other
//! form is refused, so that a value has one spelling.

use alloc::string::String;

use crate::limits;

/// Whether `id` can name an item, category, campaign, variant or block: `[A-Za-z0-9_.:-]{1,64}`.
///
/// ```
/// use parvis::base::text::is_id;
/// assert!(is_id("desk-lamp"));
/// assert!(!is_id("desk lamp") && !is_id(""));
/// ```
pub fn is_id(id: &str) -> bool {
    is_id_bytes(id.as_bytes())
}

/// [`is_id`] for bytes of a page, which need not be UTF-8.
pub fn is_id_bytes(id: &[u8]) -> bool {
    let letter = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b':' | b'-');
    !id.is_empty() && id.len() <= limits::ID_BYTES && id.iter().all(letter)
}

/// Writes `value` in decimal digits.
///
/// ```
/// let mut text = String::from("Max-Age=");
/// parvis::base::text::push_integer(&mut text, 15_552_000);
/// assert_eq!(text, "Max-Age=15552000");
/// ```
pub fn push_integer(text: &mut String, value: i64) {
    if value < 0 {
        text.push('-');
    }
    text.extend(decimal(value.unsigned_abs()).map(char::from));
}

/// Writes the low `digits` hexadecimal digits of `value`, lower case, with leading zeros; at most 16.
pub fn push_hex(text: &mut String, value: u64, digits: u32) {
    text.extend(hex(value, digits).map(char::from));
}

/// The decimal digits of `value` as ASCII, most significant first.
pub fn decimal(value: u64) -> impl Iterator<Item = u8> {
    let mut digits = [0; 20];
    let (mut rest, mut unused) = (value, digits.len());
    for place in digits.iter_mut().rev() {
        *place = digit(rest % 10);
        rest /= 10;
        unused -= 1;
        if rest == 0 {
            break;
        }
    }
    digits.into_iter().skip(unused)
}

/// The low `digits` hexadecimal digits of `value` as ASCII, lower case, most significant first; at most 16.
pub fn hex(value: u64, digits: u32) -> impl Iterator<Item = u8> {
    (0..digits.min(16)).rev().map(move |place| digit(value >> (4 * place) & 0xf))
}

/// Parses a decimal number in the form of [`push_integer`], at most `most`.
///
/// ```
/// use parvis::base::text::number;
/// assert_eq!(number("250", 255), Some(250));
/// assert_eq!(number("256", 255), None);
/// assert_eq!(number("007", 255), None);
/// ```
pub fn number(text: &str, most: u32) -> Option<u32> {
    if text.is_empty() || (text.len() > 1 && text.starts_with('0')) {
        return None;
    }
    let value = text.bytes().try_fold(0_u32, |sum, b| {
        let digit = b.is_ascii_digit().then(|| u32::from(b - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    })?;
    (value <= most).then_some(value)
}

/// Parses exactly `digits` lower-case hexadecimal digits; `digits` is at most 16.
///
/// ```
/// assert_eq!(parvis::base::text::hex_number("00ff", 4), Some(255));
/// assert_eq!(parvis::base::text::hex_number("00FF", 4), None);
/// ```
pub fn hex_number(text: &str, digits: usize) -> Option<u64> {
    if text.len() != digits || digits > 16 {
        return None;
    }
    text.bytes().try_fold(0, |sum, b| {
        let digit = match b {
            b'0'..=b'9' => b - b'0',
            b'a'..=b'f' => b - b'a' + 10,
            _ => return None,
        };
        Some(sum << 4 | u64::from(digit))
    })
}

/// Lower case for Latin (to U+017E), Greek and Cyrillic. The whole Unicode table would add 11 KB to the browser module.
///
/// ```
/// let folded: String = "\u{c9}tag\u{c8}re".chars().map(parvis::base::text::fold).collect();
/// assert_eq!(folded, "\u{e9}tag\u{e8}re");
/// ```
pub fn fold(c: char) -> char {
    let code = u32::from(c);
    let lower = match code {
        0x41..=0x5A | 0xC0..=0xD6 | 0xD8..=0xDE | 0x391..=0x3A1 | 0x3A3..=0x3AB | 0x410..=0x42F => {
            code.wrapping_add(0x20)
        }
        0x400..=0x40F => code.wrapping_add(0x50),
        0x100..=0x12F | 0x132..=0x137 | 0x14A..=0x177 => code | 1,
        0x139..=0x148 | 0x179..=0x17E if code & 1 == 1 => code.wrapping_add(1),
        _ => code,
    };
    char::from_u32(lower).unwrap_or(c)
}

/// The ASCII digit of a value below 16; only the low four bits count.
fn digit(value: u64) -> u8 {
    let nibble = value.to_le_bytes()[0] & 0xf;
    if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }
}

/// Whether a sign is a letter of Latin (to U+024F), Greek, Cyrillic, Hebrew, Arabic, kana, Han or Hangul; Unicode's table of all letters
/// would weigh kilobytes.
pub(crate) const fn is_letter(sign: char) -> bool {
    matches!(sign,
        'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{24f}' | '\u{388}'..='\u{3ff}' | '\u{400}'..='\u{481}'
        | '\u{48a}'..='\u{52f}' | '\u{5d0}'..='\u{5ea}' | '\u{620}'..='\u{64a}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// Whether a sign is a digit of ASCII, Arabic, Persian or Devanagari; Unicode's table of all digits would weigh more than the rest.
pub(crate) const fn is_digit(sign: char) -> bool {
    matches!(sign, '0'..='9' | '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}' | '\u{966}'..='\u{96f}')
}

/// Whether `text` contains `word`, which is in lower case and not empty, without regard to the case of ASCII letters.
///
/// ```
/// use parvis::base::text::contains;
/// assert!(contains(b"Mozilla/5.0 (iPad)", "ipad") && !contains(b"Mozilla/5.0", "mobi"));
/// ```
pub fn contains(text: &[u8], word: &str) -> bool {
    let word = word.as_bytes();
    // Most places end at their first byte.
    let first = |window: &[u8]| window.first().map(u8::to_ascii_lowercase) == word.first().copied();
    text.windows(word.len().max(1)).any(|window| first(window) && window.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn integers_are_written_as_the_standard_library_writes_them(value: i64) {
            let mut text = String::new();
            push_integer(&mut text, value);
            prop_assert_eq!(text, format!("{value}"));
        }

        #[test]
        fn hexadecimal_comes_back(value: u64) {
            let mut text = String::new();
            push_hex(&mut text, value, 16);
            prop_assert_eq!(&text, &format!("{value:016x}"));
            prop_assert_eq!(hex_number(&text, 16), Some(value));
        }

        #[test]
        fn numbers_have_one_spelling(text in "[0-9+ -]{0,12}", most: u32) {
            let expected = text.parse::<u32>().ok().filter(|n| *n <= most && format!("{n}") == text);
            prop_assert_eq!(number(&text, most), expected);
        }
    }

    #[test]
    fn the_ends_of_the_integers_are_written() {
        for value in [0, 9, 10, -1, i64::MAX, i64::MIN] {
            let mut text = String::new();
            push_integer(&mut text, value);
            assert_eq!(text, format!("{value}"));
        }
    }
}

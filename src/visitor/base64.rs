//! Base64url without padding (RFC 4648 §5), strict: one spelling for each sequence of bytes, everything else is refused.

use alloc::string::String;
use alloc::vec::Vec;

use crate::consent::base64::sextet;

/// The text for `bytes`.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut triple = chunk.iter().copied().chain([0, 0]);
        let word = (0..3).fold(0, |word, _| word << 8 | u32::from(triple.next().unwrap_or(0)));
        text.extend([18, 12, 6, 0].into_iter().take(chunk.len() + 1).map(|shift| letter(word >> shift)));
    }
    text
}

/// The bytes that `text` stands for; `None` when [`encode`] would not have written it.
///
/// ```
/// use parvis::visitor::base64::{decode, encode};
/// assert_eq!(encode(&[0xff, 0xfe]), "__4");
/// assert_eq!(decode("__4"), Some(vec![0xff, 0xfe]));
/// assert_eq!(decode("__5"), None, "unused bits are set");
/// ```
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let (mut held, mut bits) = (0_u32, 0);
    for letter in text.bytes() {
        held = held << 6 | u32::from(sextet(letter)?);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits).to_le_bytes()[0]);
            held &= (1 << bits) - 1;
        }
    }
    (bits < 6 && held == 0).then_some(bytes)
}

/// The letter for the low six bits.
fn letter(six: u32) -> char {
    let six = six.to_le_bytes()[0] & 63;
    char::from(match six {
        0..26 => b'A' + six,
        26..52 => b'a' + (six - 26),
        52..62 => b'0' + (six - 52),
        62 => b'-',
        _ => b'_',
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_vectors_of_the_rfc_hold() {
        // RFC 4648 §10, without padding.
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg"),
            ("fo", "Zm8"),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg"),
            ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
    }

    proptest! {
        #[test]
        fn bytes_come_back(bytes: Vec<u8>) {
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }

        #[test]
        fn there_is_one_spelling(text in "[A-Za-z0-9_=+/ -]{0,12}|[A-Za-z0-9_-]{0,12}") {
            if let Some(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}

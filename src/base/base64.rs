//! Base64: strict base64url without padding for our own values (RFC 4648 §5), and a lenient decoder for those of other
//! programs.
//!
//! [`encode`] and [`decode`] have one spelling for each sequence of bytes. [`decode_into`] accepts both alphabets, with
//! or without padding, and needs no allocation. Consent strings are read character by character with [`sextet`].

use alloc::string::String;
use alloc::vec::Vec;

/// Marks a byte outside the alphabet.
const FOREIGN: u8 = 0xff;
/// The six bits of each character of the url-safe alphabet (RFC 4648 §5).
const SEXTETS: [u8; 256] = {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut table = [FOREIGN; 256];
    let mut value = 0u8;
    while value < 64 {
        #[expect(
            clippy::indexing_slicing,
            reason = "computed while compiling, where out of range is an error"
        )]
        {
            table[ALPHABET[value as usize] as usize] = value;
        }
        value += 1;
    }
    table
};

/// The six bits that a character of the url-safe alphabet stands for (RFC 4648 §5).
#[inline]
pub fn sextet(byte: u8) -> Option<u8> {
    SEXTETS.get(usize::from(byte)).copied().filter(|value| *value != FOREIGN)
}

/// The six bits of a character; all ones for a character outside the alphabet.
#[inline]
pub(crate) fn bits(byte: u8) -> u8 {
    SEXTETS.get(usize::from(byte)).copied().unwrap_or(FOREIGN)
}

/// Decodes base64 of either alphabet, with or without padding, into `buffer`; the bytes must be UTF-8.
///
/// ```
/// let mut buffer = [0; 8];
/// assert_eq!(parvis::base::base64::decode_into("eyJhIjoxfQ==", &mut buffer), Some("{\"a\":1}"));
/// assert_eq!(parvis::base::base64::decode_into("e yJ", &mut buffer), None);
/// ```
pub fn decode_into<'b>(text: &str, buffer: &'b mut [u8]) -> Option<&'b str> {
    let mut text = text;
    while let Some(shorter) = text.strip_suffix('=').or_else(|| text.strip_suffix("%3D")) {
        text = shorter;
    }
    let plain = text.bytes().map(|byte| match byte {
        b'+' => b'-',
        b'/' => b'_',
        other => other,
    });
    let mut length = 0usize;
    unpack(plain, |byte| {
        *buffer.get_mut(length)? = byte;
        length += 1;
        Some(())
    })?;
    core::str::from_utf8(buffer.get(..length)?).ok()
}

/// Passes each decoded byte of `letters` to `put`; returns the bits that are left over, and their number.
fn unpack(letters: impl Iterator<Item = u8>, mut put: impl FnMut(u8) -> Option<()>) -> Option<(u32, u32)> {
    let (mut held, mut bits) = (0_u32, 0);
    for letter in letters {
        held = held << 6 | u32::from(sextet(letter)?);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            put((held >> bits).to_le_bytes()[0])?;
            held &= (1 << bits) - 1;
        }
    }
    Some((held, bits))
}

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

/// Decodes `text`; `None` unless [`encode`] would have written it.
///
/// ```
/// use parvis::base::base64::{decode, encode};
/// assert_eq!(encode(&[0xff, 0xfe]), "__4");
/// assert_eq!(decode("__4"), Some(vec![0xff, 0xfe]));
/// assert_eq!(decode("__5"), None, "unused bits are set");
/// ```
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let (held, bits) = unpack(text.bytes(), |byte| {
        bytes.push(byte);
        Some(())
    })?;
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

//! Base64 as consent strings use it: six bits a character, and whole bytes into a buffer the caller owns.

/// What is no character of the alphabet.
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

/// The six bits of a character; of one outside the alphabet, ones.
#[inline]
pub(super) fn bits(byte: u8) -> u8 {
    SEXTETS.get(usize::from(byte)).copied().unwrap_or(FOREIGN)
}

/// Decodes base64 of either alphabet, with or without padding, into `buffer`; the bytes must be UTF-8.
///
/// ```
/// let mut buffer = [0; 8];
/// assert_eq!(parvis::consent::base64::decode("eyJhIjoxfQ==", &mut buffer), Some("{\"a\":1}"));
/// assert_eq!(parvis::consent::base64::decode("e yJ", &mut buffer), None);
/// ```
pub fn decode<'b>(text: &str, buffer: &'b mut [u8]) -> Option<&'b str> {
    let mut text = text;
    while let Some(shorter) = text.strip_suffix('=').or_else(|| text.strip_suffix("%3D")) {
        text = shorter;
    }
    let mut held = 0u32;
    let mut count = 0u32;
    let mut length = 0usize;
    for byte in text.bytes() {
        let plain = match byte {
            b'+' => b'-',
            b'/' => b'_',
            other => other,
        };
        held = ((held << 6) | u32::from(sextet(plain)?)) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            let [.., low] = (held >> count).to_be_bytes();
            *buffer.get_mut(length)? = low;
            length += 1;
        }
    }
    core::str::from_utf8(buffer.get(..length)?).ok()
}

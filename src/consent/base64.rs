//! Base64 as consent strings use it: six bits a character, and whole bytes into a buffer the caller owns.

/// The six bits that a character of the url-safe alphabet stands for (RFC 4648 §5).
pub const fn sextet(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    })
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
    let mut bits = 0u32;
    let mut length = 0usize;
    for byte in text.bytes() {
        let plain = match byte {
            b'+' => b'-',
            b'/' => b'_',
            other => other,
        };
        held = ((held << 6) | u32::from(sextet(plain)?)) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            let [.., low] = (held >> bits).to_be_bytes();
            *buffer.get_mut(length)? = low;
            length += 1;
        }
    }
    core::str::from_utf8(buffer.get(..length)?).ok()
}

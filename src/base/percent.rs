//! Percent-decoding, once, into a buffer of the caller; an invalid escape makes the whole value unreadable.

/// The text with its `%XX` escapes decoded; `+` stays `+`. `None` if an escape is invalid or the result is not UTF-8.
///
/// ```
/// let mut buffer = [0; 8];
/// assert_eq!(parvis::base::percent::decode("a%3A1", &mut buffer), Some("a:1"));
/// assert_eq!(parvis::base::percent::decode("a%3", &mut buffer), None);
/// ```
pub fn decode<'b>(text: &'b str, buffer: &'b mut [u8]) -> Option<&'b str> {
    if memchr::memchr(b'%', text.as_bytes()).is_none() {
        return Some(text);
    }
    let mut length = 0usize;
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let byte = if byte == b'%' { (hex(bytes.next()?)? << 4) | hex(bytes.next()?)? } else { byte };
        *buffer.get_mut(length)? = byte;
        length += 1;
    }
    core::str::from_utf8(buffer.get(..length)?).ok()
}

/// The value of a hexadecimal digit of either case.
pub(crate) const fn hex(byte: u8) -> Option<u8> {
    Some(match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'f' => byte - b'a' + 10,
        b'A'..=b'F' => byte - b'A' + 10,
        _ => return None,
    })
}

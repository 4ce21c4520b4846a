//! Escaping by place. (A minimal stand-in: the html room's own file replaces it.)

use alloc::vec::Vec;

/// Appends `value` as element text.
pub fn text(value: &str, out: &mut Vec<u8>) {
    for byte in value.bytes() {
        match byte {
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            _ => out.push(byte),
        }
    }
}

/// Appends `value` as a quoted attribute's value.
pub fn attribute(value: &str, out: &mut Vec<u8>) {
    for byte in value.bytes() {
        match byte {
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            b'"' => out.extend_from_slice(b"&quot;"),
            b'\'' => out.extend_from_slice(b"&#39;"),
            _ => out.push(byte),
        }
    }
}

/// Appends `value` as a URL in a quoted attribute; false, and nothing appended, when its scheme is not allowed.
pub fn url(value: &str, out: &mut Vec<u8>) -> bool {
    let scheme = value.split_once(':').map(|(scheme, _)| scheme).filter(|s| !s.contains(['/', '?', '#']));
    if !matches!(scheme, None | Some("http" | "https")) {
        return false;
    }
    for byte in value.bytes() {
        if byte.is_ascii_graphic()
            && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
        {
            attribute(core::str::from_utf8(&[byte]).unwrap_or_default(), out);
        } else {
            percent(byte, out);
        }
    }
    true
}

fn percent(byte: u8, out: &mut Vec<u8>) {
    let digit = |nibble: u8| {
        if nibble < 10 { b'0'.wrapping_add(nibble) } else { b'A'.wrapping_add(nibble).wrapping_sub(10) }
    };
    out.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]);
}
/// stub
pub fn ascii(h: &[u8]) -> Vec<u8> { h.to_vec() }

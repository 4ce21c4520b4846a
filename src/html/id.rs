//! Parses ids of blocks as pages write them.
//!
//! An id that a playbook may name has the form `[A-Za-z0-9_.:-]{1,64}`. Others are parsed too, character references
//! decoded, so that `parvis blocks` can show them; they match no playbook. An id that cannot be decoded is refused.

use alloc::string::String;

use crate::limits;

/// Longest attribute value that is parsed as an id, in bytes. A site whose marker attribute is `id` has many kinds of
/// values.
const READ: usize = 4 * limits::ID_BYTES;

/// Bytes of an id that are stored inline: any id that a playbook may name, and any id of a comment.
const INLINE: usize = limits::ID_BYTES + 1;

/// An id of a page; allocates only if it is longer than ids that playbooks may name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Id {
    /// The first `length` bytes; the others are zero.
    Short {
        length: u8,
        bytes: [u8; INLINE],
    },
    Long(String),
}

impl Id {
    pub(crate) fn new(id: &str) -> Id {
        let mut bytes = [0; INLINE];
        match (bytes.get_mut(..id.len()), u8::try_from(id.len())) {
            (Some(room), Ok(length)) => {
                room.copy_from_slice(id.as_bytes());
                Id::Short { length, bytes }
            }
            _ => Id::Long(String::from(id)),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Id::Short { length, bytes } => {
                let bytes = bytes.get(..usize::from(*length)).unwrap_or_default();
                core::str::from_utf8(bytes).unwrap_or_default()
            }
            Id::Long(id) => id,
        }
    }
}

/// Decodes an attribute's value into `id`; `None` if it cannot be decoded here.
pub(crate) fn read(value: &[u8], id: &mut String) -> Option<()> {
    id.clear();
    if value.len() > READ {
        return None;
    }
    id.reserve(value.len());
    let mut rest = value;
    while let Some((&byte, tail)) = rest.split_first() {
        if byte == b'&' {
            rest = reference(rest, id)?;
        } else if byte.is_ascii() {
            // Line ends and zero bytes are normalized by the parser.
            match byte {
                0 => id.push('\u{FFFD}'),
                b'\r' => {
                    if tail.first() != Some(&b'\n') {
                        id.push('\n');
                    }
                }
                _ => id.push(char::from(byte)),
            }
            rest = tail;
        } else {
            let length = rest.iter().position(u8::is_ascii).unwrap_or(rest.len());
            let (run, after) = rest.split_at_checked(length)?;
            match core::str::from_utf8(run) {
                Ok(text) => id.push_str(text),
                Err(_) => id.extend(run.iter().map(|byte| latin(*byte))),
            }
            rest = after;
        }
    }
    Some(())
}

/// A byte decoded as windows-1252, the encoding of pages without a declared one.
fn latin(byte: u8) -> char {
    const UPPER: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    let upper = usize::from(byte).checked_sub(0x80).and_then(|at| UPPER.get(at));
    upper.copied().unwrap_or(char::from(byte))
}

/// Decodes the character reference that `text` begins with; anything else is unchanged.
fn reference<'a>(text: &'a [u8], id: &mut String) -> Option<&'a [u8]> {
    let body = text.get(1..)?;
    if let Some(number) = body.strip_prefix(b"#") {
        return numeric(text, number, id);
    }
    let length = body.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(body.len());
    let (name, after) = body.split_at_checked(length)?;
    if after.first() == Some(&b';') {
        if name.is_empty() {
            id.push('&');
            return Some(body);
        }
        // Of two thousand names only these are in the table; the others cannot be decoded.
        id.push(named(name)?);
        return after.get(1..);
    }
    match named(name) {
        // In attributes a name without semicolon counts only if neither a letter nor an equals sign follows.
        Some(character) if after.first() != Some(&b'=') && name != b"apos" => {
            id.push(character);
            Some(after)
        }
        _ => {
            id.push('&');
            Some(body)
        }
    }
}

fn named(name: &[u8]) -> Option<char> {
    Some(match name {
        b"amp" | b"AMP" => '&',
        b"lt" | b"LT" => '<',
        b"gt" | b"GT" => '>',
        b"quot" | b"QUOT" => '"',
        b"apos" => '\'',
        b"nbsp" => '\u{a0}',
        b"copy" | b"COPY" => '©',
        b"reg" | b"REG" => '®',
        _ => return None,
    })
}

fn numeric<'a>(text: &'a [u8], number: &'a [u8], id: &mut String) -> Option<&'a [u8]> {
    let (radix, digits) = match number.split_first() {
        Some((b'x' | b'X', digits)) => (16, digits),
        _ => (10, number),
    };
    let length = digits.iter().position(|byte| !char::from(*byte).is_digit(radix)).unwrap_or(digits.len());
    let (digits, after) = digits.split_at_checked(length)?;
    if digits.is_empty() {
        id.push('&');
        return text.get(1..);
    }
    let value = digits.iter().fold(0_u32, |value, digit| {
        value.saturating_mul(radix).saturating_add(char::from(*digit).to_digit(radix).unwrap_or(0))
    });
    id.push(match value {
        0 => '\u{FFFD}',
        0x80..=0x9F => u8::try_from(value).map_or('\u{FFFD}', latin),
        _ => char::from_u32(value).unwrap_or('\u{FFFD}'),
    });
    Some(after.strip_prefix(b";").unwrap_or(after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::text::is_id_bytes;

    #[test]
    fn references_are_decoded_as_in_attributes() {
        for (value, id) in [
            ("a&amp;b", Some("a&b")),
            ("a&copyx", Some("a&copyx")),
            ("a&amp", Some("a&")),
            ("a&amp=b", Some("a&amp=b")),
            ("&#97;&#x62;&#x63", Some("abc")),
            ("&#;&;&", Some("&#;&;&")),
            ("&#x80;&#0;&#1114112;", Some("€\u{FFFD}\u{FFFD}")),
            ("&eacute;", None),
            ("a\r\nb", Some("a\nb")),
        ] {
            let mut room = String::from("of the last one");
            let read = read(value.as_bytes(), &mut room).map(|()| room.as_str());
            assert_eq!(read, id, "{value}");
        }
    }

    #[test]
    fn an_id_stays_what_it_is_at_every_length() {
        for length in 0..2 * INLINE {
            for letter in ["a", "\u{e9}"] {
                let text = letter.repeat(length);
                let id = Id::new(&text);
                assert_eq!(id.as_str(), text);
                assert_eq!(matches!(id, Id::Short { .. }), text.len() <= INLINE);
            }
        }
    }

    #[test]
    fn an_id_of_a_playbook_has_one_form() {
        assert!(is_id_bytes(b"a.B_0:-"));
        assert!(!is_id_bytes(b""));
        assert!(!is_id_bytes(&[b'a'; 65]));
        assert!(!is_id_bytes("é".as_bytes()));
    }
}

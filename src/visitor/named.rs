//! Numbers stored by the code of a name, such as dates and preferences of a visitor: two bytes each, or four; never 0.
//!
//! A list is in the order of declaration, longest ago first. 0 is a withdrawal; it is pending in a visit and never stored
//! in memory.

use alloc::string::String;
use alloc::vec::Vec;

use crate::base::text;

/// Numbers by the codes of their names.
pub(super) type Named = Vec<(u32, u32)>;

/// Bytes of one in the codec, with a number of two bytes and of four.
pub(super) const NARROW: usize = 6;
pub(super) const WIDE: usize = 8;

/// The number under the name with this code.
pub(super) fn find(list: &Named, code: u32) -> Option<u32> {
    list.iter().find(|(known, _)| *known == code).map(|(_, number)| *number)
}

/// Replaces the number of a name; if there are more than `most`, the one declared longest ago is evicted.
pub(super) fn put(list: &mut Named, most: usize, code: u32, number: u32) {
    list.retain(|(known, _)| *known != code);
    if list.len() == most {
        list.remove(0);
    }
    list.push((code, number));
}

/// Replaces the number of a name, or removes it for 0; an equal number keeps its position.
pub(super) fn remember(list: &mut Named, most: usize, code: u32, number: u32) {
    if find(list, code) != Some(number) {
        put(list, most, code, number);
        list.retain(|(_, number)| *number != 0);
    }
}

/// Decodes the numbers in a part of visitor memory, of four bytes if it is wide; `None` unless it has some, `most` at
/// most, each once.
pub(super) fn read(mut part: &[u8], most: usize, is_wide: bool) -> Option<Named> {
    let mut list = Named::new();
    while !part.is_empty() {
        let (code, rest) = part.split_first_chunk()?;
        let (low, rest) = rest.split_first_chunk::<2>()?;
        let (high, rest) = if is_wide { rest.split_first_chunk()? } else { (&[0; 2], rest) };
        part = rest;
        let number = u32::from(u16::from_le_bytes(*high)) << 16 | u32::from(u16::from_le_bytes(*low));
        let code = u32::from_le_bytes(*code);
        if number == 0 || list.len() == most || find(&list, code).is_some() {
            return None;
        }
        list.push((code, number));
    }
    (!list.is_empty()).then_some(list)
}

/// Appends the part of visitor memory with this tag, if the list is not empty; with the tag `wide` if a number needs more
/// than two bytes.
pub(super) fn write(tag: u8, wide: u8, list: &Named, bytes: &mut Vec<u8>) {
    let is_wide = list.iter().any(|(_, number)| *number > u16::MAX.into());
    let (tag, width) = if is_wide { (wide, WIDE) } else { (tag, NARROW) };
    if let Some(length) = u8::try_from(list.len() * width).ok().filter(|length| *length > 0) {
        bytes.extend([tag, length]);
        for (code, number) in list {
            bytes.extend(code.to_le_bytes());
            bytes.extend(number.to_le_bytes().into_iter().take(width - 4));
        }
    }
}

/// Parses one entry of the visit: a code and a number of two bytes, or of four.
pub(super) fn entry(entry: &str, most: u32) -> Option<(u32, u32)> {
    let (code, number) = entry.split_once('*')?;
    let number = text::number(number, most)?;
    Some((u32::try_from(text::hex_number(code, 8)?).ok()?, number))
}

/// Writes an entry in the form of [`entry`].
pub(super) fn write_entry(value: &mut String, (code, number): &(u32, u32)) {
    text::push_hex(value, (*code).into(), 8);
    value.push('*');
    text::push_integer(value, (*number).into());
}

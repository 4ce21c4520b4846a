//! Numbers stored by the code of a name, such as dates and preferences of a visitor: two bytes each, never 0.
//!
//! A list is in the order of declaration, longest ago first. 0 is a withdrawal; it is pending in a visit and never stored
//! in memory.

use alloc::string::String;
use alloc::vec::Vec;

use crate::base::text;

/// Numbers by the codes of their names.
pub(super) type Named = Vec<(u32, u16)>;

/// Bytes of one in the codec.
pub(super) const BYTES: usize = 6;

/// The number under the name with this code.
pub(super) fn find(list: &Named, code: u32) -> Option<u16> {
    list.iter().find(|(known, _)| *known == code).map(|(_, number)| *number)
}

/// Replaces the number of a name; if there are more than `most`, the one declared longest ago is evicted.
pub(super) fn put(list: &mut Named, most: usize, code: u32, number: u16) {
    list.retain(|(known, _)| *known != code);
    if list.len() == most {
        list.remove(0);
    }
    list.push((code, number));
}

/// Replaces the number of a name, or removes it for 0; an equal number keeps its position.
pub(super) fn remember(list: &mut Named, most: usize, code: u32, number: u16) {
    if find(list, code) != Some(number) {
        put(list, most, code, number);
        list.retain(|(_, number)| *number != 0);
    }
}

/// Decodes the numbers in a part of visitor memory; `None` unless it has some, `most` at most, each once.
pub(super) fn read(mut part: &[u8], most: usize) -> Option<Named> {
    let mut list = Named::new();
    while !part.is_empty() {
        let (code, rest) = part.split_first_chunk()?;
        let (number, rest) = rest.split_first_chunk()?;
        part = rest;
        let (code, number) = (u32::from_le_bytes(*code), u16::from_le_bytes(*number));
        if number == 0 || list.len() == most || find(&list, code).is_some() {
            return None;
        }
        list.push((code, number));
    }
    (!list.is_empty()).then_some(list)
}

/// Appends the part of visitor memory with this tag, if the list is not empty.
pub(super) fn write(tag: u8, list: &Named, bytes: &mut Vec<u8>) {
    if let Some(length) = u8::try_from(list.len() * BYTES).ok().filter(|length| *length > 0) {
        bytes.extend([tag, length]);
        for (code, number) in list {
            bytes.extend(code.to_le_bytes());
            bytes.extend(number.to_le_bytes());
        }
    }
}

/// Parses one entry of the visit: a code and a number.
pub(super) fn entry(entry: &str) -> Option<(u32, u16)> {
    let (code, number) = entry.split_once('*')?;
    let number = u16::try_from(text::number(number, u16::MAX.into())?).ok()?;
    Some((u32::try_from(text::hex_number(code, 8)?).ok()?, number))
}

/// Writes an entry in the form of [`entry`].
pub(super) fn write_entry(value: &mut String, (code, number): &(u32, u16)) {
    text::push_hex(value, (*code).into(), 8);
    value.push('*');
    text::push_integer(value, (*number).into());
}

//! Positions: the byte range of every key and value of a JSON text, by JSON pointer (RFC 6901), and repeated keys.
//!
//! It runs after serde_json, on text that serde_json accepted, and stores no values; on other text it stops early.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;
use std::collections::{BTreeMap, BTreeSet};

/// Positions in a source text.
pub(crate) struct Positions<'s> {
    source: &'s str,
    places: BTreeMap<String, Place>,
    /// The pointers of repeated keys of an object, with the bytes of the later one.
    pub(crate) repeated: Vec<(String, Range<usize>)>,
}

/// The bytes of a value, and of its key where it is a member of an object.
#[derive(Clone, Debug)]
struct Place {
    key: Option<Range<usize>>,
    value: Range<usize>,
}

impl<'s> Positions<'s> {
    /// Scans `source`.
    pub(crate) fn scan(source: &'s str) -> Self {
        let mut positions = Positions { source, places: BTreeMap::new(), repeated: Vec::new() };
        let mut scan = Scan { bytes: source.as_bytes(), at: 0, positions: &mut positions };
        let _ = scan.value("", None);
        positions
    }

    /// The offset at which the value at `pointer`, or its key, begins; for an unknown pointer, that of its nearest known
    /// parent.
    pub(crate) fn offset(&self, pointer: &str, on_key: bool) -> usize {
        let mut pointer = pointer;
        loop {
            if let Some(place) = self.places.get(pointer) {
                return match &place.key {
                    Some(key) if on_key => key.start,
                    _ => place.value.start,
                };
            }
            match pointer.rfind('/') {
                Some(parent) => pointer = pointer.get(..parent).unwrap_or_default(),
                None => return 0,
            }
        }
    }

    /// The offset in the source of byte `decoded` of the text at `pointer`, with escapes counted.
    pub(crate) fn offset_within(&self, pointer: &str, decoded: usize) -> usize {
        let Some(place) = self.places.get(pointer) else { return self.offset(pointer, false) };
        let start = place.value.start.saturating_add(1);
        let raw = self.source.get(start..place.value.end).unwrap_or_default();
        let (mut before, mut letters) = (0_usize, raw.char_indices());
        while let Some((at, letter)) = letters.next() {
            if before >= decoded {
                return start.saturating_add(at);
            }
            let width = match letter {
                '\\' => match letters.next() {
                    Some((at, 'u')) => {
                        let unit = raw.get(at.saturating_add(1)..at.saturating_add(5)).unwrap_or_default();
                        letters.by_ref().take(4).for_each(drop);
                        match u32::from_str_radix(unit, 16).unwrap_or(0) {
                            0..=0x7f => 1,
                            0x80..=0x7ff => 2,
                            // Each half of a surrogate pair counts for two of its four bytes.
                            0xd800..=0xdfff => 2,
                            _ => 3,
                        }
                    }
                    _ => 1,
                },
                other => other.len_utf8(),
            };
            before = before.saturating_add(width);
        }
        place.value.end
    }

    /// Line and column of byte `offset`.
    pub(crate) fn line_and_column(&self, offset: usize) -> (u32, u32) {
        line_and_column(self.source, offset)
    }

    /// The byte offset of a line and a column as serde_json counts them: from 1, columns in bytes.
    pub(crate) fn offset_of(source: &str, line: usize, column: usize) -> usize {
        let start: usize = source.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        let mut at = start.saturating_add(column.saturating_sub(1)).min(source.len());
        while !source.is_char_boundary(at) {
            at = at.saturating_sub(1);
        }
        at
    }
}

/// Line and column of byte `offset`, both from 1, columns in characters.
pub(crate) fn line_and_column(source: &str, offset: usize) -> (u32, u32) {
    let before = source.get(..offset).unwrap_or(source);
    let line = before.matches('\n').count().saturating_add(1);
    let start = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
    let column = before.get(start..).unwrap_or_default().chars().count().saturating_add(1);
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

/// Appends a key to a JSON pointer.
pub(crate) fn join(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

struct Scan<'s, 'p> {
    bytes: &'s [u8],
    at: usize,
    positions: &'p mut Positions<'s>,
}

impl Scan<'_, '_> {
    /// Scans one value; `None` when the text is not JSON. serde_json's own depth limit bounds the recursion.
    fn value(&mut self, pointer: &str, key: Option<Range<usize>>) -> Option<()> {
        self.space();
        let start = self.at;
        match self.peek()? {
            b'{' => self.object(pointer)?,
            b'[' => self.array(pointer)?,
            b'"' => {
                self.string()?;
            }
            _ => {
                while !matches!(self.peek(), None | Some(b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t')) {
                    self.step();
                }
            }
        }
        self.positions.places.insert(pointer.to_owned(), Place { key, value: start..self.at });
        Some(())
    }

    fn object(&mut self, pointer: &str) -> Option<()> {
        let mut seen = BTreeSet::new();
        self.step();
        loop {
            self.space();
            match self.peek()? {
                b'}' => break,
                b',' => self.step(),
                _ => {
                    let start = self.at;
                    let key = self.string()?;
                    let span = start..self.at;
                    let member = join(pointer, &key);
                    if !seen.insert(key) {
                        self.positions.repeated.push((member.clone(), span.clone()));
                    }
                    self.space();
                    (self.peek()? == b':').then_some(())?;
                    self.step();
                    self.value(&member, Some(span))?;
                }
            }
        }
        self.step();
        Some(())
    }

    fn array(&mut self, pointer: &str) -> Option<()> {
        self.step();
        let mut index: usize = 0;
        loop {
            self.space();
            match self.peek()? {
                b']' => break,
                b',' => self.step(),
                _ => {
                    self.value(&format!("{pointer}/{index}"), None)?;
                    index = index.saturating_add(1);
                }
            }
        }
        self.step();
        Some(())
    }

    /// Skips a string and returns its decoded text.
    fn string(&mut self) -> Option<String> {
        let start = self.at;
        (self.peek()? == b'"').then_some(())?;
        self.step();
        while self.peek()? != b'"' {
            if self.peek()? == b'\\' {
                self.step();
            }
            self.step();
        }
        self.step();
        serde_json::from_slice(self.bytes.get(start..self.at)?).ok()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.step();
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_values_and_texts_have_places() {
        let source = "{\n  \"a\": [1, {\"b/c\": \"x\\u00e9\\ny\"}],\n  \"a\": 2 }";
        let positions = Positions::scan(source);
        let at = |pointer: &str, key: bool| positions.line_and_column(positions.offset(pointer, key));
        assert_eq!(at("/a", true), (3, 3));
        assert_eq!(at("/a/1/b~1c", true), (2, 13));
        assert_eq!(at("/a/1/b~1c", false), (2, 20));
        assert_eq!(at("/a/1/nothing", false), (2, 12));
        // `x`, then é in two bytes, then the line feed, then `y`.
        let y = positions.offset_within("/a/1/b~1c", 4);
        assert_eq!(source.get(y..y + 1), Some("y"));
        assert_eq!(positions.repeated.len(), 1);
    }
}

//! Fast path: parses a tag that lies completely in the window, and skips text, eight bytes at a time.
//!
//! `Tag::quick` returns exactly the result of the resumable parser in `tag`, or `None`; then the resumable one is used. A
//! law test compares the two.

use memchr::memchr;

use super::names::{self, Name};
use super::simd::{first_equals_or_end_of_16, first_of_32};
use super::tag::Tag;
use crate::limits;

pub(super) const ONES: u64 = u64::from_le_bytes([0x01; 8]);
const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);

/// The offset of the next `byte`, at `at` or behind.
#[inline(always)]
pub(crate) fn seek(byte: u8, window: &[u8], at: usize) -> Option<usize> {
    let mut rest = window.get(at..)?;
    // Most text and most values end within 32 bytes, nearly all within 64; beyond, the general search is faster.
    for passed in [0, 32] {
        let Some((near, behind)) = rest.split_first_chunk() else { break };
        if let Some(found) = first_of_32(near, byte) {
            return Some(at + passed + found);
        }
        rest = behind;
    }
    let found = far(byte, rest);
    (found < rest.len()).then_some(window.len() - rest.len() + found)
}

/// The index of the first `byte`, or the length.
#[inline(never)]
fn far(byte: u8, rest: &[u8]) -> usize {
    memchr(byte, rest).unwrap_or(rest.len())
}

/// The index of the lowest byte whose high bit is set.
#[inline(always)]
fn first(hit: u64) -> usize {
    // At most eight, whatever the pointer width.
    usize::try_from(hit.trailing_zeros() / 8).unwrap_or(0)
}

pub(super) const SPACE: u8 = 1;
pub(super) const ENDS_NAME: u8 = 2;
pub(super) const ENDS_ATTRIBUTE: u8 = 4;

#[expect(clippy::indexing_slicing, reason = "evaluated while compiling: a wrong index stops the build")]
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let spaces = *b"\t\n\x0C\r ";
    let mut next = 0;
    while next < spaces.len() {
        classes[spaces[next] as usize] = SPACE | ENDS_NAME | ENDS_ATTRIBUTE;
        next += 1;
    }
    classes[b'/' as usize] = ENDS_NAME | ENDS_ATTRIBUTE;
    classes[b'>' as usize] = ENDS_NAME | ENDS_ATTRIBUTE;
    classes[b'=' as usize] = ENDS_ATTRIBUTE;
    classes
};

#[inline(always)]
pub(super) fn is(byte: u8, class: u8) -> bool {
    CLASSES.get(usize::from(byte)).is_some_and(|classes| classes & class != 0)
}

/// The name that begins at `at`, and its end offset, if it has up to seven letters and digits.
#[inline(always)]
pub(super) fn short_name(window: &[u8], at: usize) -> Option<(Name, usize)> {
    if let Some(chunk) = window.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*chunk);
        let low = word & !HIGHS;
        let lower = low | (ONES * 0x20);
        let letters = lower.wrapping_add(ONES * (0x80 - 0x61)) & !lower.wrapping_add(ONES * (0x80 - 0x7B));
        let digits = low.wrapping_add(ONES * (0x80 - 0x30)) & !low.wrapping_add(ONES * (0x80 - 0x3A));
        let others = !((letters | digits) & !word) & HIGHS;
        let length = others.trailing_zeros() / 8;
        let [behind, ..] = word.checked_shr(8 * length).unwrap_or(0).to_le_bytes();
        // The cheapest checks first: nearly all names end so.
        if others != 0 && (behind == b'>' || behind == b' ' || is(behind, ENDS_NAME)) {
            let below = (others & others.wrapping_neg()) >> 7;
            // Digits already have the bit that lower-cases letters.
            let key = lower & below.wrapping_sub(1);
            return Some((Name { key, length }, at + first(others)));
        }
    }
    None
}

/// The same, for any name.
#[inline(always)]
fn name(window: &[u8], at: usize) -> Option<(Name, usize)> {
    if let Some(short) = short_name(window, at) {
        return Some(short);
    }
    let mut at = at;
    let mut name = Name::default();
    loop {
        let byte = *window.get(at)?;
        if is(byte, ENDS_NAME) {
            return Some((name, at));
        }
        name = name.with(byte);
        at += 1;
    }
}

/// The offset of the next `=` or `>`.
#[inline(always)]
pub(super) fn seek_equals_or_end(window: &[u8], at: usize) -> Option<usize> {
    let rest = window.get(at..)?;
    if let Some(near) = rest.first_chunk()
        && let Some(found) = first_equals_or_end_of_16(near)
    {
        return Some(at + found);
    }
    let found = far_equals_or_end(rest);
    (found < rest.len()).then_some(at + found)
}

/// The index of the first `=` or `>`, or the length; not for short distances.
#[inline(never)]
fn far_equals_or_end(rest: &[u8]) -> usize {
    let (lanes, tail) = rest.as_chunks();
    let mut passed = 0;
    for lane in lanes {
        if let Some(found) = first_equals_or_end_of_16(lane) {
            return passed + found;
        }
        passed += 16;
    }
    tail.iter().position(|byte| matches!(byte, b'=' | b'>')).map_or(rest.len(), |found| passed + found)
}

impl Tag {
    /// Parses the whole tag whose `<` is at `start`; returns the offset behind its `>`, or `None` if the resumable parser
    /// is needed.
    #[inline(never)]
    pub(crate) fn quick(
        &mut self,
        window: &[u8],
        start: usize,
        closing: bool,
        marker: &[u8],
    ) -> Option<usize> {
        let (name, at) = name(window, start + 1 + usize::from(closing))?;
        self.reset(start, closing, name, at);
        if *window.get(at)? == b'>' {
            self.end = at + 1;
            return self.short(start);
        }
        if matches!(name.key, names::FONT | names::ANNOTATION_XML) {
            return None;
        }
        self.attributes(window, at, marker)
    }

    /// Parses any attributes behind the name; same result as `quick`.
    fn attributes(&mut self, window: &[u8], mut at: usize, marker: &[u8]) -> Option<usize> {
        self.self_closing = false;
        loop {
            let byte = *window.get(at)?;
            at += 1;
            if byte == b'>' {
                break;
            }
            if is(byte, SPACE) {
                continue;
            }
            if byte == b'/' {
                if *window.get(at)? == b'>' {
                    self.self_closing = true;
                    at += 1;
                    break;
                }
                continue;
            }
            // An attribute's first letter may be anything, even an equals sign.
            let mark = at - 1;
            while !is(*window.get(at)?, ENDS_ATTRIBUTE) {
                at += 1;
            }
            self.quick_name(window, mark, at, marker);
            while is(*window.get(at)?, SPACE) {
                at += 1;
            }
            if *window.get(at)? != b'=' {
                continue;
            }
            at += 1;
            while is(*window.get(at)?, SPACE) {
                at += 1;
            }
            let quote = *window.get(at)?;
            let (from, to) = match quote {
                b'"' | b'\'' => {
                    let end = seek(quote, window, at + 1)?;
                    (at + 1, end)
                }
                b'>' => continue,
                _ => {
                    let mut end = at;
                    loop {
                        let byte = *window.get(end)?;
                        if byte == b'>' || is(byte, SPACE) {
                            break (at, end);
                        }
                        end += 1;
                    }
                }
            };
            self.quick_value(window, from, to);
            at = if matches!(quote, b'"' | b'\'') { to + 1 } else { to };
        }
        self.end = at;
        self.short(self.start)
    }

    /// The bounds of long tags are checked by the resumable parser only.
    #[inline(always)]
    fn short(&self, start: usize) -> Option<usize> {
        if self.end.wrapping_sub(start) > limits::TAG_BYTES { None } else { Some(self.end) }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use super::*;
    use proptest::prelude::*;

    /// What matters of a tag.
    fn essence(tag: &Tag, window: &[u8]) -> impl PartialEq + core::fmt::Debug {
        let value = tag.marker.map(|(from, to)| window.get(from..to).unwrap_or_default().to_vec());
        (tag.name, tag.end, tag.self_closing, value, tag.font_style, tag.html_encoding, tag.long)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn both_readers_read_the_same(
            name in "div|p|h1|font|annotation-xml|my-box|averylongname|DIV|a\u{e9}|a/b|x=",
            pieces in prop::collection::vec(
                "[ =/\"'>x]|data-block|DATA-BLOCK|=|\"| data-block=\"| data-block=y| color=r| encoding='text/html'| a='b c>'|\n|[a-z]{1,12}=\"[^\"]{0,40}\"",
                0..8
            ),
        ) {
            let page = ["<", &name, " ", &pieces.concat(), ">'\">>        "].concat().into_bytes();
            let mut slow = Tag::begin(0, false);
            let mut at = 1;
            for end in 2..=page.len() {
                let (reached, complete) = slow.read(page.get(..end).unwrap(), at, b"data-block");
                at = reached;
                if complete {
                    break;
                }
            }
            let mut quick = Tag::begin(0, false);
            if let Some(end) = quick.quick(&page, 0, false, b"data-block") {
                prop_assert_eq!(end, at);
                prop_assert_eq!(essence(&quick, &page), essence(&slow, &page));
            }
        }

        #[test]
        fn seeking_finds_the_first(text in "[<>=a\u{80}]{0,80}", at in 0_usize..90) {
            let bytes = text.as_bytes();
            let expected = bytes.iter().enumerate().skip(at).find(|(_, byte)| **byte == b'<').map(|(at, _)| at);
            prop_assert_eq!(seek(b'<', bytes, at), expected);
        }
    }
}

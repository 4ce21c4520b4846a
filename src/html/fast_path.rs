//! Fast path of the tree: many plain tags in one loop.
//!
//! Nine tags in ten open an element without a marker, or end the one that was opened last. `Tree::skim` reads those that
//! lie completely in the window, and changes the tree as `Tree::start` and `Tree::end` would. At the first other tag it
//! stops, and the general path reads that tag from its `<`. A law test checks that both paths give the same result.

use core::num::NonZeroUsize;

use super::names::{self, Name};
use super::raw::{RawText, Stop};
use super::tag_in_window::{ONES, SPACE, is, seek, seek_equals_or_end, short_name};
use super::tree::{DEPTH, Element, Inside, Space, Tree};
use crate::limits;

/// Start tags that are plain only in places that `rare_start` checks.
const INTRICATE: u32 =
    names::TABLE_PART | names::STRUCTURE | names::RAW | names::HIDES_FORMATTING | names::MODE;

impl Tree {
    /// Reads plain tags from `at` on, where text or a tag begins, and leaves at least `floor` elements open. Returns the
    /// offset of the first thing that it does not read, or the window's end.
    pub(super) fn skim(&mut self, window: &[u8], at: usize, marker: &[u8], floor: usize) -> usize {
        self.skimmed = at;
        if self.unusual == 0 {
            self.skim_on(window, at, marker, floor);
        }
        self.skimmed
    }

    /// The same, with the result in `skimmed`: without a return value each of the many exits is one jump.
    #[inline(never)]
    fn skim_on(&mut self, window: &[u8], mut at: usize, marker: &[u8], floor: usize) {
        loop {
            // Half of the tags follow another at once.
            let start = if window.get(at) == Some(&b'<') { Some(at) } else { seek(b'<', window, at) };
            let Some(start) = start else {
                self.skimmed = window.len();
                return;
            };
            self.skimmed = start;
            let Some(end) = self.plain(window, start, marker, floor) else { return };
            at = end;
        }
    }

    /// Reads the tag at `start` if it is plain; returns the offset of its end.
    #[inline(always)]
    fn plain(&mut self, window: &[u8], start: usize, marker: &[u8], floor: usize) -> Option<usize> {
        let head = window.get(start..)?.first_chunk::<16>()?;
        let [_, second, ..] = *head;
        // Never compare two bytes in sequence: compilers for Wasm make a jump table of that.
        if second.is_ascii_alphabetic() {
            self.plain_start(window, start, marker)
        } else if second == b'/' {
            self.plain_end(head, floor).map(|length| start + length)
        } else {
            comment(window, start).map(usize::from)
        }
    }

    /// The length of an end tag without spaces that ends the element opened last.
    #[inline(always)]
    fn plain_end(&mut self, head: &[u8; 16], floor: usize) -> Option<usize> {
        let top = self.stack.last()?;
        let [_, _, name @ .., _, _, _, _, _, _] = head;
        let unlike = u64::from_le_bytes(*name) ^ top.name.key;
        // Names are lower-cased, so a name with capitals does not match.
        let length = top.name.length;
        let behind = usize::try_from(length).ok()?.wrapping_add(2);
        if unlike.checked_shl(64_u32.wrapping_sub(length.wrapping_mul(8)))? != 0
            || head.get(behind) != Some(&b'>')
            || top.block != 0
            || self.stack.len() <= floor
        {
            return None;
        }
        if top.flags & names::PLAIN_END == 0 {
            // The innermost formatting element, listed last: none is reopened after it.
            if top.number == 0 || self.active.last()?.number != top.number {
                return None;
            }
            self.active.pop();
        } else if top.flags & (names::COUNTED | names::HIDES_FORMATTING) != 0 {
            if top.flags & names::COUNTED != 0 {
                self.count(top.name.key, -1);
            } else {
                self.forget_formatting();
            }
        }
        self.stack.pop();
        Some(behind.wrapping_add(1))
    }

    #[inline(always)]
    fn plain_start(&mut self, window: &[u8], start: usize, marker: &[u8]) -> Option<usize> {
        // Does not wait for the end of the name: both are searched for at once.
        let found = seek_equals_or_end(window, start + 1)?;
        let (name, behind) = short_name(window, start + 1)?;
        let flags = names::flags(name, None);
        if self.stack.len() >= DEPTH {
            return None;
        }
        if self.in_foreign() {
            return self.foreign_start(window, start, name, behind, flags, marker).map(usize::from);
        }
        if flags & INTRICATE != 0 || name.key == names::SVG {
            return self.rare_start(window, start, name, behind, flags, marker).map(usize::from);
        }
        if flags & names::STARTS_ODDLY != 0 && !self.starts_plainly(name.key, flags) {
            return None;
        }
        if flags & names::CLOSES_P != 0 && self.paragraphs != 0 {
            return None;
        }
        if (flags == 0 || flags & names::REOPENS != 0)
            && self.active.last().is_some_and(|last| last.number != 0 && !last.open)
        {
            return None;
        }
        let (end, _) = attributes(window, behind, found, marker)?;
        if end.wrapping_sub(start) > limits::TAG_BYTES {
            return None;
        }
        self.started = true;
        self.frames_over |= flags & names::NO_FRAMES != 0;
        if flags & names::VOID != 0 {
            return Some(end);
        }
        if flags & names::FORMATTING != 0 {
            let number = self.list_formatting(name, end == behind + 1);
            self.stack.push(Element { number, ..plain_element(name, flags) });
            return Some(end);
        }
        if flags & names::COUNTED != 0 {
            self.count(name.key, 1);
        }
        self.stack.push(plain_element(name, flags | names::PLAIN_END));
        Some(end)
    }

    /// Reads a start tag that is plain in most of its places: raw text with its end tag, parts of tables, svg.
    #[inline(never)]
    fn rare_start(
        &mut self,
        window: &[u8],
        start: usize,
        name: Name,
        behind: usize,
        flags: u32,
        marker: &[u8],
    ) -> Option<NonZeroUsize> {
        let (mut end, empty) = short_tag(window, start, behind, marker)?;
        if name.key == names::SVG {
            if self.active.last().is_some_and(|last| last.number != 0 && !last.open) {
                return None;
            }
            if !empty {
                self.push(name, 0, Space::Svg, None);
            }
        } else if flags & names::RAW != 0 {
            if flags & (names::CLOSES_P | names::REOPENS) != 0 {
                return None;
            }
            end = behind_raw(window, end, name)?;
        } else if name.key == names::TABLE {
            if self.paragraphs != 0 || self.reads_table_parts() {
                return None;
            }
            self.push(name, flags, Space::Html, None);
        } else {
            let around = self.stack.last()?.name.key;
            let fits = match name.key {
                names::TD | names::TH => around == names::TR,
                names::TR => matches!(around, names::TBODY | names::THEAD | names::TFOOT),
                _ => false,
            };
            if !fits {
                return None;
            }
            self.push_part(name, flags);
        }
        self.started = true;
        self.frames_over |= flags & names::NO_FRAMES != 0;
        NonZeroUsize::new(end)
    }

    /// Reads a start tag in svg that stays there.
    #[inline(never)]
    fn foreign_start(
        &mut self,
        window: &[u8],
        start: usize,
        name: Name,
        behind: usize,
        flags: u32,
        marker: &[u8],
    ) -> Option<NonZeroUsize> {
        let top = self.stack.last()?;
        if top.space != Space::Svg
            || top.has(names::HTML_POINT)
            || flags & names::BREAKOUT != 0
            || matches!(name.key, names::FONT | names::DESC | names::TITLE)
        {
            return None;
        }
        let (end, empty) = short_tag(window, start, behind, marker)?;
        self.started = true;
        if !empty {
            self.push(name, 0, Space::Svg, None);
        }
        NonZeroUsize::new(end)
    }

    /// An item of a list ends none before it: the search for one stops at the first element that is special and none of these.
    #[inline(always)]
    fn ends_no_item(&self, is_item: impl Fn(u64) -> bool) -> bool {
        self.paragraphs == 0
            && self.stack.last().is_some_and(|top| {
                let key = top.name.key;
                top.has(names::SPECIAL)
                    && !matches!(key, names::ADDRESS | names::DIV | names::P)
                    && !is_item(key)
            })
    }

    /// Start tags with their own rules that change nothing in this state.
    #[inline(always)]
    fn starts_plainly(&self, key: u64, flags: u32) -> bool {
        match key {
            names::A => self.active_formatting(names::A).is_none(),
            names::LI => self.ends_no_item(|top| top == names::LI),
            names::DD | names::DT => self.ends_no_item(|top| matches!(top, names::DD | names::DT)),
            names::BUTTON => self.buttons == 0,
            _ => flags & names::HEADING != 0 && !self.stack.last().is_some_and(|top| top.has(names::HEADING)),
        }
    }
}

/// An element with a short name and no other properties.
#[inline(always)]
fn plain_element(name: Name, flags: u32) -> Element {
    Element { name, flags, bytes: 0, block: 0, number: 0, form: 0, space: Space::Html, inside: Inside::Unset }
}

/// The end of a tag whose attributes begin at `at`, and whether it ends with `/>`. `None` if an attribute is, or may be,
/// the marker. `found` is the offset of its first `=` or `>`.
#[inline(always)]
fn attributes(window: &[u8], mut at: usize, mut found: usize, marker: &[u8]) -> Option<(usize, bool)> {
    loop {
        // Up to here there are only names, and behind it a value.
        let stop = *window.get(found)?;
        let names = window.get(at..found)?;
        if names.len() >= marker.len() && holds(names, marker) {
            return None;
        }
        if stop == b'>' {
            return Some((found + 1, names.last() == Some(&b'/')));
        }
        // An equals sign may be the first letter of a name, behind a space or a slash.
        if *names.last()? <= b'/' {
            return None;
        }
        at = found + 1;
        at = if *window.get(at)? == b'"' {
            seek(b'"', window, at + 1)? + 1
        } else {
            usize::from(other_value(window, at)?)
        };
        if *window.get(at)? == b'>' {
            return Some((at + 1, false));
        }
        found = seek_equals_or_end(window, at)?;
    }
}

/// Behind the value that begins at `at` without a double quote.
#[inline(never)]
fn other_value(window: &[u8], mut at: usize) -> Option<NonZeroUsize> {
    match *window.get(at)? {
        b'\'' => at = seek(b'\'', window, at + 1)? + 1,
        byte if is(byte, SPACE) || byte == b'>' => return None,
        _ => {
            while !is(*window.get(at)?, SPACE) && *window.get(at)? != b'>' {
                at += 1;
            }
        }
    }
    NonZeroUsize::new(at)
}

/// True if the marker stands somewhere in these names, or if there is none to look for.
#[inline(always)]
fn holds(names: &[u8], marker: &[u8]) -> bool {
    let Some(head) = marker.first_chunk().map(|head| u64::from_le_bytes(*head)) else {
        return holds_short(names, marker);
    };
    // Nearly all names differ in eight letters already; the bit that makes letters small does not count.
    let alike = |other: &[u8; 8]| (u64::from_le_bytes(*other) ^ head) | (ONES * 0x20) == ONES * 0x20;
    let mut names = names.windows(marker.len());
    names.any(|name| name.first_chunk().is_some_and(alike) && name.eq_ignore_ascii_case(marker))
}

#[inline(never)]
fn holds_short(names: &[u8], marker: &[u8]) -> bool {
    marker.is_empty() || names.windows(marker.len()).any(|name| name.eq_ignore_ascii_case(marker))
}

/// The same as `attributes`, for tags within their bound.
#[inline(never)]
fn short_tag(window: &[u8], start: usize, behind: usize, marker: &[u8]) -> Option<(usize, bool)> {
    let found = seek_equals_or_end(window, behind)?;
    attributes(window, behind, found, marker).filter(|(end, _)| end.wrapping_sub(start) <= limits::TAG_BYTES)
}

/// Behind the end tag of raw text that begins at `at`, if it is a bare one in the window.
#[inline(always)]
fn behind_raw(window: &[u8], at: usize, name: Name) -> Option<usize> {
    let Stop::End(end) = RawText::of(name.key).read(window, at) else { return None };
    let bracket = end + 2 + usize::try_from(name.length).ok()?;
    (*window.get(bracket)? == b'>').then_some(bracket + 1)
}

/// Behind the comment that begins at `start`, if it is no marker and ends in the window as most do.
#[inline(never)]
fn comment(window: &[u8], start: usize) -> Option<NonZeroUsize> {
    let [b'<', b'!', b'-', b'-', said @ ..] = window.get(start..)? else { return None };
    // A marker may have blanks in front.
    if matches!(said.iter().find(|byte| !byte.is_ascii_whitespace())?, b'b' | b'/') {
        return None;
    }
    let mut at = start + 4;
    loop {
        let found = seek(b'>', window, at)?;
        match window.get(found.checked_sub(3)?..found)? {
            // The dashes may be those that begin it.
            [_, b'-', b'-'] => return NonZeroUsize::new(found + 1),
            [b'-', b'-', b'!'] => return None,
            _ => at = found + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::super::blocks::{Event, Finder};

    /// What is found in the windows that end at each of these offsets.
    fn events(page: &[u8], ends: impl Iterator<Item = usize>) -> Vec<Event> {
        let mut finder = Finder::new("data-block");
        let mut events = Vec::new();
        for end in ends {
            while finder.read(page.get(..end).unwrap_or_default(), |_| true) {
                finder.move_events(&mut events);
            }
        }
        finder.finish();
        finder.move_events(&mut events);
        events
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8192))]

        #[test]
        fn plain_tags_are_read_as_any_others(
            pieces in prop::collection::vec(
                prop_oneof![
                    "<(div|p|a|b|i|li|ul|h2|h3|span|br|img|svg|button|td|tr|table|form|textarea|x-y|DIV)",
                    "<(tbody|th|caption|td|tr|table|dl|dd|dt|svg|path|g|title|desc|font|script|style|template|select)",
                    "</(div|p|a|b|i|li|ul|h2|h3|span|br|svg|button|td|tr|table|form|textarea|x-y|DIV)",
                    "</(tbody|th|caption|td|tr|table|dl|dd|dt|svg|path|g|title|desc|font|script|style|template|select)",
                    "<table><tbody><tr><td>|<svg><g>|<script><!--|</td></tr></tbody></table>|</g></svg>|</script>",
                    "( [a-z]{1,9}(=\"[^\"]{0,40}\"(data-block=q)?|='[^']{0,9}'|=[^\"' >]{1,9}|))?/?>",
                    "( data-block(=\"b\"|='c'|=d|))?>",
                    "(>|>|>|\"|'|=| |/|text| data-block=e|\"data-block=f)",
                    "<!--( |)(/?block:g|)( |)-->|<!--(-|!|>|a>|-->|--!|x)(-->|--!>|>|->)|<!doctype html>|<[!]\\[CDATA\\[>\\]\\]>",
                ],
                0..24,
            ),
        ) {
            let mut page: String = pieces.concat();
            page.push_str("<p data-block=z>                ");
            let page = page.as_bytes();
            prop_assert_eq!(events(page, core::iter::once(page.len())), events(page, 1..=page.len()));
        }
    }
}

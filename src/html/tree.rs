//! The stack of open elements: the tree construction rules that decide where elements end.
//!
//! Follows the HTML standard's "in body" rules for start and end tags, with tables in `table` and svg and math in
//! `foreign`. Where browsers disagree, or where the rules would need the text of the page, `lost` is set and no further
//! block is found. Each marked element that ends is reported, with whether its own end tag ended it.

use alloc::vec::Vec;

use super::formatting::Active;
use super::names::{self, Name};
use super::scratch::{emptied, refilled};
use super::tag::Tag;

/// Deepest nesting that is followed, where browsers begin to flatten; it also bounds the work of one tag.
pub(super) const DEPTH: usize = 512;

/// The namespace of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Space {
    Html,
    Svg,
    Math,
}

/// How a template parses table parts, by the first one in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inside {
    Unset,
    Body,
    Table,
    Columns,
    Rows,
    Cells,
}

/// An open element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element {
    pub(crate) name: Name,
    pub(crate) flags: u32,
    /// The offset of the bytes of a long name.
    pub(crate) bytes: usize,
    /// The number of its block, or zero.
    pub(crate) block: u32,
    /// The number of its formatting element, or zero.
    pub(crate) number: u32,
    /// The number of its form, or zero.
    pub(crate) form: u32,
    pub(crate) space: Space,
    pub(crate) inside: Inside,
}

impl Element {
    #[inline]
    pub(crate) fn is(&self, key: u64) -> bool {
        self.name.key == key && self.space == Space::Html
    }

    #[inline]
    pub(crate) fn has(&self, flags: u32) -> bool {
        self.flags & flags != 0
    }
}

/// The result of a start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// An element is open; its content may be raw text, see `Tree::opened_raw`.
    Open,
    /// An element without content.
    Empty,
    /// The tree has no such element, or not in this place: the tag is ignored.
    Dropped,
    /// Only text follows to the end of the page.
    Plaintext,
}

/// The open elements.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    pub(crate) stack: Vec<Element>,
    /// The active formatting elements.
    pub(crate) active: Vec<Active>,
    pub(crate) last_number: u32,
    long_names: Vec<u8>,
    /// Blocks that ended, each with whether its own end tag ended it.
    pub(crate) ended: Vec<(u32, bool)>,
    /// Fewest elements that an end tag left open since the caller last set it.
    pub(crate) low: usize,
    /// How many elements were open at the least since this was set, an end in the middle counting as far down as it was.
    pub(crate) dip: usize,
    pub(super) paragraphs: u32,
    pub(super) buttons: u32,
    /// Open elements that make other start tags unusual: select, template, colgroup.
    pub(super) unusual: u32,
    pub(crate) templates: u32,
    /// The form that an end tag would end, open or not, or zero.
    pub(super) form: u32,
    pub(super) last_form: u32,
    pub(super) frames_over: bool,
    /// Whether a document type was seen that makes a table close an open paragraph.
    pub(crate) strict: bool,
    /// Whether a start tag was seen.
    pub(super) started: bool,
    /// Whether the rest of the page can no longer be followed.
    pub(crate) lost: bool,
    /// The offset up to which plain tags were read, see `skim`.
    pub(super) skimmed: usize,
}

impl Tree {
    /// A tree before the first tag that keeps the allocated buffers.
    pub(crate) fn emptied(self) -> Self {
        Self {
            stack: emptied(self.stack),
            active: emptied(self.active),
            long_names: emptied(self.long_names),
            ended: emptied(self.ended),
            ..Self::default()
        }
    }

    /// A copy of this tree in the memory of another.
    pub(crate) fn copied(&self, room: Self) -> Self {
        Self {
            stack: refilled(room.stack, &self.stack),
            active: refilled(room.active, &self.active),
            long_names: refilled(room.long_names, &self.long_names),
            ended: refilled(room.ended, &self.ended),
            ..*self
        }
    }

    /// Whether the current namespace is svg or math, integration points included.
    #[inline]
    pub(crate) fn in_foreign(&self) -> bool {
        self.stack.last().is_some_and(|element| element.space != Space::Html)
    }

    /// Handles a start tag; `bytes` is its name as written, if it could be held.
    #[inline]
    pub(crate) fn start(&mut self, tag: &Tag, bytes: Option<&[u8]>) -> Start {
        self.started = true;
        let flags = names::flags(tag.name, bytes);
        if self.in_foreign() && self.stays_foreign(tag, flags) {
            return self.start_foreign(tag, bytes);
        }
        if self.unusual != 0
            && let Some(outcome) = self.start_unusual(tag.name.key, flags, tag.self_closing)
        {
            return outcome;
        }
        if flags & names::NO_FRAMES != 0 {
            self.frames_over = true;
        }
        if flags & names::TABLE_PART != 0 {
            return self.start_table_part(tag.name.key, flags, tag.name);
        }
        if flags & names::CLOSES_P != 0 && self.paragraphs != 0 {
            self.close_paragraph();
        }
        if flags & names::STARTS_ODDLY != 0
            && let Some(outcome) = self.start_oddly(tag, flags)
        {
            return outcome;
        }
        if flags == 0 || flags & names::REOPENS != 0 {
            self.reopen();
        }
        if flags & names::VOID != 0 {
            return Start::Empty;
        }
        if flags & names::FORMATTING != 0 {
            // Without attributes it is as long as its name and the two brackets.
            let length = tag.end.wrapping_sub(tag.start).wrapping_sub(2);
            self.push_formatting(tag.name, flags, usize::try_from(tag.name.length) == Ok(length));
            return Start::Open;
        }
        if flags & names::HIDES_FORMATTING != 0 {
            self.hide_formatting();
        }
        self.push(tag.name, flags, Space::Html, bytes);
        if tag.name.key == names::PLAINTEXT && flags != 0 { Start::Plaintext } else { Start::Open }
    }

    /// Handles start tags with rules of their own; `None` if the general rules apply.
    fn start_oddly(&mut self, tag: &Tag, flags: u32) -> Option<Start> {
        match tag.name.key {
            names::LI => {
                self.close_item(&[names::LI]);
                self.close_paragraph();
            }
            names::DD | names::DT => {
                self.close_item(&[names::DD, names::DT]);
                self.close_paragraph();
            }
            names::A => {
                if let Some(at) = self.active_formatting(names::A) {
                    let number = self.active.get(at).map_or(0, |entry| entry.number);
                    self.adopt(tag.name, false);
                    self.abandon(number);
                }
            }
            names::NOBR => {
                self.reopen();
                if self.in_scope(names::NOBR, 0).is_some() {
                    self.adopt(tag.name, false);
                }
            }
            names::BUTTON => {
                if self.buttons != 0
                    && let Some(at) = self.in_scope(names::BUTTON, 0)
                {
                    self.pop_to(at, false);
                }
            }
            names::OPTION | names::OPTGROUP => self.pop_top_if(|top| top.is(names::OPTION)),
            names::RB | names::RTC | names::RP | names::RT => {
                let keep = if matches!(tag.name.key, names::RP | names::RT) { names::RTC } else { 0 };
                if self.in_scope(names::RUBY, 0).is_some() {
                    self.pop_implied(keep);
                }
            }
            names::H1 | names::H2 | names::H3 | names::H4 | names::H5 | names::H6 => {
                self.pop_top_if(|top| top.has(names::HEADING) && top.space == Space::Html);
            }
            names::FORM if !self.ready_for_form() => return Some(Start::Dropped),
            names::TABLE => {
                if !self.ready_for_table() {
                    return Some(Start::Dropped);
                }
                if self.strict {
                    self.close_paragraph();
                } else if self.paragraphs != 0 {
                    self.doubt_paragraph();
                }
            }
            names::SVG | names::MATH => {
                let space = if tag.name.key == names::SVG { Space::Svg } else { Space::Math };
                self.reopen();
                if tag.self_closing {
                    return Some(Start::Empty);
                }
                self.push(tag.name, 0, space, None);
                return Some(Start::Open);
            }
            names::FRAMESET => {
                self.lost |= !self.frames_over;
                return Some(Start::Dropped);
            }
            _ if flags & names::STRUCTURE != 0 => return Some(Start::Dropped),
            _ => {}
        }
        None
    }

    /// Handles an end tag.
    #[inline]
    pub(crate) fn end(&mut self, tag: &Tag, bytes: Option<&[u8]>) {
        let Some(top) = self.stack.last() else {
            return self.end_form_alone(tag);
        };
        // By far the most frequent case: the element that is open is the one that ends.
        if top.name == tag.name
            && top.space == Space::Html
            && tag.name.length <= names::PACKED
            && top.flags & (names::MODE | names::FORMATTING) == 0
            && (top.form == 0 || top.form == self.form)
        {
            let is_form = top.form != 0;
            if top.flags & names::HIDES_FORMATTING != 0 {
                self.forget_formatting();
            }
            if is_form {
                self.form = 0;
            }
            return self.end_at(self.stack.len() - 1, true);
        }
        if top.number != 0
            && top.name == tag.name
            && self.active.last().is_some_and(|last| last.number == top.number)
        {
            // The same for formatting elements.
            self.active.pop();
            return self.end_at(self.stack.len() - 1, true);
        }
        if top.space != Space::Html && self.end_foreign(tag, bytes) {
            return;
        }
        self.end_html(tag, bytes);
    }

    fn end_html(&mut self, tag: &Tag, bytes: Option<&[u8]>) {
        let flags = names::flags(tag.name, bytes);
        let key = tag.name.key;
        if self.unusual != 0 && self.end_unusual(key, flags) {
            return;
        }
        if flags & names::TABLE_PART != 0 || key == names::TABLE {
            return self.end_table_part(key, flags);
        }
        if flags & names::CONTAINER != 0 || matches!(key, names::DD | names::DT) {
            if let Some(at) = self.in_scope(key, 0) {
                self.end_at(at, true);
                if flags & names::HIDES_FORMATTING != 0 {
                    self.forget_formatting();
                }
            }
            return;
        }
        match key {
            names::TEMPLATE => {
                if let Some(at) = self.stack.iter().rposition(|element| element.is(names::TEMPLATE)) {
                    self.end_at(at, true);
                    self.forget_formatting();
                }
            }
            names::P => {
                if self.paragraphs != 0
                    && let Some(at) = self.in_scope(key, names::BUTTON)
                {
                    self.end_at(at, true);
                }
            }
            names::LI => {
                if let Some(at) = self.item_in_list_scope() {
                    self.end_at(at, true);
                }
            }
            names::FORM => self.end_form(),
            names::BR => {}
            _ if flags & names::HEADING != 0 => {
                if let Some(at) = self.heading_in_scope() {
                    let own = self.stack.get(at).is_some_and(|element| element.name == tag.name);
                    self.end_at(at, own);
                }
            }
            _ if flags & names::STRUCTURE != 0 => {}
            _ if flags & names::FORMATTING != 0 => {
                if !self.adopt(tag.name, true) {
                    self.end_ordinary(tag, bytes);
                }
            }
            _ => self.end_ordinary(tag, bytes),
        }
    }

    fn end_ordinary(&mut self, tag: &Tag, bytes: Option<&[u8]>) {
        let mut at = self.stack.len();
        while at > 0 {
            at -= 1;
            let Some(element) = self.stack.get(at) else { return };
            if element.space == Space::Html && self.same_name(element, tag.name, bytes) {
                return self.end_at(at, true);
            }
            if element.has(names::SPECIAL) {
                return;
            }
        }
    }

    /// The stack index of `key` if it is open in scope; `also` is one more name that stops the search.
    pub(crate) fn in_scope(&self, key: u64, also: u64) -> Option<usize> {
        for (at, element) in self.stack.iter().enumerate().rev() {
            if element.is(key) {
                return Some(at);
            }
            if element.has(names::SCOPE) || (also != 0 && element.is(also)) {
                return None;
            }
        }
        None
    }

    fn heading_in_scope(&self) -> Option<usize> {
        for (at, element) in self.stack.iter().enumerate().rev() {
            if element.has(names::HEADING) && element.space == Space::Html {
                return Some(at);
            }
            if element.has(names::SCOPE) {
                return None;
            }
        }
        None
    }

    fn item_in_list_scope(&self) -> Option<usize> {
        for (at, element) in self.stack.iter().enumerate().rev() {
            if element.is(names::LI) {
                return Some(at);
            }
            if element.has(names::SCOPE) || element.is(names::OL) || element.is(names::UL) {
                return None;
            }
        }
        None
    }

    /// A list item's start tag closes an open one.
    fn close_item(&mut self, items: &[u64]) {
        for (at, element) in self.stack.iter().enumerate().rev() {
            if element.space == Space::Html && items.contains(&element.name.key) {
                return self.pop_to(at, false);
            }
            let transparent = element.is(names::ADDRESS) || element.is(names::DIV) || element.is(names::P);
            if element.has(names::SPECIAL) && !transparent {
                return;
            }
        }
    }

    pub(crate) fn close_paragraph(&mut self) {
        if self.paragraphs != 0
            && let Some(at) = self.in_scope(names::P, names::BUTTON)
        {
            self.pop_to(at, false);
        }
    }

    /// Quirks-mode pages keep a paragraph open across a table and others do not: blocks in it are given up.
    fn doubt_paragraph(&mut self) {
        if let Some(at) = self.in_scope(names::P, names::BUTTON) {
            self.give_up_from(at);
        }
    }

    /// Gives up blocks from index `at` upwards.
    pub(crate) fn give_up_from(&mut self, at: usize) {
        for element in self.stack.get_mut(at..).unwrap_or_default() {
            let block = core::mem::take(&mut element.block);
            if block != 0 {
                self.ended.push((block, false));
            }
        }
    }

    /// Removes the formatting element with this number from the stack and the list.
    fn abandon(&mut self, number: u32) {
        self.active.retain(|entry| entry.number != number);
        if let Some(at) = self.stack.iter().rposition(|element| element.number == number) {
            self.remove(at, false);
        }
    }

    pub(crate) fn pop_top_if(&mut self, condition: impl Fn(&Element) -> bool) {
        if self.stack.last().is_some_and(condition) {
            self.pop_to(self.stack.len() - 1, false);
        }
    }

    pub(super) fn pop_implied(&mut self, except: u64) {
        while let Some(top) = self.stack.last() {
            if !top.has(names::IMPLIED) || top.space != Space::Html || (except != 0 && top.is(except)) {
                return;
            }
            self.pop_to(self.stack.len() - 1, false);
        }
    }

    pub(crate) fn same_name(&self, element: &Element, name: Name, bytes: Option<&[u8]>) -> bool {
        if element.name != name {
            return false;
        }
        if name.length <= names::PACKED {
            return true;
        }
        let length = usize::try_from(name.length).unwrap_or(usize::MAX);
        let kept = self.long_names.get(element.bytes..).and_then(|rest| rest.get(..length));
        match (kept, bytes) {
            (Some(kept), Some(bytes)) => kept.eq_ignore_ascii_case(bytes),
            _ => false,
        }
    }

    pub(crate) fn push(&mut self, name: Name, flags: u32, space: Space, bytes: Option<&[u8]>) {
        if self.stack.len() >= DEPTH {
            self.lost = true;
            return;
        }
        let kept = self.long_names.len();
        if name.length > names::PACKED {
            // Names longer than this are stored as empty and so match nothing.
            self.long_names.extend_from_slice(bytes.filter(|bytes| bytes.len() <= 256).unwrap_or_default());
        }
        if flags & names::COUNTED != 0 && space == Space::Html {
            self.count(name.key, 1);
        }
        // select, template and colgroup are counted, and such an end tag is not seen while one of them is open.
        let counted_mode = names::MODE | names::COUNTED;
        let plain = name.length <= names::PACKED
            && (space != Space::Html
                || flags & names::FORMATTING == 0
                    && flags & counted_mode != counted_mode
                    && name.key != names::FORM);
        self.stack.push(Element {
            name,
            flags: if plain { flags | names::PLAIN_END } else { flags },
            bytes: kept,
            block: 0,
            number: 0,
            form: if name.key == names::FORM && space == Space::Html && self.templates == 0 {
                self.form
            } else {
                0
            },
            space,
            inside: Inside::Unset,
        });
    }

    /// Ends the element at `at` and all above it; `own`: by its own end tag.
    pub(crate) fn end_at(&mut self, at: usize, own: bool) {
        self.pop_to(at, own);
        self.low = self.low.min(at);
    }

    /// The same without an end tag.
    #[inline]
    pub(crate) fn pop_to(&mut self, at: usize, own: bool) {
        self.dip = self.dip.min(at);
        while self.stack.len() > at {
            let Some(element) = self.stack.pop() else { return };
            self.leave(&element, own && self.stack.len() == at);
        }
    }

    pub(crate) fn remove(&mut self, at: usize, own: bool) {
        if at + 1 == self.stack.len() {
            return self.pop_to(at, own);
        }
        if at < self.stack.len() {
            self.dip = self.dip.min(at);
            let mut element = self.stack.remove(at);
            // The names of elements above it are not moved.
            element.bytes = self.long_names.len();
            self.leave(&element, own);
        }
    }

    /// Inserts an element that is not a block.
    pub(crate) fn insert(&mut self, at: usize, element: Element) {
        if at <= self.stack.len() {
            self.stack.insert(at, element);
        }
    }

    #[inline]
    fn leave(&mut self, element: &Element, own: bool) {
        if element.name.length > names::PACKED {
            self.long_names.truncate(element.bytes);
        }
        if element.flags & names::COUNTED != 0 && element.space == Space::Html {
            self.count(element.name.key, -1);
        }
        if element.number != 0 {
            self.formatting_left(element.number);
        }
        if element.block != 0 {
            self.ended.push((element.block, own));
        }
    }

    pub(super) fn count(&mut self, key: u64, by: i32) {
        let counter = match key {
            names::P => &mut self.paragraphs,
            names::BUTTON => &mut self.buttons,
            _ => {
                if key == names::TEMPLATE {
                    self.templates = self.templates.saturating_add_signed(by);
                }
                &mut self.unusual
            }
        };
        *counter = counter.saturating_add_signed(by);
    }
}

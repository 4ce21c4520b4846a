//! Finds the marked blocks of a page: their offsets, and the markers that are refused, with the reason.
//!
//! Two markers: an attribute (`data-block="id"`, or another name) on an element that ends with its own end tag, and a
//! comment pair `<!--block:id-->` … `<!--/block:id-->`, also with blanks at both ends of a comment. A block is found only if every browser would see the same extent;
//! anything else is refused, never guessed. Offsets count bytes; nothing is decoded or copied but ids.

use alloc::string::String;
use alloc::vec::Vec;

use super::id::{self, Id};
use super::names;
use super::scratch::{emptied, emptied_text, refilled};
use super::tokenizer::{Cdata, Token, Tokenizer};
use super::tree::{Space, Start, Tree};
use crate::base::text;
use crate::reason::Reason;

/// The default marker attribute, used if a playbook names none.
pub const MARKER: &str = "data-block";

/// A block of a page; offsets in bytes from the page's first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The id, character references decoded.
    pub id: String,
    /// The `<` of the opening marker.
    pub start: usize,
    /// Just behind the opening marker.
    pub open_end: usize,
    /// The `<` of the closing marker; `end` where there is none.
    pub close: usize,
    /// Just behind the closing marker.
    pub end: usize,
}

/// A marker that is not a block, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The id as far as it could be read.
    pub id: String,
    /// The `<` of the marker.
    pub start: usize,
    /// Why it was refused.
    pub reason: Reason,
}

/// The blocks and refused markers of a page, in page order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// All blocks, including those with a repeated id.
    pub blocks: Vec<Block>,
    /// All markers that are not a block.
    pub refused: Vec<Refused>,
}

/// Finds the blocks of a whole page; `marker` is the name of the attribute.
///
/// ```
/// let found = parvis::html::blocks::find(b"<p><div data-block=hero>Hi</div>", "data-block");
/// let hero = &found.blocks[0];
/// assert_eq!((hero.id.as_str(), hero.start, hero.open_end, hero.close, hero.end), ("hero", 3, 24, 26, 32));
/// ```
#[must_use]
pub fn find(page: &[u8], marker: &str) -> Found {
    let mut found = Found::default();
    if is_utf16(page) {
        return found;
    }
    let mut finder = Finder::new(marker);
    let mut open: Vec<(u32, Block)> = Vec::new();
    let mut events = Vec::new();
    let mut ended = false;
    while !ended {
        ended = !finder.read(page, |_| true);
        if ended {
            finder.finish();
        }
        finder.move_events(&mut events);
        for event in events.drain(..) {
            match event {
                Event::Opened { number, id, start, open_end } => {
                    let id = String::from(id.as_str());
                    open.push((number, Block { id, start, open_end, close: 0, end: 0 }));
                }
                Event::Closed { number, close, end } => {
                    if let Some(block) = take(&mut open, number) {
                        found.blocks.push(Block { close, end, ..block });
                    }
                }
                Event::Given { number, reason } => {
                    if let Some(Block { id, start, .. }) = take(&mut open, number) {
                        found.refused.push(Refused { id, start, reason });
                    }
                }
                Event::Refused { id, start, reason } => {
                    found.refused.push(Refused { id: String::from(id.as_str()), start, reason });
                }
            }
        }
    }
    found.blocks.sort_by_key(|block| block.start);
    found.refused.sort_by_key(|refused| refused.start);
    found
}

fn take(open: &mut Vec<(u32, Block)>, number: u32) -> Option<Block> {
    let at = open.iter().rposition(|(candidate, _)| *candidate == number)?;
    Some(open.remove(at).1)
}

/// True if the page begins with a UTF-16 byte order mark: blocks cannot be found in it.
pub(crate) fn is_utf16(page: &[u8]) -> bool {
    page.starts_with(&[0xFF, 0xFE]) || page.starts_with(&[0xFE, 0xFF])
}

/// An event of [`Finder`], reported in page order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A block begins; later events refer to it by `number`.
    Opened { number: u32, id: Id, start: usize, open_end: usize },
    /// The block `number` ends here.
    Closed { number: u32, close: usize, end: usize },
    /// The block `number` is given up: its end cannot be used.
    Given { number: u32, reason: Reason },
    /// A marker that is refused.
    Refused { id: Id, start: usize, reason: Reason },
}

/// Depth of open elements in usual pages: the capacity reserved at the start.
const USUAL_DEPTH: usize = 32;

/// Most comment pairs that may be open at once; further ones are refused.
const OPEN_PAIRS: usize = crate::limits::PAGE_BLOCKS;

#[derive(Clone, Debug)]
struct Pair {
    number: u32,
    id: Id,
    /// How many elements were open, lowered when one of them ends without an end tag.
    base: usize,
}

/// Streaming block finder: reads a page in windows of any size. Offsets are offsets in the window.
#[derive(Clone, Debug)]
pub(crate) struct Finder {
    tokenizer: Tokenizer,
    tree: Tree,
    marker: Vec<u8>,
    pairs: Vec<Pair>,
    /// Open blocks that are elements, with whether their end tag may be left out.
    elements: Vec<(u32, bool)>,
    events: Vec<Event>,
    /// Buffer for an id that has to be decoded.
    decoded: String,
    last_number: u32,
}

impl Default for Finder {
    fn default() -> Self {
        Self {
            tokenizer: Tokenizer::new(),
            tree: Tree::default(),
            marker: Vec::new(),
            pairs: Vec::new(),
            elements: Vec::new(),
            events: Vec::new(),
            decoded: String::new(),
            last_number: 0,
        }
    }
}

impl Finder {
    pub(crate) fn new(marker: &str) -> Self {
        let mut finder = Self::default();
        finder.begin(marker);
        finder
    }

    /// Starts a new page with this marker attribute. Call it before the first byte, on a new or emptied finder.
    pub(crate) fn begin(&mut self, marker: &str) {
        self.marker.extend_from_slice(marker.as_bytes());
        self.tree.stack.reserve(USUAL_DEPTH);
    }

    /// A finder in its initial state that keeps the allocated buffers.
    pub(crate) fn emptied(self) -> Self {
        Self {
            tree: self.tree.emptied(),
            marker: emptied(self.marker),
            pairs: emptied(self.pairs),
            elements: emptied(self.elements),
            events: emptied(self.events),
            decoded: emptied_text(self.decoded),
            ..Self::default()
        }
    }

    /// A copy of this finder, at the same place of the same page, that looks for another marker attribute from here on.
    /// It reuses the buffers of `room`.
    pub(crate) fn looking_for(&self, marker: &str, room: Self) -> Self {
        Self {
            tokenizer: self.tokenizer.clone(),
            tree: self.tree.copied(room.tree),
            marker: refilled(room.marker, marker.as_bytes()),
            pairs: emptied(room.pairs),
            elements: emptied(room.elements),
            events: emptied(room.events),
            decoded: emptied_text(room.decoded),
            last_number: self.last_number,
        }
    }

    /// Whether the element that was opened last holds text only.
    pub(crate) fn is_raw(&self) -> bool {
        self.tree.stack.last().is_some_and(|top| top.has(names::RAW))
    }

    /// Reads until an event is reported (true) or the window is used up (false).
    pub(crate) fn read(&mut self, window: &[u8], wanted: impl Fn(&str) -> bool) -> bool {
        loop {
            if let Some(at) = self.tokenizer.in_data() {
                let floor = self.pairs.iter().map(|pair| pair.base).max().unwrap_or(0);
                *at = self.tree.skim(window, *at, &self.marker, floor);
            }
            self.tokenizer.cdata = match self.tree.stack.last() {
                Some(top) if top.space == Space::Html => Cdata::Comment,
                Some(top) if top.has(names::HTML_POINT | names::TEXT_POINT) => Cdata::Doubtful,
                Some(_) => Cdata::Text,
                None => Cdata::Comment,
            };
            let Some(token) = self.tokenizer.next(window, &self.marker) else { return false };
            match token {
                Token::Tag => self.tag(window, &wanted),
                Token::Comment { start, end } => self.comment(window, start, end),
                Token::Doubt => {
                    self.tree.lost = true;
                    self.give_up_all();
                }
                Token::Doctype { start, end } => self.doctype(window.get(start..end).unwrap_or_default()),
            }
            if !self.events.is_empty() {
                return true;
            }
        }
    }

    /// Appends the events since the last call to `into`, whose capacity is reused.
    pub(crate) fn move_events(&mut self, into: &mut Vec<Event>) {
        into.append(&mut self.events);
    }

    /// The offset up to which the window was read.
    pub(crate) fn position(&self) -> usize {
        self.tokenizer.position()
    }

    /// The first byte of the window that has to be passed again in the next window.
    pub(crate) fn keep(&self) -> usize {
        self.tokenizer.keep()
    }

    /// Moves all offsets after the first `by` bytes of the window, at most `keep()`, were dropped.
    pub(crate) fn rebase(&mut self, by: usize) {
        self.tokenizer.rebase(by);
    }

    /// Ends the page: blocks that are open have no end.
    pub(crate) fn finish(&mut self) {
        for (number, optional) in self.elements.drain(..) {
            let reason = if optional { Reason::OptionalEnd } else { Reason::Unclosed };
            self.events.push(Event::Given { number, reason });
        }
        for pair in self.pairs.drain(..) {
            self.events.push(Event::Given { number: pair.number, reason: Reason::Unclosed });
        }
    }

    #[inline]
    fn tag(&mut self, window: &[u8], wanted: &impl Fn(&str) -> bool) {
        let tag = &self.tokenizer.tag;
        let bytes = if tag.name.length > names::PACKED { tag.name_bytes(window) } else { None };
        if tag.closing {
            let (start, end) = (tag.start, tag.end);
            (self.tree.low, self.tree.dip) = (usize::MAX, usize::MAX);
            self.tree.end(tag, bytes);
            if !self.tree.ended.is_empty() {
                self.report_ended(start, end);
            }
            if !self.pairs.is_empty() {
                self.check_pairs(true);
            }
        } else {
            self.tree.dip = usize::MAX;
            let started = self.tree.start(tag, bytes);
            let (start, marker) = (tag.start, tag.marker);
            if !self.tree.ended.is_empty() {
                self.report_ended(start, start);
            }
            if !self.pairs.is_empty() {
                self.check_pairs(false);
            }
            if let Some((from, to)) = marker {
                self.marked(window, from, to, started, wanted);
            }
            if started == Start::Plaintext {
                self.tokenizer.enter_plaintext();
            } else if started == Start::Open
                && let Some(top) = self.tree.stack.last()
                && top.has(names::RAW)
            {
                self.tokenizer.enter_raw(top.name.key);
            }
        }
        if self.tree.lost {
            self.give_up_all();
        }
    }

    /// Handles a start tag with the marker attribute.
    fn marked(
        &mut self,
        window: &[u8],
        from: usize,
        to: usize,
        started: Start,
        wanted: &impl Fn(&str) -> bool,
    ) {
        let tag = &self.tokenizer.tag;
        let start = tag.start;
        if tag.long {
            return self.refuse("", start, Reason::TooLong);
        }
        let value = window.get(from..to).unwrap_or_default();
        if value.is_empty() {
            return;
        }
        // Most ids need no decoding: those that no edit names are not copied.
        let written = core::str::from_utf8(value).ok().filter(|written| text::is_id(written));
        let id = match written {
            Some(written) => wanted(written).then(|| Id::new(written)),
            None if id::read(value, &mut self.decoded).is_none() => {
                return self.refuse("", start, Reason::BadId);
            }
            None => wanted(&self.decoded).then(|| Id::new(&self.decoded)),
        };
        let Some(id) = id else {
            // Whether the content around it is balanced does not depend on the edits.
            if started == Start::Open
                && let Some(top) = self.tree.stack.last_mut()
            {
                self.last_number = self.last_number.wrapping_add(1).max(1);
                top.block = self.last_number;
            }
            return;
        };
        if self.tree.lost || started == Start::Dropped {
            self.events.push(Event::Refused { id, start, reason: Reason::NotUnderstood });
            return;
        }
        let open_end = tag.end;
        self.last_number = self.last_number.wrapping_add(1).max(1);
        let number = self.last_number;
        self.events.push(Event::Opened { number, id, start, open_end });
        if started == Start::Empty {
            self.events.push(Event::Closed { number, close: open_end, end: open_end });
        } else if let Some(top) = self.tree.stack.last_mut() {
            top.block = number;
            self.elements.push((number, top.has(names::OPTIONAL)));
        }
    }

    fn refuse(&mut self, id: &str, start: usize, reason: Reason) {
        self.events.push(Event::Refused { id: Id::new(id), start, reason });
    }

    /// Reports blocks whose element ended at this tag.
    fn report_ended(&mut self, close: usize, end: usize) {
        for (number, own) in self.tree.ended.drain(..) {
            let Some(at) = self.elements.iter().rposition(|(candidate, _)| *candidate == number) else {
                continue;
            };
            let (_, optional) = self.elements.remove(at);
            self.events.push(if own {
                Event::Closed { number, close, end }
            } else {
                let reason = if optional { Reason::OptionalEnd } else { Reason::Unclosed };
                Event::Given { number, reason }
            });
        }
    }

    /// Refuses comment pairs that cross an element whose end tag follows while they are open.
    fn check_pairs(&mut self, by_end_tag: bool) {
        let low = if by_end_tag { self.tree.low } else { usize::MAX };
        for pair in self.pairs.extract_if(.., |pair| low < pair.base) {
            self.events.push(Event::Given { number: pair.number, reason: Reason::Crossed });
        }
        for pair in &mut self.pairs {
            pair.base = pair.base.min(self.tree.dip);
        }
    }

    fn comment(&mut self, window: &[u8], start: usize, end: usize) {
        let comment = window.get(start..end).unwrap_or_default();
        let Some(text) = comment.strip_prefix(b"<!--").and_then(|rest| rest.strip_suffix(b"-->")) else {
            return;
        };
        let text = text.trim_ascii();
        let opens = text.strip_prefix(b"block").and_then(|rest| rest.trim_ascii_start().strip_prefix(b":"));
        if let Some(written) = opens {
            let id = core::str::from_utf8(written).unwrap_or_default();
            // A blank before the colon is no marker of the page either.
            if !text::is_id_bytes(written) || !text.starts_with(b"block:") {
                return self.refuse(id, start, Reason::BadId);
            }
            if self.tree.lost || self.pairs.len() >= OPEN_PAIRS {
                return self.refuse(id, start, Reason::NotUnderstood);
            }
            self.last_number = self.last_number.wrapping_add(1).max(1);
            let number = self.last_number;
            let id = Id::new(id);
            self.events.push(Event::Opened { number, id: id.clone(), start, open_end: end });
            self.pairs.push(Pair { number, id, base: self.tree.stack.len() });
        } else if let Some(written) = text.strip_prefix(b"/block:") {
            self.end_pair(written, start, end);
        }
    }

    fn end_pair(&mut self, id: &[u8], close: usize, end: usize) {
        let Some(at) = self.pairs.iter().rposition(|pair| pair.id.as_str().as_bytes() == id) else { return };
        let mut pairs = self.pairs.drain(at..);
        let Some(pair) = pairs.next() else { return };
        let above = self.tree.stack.get(pair.base..).unwrap_or_default();
        let balanced = above.iter().all(|element| element.has(names::OPTIONAL) && element.block == 0);
        if !balanced || pairs.len() > 0 {
            self.events.push(Event::Given { number: pair.number, reason: Reason::Crossed });
        } else {
            self.events.push(Event::Closed { number: pair.number, close, end });
        }
        for inner in pairs {
            self.events.push(Event::Given { number: inner.number, reason: Reason::Crossed });
        }
    }

    /// Gives up all open blocks: the tree is lost.
    fn give_up_all(&mut self) {
        for (number, _) in self.elements.drain(..) {
            self.events.push(Event::Given { number, reason: Reason::NotUnderstood });
        }
        for pair in self.pairs.drain(..) {
            self.events.push(Event::Given { number: pair.number, reason: Reason::NotUnderstood });
        }
    }

    /// Only a page with an ordinary document type closes paragraphs before tables.
    fn doctype(&mut self, text: &[u8]) {
        if !self.tree.started {
            let plain = |rest: &[u8]| rest.trim_ascii().eq_ignore_ascii_case(b"html");
            self.tree.strict = text.get(9..).and_then(|rest| rest.strip_suffix(b">")).is_some_and(plain);
        }
    }
}

//! Parts: named elements inside a block, `data-part="title"`, of which the text or one attribute is set.
//!
//! A change is identified by its key: `title` sets the text, `link@href` an attribute. If a part is missing, occurs twice
//! or has an element that cannot be changed, the whole block stays as it is. The block is read a second time for its
//! parts, by a copy of the page's finder, so that parts are found in the same tree as blocks.

use alloc::vec::Vec;

use super::attribute;
use super::blocks::{Event, Finder};
use super::edit::{Edit, Operation};
use super::placement::Spot;
use super::plan::marker;
use super::scratch::{Texts, emptied};
use crate::reason::Reason;

/// The attribute that names a part.
pub const PART: &str = "data-part";

/// Appends a change to the content of an edit with [`SetParts`](super::splice::Operation::SetParts).
///
/// `value` is the escaped bytes that the page will have: the text, or the attribute as ` name="value"`.
///
/// ```
/// use parvis::html::{parts, splice::{Edit, Operation, Splicer}};
/// let mut content = Vec::new();
/// parts::push("title", b"Hello", &mut content);
/// parts::push("title@lang", b" lang=\"en\"", &mut content);
/// let mut splicer = Splicer::new("data-block", vec![Edit { id: "hero".into(), operation: Operation::SetParts, content, tests: vec![] }]);
/// let mut page = Vec::new();
/// splicer.push(b"<div data-block=hero><h1 data-part=title lang=fr>Salut</h1></div>", &mut page);
/// splicer.end(&mut page);
/// assert_eq!(page, b"<div data-block=hero><h1 data-part=title lang=\"en\">Hello</h1></div>");
/// ```
pub fn push(key: &str, value: &[u8], content: &mut Vec<u8>) {
    let (Ok(short), Ok(long)) = (u8::try_from(key.len()), u32::try_from(value.len())) else { return };
    content.push(short);
    content.extend_from_slice(&long.to_le_bytes());
    content.extend_from_slice(key.as_bytes());
    content.extend_from_slice(value);
}

/// The changes in an edit's content: the key of each, and the byte range of its value.
pub fn changes(content: &[u8]) -> impl Iterator<Item = (&str, (usize, usize))> {
    let mut at = 0;
    core::iter::from_fn(move || {
        let (short, rest) = content.get(at..)?.split_first()?;
        let (long, rest) = rest.split_first_chunk::<4>()?;
        let key = core::str::from_utf8(rest.get(..usize::from(*short))?).ok()?;
        let from = at + 5 + key.len();
        at = from.checked_add(usize::try_from(u32::from_le_bytes(*long)).ok()?)?;
        content.get(from..at)?;
        Some((key, (from, at)))
    })
}

/// Where the change of one key is made, or why it cannot be made; offsets in the window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) state: Result<(), Reason>,
    /// Start of the enclosing tag or element.
    pub(crate) start: usize,
    /// Start of the bytes that are replaced.
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) end: usize,
    /// Checksum of the enclosing tag or element.
    pub(crate) check: u64,
}

/// A key that is searched for.
#[derive(Clone, Copy, Debug)]
struct Sought {
    /// The number of its text.
    key: usize,
    /// The number of the element whose end is pending.
    open: Option<u32>,
    found: Found,
}

impl Sought {
    fn names(&self, keys: &Texts, id: &str) -> bool {
        keys.get(self.key).split('@').next() == Some(id)
    }

    fn refuse(&mut self, reason: Reason) {
        self.open = None;
        self.found = Found { state: Err(reason), start: 0, from: 0, to: 0, end: 0, check: 0 };
    }
}

/// Reads one block to find its parts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reader {
    /// The number of the block.
    pub(crate) number: u32,
    /// The block's `<`.
    pub(crate) start: usize,
    finder: Finder,
    sought: Vec<Sought>,
    /// Buffer for events; empty between two calls.
    events: Vec<Event>,
}

impl Reader {
    /// A reader for the block that `finder` has just opened, in the memory of another; `keys` are numbers of texts.
    pub(crate) fn new(finder: &Finder, number: u32, start: usize, keys: (usize, usize), room: Self) -> Self {
        let nothing = Found { state: Err(Reason::PartMissing), start: 0, from: 0, to: 0, end: 0, check: 0 };
        let mut sought = emptied(room.sought);
        sought.extend((keys.0..keys.1).map(|key| Sought { key, open: None, found: nothing }));
        let finder = finder.looking_for(PART, room.finder);
        Self { number, start, finder, sought, events: emptied(room.events) }
    }

    /// A reader in its initial state that keeps the allocated buffers.
    pub(crate) fn emptied(self) -> Self {
        Self {
            finder: self.finder.emptied(),
            sought: emptied(self.sought),
            events: emptied(self.events),
            ..Self::default()
        }
    }

    /// Reads the window up to `reached`, the offset of the page's finder; `keys` has the texts of its keys.
    pub(crate) fn read(&mut self, window: &[u8], reached: usize, keys: &Texts) {
        let window = window.get(..reached).unwrap_or(window);
        let mut events = core::mem::take(&mut self.events);
        loop {
            let sought = &self.sought;
            let wanted: &dyn Fn(&str) -> bool = &|id| sought.iter().any(|sought| sought.names(keys, id));
            let more = self.finder.read(window, wanted);
            self.finder.move_events(&mut events);
            for event in events.drain(..) {
                self.take(&event, window, keys);
            }
            if !more {
                break;
            }
        }
        self.events = events;
    }

    fn take(&mut self, event: &Event, window: &[u8], keys: &Texts) {
        match event {
            // A comment marks blocks, never parts.
            Event::Opened { start, .. } if window.get(start + 1) == Some(&b'!') => {}
            Event::Opened { number, id, start, open_end } => {
                let tag = window.get(*start..*open_end).unwrap_or_default();
                let raw = self.finder.is_raw();
                for sought in self.sought.iter_mut().filter(|sought| sought.names(keys, id.as_str())) {
                    sought.opened(keys.get(sought.key), *number, *start, tag, raw);
                }
            }
            Event::Closed { number, close, end } => {
                for sought in self.sought.iter_mut().filter(|sought| sought.open == Some(*number)) {
                    sought.closed(*close, window.get(*close..*end).unwrap_or_default());
                }
            }
            Event::Given { number, .. } => {
                for sought in self.sought.iter_mut().filter(|sought| sought.open == Some(*number)) {
                    sought.refuse(Reason::PartRefused);
                }
            }
            Event::Refused { id, .. } => {
                for sought in self.sought.iter_mut().filter(|sought| sought.names(keys, id.as_str())) {
                    sought.refuse(Reason::PartRefused);
                }
            }
        }
    }

    /// Moves all offsets after the first `by` bytes of the window were dropped.
    pub(crate) fn rebase(&mut self, by: usize) {
        self.start = self.start.wrapping_sub(by);
        self.finder.rebase(by);
        for sought in &mut self.sought {
            let found = &mut sought.found;
            for offset in [&mut found.start, &mut found.from, &mut found.to, &mut found.end] {
                *offset = offset.wrapping_sub(by);
            }
        }
    }

    /// The result for each key of a block that has ended, by the number of the key's text.
    pub(crate) fn found(&self) -> impl Iterator<Item = (usize, Found)> {
        self.sought.iter().map(|sought| {
            let open = Found { state: Err(Reason::PartRefused), ..sought.found };
            (sought.key, if sought.open.is_some() { open } else { sought.found })
        })
    }
}

impl Sought {
    fn opened(&mut self, key: &str, number: u32, start: usize, tag: &[u8], raw: bool) {
        if !matches!(self.found.state, Err(Reason::PartMissing)) || self.open.is_some() {
            return self.refuse(Reason::PartRepeated);
        }
        if attribute::is_refused(tag) {
            return self.refuse(Reason::PartRefused);
        }
        match key.split_once('@') {
            Some((_, name)) => {
                let (from, to) = attribute::find(tag, name.as_bytes());
                let check = marker(tag, 0, from).unwrap_or(0).rotate_left(1)
                    ^ marker(tag, to, tag.len()).unwrap_or(0);
                let (from, to) = (start + from, start + to);
                self.found = Found { state: Ok(()), start, from, to, end: start + tag.len(), check };
            }
            None if raw => self.refuse(Reason::PartRefused),
            None => {
                let from = start + tag.len();
                self.open = Some(number);
                self.found = Found {
                    state: Ok(()),
                    start,
                    from,
                    to: from,
                    end: from,
                    check: marker(tag, 0, tag.len()).unwrap_or(0).rotate_left(1),
                };
            }
        }
    }

    fn closed(&mut self, close: usize, tag: &[u8]) {
        // An element without an end tag has no text.
        if tag.is_empty() {
            return self.refuse(Reason::PartRefused);
        }
        self.open = None;
        self.found.to = close;
        self.found.end = close + tag.len();
        self.found.check ^= marker(tag, 0, tag.len()).unwrap_or(0);
    }
}

/// Appends the spots of an edit's changes to `spots`, in page order; `found` has the place of each key.
///
/// # Errors
/// The reason of the first change that cannot be made; nothing is appended then.
pub(crate) fn resolve(
    edit: usize,
    content: &[u8],
    found: impl Fn(&str) -> Result<(usize, usize), Reason>,
    spots: &mut Vec<Spot>,
) -> Result<(usize, usize), Reason> {
    let first = spots.len();
    for (key, content) in changes(content) {
        match found(key) {
            Ok((from, to)) => {
                // There are few, and a sort would cost kilobytes of code; of two at one place the earlier stays first.
                let here =
                    spots.iter().skip(first).take_while(|spot| (spot.from, spot.to) <= (from, to)).count();
                spots.insert(first + here, Spot { edit, from, to, content });
            }
            Err(reason) => {
                spots.truncate(first);
                return Err(reason);
            }
        }
    }
    let apart =
        spots.iter().skip(first).zip(spots.iter().skip(first + 1)).all(|(one, next)| one.to <= next.from);
    if !apart {
        spots.truncate(first);
        return Err(Reason::PartRefused);
    }
    Ok((first, spots.len()))
}

impl Edit {
    /// The keys of the parts that are searched for in the block.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        let own = (self.operation, self.content.as_slice());
        let tests = self.tests.iter().map(|(operation, content)| (*operation, content.as_slice()));
        tests
            .chain([own])
            .filter(|(operation, _)| *operation == Operation::SetParts)
            .flat_map(|(_, content)| changes(content).map(|(key, _)| key))
    }

    /// Whether a block that was found can be changed by this edit, number `at`, and by all that it tests: where its parts are in
    /// `spots`. `is_void` says that nothing is inside the block, and `found` has the place of each part.
    ///
    /// # Errors
    /// The reason of the first change that cannot be made.
    pub(crate) fn settle(
        &self,
        at: usize,
        is_void: bool,
        found: impl Fn(&str) -> Result<(usize, usize), Reason>,
        spots: &mut Vec<Spot>,
    ) -> Result<(usize, usize), Reason> {
        let one = |operation, content: &[u8], spots: &mut Vec<Spot>| match operation {
            Operation::SetParts => resolve(at, content, &found, spots),
            Operation::ReplaceInner if is_void => Err(Reason::NotUnderstood),
            _ => Ok((0, 0)),
        };
        for (operation, content) in &self.tests {
            let before = spots.len();
            one(*operation, content, spots)?;
            spots.truncate(before);
        }
        one(self.operation, &self.content, spots)
    }
}

//! Makes a plan from the events of the finder while a page streams.

use alloc::string::String;
use alloc::vec::Vec;

use super::{FORMAT, HEAD, MAGIC, PREFIX, REFUSALS, ROW, State, Version, marker};
use crate::base::checksum::digest;
use crate::html::blocks::Event;
use crate::html::parts::Reader;
use crate::html::scratch::{Texts, emptied};
use crate::limits;
use crate::reason::Reason;

/// The first marker of an id, possibly still open.
#[derive(Clone, Debug)]
struct Draft {
    /// Index of its id among the declared ones.
    declared: usize,
    number: u32,
    /// `None` while it is open.
    state: Option<State>,
    start: usize,
    open_end: usize,
    close: usize,
    end: usize,
    check: u64,
    settled: u32,
    again: u32,
}

/// Collects the offsets of the declared blocks of one page. Offsets count from the page's first byte.
#[derive(Clone, Debug, Default)]
pub(crate) struct Planner {
    declared: Vec<String>,
    scope: u64,
    rows: Vec<Draft>,
    /// Parts of the blocks, each with the number of its key's text.
    parts: Vec<(usize, Draft)>,
    /// Number of events so far: their order.
    events: u32,
    length: u64,
    ended: bool,
}

impl Planner {
    /// Starts a planner for these ids and this scope, in new or emptied memory.
    pub(crate) fn begin(self, declared: Vec<String>, scope: u64) -> Self {
        Self { declared, scope, ..self }
    }

    /// A planner in its initial state that keeps the allocated buffers.
    pub(crate) fn emptied(self) -> Self {
        Self { rows: emptied(self.rows), parts: emptied(self.parts), ..Self::default() }
    }

    pub(crate) fn declares(&self, id: &str) -> bool {
        self.declared(id).is_some()
    }

    fn declared(&self, id: &str) -> Option<usize> {
        self.declared.iter().position(|declared| declared == id)
    }

    /// Adds the length of a chunk of the page, in bytes.
    pub(crate) fn came(&mut self, bytes: usize) {
        self.length = self.length.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    /// Adds the events of a window that begins at `base`; the finder has read it up to `reached`.
    pub(crate) fn note(&mut self, events: &[Event], window: &[u8], base: usize, reached: usize) {
        let place = |at: usize| base.wrapping_add(at);
        // As in streaming: a block that is too long is given up before later events.
        for row in self.rows.iter_mut().filter(|row| row.state.is_none()) {
            if place(reached).wrapping_sub(row.start) > limits::BLOCK_BYTES {
                row.settle(State::Refused(Reason::TooLong), self.events);
            }
        }
        for event in events {
            self.events = self.events.saturating_add(1);
            match event {
                Event::Opened { number, id, start, open_end } => {
                    if let Some(row) = self.first(id.as_str(), place(*start)) {
                        row.number = *number;
                        row.open_end = place(*open_end);
                        row.check = marker(window, *start, *open_end).unwrap_or_default().rotate_left(1);
                    }
                }
                Event::Closed { number, close, end } => {
                    let events = self.events;
                    if let Some(row) = self.open(*number) {
                        (row.close, row.end) = (place(*close), place(*end));
                        row.settle(State::Found, events);
                        // It is in the window: whatever is too long to be held makes its block too long.
                        row.check ^= marker(window, *close, *end).unwrap_or_default();
                    }
                }
                Event::Given { number, reason } => {
                    let events = self.events;
                    if let Some(row) = self.open(*number) {
                        row.settle(State::Refused(*reason), events);
                    }
                }
                Event::Refused { id, start, reason } => {
                    let events = self.events;
                    if let Some(row) = self.first(id.as_str(), place(*start)) {
                        row.settle(State::Refused(*reason), events);
                    }
                }
            }
        }
    }

    /// Adds the parts of a block that has ended, in a window that begins at `base`.
    pub(crate) fn parts(&mut self, reader: &Reader, base: usize) {
        let Some(block) = self.rows.iter().position(|row| row.number == reader.number) else { return };
        let place = |at: usize| base.wrapping_add(at);
        for (key, found) in reader.found() {
            let mut part = Draft {
                declared: 0,
                number: 0,
                state: Some(State::Found),
                start: place(found.start),
                open_end: place(found.from),
                close: place(found.to),
                end: place(found.end),
                check: found.check,
                settled: 0,
                again: 0,
            };
            let block = u32::try_from(block).unwrap_or(u32::MAX);
            match found.state {
                Ok(()) => part.settled = block,
                Err(reason) => {
                    part.start = 0;
                    part.settle(State::Refused(reason), block);
                }
            }
            self.parts.push((key, part));
        }
    }

    /// A row for the first marker of a declared id; a repeated one is noted.
    fn first(&mut self, id: &str, start: usize) -> Option<&mut Draft> {
        let declared = self.declared(id)?;
        if let Some(row) = self.rows.iter_mut().find(|row| row.declared == declared) {
            if row.again == 0 {
                row.again = self.events;
            }
            return None;
        }
        self.rows.push(Draft {
            declared,
            number: 0,
            state: None,
            start,
            open_end: start,
            close: start,
            end: start,
            check: 0,
            settled: 0,
            again: 0,
        });
        self.rows.last_mut()
    }

    fn open(&mut self, number: u32) -> Option<&mut Draft> {
        self.rows.iter_mut().find(|row| row.number == number && row.state.is_none())
    }

    /// Notes that the page has ended and was read completely.
    pub(crate) fn end(&mut self) {
        self.ended = true;
    }

    /// The plan as bytes; `keys` has the texts of the parts' keys. `None` if the page has not ended, has another length,
    /// or cannot have a plan.
    pub(crate) fn plan(&self, version: Version, keys: &Texts) -> Option<Vec<u8>> {
        let whole = self.ended && self.length == version.length;
        let length =
            u32::try_from(self.length).ok().filter(|_| whole && self.rows.len() <= limits::PAGE_BLOCKS)?;
        let texts = self.rows.len().saturating_add(self.parts.len());
        let mut bytes = Vec::with_capacity(HEAD + texts * ROW * 2);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.extend_from_slice(&[0; 10]);
        bytes.extend_from_slice(&self.scope.to_le_bytes());
        bytes.extend_from_slice(&version.validator.to_le_bytes());
        bytes.extend_from_slice(&length.to_le_bytes());
        for count in [self.rows.len(), self.parts.len()] {
            bytes.extend_from_slice(&u16::try_from(count).ok()?.to_le_bytes());
        }
        let mut ids = Vec::with_capacity(texts * ROW);
        for row in &self.rows {
            row.write(self.declared.get(row.declared)?, &mut bytes, &mut ids)?;
        }
        for (key, part) in &self.parts {
            part.write(keys.get(*key), &mut bytes, &mut ids)?;
        }
        bytes.extend_from_slice(&ids);
        let sum = digest(bytes.get(PREFIX..)?);
        bytes.get_mut(8..PREFIX)?.copy_from_slice(&sum.to_le_bytes());
        Some(bytes)
    }
}

impl Draft {
    fn settle(&mut self, state: State, events: u32) {
        self.state = Some(state);
        self.settled = events;
        if state != State::Found {
            (self.open_end, self.close, self.end, self.check) = (self.start, self.start, self.start, 0);
        }
    }

    /// Writes one row, and appends its id to the ids.
    fn write(&self, id: &str, rows: &mut Vec<u8>, ids: &mut Vec<u8>) -> Option<()> {
        let state = match self.state? {
            State::Found => 0,
            State::Refused(reason) => {
                u8::try_from(REFUSALS.iter().position(|known| *known == reason)?).ok()?.checked_add(1)?
            }
        };
        for offset in [self.start, self.open_end, self.close, self.end] {
            rows.extend_from_slice(&u32::try_from(offset).ok()?.to_le_bytes());
        }
        rows.extend_from_slice(&self.check.to_le_bytes());
        rows.extend_from_slice(&self.settled.to_le_bytes());
        rows.extend_from_slice(&self.again.to_le_bytes());
        rows.extend_from_slice(&u16::try_from(ids.len()).ok()?.to_le_bytes());
        rows.extend_from_slice(&[u8::try_from(id.len()).ok()?, state]);
        ids.extend_from_slice(id.as_bytes());
        Some(())
    }
}

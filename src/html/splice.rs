//! Streaming HTML rewriter: changes blocks of a page while it passes through.
//!
//! The output does not depend on how the page is cut into chunks. Bytes outside the blocks to be changed are written in
//! the call that supplied them, except an unfinished tag. A block to be changed is held until its end is known, at most
//! `limits::BLOCK_BYTES`. On any failure the origin's bytes are written unchanged. Memory is constant.

mod begin;

use alloc::vec::Vec;
use core::mem;

use super::blocks::{Event, Finder, is_utf16};
use super::edit::reported;
pub use super::edit::{Edit, Operation};
use super::group::Group;
use super::meta;
use super::parts::Reader;
use super::placement;
use super::placement::{NO_EDIT, Output, Place, Spot};
use super::plan::{Planner, Version};
use super::scratch::Texts;
use crate::limits;
use crate::reason::Reason;

pub use begin::Room;

/// Receives the output of a [`Splicer`].
pub trait Sink {
    /// Writes the next bytes of the page.
    fn write(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn write(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// Bytes added at once to the held ones.
const PIECE: usize = 4096;
/// The same while only a tag has to be completed.
const SMALL_PIECE: usize = 256;

/// A block that has an edit; offsets in the window.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    /// The index of the edit, or [`NO_EDIT`].
    edit: usize,
    number: u32,
    /// The edit that reorders its group, and its number there.
    group: Option<(usize, usize)>,
    /// The range of its parts in the spots, once it has ended.
    spots: (usize, usize),
    start: usize,
    open_end: usize,
    /// Where its closing marker is, once it was read.
    closed: Option<(usize, usize)>,
}

/// Streams a page and changes its blocks.
///
/// ```
/// use parvis::html::splice::{Edit, Operation, Splicer};
/// let edit = Edit { id: "hero".into(), operation: Operation::ReplaceInner, content: b"Welcome back".to_vec(), tests: vec![] };
/// let mut splicer = Splicer::new("data-block", vec![edit]);
/// let mut page = Vec::new();
/// splicer.push(b"<h1>Shop</h1><div data-bl", &mut page);
/// splicer.push(b"ock=hero>Welcome</div>", &mut page);
/// splicer.end(&mut page);
/// assert_eq!(page, b"<h1>Shop</h1><div data-block=hero>Welcome back</div>");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Splicer {
    edits: Vec<Edit>,
    /// The outcome of each edit; `None` while its block was not found.
    outcomes: Vec<Option<Reason>>,
    /// Edits whose block was repeated.
    repeated: Vec<usize>,
    finder: Finder,
    /// Bytes that were pushed and are not written yet.
    held: Vec<u8>,
    candidates: Vec<Candidate>,
    groups: Vec<Group>,
    /// Blocks in which parts are searched for.
    sought: Vec<Sought>,
    /// Their ids and keys.
    texts: Texts,
    /// Readers of open blocks.
    readers: Vec<Reader>,
    /// Unused readers, kept for the next block.
    spare: Vec<Reader>,
    /// Where the parts of ended blocks are.
    spots: Vec<Spot>,
    /// Buffers for events and for blocks being written; empty between two calls.
    events: Vec<Event>,
    leaving: Vec<Candidate>,
    places: Vec<Place>,
    first: Option<u8>,
    copying: bool,
    /// The first bytes of a page that may still declare its encoding.
    early: Option<Vec<u8>>,
    /// Records the offsets of all declared blocks, if a plan is requested.
    planner: Option<Planner>,
    /// Memory for a planner.
    planning: Planner,
    /// Bytes dropped so far from the front of the window.
    base: usize,
}

/// A block in which parts are searched for.
#[derive(Clone, Copy, Debug)]
struct Sought {
    /// The number of its id in the texts.
    id: usize,
    /// The numbers of its keys in the texts.
    keys: (usize, usize),
    came: bool,
}

impl Splicer {
    /// The plan of the page that has ended, if one was requested and the page can have one: see [`super::plan`].
    pub fn plan(&self, version: Version) -> Option<Vec<u8>> {
        self.planner.as_ref()?.plan(version, &self.texts)
    }

    /// Reads the next bytes of the page and writes those that need not be held.
    pub fn push(&mut self, bytes: &[u8], out: &mut impl Sink) {
        match self.early.take() {
            None => self.take(bytes, out),
            Some(mut early) => {
                early.extend_from_slice(bytes);
                match meta::is_unreadable(&early) {
                    None if early.len() < meta::BYTES => self.early = Some(early),
                    declared => self.take_early(&early, declared, out),
                }
            }
        }
    }

    /// Takes the first bytes, once it is known whether the page can be read.
    fn take_early(&mut self, early: &[u8], declared: Option<bool>, out: &mut impl Sink) {
        if declared == Some(true) {
            self.copying = true;
            self.planner = None;
            self.outcomes.iter_mut().for_each(|outcome| *outcome = Some(Reason::Charset));
        }
        self.take(early, out);
    }

    fn take(&mut self, bytes: &[u8], out: &mut impl Sink) {
        self.look_for_utf16(bytes);
        if let Some(planner) = &mut self.planner {
            planner.came(bytes.len());
        }
        let mut rest = bytes;
        while !rest.is_empty() && !self.copying {
            rest =
                if self.held.is_empty() { self.push_directly(rest, out) } else { self.push_held(rest, out) };
        }
        if self.copying && !rest.is_empty() {
            out.write(rest);
        }
    }

    /// Ends the page: writes all bytes that are still held.
    pub fn end(&mut self, out: &mut impl Sink) {
        if let Some(early) = self.early.take() {
            self.take_early(&early, meta::is_unreadable(&early), out);
        }
        if !self.copying {
            self.finder.finish();
            let mut held = mem::take(&mut self.held);
            let mut written = 0;
            self.settle(&held, &mut written, held.len(), out);
            while let Some(group) = self.groups.iter().find(|group| !group.broken && !group.is_complete()) {
                self.give_up_group(group.edit);
            }
            self.flush(&held, &mut written, out);
            out.write(held.get(written..).unwrap_or_default());
            held.clear();
            self.held = held;
            if let Some(planner) = &mut self.planner {
                planner.end();
            }
        }
        self.copying = true;
    }

    /// The outcome of each edit, in the order they were given; a repeated block is one more line.
    pub fn report(&self) -> impl Iterator<Item = (&str, Reason)> {
        let outcomes =
            self.edits.iter().zip(&self.outcomes).map(|(edit, outcome)| (edit, reported(edit, *outcome)));
        let repeated = self.repeated.iter().filter_map(|at| Some((self.edits.get(*at)?, Reason::Repeated)));
        outcomes.chain(repeated).map(|(edit, reason)| (edit.id.as_str(), reason))
    }

    /// The number of bytes that were pushed and are not written yet.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// A byte order mark may be split over two chunks.
    fn look_for_utf16(&mut self, bytes: &[u8]) {
        match (self.first, bytes) {
            (None, [first, second, ..]) => {
                self.first = Some(0);
                self.copying |= is_utf16(&[*first, *second]);
            }
            (None, [first]) => self.first = Some(*first),
            (Some(first), [second, ..]) => {
                self.first = Some(0);
                self.copying |= is_utf16(&[first, *second]);
            }
            _ => {}
        }
    }

    /// Reads and writes the page from the caller's own bytes while nothing is held.
    fn push_directly<'b>(&mut self, bytes: &'b [u8], out: &mut dyn Sink) -> &'b [u8] {
        let keep = self.scan(bytes, out);
        let rest = bytes.get(keep..).unwrap_or_default();
        if self.copying {
            return rest;
        }
        // The held bytes must stay small: the finder has read all of it already.
        self.held.extend_from_slice(rest);
        self.rebase(keep);
        &[]
    }

    /// Adds a piece to the held bytes.
    fn push_held<'b>(&mut self, bytes: &'b [u8], out: &mut dyn Sink) -> &'b [u8] {
        let piece = if self.candidates.is_empty() { SMALL_PIECE } else { PIECE };
        let (piece, rest) = bytes.split_at_checked(piece).unwrap_or((bytes, &[]));
        let mut held = mem::take(&mut self.held);
        let before = held.len();
        held.extend_from_slice(piece);
        let keep = self.scan(&held, out);
        if self.copying || keep >= before {
            // The bytes that are still needed are all in the caller's slice.
            held.clear();
            self.held = held;
            self.rebase(keep);
            return bytes.get(keep.saturating_sub(before)..).unwrap_or_default();
        }
        held.drain(..keep);
        self.held = held;
        self.rebase(keep);
        rest
    }

    fn rebase(&mut self, by: usize) {
        self.base = self.base.wrapping_add(by);
        self.finder.rebase(by);
        for group in &mut self.groups {
            group.rebase(by);
        }
        for reader in &mut self.readers {
            reader.rebase(by);
        }
        for candidate in &mut self.candidates {
            candidate.start = candidate.start.wrapping_sub(by);
            candidate.open_end = candidate.open_end.wrapping_sub(by);
            if let Some((close, end)) = &mut candidate.closed {
                *close = close.wrapping_sub(by);
                *end = end.wrapping_sub(by);
            }
        }
        for spot in &mut self.spots {
            spot.from = spot.from.wrapping_sub(by);
            spot.to = spot.to.wrapping_sub(by);
        }
    }

    /// Reads the window and writes the bytes that need not be held; returns the offset from which bytes are still needed.
    fn scan(&mut self, window: &[u8], out: &mut dyn Sink) -> usize {
        let mut written = 0;
        loop {
            let (edits, groups, planner) = (&self.edits, &self.groups, &self.planner);
            // By reference as where parts are read: the whole reader would be compiled once more for another type.
            let wanted: &dyn Fn(&str) -> bool = &|id| {
                edits.iter().any(|edit| edit.is_of(id.as_bytes()))
                    || Group::of(groups, edits, id.as_bytes()).is_some()
                    || planner.as_ref().is_some_and(|planner| planner.declares(id))
            };
            let more = self.finder.read(window, wanted);
            if !more {
                break;
            }
            self.settle(window, &mut written, self.finder.position(), out);
            if self.copying {
                out.write(window.get(written..).unwrap_or_default());
                return window.len();
            }
        }
        self.read_parts(window, self.finder.position());
        self.give_up_long(window.len());
        self.flush(window, &mut written, out);
        if self.all_known() && self.planner.is_none() {
            self.copying = true;
            out.write(window.get(written..).unwrap_or_default());
            return window.len();
        }
        let held_from = self.candidates.iter().map(|candidate| candidate.start).min();
        let keep = held_from.unwrap_or(usize::MAX).min(self.finder.keep());
        if keep > written {
            out.write(window.get(written..keep).unwrap_or_default());
        }
        keep
    }

    /// Handles the events of the finder, and writes the blocks that are complete.
    fn settle(&mut self, window: &[u8], written: &mut usize, reached: usize, out: &mut dyn Sink) {
        // As if every byte were pushed alone: a block that is too long is given up before later events.
        self.give_up_long(reached);
        let mut events = mem::take(&mut self.events);
        self.finder.move_events(&mut events);
        if let Some(planner) = &mut self.planner {
            planner.note(&events, window, self.base, reached);
        }
        self.read_parts(window, reached);
        let mut reading = true;
        for event in events.drain(..) {
            // Complete blocks are written first, as if each had arrived with a tag of its own.
            self.flush(window, written, out);
            reading &= !self.all_known();
            let ended = self.ended(&event);
            match event {
                Event::Opened { number, id, start, open_end } => {
                    let id = id.as_str();
                    self.look_for_parts(number, id, start);
                    if reading {
                        self.opened(number, id, start, open_end);
                    }
                }
                Event::Closed { number, close, end } if reading => {
                    self.closed(number, close, end, ended.as_ref());
                }
                Event::Given { number, reason } if reading => self.give_up(number, reason),
                Event::Refused { id, start, reason } => {
                    let id = id.as_str();
                    self.came(id);
                    if reading {
                        self.refused(id, start, reason);
                    }
                }
                Event::Closed { .. } | Event::Given { .. } => {}
            }
            self.spare.extend(ended);
        }
        self.events = events;
        self.flush(window, written, out);
        if self.all_known() && self.planner.is_none() {
            self.copying = true;
        }
    }

    /// Searches the open blocks for parts, up to the position of the finder.
    fn read_parts(&mut self, window: &[u8], reached: usize) {
        let long = |reader: &mut Reader| reached.wrapping_sub(reader.start) > limits::BLOCK_BYTES;
        self.spare.extend(self.readers.extract_if(.., long));
        for reader in &mut self.readers {
            reader.read(window, reached, &self.texts);
        }
    }

    /// Notes a block with this id; returns the keys of its parts, if it is the first and an edit needs them.
    fn came(&mut self, id: &str) -> Option<(usize, usize)> {
        let sought = self.sought.iter_mut().find(|sought| self.texts.get(sought.id) == id)?;
        (!mem::replace(&mut sought.came, true)).then_some(sought.keys)
    }

    fn look_for_parts(&mut self, number: u32, id: &str, start: usize) {
        if let Some(keys) = self.came(id) {
            let room = self.spare.pop().unwrap_or_default();
            self.readers.push(Reader::new(&self.finder, number, start, keys, room));
        }
    }

    /// The reader of parts of the block that ends with this event.
    fn ended(&mut self, event: &Event) -> Option<Reader> {
        let (Event::Closed { number: ended, .. } | Event::Given { number: ended, .. }) = event else {
            return None;
        };
        let at = self.readers.iter().position(|reader| reader.number == *ended)?;
        let reader = self.readers.remove(at);
        if let (Some(planner), Event::Closed { .. }) = (&mut self.planner, event) {
            planner.parts(&reader, self.base);
        }
        Some(reader)
    }

    /// Records `reason` if this is the first block of its id.
    fn first_or_repeated(&mut self, edit: usize, reason: Reason) -> bool {
        match self.outcomes.get_mut(edit) {
            Some(outcome @ None) => {
                *outcome = Some(reason);
                true
            }
            Some(_) => {
                if !self.repeated.contains(&edit) {
                    self.repeated.push(edit);
                }
                false
            }
            None => false,
        }
    }

    fn opened(&mut self, number: u32, id: &str, start: usize, open_end: usize) {
        let edit = self.edits.iter().position(|edit| edit.is_of(id.as_bytes()));
        let edit = edit.filter(|edit| self.first_or_repeated(*edit, Reason::Unclosed)).unwrap_or(NO_EDIT);
        let group =
            self.member(id, start).and_then(|(group, number)| Some((self.groups.get(group)?.edit, number)));
        if edit != NO_EDIT || group.is_some() {
            let spots = (0, 0);
            self.candidates.push(Candidate { edit, number, group, spots, start, open_end, closed: None });
        }
    }

    fn refused(&mut self, id: &str, start: usize, reason: Reason) {
        if let Some(at) = self.edits.iter().position(|edit| edit.is_of(id.as_bytes())) {
            self.first_or_repeated(at, reason);
        }
        let group = self.member(id, start).and_then(|(group, _)| Some(self.groups.get(group)?.edit));
        if let Some(edit) = group {
            self.give_up_group(edit);
        }
    }

    /// The pending group that has the block with this id, and the block's number there.
    fn member(&mut self, id: &str, start: usize) -> Option<(usize, usize)> {
        let (group, number) = Group::of(&self.groups, &self.edits, id.as_bytes())?;
        let waits = self.groups.get_mut(group)?;
        (waits.comes(number, start) && !waits.broken).then_some((group, number))
    }

    /// Gives up a group: its blocks are no longer held for it.
    fn give_up_group(&mut self, edit: usize) {
        for group in self.groups.iter_mut().filter(|group| group.edit == edit) {
            group.broken = true;
        }
        for candidate in &mut self.candidates {
            candidate.group = candidate.group.filter(|(group, _)| *group != edit);
        }
        self.candidates.retain(|held| held.edit != NO_EDIT || held.group.is_some());
    }

    fn closed(&mut self, number: u32, close: usize, end: usize, parts: Option<&Reader>) {
        let Some(candidate) = self.candidates.iter_mut().find(|held| held.number == number) else { return };
        candidate.closed = Some((close, end));
        let group =
            candidate.group.and_then(|(edit, _)| self.groups.iter_mut().find(|group| group.edit == edit));
        if let Some(group) = group {
            group.closes(end);
        }
        let Some(edit) = self.edits.get(candidate.edit) else { return };
        let texts = &self.texts;
        let found = |key: &str| {
            let mut all = parts.into_iter().flat_map(Reader::found);
            let found = all.find(|(found, _)| texts.get(*found) == key);
            found.map_or(Err(Reason::PartMissing), |(_, found)| found.state.map(|()| (found.from, found.to)))
        };
        let is_void = candidate.open_end == end;
        let done = edit.settle(candidate.edit, is_void, found, &mut self.spots);
        let done = done.map(|spots| candidate.spots = spots);
        if let Err(reason) = done {
            if let Some(outcome) = self.outcomes.get_mut(candidate.edit) {
                *outcome = Some(reason);
            }
            candidate.edit = NO_EDIT;
            self.candidates.retain(|held| held.edit != NO_EDIT || held.group.is_some());
        }
    }

    fn give_up(&mut self, number: u32, reason: Reason) {
        let Some(at) = self.candidates.iter().position(|held| held.number == number) else { return };
        let candidate = self.candidates.remove(at);
        if let Some(outcome) = self.outcomes.get_mut(candidate.edit) {
            *outcome = Some(reason);
        }
        if let Some((edit, _)) = candidate.group {
            self.give_up_group(edit);
        }
    }

    /// Gives up blocks and groups that are already longer than their bound.
    fn give_up_long(&mut self, reached: usize) {
        while let Some(long) = self
            .candidates
            .iter()
            .find(|held| held.closed.is_none() && reached.wrapping_sub(held.start) > limits::BLOCK_BYTES)
        {
            self.give_up(long.number, Reason::TooLong);
        }
        let long = |group: &&Group| !group.broken && !group.is_complete() && group.is_too_long(reached);
        while let Some(group) = self.groups.iter().find(long) {
            self.give_up_group(group.edit);
        }
    }

    /// Whether the outcome of every edit is decided.
    fn all_known(&self) -> bool {
        self.candidates.is_empty() && self.outcomes.iter().all(Option::is_some)
    }

    /// Writes the blocks before the first one that is still open.
    fn flush(&mut self, window: &[u8], written: &mut usize, out: &mut dyn Sink) {
        while let Some(ready) = self.ready() {
            let mut leaving = mem::take(&mut self.leaving);
            leaving.extend(self.candidates.drain(..ready));
            self.write_ready(&leaving, window, written, out);
            leaving.clear();
            self.leaving = leaving;
        }
    }

    /// How many blocks are written together: the first, those inside, and the whole group of any of them.
    fn ready(&self) -> Option<usize> {
        let mut ready = 0;
        let mut reaches = self.candidates.first()?.start;
        while let Some(next) = self.candidates.get(ready).filter(|next| ready == 0 || next.start < reaches) {
            reaches = reaches.max(next.closed?.1);
            if let Some((edit, _)) = next.group {
                let group = self.groups.iter().find(|group| group.edit == edit)?;
                reaches = if group.is_complete() { reaches.max(group.end) } else { return None };
            }
            ready += 1;
        }
        Some(ready)
    }

    fn write_ready(&mut self, ready: &[Candidate], window: &[u8], written: &mut usize, out: &mut dyn Sink) {
        self.places.clear();
        for candidate in ready {
            let &Candidate { edit, group, spots, start, open_end, closed, .. } = candidate;
            let Some((close, end)) = closed else { continue };
            self.places.push(Place { edit, group, spots, start, open_end, close, end });
        }
        let mut window = Window { window, edits: &self.edits, outcomes: &mut self.outcomes, out };
        placement::write(&self.places, &self.spots, &self.edits, written, &mut window);
    }
}

/// Blocks of a window that are being written.
struct Window<'w> {
    window: &'w [u8],
    edits: &'w [Edit],
    outcomes: &'w mut [Option<Reason>],
    out: &'w mut dyn Sink,
}

impl Output for Window<'_> {
    fn page(&mut self, from: usize, to: usize) {
        self.out.write(self.window.get(from..to).unwrap_or_default());
    }

    fn content(&mut self, edit: usize) {
        if let Some(edit) = self.edits.get(edit) {
            self.out.write(&edit.content);
        }
    }

    fn part(&mut self, edit: usize, from: usize, to: usize) {
        if let Some(edit) = self.edits.get(edit) {
            self.out.write(edit.content.get(from..to).unwrap_or_default());
        }
    }

    fn note(&mut self, edit: usize, reason: Reason) {
        if let Some(outcome) = self.outcomes.get_mut(edit) {
            *outcome = Some(reason);
        }
    }
}

//! Changes blocks of a page while it streams through.
//!
//! The output is the same however the page is cut into pieces. Bytes outside the blocks to be changed leave in the call
//! that brought them, an unfinished tag excepted; a block to be changed is held until its end is known, at most
//! `limits::BLOCK_BYTES`. Whatever goes wrong, the bytes of the origin leave as they came. Memory is constant.

use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

use super::blocks::{Event, Finder, is_utf16};
use super::place::{self, Output, Place};
use super::plan::{Planner, Version};
use crate::limits;
use crate::reason::Reason;

/// Where the page goes.
pub trait Sink {
    /// Takes the next bytes of the page.
    fn write(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn write(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// What is done to a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Content takes the place of everything between the markers, which stay.
    ReplaceInner,
    /// Content takes the place of the block with its markers.
    ReplaceOuter,
    /// The block leaves the page with its markers; content is not used.
    Hide,
    /// Content goes in front of the block.
    InsertBefore,
    /// Content goes behind the block.
    InsertAfter,
}

/// One change of one block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The block's id.
    pub id: String,
    /// What is done.
    pub operation: Operation,
    /// Checked and escaped HTML, in the encoding of the page.
    pub content: Vec<u8>,
}

/// Bytes added at once to what is held.
const PIECE: usize = 4096;
/// The same while only a tag has to be completed.
const SMALL_PIECE: usize = 256;

/// A block that an edit waits for; offsets in the window.
#[derive(Clone, Debug)]
struct Candidate {
    edit: usize,
    number: u32,
    start: usize,
    open_end: usize,
    /// Where its closing marker is, once it has come.
    closed: Option<(usize, usize)>,
}

/// Streams a page and changes its blocks.
///
/// ```
/// use parvis::html::splice::{Edit, Operation, Splicer};
/// let edit = Edit { id: "hero".into(), operation: Operation::ReplaceInner, content: b"Welcome back".to_vec() };
/// let mut splicer = Splicer::new("data-block", vec![edit]);
/// let mut page = Vec::new();
/// splicer.push(b"<h1>Shop</h1><div data-bl", &mut page);
/// splicer.push(b"ock=hero>Welcome</div>", &mut page);
/// splicer.end(&mut page);
/// assert_eq!(page, b"<h1>Shop</h1><div data-block=hero>Welcome back</div>");
/// ```
#[derive(Clone, Debug)]
pub struct Splicer {
    edits: Vec<Edit>,
    /// What became of each edit; `None` while its block has not come.
    outcomes: Vec<Option<Reason>>,
    /// Edits whose block came more than once.
    repeated: Vec<usize>,
    finder: Finder,
    /// Bytes that came and have not left.
    held: Vec<u8>,
    candidates: Vec<Candidate>,
    first: Option<u8>,
    copying: bool,
    /// Notes where all declared blocks are, if a plan is wanted.
    planner: Option<Planner>,
    /// What left the window in front, in bytes.
    base: usize,
}

impl Splicer {
    /// A splicer for one page; `marker` is the name of the marker attribute. Of two edits for one id the first counts.
    #[must_use]
    pub fn new(marker: &str, edits: Vec<Edit>) -> Self {
        let again = |at: usize, id: &str| edits.iter().take(at).any(|earlier| earlier.id == id);
        let outcomes = edits
            .iter()
            .enumerate()
            .map(|(at, edit)| again(at, &edit.id).then_some(Reason::Repeated))
            .collect();
        let copying = edits.is_empty();
        Self {
            edits,
            outcomes,
            repeated: Vec::new(),
            finder: Finder::new(marker),
            held: Vec::new(),
            candidates: Vec::new(),
            first: None,
            copying,
            planner: None,
            base: 0,
        }
    }

    /// The same, and a plan is made on the way: of all blocks in `declared`, so that it serves other edits too.
    ///
    /// `scope` stands for the marker and what is declared; a plan fits only requests with the same.
    #[must_use]
    pub fn planning(marker: &str, edits: Vec<Edit>, declared: Vec<String>, scope: u64) -> Self {
        let mut splicer = Self::new(marker, edits);
        splicer.planner = Some(Planner::new(declared, scope));
        splicer.copying = false;
        splicer
    }

    /// The plan of the page that has ended, if one was wanted and the page can have one: see [`super::plan`].
    pub fn plan(&self, version: Version) -> Option<Vec<u8>> {
        self.planner.as_ref()?.plan(version)
    }

    /// Takes the next bytes of the page and writes what may leave.
    pub fn push(&mut self, bytes: &[u8], out: &mut impl Sink) {
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

    /// The page is over: writes what is still held.
    pub fn end(&mut self, out: &mut impl Sink) {
        if !self.copying {
            self.finder.finish();
            let held = mem::take(&mut self.held);
            let mut written = 0;
            self.settle(&held, &mut written, held.len(), out);
            out.write(held.get(written..).unwrap_or_default());
            if let Some(planner) = &mut self.planner {
                planner.end();
            }
        }
        self.copying = true;
    }

    /// What became of each edit, in the order they were given; a repeated block is one more line.
    pub fn report(&self) -> impl Iterator<Item = (&str, Reason)> {
        let outcomes =
            self.outcomes.iter().enumerate().map(|(at, outcome)| (at, outcome.unwrap_or(Reason::NotFound)));
        let repeated = self.repeated.iter().map(|at| (*at, Reason::Repeated));
        outcomes.chain(repeated).filter_map(|(at, reason)| Some((self.edits.get(at)?.id.as_str(), reason)))
    }

    /// Bytes that came and have not left yet.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// A byte order mark may come in two pieces.
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

    /// Nothing is held: the page is read, and leaves, from the caller's own bytes.
    fn push_directly<'b>(&mut self, bytes: &'b [u8], out: &mut impl Sink) -> &'b [u8] {
        let keep = self.scan(bytes, out);
        let rest = bytes.get(keep..).unwrap_or_default();
        if self.copying {
            return rest;
        }
        // What is held must stay small: the finder has read all of it already.
        self.held.extend_from_slice(rest);
        self.rebase(keep);
        &[]
    }

    /// Something is held: a piece is added to it.
    fn push_held<'b>(&mut self, bytes: &'b [u8], out: &mut impl Sink) -> &'b [u8] {
        let piece = if self.candidates.is_empty() { SMALL_PIECE } else { PIECE };
        let (piece, rest) = bytes.split_at_checked(piece).unwrap_or((bytes, &[]));
        let mut held = mem::take(&mut self.held);
        let before = held.len();
        held.extend_from_slice(piece);
        let keep = self.scan(&held, out);
        if self.copying || keep >= before {
            // What is still needed lies in the caller's bytes alone.
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
        for candidate in &mut self.candidates {
            candidate.start = candidate.start.wrapping_sub(by);
            candidate.open_end = candidate.open_end.wrapping_sub(by);
            if let Some((close, end)) = &mut candidate.closed {
                *close = close.wrapping_sub(by);
                *end = end.wrapping_sub(by);
            }
        }
    }

    /// Reads the window and writes what may leave; gives the offset from which on bytes are still needed.
    fn scan(&mut self, window: &[u8], out: &mut impl Sink) -> usize {
        let mut written = 0;
        loop {
            let (edits, planner) = (&self.edits, &self.planner);
            let more = self.finder.read(window, |id| {
                edits.iter().any(|edit| edit.id == id)
                    || planner.as_ref().is_some_and(|planner| planner.declares(id))
            });
            if !more {
                break;
            }
            self.settle(window, &mut written, self.finder.position(), out);
            if self.copying {
                out.write(window.get(written..).unwrap_or_default());
                return window.len();
            }
        }
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

    /// Takes in what the finder has seen, and writes the blocks that are complete.
    fn settle(&mut self, window: &[u8], written: &mut usize, reached: usize, out: &mut impl Sink) {
        // As if every byte had come alone: a block that is too long is given up before anything behind that is seen.
        self.give_up_long(reached);
        let events = self.finder.take_events();
        if let Some(planner) = &mut self.planner {
            planner.note(&events, window, self.base, reached);
        }
        for event in events {
            if self.all_known() {
                break;
            }
            match event {
                Event::Opened { number, id, start, open_end } => self.opened(number, &id, start, open_end),
                Event::Closed { number, close, end } => self.closed(number, close, end),
                Event::Given { number, reason } => self.give_up(number, reason),
                Event::Refused { id, reason, .. } => {
                    if let Some(at) = self.edits.iter().position(|edit| edit.id == id) {
                        self.first_or_repeated(at, reason);
                    }
                }
            }
        }
        self.flush(window, written, out);
        if self.all_known() && self.planner.is_none() {
            self.copying = true;
        }
    }

    /// Notes `reason` if this is the first block of its id.
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
        let Some(edit) = self.edits.iter().position(|edit| edit.id == id) else { return };
        if self.first_or_repeated(edit, Reason::Unclosed) {
            self.candidates.push(Candidate { edit, number, start, open_end, closed: None });
        }
    }

    fn closed(&mut self, number: u32, close: usize, end: usize) {
        let Some(candidate) = self.candidates.iter_mut().find(|held| held.number == number) else { return };
        candidate.closed = Some((close, end));
        let nothing_inside = candidate.open_end == end
            && self.edits.get(candidate.edit).is_some_and(|edit| edit.operation == Operation::ReplaceInner);
        if nothing_inside {
            self.give_up(number, Reason::NotUnderstood);
        }
    }

    fn give_up(&mut self, number: u32, reason: Reason) {
        let Some(at) = self.candidates.iter().position(|held| held.number == number) else { return };
        let candidate = self.candidates.remove(at);
        if let Some(outcome) = self.outcomes.get_mut(candidate.edit) {
            *outcome = Some(reason);
        }
    }

    /// Blocks that already are longer than the bound cannot be placed any more.
    fn give_up_long(&mut self, reached: usize) {
        while let Some(long) = self
            .candidates
            .iter()
            .find(|held| held.closed.is_none() && reached.wrapping_sub(held.start) > limits::BLOCK_BYTES)
        {
            self.give_up(long.number, Reason::TooLong);
        }
    }

    /// Every edit has found its block, or cannot any more.
    fn all_known(&self) -> bool {
        self.candidates.is_empty() && self.outcomes.iter().all(Option::is_some)
    }

    /// Writes the blocks before the first one that is still open.
    fn flush(&mut self, window: &[u8], written: &mut usize, out: &mut impl Sink) {
        while let Some(first) = self.candidates.first() {
            let Some((_, end)) = first.closed else { return };
            // Candidates are in the order of their starts: those inside follow directly.
            let inside = self.candidates.iter().take_while(|held| held.start < end).count();
            if self.candidates.iter().take(inside).any(|held| held.closed.is_none()) {
                return;
            }
            let ready: Vec<Candidate> = self.candidates.drain(..inside).collect();
            self.write_ready(&ready, window, written, out);
        }
    }

    fn write_ready(&mut self, ready: &[Candidate], window: &[u8], written: &mut usize, out: &mut impl Sink) {
        let place = |candidate: &Candidate| {
            let &Candidate { edit, start, open_end, closed, .. } = candidate;
            closed.map(|(close, end)| Place { edit, start, open_end, close, end })
        };
        let places: Vec<Place> = ready.iter().filter_map(place).collect();
        let mut window = Window { window, edits: &self.edits, outcomes: &mut self.outcomes, out };
        place::write(&places, &self.edits, &mut Vec::new(), written, &mut window);
    }
}

/// Blocks of a window on their way out.
struct Window<'w, S> {
    window: &'w [u8],
    edits: &'w [Edit],
    outcomes: &'w mut [Option<Reason>],
    out: &'w mut S,
}

impl<S: Sink> Output for Window<'_, S> {
    fn page(&mut self, from: usize, to: usize) {
        self.out.write(self.window.get(from..to).unwrap_or_default());
    }

    fn content(&mut self, edit: usize) {
        if let Some(edit) = self.edits.get(edit) {
            self.out.write(&edit.content);
        }
    }

    fn note(&mut self, edit: usize, reason: Reason) {
        if let Some(outcome) = self.outcomes.get_mut(edit) {
            *outcome = Some(reason);
        }
    }
}

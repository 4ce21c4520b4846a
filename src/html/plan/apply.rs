//! Applies a plan: the edits of one request as pieces of the page and content.

use alloc::vec::Vec;

use super::{Plan, State};
use crate::html::place::{self, Output, Place};
use crate::html::splice::{Edit, Operation};
use crate::reason::Reason;

/// A piece of what goes to the visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Bytes `from..to` of the page; never empty.
    Page {
        /// The first byte.
        from: usize,
        /// Just behind the last one.
        to: usize,
    },
    /// The content of the edit with this index; never empty.
    Content(usize),
}

/// What a plan makes of some edits. It may be used again and then allocates nothing.
#[derive(Clone, Debug, Default)]
pub struct Splices {
    pieces: Vec<Piece>,
    outcomes: Vec<Option<Reason>>,
    /// Edits whose block came more than once, each with the event in which it came again.
    again: Vec<(u32, usize)>,
    places: Vec<Place>,
    behind: Vec<(usize, usize)>,
}

impl Splices {
    /// The pieces, in the order in which they leave.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Bytes of the whole output.
    #[must_use]
    pub fn length(&self, edits: &[Edit]) -> u64 {
        let length = |piece: &Piece| match *piece {
            Piece::Page { from, to } => to.saturating_sub(from),
            Piece::Content(edit) => edits.get(edit).map_or(0, |edit| edit.content.len()),
        };
        self.pieces
            .iter()
            .map(|piece| u64::try_from(length(piece)).unwrap_or(u64::MAX))
            .fold(0, u64::saturating_add)
    }

    /// What became of each edit, as [`Splicer::report`](crate::html::splice::Splicer::report) says it of the same page.
    pub fn report<'r>(&'r self, edits: &'r [Edit]) -> impl Iterator<Item = (&'r str, Reason)> {
        let reason = |outcome: &Option<Reason>| outcome.unwrap_or(Reason::NotFound);
        let outcomes = edits.iter().zip(self.outcomes.iter().map(reason));
        let again = self.again.iter().filter_map(|(_, edit)| Some((edits.get(*edit)?, Reason::Repeated)));
        outcomes.chain(again).map(|(edit, reason)| (edit.id.as_str(), reason))
    }

    fn clear(&mut self) {
        self.pieces.clear();
        self.outcomes.clear();
        self.again.clear();
        self.places.clear();
        self.behind.clear();
    }
}

impl Plan<'_> {
    /// What these edits make of the page: the same bytes, and the same report, as streaming it with them.
    ///
    /// A host that has the `page` in memory gives it: if its markers are not where the plan says, nothing is left in
    /// `into` and the answer is false. The page must then stream.
    #[must_use]
    pub fn apply(&self, edits: &[Edit], page: Option<&[u8]>, into: &mut Splices) -> bool {
        into.clear();
        if page.is_some_and(|page| page.len() != self.length) {
            return false;
        }
        for (at, edit) in edits.iter().enumerate() {
            let earlier = edits.iter().take(at).any(|earlier| earlier.id == edit.id);
            into.outcomes.push(earlier.then_some(Reason::Repeated));
        }
        // Streaming looks no further once it knows what became of every edit.
        let mut known = 0;
        for row in self.rows() {
            let Some((at, edit)) = edits.iter().enumerate().find(|(_, edit)| edit.id.as_bytes() == row.id)
            else {
                continue;
            };
            if row.state == State::Found && page.is_some_and(|page| !Plan::has_markers(page, &row)) {
                into.clear();
                return false;
            }
            known = known.max(row.settled);
            if row.again != 0 {
                // In the order in which they came; there are few, and a sort would weigh kilobytes.
                let place = into.again.iter().take_while(|(again, _)| *again < row.again).count();
                into.again.insert(place, (row.again, at));
            }
            let nothing_inside = row.open_end == row.end && edit.operation == Operation::ReplaceInner;
            let outcome = match row.state {
                State::Refused(reason) => reason,
                State::Found if nothing_inside => Reason::NotUnderstood,
                State::Found => {
                    let (start, open_end, close, end) = (row.start, row.open_end, row.close, row.end);
                    into.places.push(Place { edit: at, start, open_end, close, end });
                    // Replaced when it is placed or covered, which every block is.
                    Reason::Unclosed
                }
            };
            if let Some(slot) = into.outcomes.get_mut(at) {
                *slot = Some(outcome);
            }
        }
        if into.outcomes.iter().all(Option::is_some) {
            into.again.retain(|(again, _)| *again <= known);
        }
        let mut written = 0;
        let mut out = Collected { pieces: &mut into.pieces, outcomes: &mut into.outcomes };
        place::write(&into.places, edits, &mut into.behind, &mut written, &mut out);
        if written < self.length {
            into.pieces.push(Piece::Page { from: written, to: self.length });
        }
        true
    }
}

/// Pieces as they come.
struct Collected<'s> {
    pieces: &'s mut Vec<Piece>,
    outcomes: &'s mut [Option<Reason>],
}

impl Output for Collected<'_> {
    fn page(&mut self, from: usize, to: usize) {
        self.pieces.push(Piece::Page { from, to });
    }

    fn content(&mut self, edit: usize) {
        self.pieces.push(Piece::Content(edit));
    }

    fn note(&mut self, edit: usize, reason: Reason) {
        if let Some(outcome) = self.outcomes.get_mut(edit) {
            *outcome = Some(reason);
        }
    }
}

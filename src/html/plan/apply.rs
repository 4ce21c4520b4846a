//! Applies a plan: turns the edits of one request into pieces of the page and content.

use alloc::vec::Vec;

use super::{Plan, Row, State};
use crate::html::edit::{Edit, is_repeated, reported};
use crate::html::group::Group;
use crate::html::placement;
use crate::html::placement::{NO_EDIT, Output, Place, Spot};
use crate::reason::Reason;

/// A piece of the response body.
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
    /// A range of the content of an edit; never empty.
    Part {
        /// The edit.
        edit: usize,
        /// The first byte of its content.
        from: usize,
        /// Just behind the last one.
        to: usize,
    },
}

/// The result of [`Plan::apply`]. It can be reused and then allocates nothing.
#[derive(Clone, Debug, Default)]
pub struct Splices {
    pieces: Vec<Piece>,
    outcomes: Vec<Option<Reason>>,
    /// Edits whose block was repeated, each with the number of the event that repeated it.
    again: Vec<(u32, usize)>,
    places: Vec<Place>,
    spots: Vec<Spot>,
    groups: Vec<Group>,
}

impl Splices {
    /// The pieces, in output order.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Length of the whole output in bytes.
    #[must_use]
    pub fn length(&self, edits: &[Edit]) -> u64 {
        let length = |piece: &Piece| match *piece {
            Piece::Page { from, to } | Piece::Part { from, to, .. } => to.saturating_sub(from),
            Piece::Content(edit) => edits.get(edit).map_or(0, |edit| edit.content.len()),
        };
        self.pieces
            .iter()
            .map(|piece| u64::try_from(length(piece)).unwrap_or(u64::MAX))
            .fold(0, u64::saturating_add)
    }

    /// The outcome of each edit, equal to [`Splicer::report`](crate::html::splice::Splicer::report) for the same page.
    pub fn report<'r>(&'r self, edits: &'r [Edit]) -> impl Iterator<Item = (&'r str, Reason)> {
        let outcomes =
            edits.iter().zip(&self.outcomes).map(|(edit, outcome)| (edit, reported(edit, *outcome)));
        let again = self.again.iter().filter_map(|(_, edit)| Some((edits.get(*edit)?, Reason::Repeated)));
        outcomes.chain(again).map(|(edit, reason)| (edit.id.as_str(), reason))
    }

    fn clear(&mut self) {
        self.pieces.clear();
        self.outcomes.clear();
        self.again.clear();
        self.places.clear();
        self.spots.clear();
        self.groups.clear();
    }
}

impl Plan<'_> {
    /// Applies these edits to the page: the same bytes and the same report as streaming it with them.
    ///
    /// If the host has the `page` in memory it passes it. If its markers are not at the offsets of the plan, `into` is
    /// empty and the result is false. The page must then stream.
    #[must_use]
    pub fn apply(&self, edits: &[Edit], page: Option<&[u8]>, into: &mut Splices) -> bool {
        into.clear();
        if page.is_some_and(|page| page.len() != self.length) {
            return false;
        }
        for at in 0..edits.len() {
            into.outcomes.push(is_repeated(edits, at).then_some(Reason::Repeated));
        }
        Group::fill(edits, &into.outcomes, &mut into.groups);
        // Streaming stops searching once the outcome of every edit is decided.
        let mut known = 0;
        for (number, row) in self.rows().enumerate() {
            let edit = edits.iter().position(|edit| edit.is_of(row.id));
            let group = Group::of(&into.groups, edits, row.id);
            if edit.is_none() && group.is_none() {
                continue;
            }
            if row.state == State::Found && page.is_some_and(|page| !Plan::has_markers(page, &row)) {
                into.clear();
                return false;
            }
            known = known.max(row.settled);
            if let Some(at) = edit.filter(|_| row.again != 0) {
                // In page order; there are few, and a sort would cost kilobytes of code.
                let place = into.again.iter().take_while(|(again, _)| *again < row.again).count();
                into.again.insert(place, (row.again, at));
            }
            if let Some((group, number)) = group
                && let Some(group) = into.groups.get_mut(group)
            {
                group.comes(number, row.start);
                match row.state {
                    State::Found => group.closes(row.end),
                    State::Refused(_) => group.broken = true,
                }
            }
            let done = match row.state {
                State::Refused(reason) => Err(reason),
                State::Found => match edit.and_then(|at| Some((at, edits.get(at)?))) {
                    None => Ok((NO_EDIT, (0, 0))),
                    Some((at, edit)) => match self.done((number, &row), (at, edit), page, &mut into.spots) {
                        Some(spots) => spots.map(|spots| (at, spots)),
                        None => {
                            into.clear();
                            return false;
                        }
                    },
                },
            };
            if let Some(slot) = edit.and_then(|at| into.outcomes.get_mut(at)) {
                // Replaced when it is placed or covered, which every block is.
                *slot = Some(done.err().unwrap_or(Reason::Unclosed));
            }
            // A block without an edit is removed with the groups that stay.
            let (edit, spots) = done.unwrap_or((NO_EDIT, (0, 0)));
            let (start, open_end, close, end) = (row.start, row.open_end, row.close, row.end);
            let group = group.and_then(|(group, number)| Some((into.groups.get(group)?.edit, number)));
            into.places.push(Place { edit, group, spots, start, open_end, close, end });
        }
        Group::keep_whole(&into.groups, &mut into.places);
        let mut written = 0;
        let mut out = Collected { pieces: &mut into.pieces, outcomes: &mut into.outcomes };
        placement::write(&into.places, &into.spots, edits, &mut written, &mut out);
        if out.outcomes.iter().all(Option::is_some) {
            into.again.retain(|(again, _)| *again <= known);
        }
        if written < self.length {
            into.pieces.push(Piece::Page { from: written, to: self.length });
        }
        true
    }

    /// Whether a block that was found can be changed, and where its parts are; `None` if the plan has no entry for it.
    fn done(
        &self,
        row: (usize, &Row<'_>),
        edit: (usize, &Edit),
        page: Option<&[u8]>,
        spots: &mut Vec<Spot>,
    ) -> Option<Result<(usize, usize), Reason>> {
        let ((number, row), (at, edit)) = (row, edit);
        let fits = |part: &Row<'_>| {
            part.state != State::Found || page.is_none_or(|page| Plan::has_markers(page, part))
        };
        for key in edit.keys() {
            self.part(number, key).filter(fits)?;
        }
        let found =
            |key: &str| match self.part(number, key).map(|part| (part.state, part.open_end, part.close)) {
                Some((State::Found, from, to)) => Ok((from, to)),
                Some((State::Refused(reason), ..)) => Err(reason),
                None => Err(Reason::PartMissing),
            };
        Some(edit.settle(at, row.open_end == row.end, found, spots))
    }
}

/// Collects the pieces in output order.
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

    fn part(&mut self, edit: usize, from: usize, to: usize) {
        self.pieces.push(Piece::Part { edit, from, to });
    }

    fn note(&mut self, edit: usize, reason: Reason) {
        if let Some(outcome) = self.outcomes.get_mut(edit) {
            *outcome = Some(reason);
        }
    }
}

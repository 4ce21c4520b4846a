//! Applies operations: which bytes of a page are kept, which content is inserted, and in which order.
//!
//! Both streaming and splice plans write blocks here, so that they cannot differ.

use super::group;
use super::splice::{Edit, Operation};
use crate::reason::Reason;

/// In place of an edit's index: a block of a group that has no edit of its own.
pub(crate) const NO_EDIT: usize = usize::MAX;

/// A block with the edits that apply to it. Offsets have the same base as those of the page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The edit of this block, or [`NO_EDIT`].
    pub(crate) edit: usize,
    /// The edit that reorders its group, and its position there.
    pub(crate) group: Option<(usize, usize)>,
    /// The range of its parts in the spots.
    pub(crate) spots: (usize, usize),
    pub(crate) start: usize,
    pub(crate) open_end: usize,
    pub(crate) close: usize,
    pub(crate) end: usize,
}

/// A place where a part is changed: these bytes of the page are replaced by those of the edit's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) edit: usize,
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) content: (usize, usize),
}

/// Receives the page in its new order.
pub(crate) trait Output {
    /// Writes bytes of the page; never empty.
    fn page(&mut self, from: usize, to: usize);
    /// Writes the content of an edit; never empty.
    fn content(&mut self, edit: usize);
    /// Writes a range of the content of an edit; never empty.
    fn part(&mut self, edit: usize, from: usize, to: usize);
    /// Records the outcome of an edit.
    fn note(&mut self, edit: usize, reason: Reason);
}

/// Writes blocks in the order of their starts, with the page between them, from `written` on.
///
/// The bytes after the last block are left to the caller, who continues at `written`.
pub(crate) fn write(
    places: &[Place],
    spots: &[Spot],
    edits: &[Edit],
    written: &mut usize,
    out: &mut dyn Output,
) {
    let Some(end) = places.iter().map(|place| place.end).max() else { return };
    let mut writer = Writer { spots, edits, from: *written, to: *written, out };
    writer.range(places, &[], *written, end);
    writer.page(end, end);
    *written = writer.from;
}

struct Writer<'w> {
    spots: &'w [Spot],
    edits: &'w [Edit],
    /// Start of the pending range of page bytes, which may still be extended.
    from: usize,
    to: usize,
    out: &'w mut dyn Output,
}

impl Writer<'_> {
    /// Writes the page between two offsets, with the blocks and the spots there.
    fn range(&mut self, places: &[Place], spots: &[Spot], from: usize, to: usize) {
        let siblings = Siblings { rest: places, spots, at: from, to };
        let (mut at, mut spots, mut seen) = (from, spots.iter().peekable(), 0);
        for unit in siblings {
            let [place, ..] = unit else { continue };
            seen = self.cover(places, seen, place.start);
            while let Some(spot) = spots.next_if(|spot| spot.to <= place.start) {
                at = self.spot(spot, at);
            }
            self.page(at, place.start);
            let comes = self.comes_here(siblings, place).unwrap_or(unit);
            self.unit(comes);
            seen += unit.len();
            at = place.end;
        }
        self.cover(places, seen, usize::MAX);
        for spot in spots {
            at = self.spot(spot, at);
        }
        if at < to {
            self.page(at, to);
        }
    }

    /// Records the outcome of the blocks from index `seen` up to `start`: they are covered by a replacement.
    fn cover(&mut self, places: &[Place], mut seen: usize, start: usize) -> usize {
        while let Some(place) = places.get(seen).filter(|place| place.start < start) {
            self.out.note(place.edit, Reason::Covered);
            seen += 1;
        }
        seen
    }

    fn spot(&mut self, spot: &Spot, at: usize) -> usize {
        self.page(at, spot.from);
        self.flush();
        let (from, to) = spot.content;
        if from < to {
            self.out.part(spot.edit, from, to);
        }
        spot.to
    }

    /// The block that is placed at the position of this one, if the group is complete here.
    fn comes_here<'p>(&mut self, siblings: Siblings<'p>, place: &Place) -> Option<&'p [Place]> {
        let (group, _) = place.group?;
        let order = &self.edits.get(group)?.content;
        let rank =
            |unit: &[Place]| Some(group::rank(order, unit.first()?.group.filter(|of| of.0 == group)?.1));
        let members = || siblings.filter_map(|unit| Some((rank(unit)?, unit))).enumerate();
        if members().count() != group::ids(order).count() {
            return None;
        }
        let here = members()
            .take_while(|(_, (_, unit))| unit.first().is_some_and(|unit| unit.start < place.start))
            .count();
        self.out.note(group, Reason::Placed);
        let before = |number: usize, rank: usize| {
            members().filter(|(other, (of, _))| (*of, *other) < (rank, number)).count()
        };
        members().find(|(number, (rank, _))| before(*number, *rank) == here).map(|(_, (_, unit))| unit)
    }

    /// Writes a block with the edits to it and to the blocks inside.
    fn unit(&mut self, unit: &[Place]) {
        let Some((place, inside)) = unit.split_first() else { return };
        let &Place { edit, start, open_end, close, end, .. } = place;
        let operation = self.edits.get(edit).map(|edit| edit.operation);
        match operation {
            None | Some(Operation::Reorder) => return self.range(inside, &[], start, end),
            Some(Operation::ReplaceInner) => {
                self.page(start, open_end);
                self.content(edit);
                self.page(close, end);
                self.cover(inside, 0, usize::MAX);
            }
            Some(Operation::ReplaceOuter) => {
                self.content(edit);
                self.cover(inside, 0, usize::MAX);
            }
            Some(Operation::Hide) => {
                self.cover(inside, 0, usize::MAX);
            }
            Some(Operation::InsertBefore) => {
                self.content(edit);
                self.range(inside, &[], start, end);
            }
            Some(Operation::InsertAfter) => {
                self.range(inside, &[], start, end);
                self.content(edit);
            }
            Some(Operation::Keep) => self.range(inside, &[], start, end),
            Some(Operation::SetParts) => {
                let spots = self.spots.get(place.spots.0..place.spots.1).unwrap_or_default();
                self.range(inside, spots, start, end);
            }
        }
        self.out.note(edit, Reason::Placed);
    }

    fn content(&mut self, edit: usize) {
        self.flush();
        if self.edits.get(edit).is_some_and(|edit| !edit.content.is_empty()) {
            self.out.content(edit);
        }
    }

    fn page(&mut self, from: usize, to: usize) {
        if from != self.to {
            self.flush();
            self.from = from;
        }
        self.to = to;
    }

    fn flush(&mut self) {
        if self.from < self.to {
            self.out.page(self.from, self.to);
        }
        self.from = self.to;
    }
}

/// Sibling blocks, each with those inside it. One that overlaps a spot or the block before it is left out.
#[derive(Clone, Copy)]
struct Siblings<'p> {
    rest: &'p [Place],
    spots: &'p [Spot],
    at: usize,
    to: usize,
}

impl<'p> Iterator for Siblings<'p> {
    type Item = &'p [Place];

    fn next(&mut self) -> Option<&'p [Place]> {
        loop {
            let place = self.rest.first()?;
            let inside = self.rest.iter().skip(1).take_while(|inner| inner.start < place.end).count();
            let (unit, rest) = self.rest.split_at_checked(inside + 1)?;
            self.rest = rest;
            let in_the_way = |spot: &Spot| place.start < spot.to && spot.from < place.end;
            if place.start >= self.at && place.end <= self.to && !self.spots.iter().any(in_the_way) {
                self.at = place.end;
                return Some(unit);
            }
        }
    }
}

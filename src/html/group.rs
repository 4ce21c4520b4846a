//! Groups of blocks that change places: who comes where, and whether all of them are there.
//!
//! Only the blocks move; what lies between two of them stays where it is. The order of an edit is text: the ids that come
//! first, in their order, then `/`, then the others, which follow as the page has them: `sale new/all brands`.

use alloc::vec::Vec;

use super::placement::{NO_EDIT, Place};
use super::splice::{Edit, Operation};
use crate::limits;
use crate::reason::Reason;

/// The ids of a group, those that come first in front.
pub(crate) fn ids(order: &[u8]) -> impl Iterator<Item = &[u8]> {
    order.split(|byte| matches!(byte, b' ' | b'/')).filter(|id| !id.is_empty())
}

/// Where the id with this number among [`ids`] is to come; those that are not named first have the same rank.
pub(crate) fn rank(order: &[u8], number: usize) -> usize {
    let first = order.split(|byte| *byte == b'/').next().unwrap_or_default();
    number.min(ids(first).count())
}

/// What is known of the group that an edit orders.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group {
    /// The edit.
    pub(crate) edit: usize,
    size: usize,
    /// Its blocks whose markers came, one bit for each.
    came: u32,
    closed: usize,
    /// The `<` of the first that came.
    pub(crate) first: usize,
    /// Just behind the last that closed.
    pub(crate) end: usize,
    /// It stays as it is.
    pub(crate) broken: bool,
}

impl Group {
    /// The groups of these edits, but for those whose outcome is known.
    pub(crate) fn fill(edits: &[Edit], outcomes: &[Option<Reason>], groups: &mut Vec<Group>) {
        for (at, (edit, outcome)) in edits.iter().zip(outcomes).enumerate() {
            if edit.operation == Operation::Reorder && outcome.is_none() {
                let size = ids(&edit.content).count();
                let broken = size > limits::GROUP_BLOCKS;
                groups.push(Group { edit: at, size, came: 0, closed: 0, first: 0, end: 0, broken });
            }
        }
    }

    /// The number of the group that has this block, and the block's number in it.
    pub(crate) fn of(groups: &[Group], edits: &[Edit], id: &[u8]) -> Option<(usize, usize)> {
        groups.iter().enumerate().find_map(|(number, group)| {
            let order = &edits.get(group.edit)?.content;
            Some((number, ids(order).position(|member| member == id)?))
        })
    }

    /// A marker of the block with this number is at `start`; false if it is not the first one.
    pub(crate) fn comes(&mut self, number: usize, start: usize) -> bool {
        let bit = u32::try_from(number).ok().and_then(|number| 1_u32.checked_shl(number)).unwrap_or(0);
        if self.came == 0 {
            self.first = start;
        }
        let new = self.came & bit != bit;
        self.came |= bit;
        new
    }

    /// One of its blocks ends.
    pub(crate) fn closes(&mut self, end: usize) {
        self.end = if self.closed == 0 { end } else { self.end.max(end) };
        self.closed += 1;
    }

    /// All its blocks have come and have ended.
    pub(crate) fn is_complete(&self) -> bool {
        self.closed == self.size && self.size > 0
    }

    /// Takes the groups that stay as they are off the blocks, and the blocks that had nothing else.
    pub(crate) fn keep_whole(groups: &[Group], places: &mut Vec<Place>) {
        for place in places.iter_mut() {
            let whole = |group: &Group| {
                place.group.is_some_and(|(edit, _)| edit == group.edit)
                    && !group.broken
                    && group.is_complete()
                    && !group.is_too_long(group.end)
            };
            if !groups.iter().any(whole) {
                place.group = None;
            }
        }
        places.retain(|place| place.edit != NO_EDIT || place.group.is_some());
    }

    /// It reaches too far if it goes on to `reached`.
    pub(crate) fn is_too_long(&self, reached: usize) -> bool {
        self.came != 0 && reached.wrapping_sub(self.first) > self.size.wrapping_mul(limits::BLOCK_BYTES)
    }

    pub(crate) fn rebase(&mut self, by: usize) {
        self.first = self.first.wrapping_sub(by);
        self.end = self.end.wrapping_sub(by);
    }
}

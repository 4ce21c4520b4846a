//! Groups of blocks that are reordered: the position of each block, and whether all of them are present.
//!
//! Only the blocks move; the bytes between two of them stay in place. The order of an edit is text: the ids that are
//! placed first, in their order, then `/`, then the others, which keep the order of the page: `sale new/all brands`.

use alloc::vec::Vec;

use super::placement::{NO_EDIT, Place};
use super::splice::{Edit, Operation};
use crate::limits;
use crate::reason::Reason;

/// The ids of a group; those that are placed first come first.
pub(crate) fn ids(order: &[u8]) -> impl Iterator<Item = &[u8]> {
    order.split(|byte| matches!(byte, b' ' | b'/')).filter(|id| !id.is_empty())
}

/// The position of the id with this number among [`ids`]; those that are not placed first have the same rank.
pub(crate) fn rank(order: &[u8], number: usize) -> usize {
    let first = order.split(|byte| *byte == b'/').next().unwrap_or_default();
    number.min(ids(first).count())
}

/// The state of the group that an edit reorders.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group {
    /// The edit.
    pub(crate) edit: usize,
    size: usize,
    /// Its blocks whose markers were read, one bit for each.
    came: u32,
    closed: usize,
    /// The `<` of the first of them.
    pub(crate) first: usize,
    /// Just behind the last that closed.
    pub(crate) end: usize,
    /// Whether the group stays as it is.
    pub(crate) broken: bool,
}

impl Group {
    /// The groups of these edits, except those whose outcome is already decided.
    pub(crate) fn fill(edits: &[Edit], outcomes: &[Option<Reason>], groups: &mut Vec<Group>) {
        for (at, (edit, outcome)) in edits.iter().zip(outcomes).enumerate() {
            if edit.operation == Operation::Reorder && outcome.is_none() {
                let size = ids(&edit.content).count();
                let broken = size > limits::GROUP_BLOCKS;
                groups.push(Group { edit: at, size, came: 0, closed: 0, first: 0, end: 0, broken });
            }
        }
    }

    /// The index of the group that has this block, and the block's number in it.
    pub(crate) fn of(groups: &[Group], edits: &[Edit], id: &[u8]) -> Option<(usize, usize)> {
        groups.iter().enumerate().find_map(|(number, group)| {
            let order = &edits.get(group.edit)?.content;
            Some((number, ids(order).position(|member| member == id)?))
        })
    }

    /// Notes a marker of the block with this number at `start`; false if it is not the first one.
    pub(crate) fn comes(&mut self, number: usize, start: usize) -> bool {
        let bit = u32::try_from(number).ok().and_then(|number| 1_u32.checked_shl(number)).unwrap_or(0);
        if self.came == 0 {
            self.first = start;
        }
        let new = self.came & bit != bit;
        self.came |= bit;
        new
    }

    /// Notes that one of its blocks ended.
    pub(crate) fn closes(&mut self, end: usize) {
        self.end = if self.closed == 0 { end } else { self.end.max(end) };
        self.closed += 1;
    }

    /// Whether all its blocks were found and have ended.
    pub(crate) fn is_complete(&self) -> bool {
        self.closed == self.size && self.size > 0
    }

    /// Removes the groups that stay as they are from the blocks, and removes blocks that had no other edit.
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

    /// Whether the group exceeds its bound if it continues to `reached`.
    pub(crate) fn is_too_long(&self, reached: usize) -> bool {
        self.came != 0 && reached.wrapping_sub(self.first) > self.size.wrapping_mul(limits::BLOCK_BYTES)
    }

    pub(crate) fn rebase(&mut self, by: usize) {
        self.first = self.first.wrapping_sub(by);
        self.end = self.end.wrapping_sub(by);
    }
}

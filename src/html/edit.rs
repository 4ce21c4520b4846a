//! Edits: a change of one block of a page, or of one group of blocks.

use alloc::string::String;
use alloc::vec::Vec;

use super::parts;
use super::placement::Spot;
use crate::reason::Reason;

/// The kind of change that is made to a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Replaces everything between the markers, which stay.
    ReplaceInner,
    /// Replaces the block including its markers.
    ReplaceOuter,
    /// Removes the block including its markers; content is not used.
    Hide,
    /// Inserts content before the block.
    InsertBefore,
    /// Inserts content after the block.
    InsertAfter,
    /// Sets texts and attributes of named elements inside the block; content lists them, see [`super::parts`].
    SetParts,
    /// Changes nothing. With what [`Edit::tests`] lists it says whether the block could be changed, so that a control counts
    /// where a variant would.
    Keep,
    /// Reorders the blocks of a group. The id is that of the group, and content is the order: `sale new/all brands` moves
    /// `sale` and `new` before `all` and `brands`, which keep the order of the page.
    Reorder,
}

/// One change of one block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The block's id.
    pub id: String,
    /// The kind of change.
    pub operation: Operation,
    /// Checked and escaped HTML in the encoding of the page, or the content that the operation needs.
    pub content: Vec<u8>,
    /// Other changes that must be possible in this block, too: those of the other arms of an experiment, so that all arms are
    /// placed in the same pages. Each has its operation and, for [`Operation::SetParts`], content, of which only the keys count.
    pub tests: Vec<(Operation, Vec<u8>)>,
}

impl Edit {
    /// The keys of the parts that are searched for in the block.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        let own = (self.operation, self.content.as_slice());
        let tests = self.tests.iter().map(|(operation, content)| (*operation, content.as_slice()));
        tests
            .chain([own])
            .filter(|(operation, _)| *operation == Operation::SetParts)
            .flat_map(|(_, content)| parts::changes(content).map(|(key, _)| key))
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
            Operation::SetParts => parts::resolve(at, content, &found, spots),
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

    /// Whether the edit is for the block with this id.
    pub(crate) fn is_of(&self, id: &[u8]) -> bool {
        self.operation != Operation::Reorder && self.id.as_bytes() == id
    }
}

/// Whether an edit before the one at `at` has the same id, of a block or of a group.
pub(crate) fn is_repeated(edits: &[Edit], at: usize) -> bool {
    let orders = |edit: &Edit| edit.operation == Operation::Reorder;
    edits.get(at).is_some_and(|edit| {
        edits.iter().take(at).any(|earlier| earlier.id == edit.id && orders(earlier) == orders(edit))
    })
}

/// The outcome of an edit at the end of the page.
pub(crate) fn reported(edit: &Edit, outcome: Option<Reason>) -> Reason {
    outcome.unwrap_or(if edit.operation == Operation::Reorder {
        Reason::Incomplete
    } else {
        Reason::NotFound
    })
}

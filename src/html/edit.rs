//! Edits: a change of one block of a page, or of one group of blocks.

use alloc::string::String;
use alloc::vec::Vec;

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

//! Edits: what is done to one block of a page, or to one group of them.

use alloc::string::String;
use alloc::vec::Vec;

use crate::reason::Reason;

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
    /// Texts and attributes of named elements inside the block are set; content lists them, see [`super::parts`].
    SetParts,
    /// Blocks change places; the id is that of their group, and content says in which order: `sale new/all brands` puts
    /// `sale` and `new` in front of `all` and `brands`, which stay in the order of the page.
    Reorder,
}

/// One change of one block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The block's id.
    pub id: String,
    /// What is done.
    pub operation: Operation,
    /// Checked and escaped HTML, in the encoding of the page, or what else the operation takes.
    pub content: Vec<u8>,
}

impl Edit {
    /// Whether it is for the block with this id.
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

/// What became of an edit, at the end of the page.
pub(crate) fn reported(edit: &Edit, outcome: Option<Reason>) -> Reason {
    outcome.unwrap_or(if edit.operation == Operation::Reorder {
        Reason::Incomplete
    } else {
        Reason::NotFound
    })
}

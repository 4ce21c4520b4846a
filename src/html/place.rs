//! What operations do: which bytes of a page stay, which content comes, and in which order.
//!
//! Streaming and splice plans both write blocks here, so that they cannot differ.

use alloc::vec::Vec;

use super::splice::{Edit, Operation};
use crate::reason::Reason;

/// A block with the edit that is for it; offsets count from wherever the page's are counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) edit: usize,
    pub(crate) start: usize,
    pub(crate) open_end: usize,
    pub(crate) close: usize,
    pub(crate) end: usize,
}

/// Takes the page in its new order.
pub(crate) trait Output {
    /// Bytes of the page come next; never empty, and never before bytes that came already.
    fn page(&mut self, from: usize, to: usize);
    /// The content of an edit comes next.
    fn content(&mut self, edit: usize);
    /// Tells what became of an edit.
    fn note(&mut self, edit: usize, reason: Reason);
}

/// Writes blocks in the order of their starts, with the page between them, from `written` on.
///
/// What follows the last of them is left to the caller. `behind` is room to work in, empty before and after.
pub(crate) fn write(
    places: &[Place],
    edits: &[Edit],
    behind: &mut Vec<(usize, usize)>,
    written: &mut usize,
    out: &mut dyn Output,
) {
    for place in places {
        // What follows a block is inserted when everything inside it has been written.
        while let Some((at, edit)) = behind.pop_if(|(at, _)| *at <= place.start) {
            insert(edit, edits, at, written, out);
        }
        let Some(operation) = edits.get(place.edit).map(|edit| edit.operation) else { continue };
        if *written > place.start {
            out.note(place.edit, Reason::Covered);
            continue;
        }
        let (from, to) = match operation {
            Operation::ReplaceInner => (place.open_end, place.close),
            Operation::ReplaceOuter | Operation::Hide => (place.start, place.end),
            Operation::InsertBefore => (place.start, place.start),
            Operation::InsertAfter => {
                behind.push((place.end, place.edit));
                continue;
            }
        };
        insert(place.edit, edits, from, written, out);
        *written = to.max(*written);
    }
    while let Some((at, edit)) = behind.pop() {
        insert(edit, edits, at, written, out);
    }
}

/// Writes the page up to `at`, and an edit's content there.
fn insert(edit: usize, edits: &[Edit], at: usize, written: &mut usize, out: &mut dyn Output) {
    if at > *written {
        out.page(*written, at);
        *written = at;
    }
    if edits.get(edit).is_some_and(|edit| edit.operation != Operation::Hide && !edit.content.is_empty()) {
        out.content(edit);
    }
    out.note(edit, Reason::Placed);
}

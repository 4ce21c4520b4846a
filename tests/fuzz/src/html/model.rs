//! Operations as they are defined: on a whole page, by extents, with no thought of streaming.

use std::collections::BTreeMap;

use parvis::html::blocks::{Block, Found};
use parvis::html::splice::{Edit, Operation};
use parvis::limits;

/// The page with these edits.
pub(crate) fn expected(page: &[u8], found: &Found, edits: &[Edit]) -> Vec<u8> {
    let chosen =
        edits.iter().enumerate().filter(|(at, edit)| edits[..*at].iter().all(|other| other.id != edit.id));
    let mut placed: Vec<(&Block, &Edit)> =
        chosen.filter_map(|(_, edit)| Some((target(found, edit)?, edit))).collect();
    placed.sort_by_key(|(block, _)| block.start);
    let mut gone = vec![false; page.len()];
    // What goes in front of byte n: first what follows a block that ends there, inner blocks first.
    let mut behind: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
    let mut before = behind.clone();
    for (block, edit) in placed {
        if gone.get(block.start) == Some(&true) {
            continue;
        }
        let (from, to) = match edit.operation {
            Operation::ReplaceInner => (block.open_end, block.close),
            Operation::ReplaceOuter | Operation::Hide => (block.start, block.end),
            Operation::InsertBefore => (block.start, block.start),
            Operation::InsertAfter => {
                behind.entry(block.end).or_default().splice(0..0, edit.content.iter().copied());
                continue;
            }
            Operation::SetParts | Operation::Keep | Operation::Reorder => {
                unreachable!("`case` draws operations on whole blocks")
            }
        };
        if edit.operation != Operation::Hide {
            before.entry(from).or_default().extend_from_slice(&edit.content);
        }
        gone[from..to].fill(true);
    }
    let mut out = Vec::new();
    let insert = |at: usize, out: &mut Vec<u8>| {
        for inserted in [&behind, &before] {
            out.extend(inserted.get(&at).into_iter().flatten());
        }
    };
    for (at, (byte, gone)) in page.iter().zip(&gone).enumerate() {
        insert(at, &mut out);
        out.extend(Some(byte).filter(|_| !gone));
    }
    insert(page.len(), &mut out);
    out
}

/// The block that an edit changes: the first of its id, if it is whole and not too long.
pub(super) fn target<'f>(found: &'f Found, edit: &Edit) -> Option<&'f Block> {
    let block = found.blocks.iter().find(|block| block.id == edit.id)?;
    let refused = found.refused.iter().any(|refused| refused.id == edit.id && refused.start < block.start);
    let nothing_inside = block.open_end == block.end && edit.operation == Operation::ReplaceInner;
    let short = block.end - block.start <= limits::BLOCK_BYTES;
    (short && !refused && !nothing_inside).then_some(block)
}

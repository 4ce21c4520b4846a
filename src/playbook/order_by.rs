//! An order by interest as the flat file has it: whose interest (1: 0 the visit's, 1 the visitor's), then for each block of the
//! group the code of its category (4, 0 for none), the length of its id (1) and the id.

use alloc::vec::Vec;

use super::draft::{InterestDraft, OrderByDraft};
use crate::assign::hash;
use crate::signal::registry::Signal;

/// The bytes, for the blocks of `group` in its order, and the signal that is read.
pub(super) fn encode(draft: &OrderByDraft, group: &[alloc::string::String]) -> Option<(Vec<u8>, Signal)> {
    let (whose, signal) = match draft.interest {
        InterestDraft::Visit => (0, Signal::LastCategory),
        InterestDraft::Visitor => (1, Signal::FavoriteCategory),
    };
    let mut code = Vec::from([whose]);
    for id in group {
        let category = draft.categories.get(id).map_or(0, |category| hash::code(category));
        code.extend(category.to_le_bytes());
        code.push(u8::try_from(id.len()).ok()?);
        code.extend(id.as_bytes());
    }
    Some((code, signal))
}

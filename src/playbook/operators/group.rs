//! Exclusive-group operator of a compiled playbook: from (2), to (2), of 10,000, then the group's seed.

use crate::assign::allocation::Range;

/// A range of an exclusive group: experiments of one group have disjoint ranges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group<'p> {
    /// The range, of 10,000.
    pub range: Range,
    /// The seed of the group's own hash.
    pub seed: &'p str,
}

pub(super) fn read(body: &[u8]) -> Option<Group<'_>> {
    let (start, body) = body.split_first_chunk()?;
    let (end, seed) = body.split_first_chunk()?;
    let range = Range { start: u16::from_le_bytes(*start), end: u16::from_le_bytes(*end) };
    Some(Group { range, seed: core::str::from_utf8(seed).ok()? })
}

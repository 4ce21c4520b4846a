//! What an experiment of a compiled playbook says beside its shares: its stretch of an exclusive group, and whether visitors
//! keep their variants.

use super::campaigns::Campaign;
use super::operators::Operator;
use crate::assign::allocation::Range;

/// A stretch of an exclusive group: experiments of one group have stretches that do not meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group<'p> {
    /// The stretch, of 10,000.
    pub range: Range,
    /// The seed of the group's own hash.
    pub seed: &'p str,
}

/// That visitors keep the variant they got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sticky {
    /// The version of the experiment; in another one variants are drawn anew.
    pub version: u8,
    /// Who got a variant of a lower version is left out.
    pub min_version: u8,
}

impl<'p> Group<'p> {
    pub(super) fn read(body: &'p [u8]) -> Option<Group<'p>> {
        let (start, body) = body.split_first_chunk()?;
        let (end, seed) = body.split_first_chunk()?;
        let range = Range { start: u16::from_le_bytes(*start), end: u16::from_le_bytes(*end) };
        Some(Group { range, seed: core::str::from_utf8(seed).ok()? })
    }
}

impl Sticky {
    pub(super) fn read(body: &[u8]) -> Option<Sticky> {
        let (&[version, min_version], _) = body.split_first_chunk()?;
        Some(Sticky { version, min_version })
    }
}

impl<'p> Campaign<'p> {
    /// Its stretch of an exclusive group.
    pub fn group(&self) -> Option<Group<'p>> {
        self.experiment_operators().0
    }

    /// Whether and how visitors keep their variants.
    pub fn sticky(&self) -> Option<Sticky> {
        self.experiment_operators().1
    }

    fn experiment_operators(&self) -> (Option<Group<'p>>, Option<Sticky>) {
        let (mut group, mut sticky) = (None, None);
        for operator in self.operators() {
            match operator {
                Operator::Group(one) => group = Some(one),
                Operator::Sticky(one) => sticky = Some(one),
                _ => {}
            }
        }
        (group, sticky)
    }
}

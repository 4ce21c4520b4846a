//! Sticky variants: the variant of an experiment that a visitor got, which they keep when shares and ranges change.
//!
//! They are stored with the bucketing unit, for the same purpose and no longer: without a unit they are neither read nor
//! written. Memory also has the share at which a variant was assigned; the visit, which the browser can write, has not.

use alloc::vec::Vec;

use super::memory::Memory;
use super::visit::Visit;
use crate::assign::hash;
use crate::consent::permit::Permit;
use crate::consent::purpose::kind::Experimentation;
use crate::limits;

/// Bytes of one in the codec.
pub(super) const BYTES: usize = 10;

/// The sticky variant of one experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// The code of the campaign.
    pub campaign: u32,
    /// The code of the variant: [`variant_code`] of its id.
    pub variant: u16,
    /// The version of the experiment in which it was assigned.
    pub version: u8,
    /// The lowest version of the experiment in which the visitor ever got a variant.
    pub first: u8,
    /// The probability of the variant when it was assigned, in 10,000ths; 0 if unknown.
    pub share: u16,
}

/// The code of a variant: the lower half of its id's hash.
///
/// ```
/// assert_eq!(parvis::visitor::sticky::variant_code("a"), 0x292c);
/// ```
pub fn variant_code(id: &str) -> u16 {
    let [low, high, ..] = hash::code(id).to_le_bytes();
    u16::from_le_bytes([low, high])
}

/// The result of [`recall`] for a sticky variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recalled {
    /// The visitor keeps it.
    Kept(Assigned),
    /// None is kept, or one of another version: a variant is assigned.
    Drawn,
    /// The visitor got a variant of a version that the experiment excludes.
    LeftOut,
}

impl Assigned {
    /// Applies an experiment of `version` to `kept`; it excludes visitors who got a variant of a version below
    /// `min_version`.
    ///
    /// As in GrowthBook: exclusion is checked first, and a sticky variant counts in its own version only.
    pub fn recall(kept: Option<Assigned>, version: u8, min_version: u8) -> Recalled {
        match kept {
            Some(kept) if kept.first < min_version => Recalled::LeftOut,
            Some(kept) if kept.version == version => Recalled::Kept(kept),
            _ => Recalled::Drawn,
        }
    }

    /// All but the share, as 64 bits.
    pub(super) fn bits(self) -> u64 {
        u64::from(self.campaign) << 32
            | u64::from(self.variant) << 16
            | u64::from(self.version) << 8
            | u64::from(self.first)
    }

    pub(super) const fn from_bits(bits: u64, share: u16) -> Assigned {
        let [first, version, low, high, a, b, c, d] = bits.to_le_bytes();
        let variant = u16::from_le_bytes([low, high]);
        Assigned { campaign: u32::from_le_bytes([a, b, c, d]), variant, version, first, share }
    }

    pub(super) fn write(self, bytes: &mut Vec<u8>) {
        bytes.extend(self.bits().to_le_bytes());
        bytes.extend(self.share.to_le_bytes());
    }
}

/// Decodes the sticky variants in `part`; `None` unless it has some, each campaign once.
pub(super) fn read(mut part: &[u8]) -> Option<Vec<Assigned>> {
    let mut all: Vec<Assigned> = Vec::new();
    while !part.is_empty() {
        let (bits, rest) = part.split_first_chunk()?;
        let (share, rest) = rest.split_first_chunk()?;
        part = rest;
        let one = Assigned::from_bits(u64::from_le_bytes(*bits), u16::from_le_bytes(*share));
        if all.len() == limits::STICKY || find(&all, one.campaign).is_some() {
            return None;
        }
        all.push(one);
    }
    (!all.is_empty()).then_some(all)
}

/// The sticky variant of the campaign with this code.
pub fn find(all: &[Assigned], campaign: u32) -> Option<Assigned> {
    all.iter().find(|one| one.campaign == campaign).copied()
}

/// Stores `new` in place of its campaign's previous one, and keeps the lowest version. If the list is full nothing is
/// stored.
pub fn keep(all: &mut Vec<Assigned>, new: Assigned) {
    let full = all.len() == limits::STICKY;
    match all.iter_mut().find(|one| one.campaign == new.campaign) {
        Some(one) => *one = Assigned { first: one.first.min(new.first), ..new },
        None if full => {}
        None => all.push(new),
    }
}

impl Memory {
    /// The sticky variants.
    pub fn assigned(&self, _: &Permit<'_, Experimentation>) -> &[Assigned] {
        &self.assigned
    }

    /// Stores these variants and no others.
    pub fn set_assigned(&mut self, all: &[Assigned], _: &Permit<'_, Experimentation>) {
        self.assigned = all.to_vec();
    }
}

impl Visit {
    /// The visit's copy of the sticky variants; the cookie has it without their shares.
    pub fn assigned(&self, _: &Permit<'_, Experimentation>) -> &[Assigned] {
        &self.assigned
    }

    /// Stores a copy of these variants and of no others for the rest of the visit.
    pub fn set_assigned(&mut self, all: &[Assigned], _: &Permit<'_, Experimentation>) {
        self.assigned = all.to_vec();
        self.fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(campaign: u32, version: u8) -> Assigned {
        Assigned { campaign, variant: 7, version, first: version, share: 5000 }
    }

    #[test]
    fn the_lowest_version_stays_known_and_room_is_bounded() {
        let mut all = Vec::new();
        (0..9).for_each(|campaign| keep(&mut all, of(campaign, 2)));
        assert_eq!((all.len(), find(&all, 8)), (limits::STICKY, None));
        keep(&mut all, of(3, 5));
        assert_eq!(find(&all, 3), Some(Assigned { first: 2, ..of(3, 5) }));
        keep(&mut all, of(3, 1));
        assert_eq!(find(&all, 3), Some(of(3, 1)));
        assert_eq!(all.len(), limits::STICKY);
    }

    #[test]
    fn versions_keep_draw_anew_and_leave_out() {
        let recall = |kept, version, min| match Assigned::recall(kept, version, min) {
            Recalled::Kept(_) => "kept",
            Recalled::Drawn => "drawn",
            Recalled::LeftOut => "left out",
        };
        let again = Some(Assigned { first: 1, ..of(1, 3) });
        let told = [
            recall(None, 1, 1),
            recall(Some(of(1, 2)), 2, 2),
            recall(Some(of(1, 1)), 2, 1),
            recall(Some(of(1, 3)), 2, 1),
            recall(Some(of(1, 1)), 2, 2),
            recall(again, 3, 2),
            recall(again, 3, 1),
        ];
        assert_eq!(told, ["drawn", "kept", "drawn", "drawn", "left out", "left out", "kept"]);
    }

    proptest! {
        #[test]
        fn bits_hold_all_but_the_share(bits: u64, share: u16) {
            prop_assert_eq!(Assigned::from_bits(bits, share).bits(), bits);
        }

        #[test]
        fn any_part_is_survived(part in proptest::collection::vec(any::<u8>(), 0..120)) {
            if let Some(all) = read(&part) {
                let mut bytes = Vec::new();
                all.iter().for_each(|one| one.write(&mut bytes));
                prop_assert_eq!(bytes, part);
            }
        }
    }
}

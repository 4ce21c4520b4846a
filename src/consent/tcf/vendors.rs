//! Vendor sets of a TC string: bit fields and ranges, and what the publisher forbids.

use crate::consent::bits::Bits;

/// A set of vendor ids, streamed from the string as ranges.
#[derive(Clone, Copy, Debug)]
pub struct Vendors<'a> {
    bits: Bits<'a>,
    /// Entries of a range section, or bits of a bit field.
    left: u16,
    ranged: bool,
    next: u16,
    /// Bits that were taken and not yet looked at, the next one highest, and how many of them there are.
    held: u64,
    held_count: u16,
}

/// Bits of a field that are taken at once.
const WINDOW: u16 = 56;

impl<'a> Vendors<'a> {
    const fn over(bits: Bits<'a>, left: u16, ranged: bool) -> Vendors<'a> {
        Vendors { bits, left, ranged, next: 1, held: 0, held_count: 0 }
    }

    /// The section that begins here; leaves `bits` behind it.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn read(bits: &mut Bits<'a>) -> Vendors<'a> {
        let last = bits.small(16);
        if bits.bit() {
            return Vendors::entries(bits);
        }
        let section = Vendors::over(*bits, last, false);
        bits.skip(usize::from(last));
        section
    }

    /// Ranges without a highest id before them; reversed ones use up all of `bits`.
    fn entries(bits: &mut Bits<'a>) -> Vendors<'a> {
        let left = bits.small(12);
        let section = Vendors::over(*bits, left, true);
        for _ in 0..left {
            let (start, end) = entry(bits);
            if start > end {
                bits.skip(usize::MAX);
            }
            if bits.is_over() {
                break;
            }
        }
        section
    }

    /// Whether the set holds `vendor`.
    pub fn contains(mut self, vendor: u16) -> bool {
        if !self.ranged {
            let Some(index) = vendor.checked_sub(1) else { return false };
            self.bits.skip(usize::from(index));
            return vendor <= self.left && self.bits.bit();
        }
        (0..self.left).any(|_| {
            let (start, end) = entry(&mut self.bits);
            start <= vendor && vendor <= end
        })
    }
}

/// The ranges as they are written, those of a bit field joined: first and last id.
impl Iterator for Vendors<'_> {
    type Item = (u16, u16);

    fn next(&mut self) -> Option<(u16, u16)> {
        if self.ranged {
            self.left = self.left.checked_sub(1)?;
            return Some(entry(&mut self.bits));
        }
        self.go(u64::leading_zeros);
        let start = self.next;
        self.go(u64::leading_ones);
        // A run that reaches the end of the field ends with the last id.
        (self.next > start).then(|| (start, self.next - 1))
    }
}

impl Vendors<'_> {
    /// Goes past bits that are all the same, as many as `count` finds at the top of a number.
    fn go(&mut self, count: fn(u64) -> u32) {
        loop {
            if self.held_count == 0 {
                self.held_count = self.left.min(WINDOW);
                self.left -= self.held_count;
                let bits = self.bits.take(usize::from(self.held_count));
                self.held = bits.checked_shl(64 - u32::from(self.held_count)).unwrap_or(0);
            }
            let same = u16::try_from(count(self.held)).unwrap_or(0).min(self.held_count);
            self.held = self.held.checked_shl(u32::from(same)).unwrap_or(0);
            self.held_count -= same;
            self.next = self.next.saturating_add(same);
            if self.held_count > 0 || self.left == 0 {
                return;
            }
        }
    }
}

#[cfg_attr(target_family = "wasm", inline(never))]
fn entry(bits: &mut Bits<'_>) -> (u16, u16) {
    let head = bits.take(17);
    let start = u16::try_from(head & 0xffff).unwrap_or(0);
    (start, if head > 0xffff { bits.small(16) } else { start })
}

/// One publisher restriction.
#[derive(Clone, Copy, Debug)]
pub struct Restriction<'a> {
    /// The purpose it restricts.
    pub purpose: u8,
    /// 0 not allowed, 1 require consent, 2 require legitimate interest, 3 undefined.
    pub kind: u8,
    /// The vendors it binds; the ranges may cover ids that do not exist.
    pub vendors: Vendors<'a>,
}

/// The publisher restrictions of a string, streamed.
#[derive(Clone, Copy, Debug)]
pub struct Restrictions<'a> {
    bits: Bits<'a>,
    left: u16,
}

impl<'a> Restrictions<'a> {
    /// The restrictions that begin here; leaves `bits` behind them.
    pub(super) fn read(bits: &mut Bits<'a>) -> Restrictions<'a> {
        let left = bits.small(12);
        let mut all = Restrictions { bits: *bits, left };
        let written = all;
        while !all.bits.is_over() && all.next().is_some() {}
        *bits = all.bits;
        written
    }
}

impl<'a> Iterator for Restrictions<'a> {
    type Item = Restriction<'a>;

    #[cfg_attr(target_family = "wasm", inline(never))]
    fn next(&mut self) -> Option<Restriction<'a>> {
        self.left = self.left.checked_sub(1)?;
        let purpose = u8::try_from(self.bits.take(6)).ok()?;
        let kind = u8::try_from(self.bits.take(2)).ok()?;
        Some(Restriction { purpose, kind, vendors: Vendors::entries(&mut self.bits) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_a_bit_field_reach_its_end() {
        // MaxVendorId 4, bit field, 1011.
        let vendors = Vendors::read(&mut Bits::new("AARY"));
        assert!(vendors.eq([(1, 1), (3, 4)]));
        let found: [bool; 6] = [0, 1, 2, 3, 4, 5].map(|vendor| vendors.contains(vendor));
        assert_eq!(found, [false, true, false, true, true, false]);
    }
}

//! The abandoned cart in visitor memory: codes of at most [`limits::LEFT_ITEMS`] items, and the hour.
//!
//! It follows the cart of the visit: a change there replaces it, and an emptied cart deletes it. What is bought leaves it,
//! also in a later visit whose cart is empty. It is stored only while a campaign of the playbook shows it. Which event
//! changes what: [`memory`](crate::docs::memory#which-event-changes-what).

use alloc::vec::Vec;

use super::memory::Memory;
use crate::base::calendar::Millis;
use crate::limits;

const HOUR: i64 = 3_600_000;

/// An abandoned cart.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Left {
    /// The hour since 1970 of its last change.
    hour: u32,
    /// The codes of its items, the one that was added last first; never empty.
    items: Vec<u32>,
}

impl Left {
    pub(super) fn read(part: &[u8]) -> Option<Left> {
        let (hour, mut rest) = part.split_first_chunk()?;
        let mut items = Vec::new();
        while let Some((item, behind)) = rest.split_first_chunk() {
            items.push(u32::from_le_bytes(*item));
            rest = behind;
        }
        let whole = rest.is_empty() && (1..=limits::LEFT_ITEMS).contains(&items.len());
        whole.then_some(Left { hour: u32::from_le_bytes(*hour), items })
    }

    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.hour.to_le_bytes());
        self.items.iter().for_each(|item| bytes.extend(item.to_le_bytes()));
    }

    /// Length of its part in bytes: at most 20.
    pub(super) fn length(&self) -> Option<u8> {
        u8::try_from(self.items.len() * 4 + 4).ok()
    }
}

impl Memory {
    /// Stores a cart with these items, the one added last first, changed in this minute since 1970; an empty one is
    /// deleted.
    pub fn leave_cart(&mut self, minute: u32, items: impl Iterator<Item = u32>) {
        let items: Vec<u32> = items.take(limits::LEFT_ITEMS).collect();
        self.left = if items.is_empty() { None } else { Some(Left { hour: minute / 60, items }) };
    }

    /// Takes an item out of the cart; a cart of nothing else is deleted.
    pub(super) fn take_from_cart(&mut self, item: u32) {
        if let Some(left) = &mut self.left {
            left.items.retain(|other| *other != item);
            if left.items.is_empty() {
                self.left = None;
            }
        }
    }

    /// Deletes the cart, if no campaign shows it any more.
    pub fn forget_cart(&mut self) {
        self.left = None;
    }

    /// The codes of the items in the abandoned cart, the one added last first.
    pub fn cart(&self) -> &[u32] {
        self.left.as_ref().map_or(&[], |left| &left.items)
    }

    /// Whole hours since that cart was changed, by clock hours; 0 if the clock has gone back.
    pub fn cart_hours(&self, now: Millis) -> Option<i64> {
        let hour = self.left.as_ref()?.hour;
        Some(now.0.div_euclid(HOUR).saturating_sub(hour.into()).max(0))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use super::*;

    #[test]
    fn a_left_cart_comes_back_until_it_is_emptied() {
        let mut memory = Memory::begin(Millis(1_795_262_400_000)).unwrap();
        memory.leave_cart(29_921_040, (1..9).map(|number| number * 7));
        let mut kept = Memory::decode(&memory.write(None)).unwrap();
        assert!(kept == memory && kept.cart() == [7, 14, 21, 28]);
        let hours = |memory: &Memory, minute: i64| memory.cart_hours(Millis(minute * 60_000));
        assert_eq!(hours(&kept, 29_921_099), Some(0));
        assert_eq!((hours(&kept, 29_921_100), hours(&kept, 0)), (Some(1), Some(0)));
        kept.leave_cart(29_921_100, [].into_iter());
        assert_eq!((kept.cart(), hours(&kept, 29_921_100)), (&[][..], None));
        assert!(kept == Memory::begin(Millis(1_795_262_400_000)).unwrap());
    }

    #[test]
    fn an_hour_is_over_with_its_last_minute() {
        let mut memory = Memory::begin(Millis(0)).unwrap();
        let hours = |memory: &Memory, minute: i64| memory.cart_hours(Millis(minute * 60_000));
        memory.leave_cart(119, [7].into_iter());
        assert_eq!(
            [hours(&memory, 59), hours(&memory, 119), hours(&memory, 120)],
            [Some(0), Some(0), Some(1)]
        );
        memory.leave_cart(120, [7].into_iter());
        assert_eq!([hours(&memory, 179), hours(&memory, 180)], [Some(0), Some(1)]);
        memory.forget_cart();
        assert!(memory.cart().is_empty());
    }

    #[test]
    fn what_is_bought_leaves_it() {
        let mut memory = Memory::begin(Millis(1_795_262_400_000)).unwrap();
        memory.leave_cart(29_921_040, [7, 14, 21].into_iter());
        memory.settle(14);
        memory.settle(9);
        assert_eq!((memory.cart(), memory.cart_hours(Millis(29_921_040 * 60_000))), (&[7, 21][..], Some(0)));
        memory.settle(7);
        memory.settle(21);
        assert!(memory == Memory::begin(Millis(1_795_262_400_000)).unwrap());
    }

    #[test]
    fn misshapen_carts_are_refused() {
        let head = Memory::begin(Millis(1_795_262_400_000)).unwrap().write(None);
        let with = |part: &[u8]| Memory::decode(&[&head, part].concat()).is_some();
        let one = [6, 8, 1, 0, 0, 0, 2, 0, 0, 0];
        assert!(with(&one) && !with(&[one, one].concat()), "twice");
        for odd in [
            &[6, 0][..],
            &[6, 4, 1, 0, 0, 0],
            &[6, 7, 1, 0, 0, 0, 2, 0, 0],
            &[6, 9, 1, 0, 0, 0, 2, 0, 0, 0, 9],
        ] {
            assert!(!with(odd), "{odd:?}");
        }
        assert!(!with(&[&[6, 24][..], &[1; 24]].concat()), "five items");
    }
}

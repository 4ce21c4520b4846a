//! The last change of a visit's cart, and the item added last: the section `t` of the cookie.
//!
//! The format is `minute*line`: the minute since 1970, and the index among the cart's lines, from 0, of the item added
//! last.

use alloc::string::String;

use super::{Line, Visit};
use crate::base::calendar::Millis;
use crate::base::text;
use crate::limits;

/// The last change of a cart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    minute: u32,
    line: u32,
}

impl Change {
    pub(super) fn read(text: &str) -> Option<Change> {
        let (minute, line) = text.split_once('*')?;
        let most = u32::try_from(limits::CART_LINES).ok()?.checked_sub(1)?;
        Some(Change { minute: text::number(minute, u32::MAX)?, line: text::number(line, most)? })
    }

    pub(super) fn write(self, value: &mut String) {
        text::push_integer(value, self.minute.into());
        value.push('*');
        text::push_integer(value, self.line.into());
    }
}

impl Visit {
    /// Records that the cart was changed at `now`, if it differs from `before`; without a clock the record is removed.
    ///
    /// The item added last is the last line that is new or has more pieces than before; if there is none, it stays the
    /// same.
    pub fn note_cart(&mut self, before: &[Line], now: Option<Millis>) {
        if now.is_some() && self.cart == before {
            return;
        }
        let more = |line: &Line| {
            let old = before.iter().find(|old| old.item == line.item);
            old.is_none_or(|old| old.quantity < line.quantity)
        };
        let last = self.change.and_then(|change| before.get(usize::try_from(change.line).ok()?));
        let stays = |line: &Line| last.is_some_and(|last| last.item == line.item);
        let place = self.cart.iter().rposition(more).or_else(|| self.cart.iter().position(stays));
        let place = place.or_else(|| self.cart.len().checked_sub(1)).unwrap_or(0);
        self.change = now.and_then(|now| {
            let minute = u32::try_from(now.minutes()).ok()?;
            Some(Change { minute, line: u32::try_from(place).ok()? })
        });
        self.fit();
    }

    /// Whole minutes since the cart was last changed, 0 if the clock has gone back; `None` for an empty cart.
    pub fn cart_minutes(&self, now: Millis) -> Option<i64> {
        let changed = self.change.filter(|_| !self.cart.is_empty())?;
        Some(now.minutes().saturating_sub(changed.minute.into()).max(0))
    }

    /// The minute since 1970 in which the cart was changed in this visit, and its items, the one added last first; none
    /// if it was emptied.
    pub fn changed_cart(&self) -> Option<(u32, impl Iterator<Item = &str>)> {
        let (minute, last) = (self.change?.minute, self.cart_item());
        let others = self.cart.iter().rev().map(|line| line.item.as_str());
        Some((minute, last.into_iter().chain(others.filter(move |item| Some(*item) != last))))
    }

    /// The item that was added last; if unknown, that of the last line.
    pub fn cart_item(&self) -> Option<&str> {
        let line = self.change.and_then(|change| self.cart.get(usize::try_from(change.line).ok()?));
        line.or(self.cart.last()).map(|line| line.item.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::calendar::MINUTE;
    use alloc::vec::Vec;

    fn at(minute: i64) -> Option<Millis> {
        Some(Millis(minute * MINUTE + 59_999))
    }

    fn put(visit: &mut Visit, lines: &[(&str, u16)], now: Option<Millis>) {
        let before: Vec<Line> = visit.cart().to_vec();
        visit.set_cart(lines);
        visit.note_cart(&before, now);
    }

    #[test]
    fn the_last_thing_added_is_told_with_its_age() {
        let mut visit = Visit::empty();
        let seen = |visit: &Visit, minute| {
            (visit.cart_item().map(String::from), at(minute).and_then(|now| visit.cart_minutes(now)))
        };
        let some = |item: &str, minutes| (Some(String::from(item)), Some(minutes));
        assert_eq!(seen(&visit, 100), (None, None));
        put(&mut visit, &[("a", 1), ("b", 1)], at(100));
        assert_eq!(seen(&visit, 100), some("b", 0));
        put(&mut visit, &[("a", 2), ("b", 1)], at(110));
        assert_eq!(seen(&visit, 115), some("a", 5), "one more piece is an addition");
        put(&mut visit, &[("a", 2), ("b", 1)], at(120));
        assert_eq!(seen(&visit, 130), some("a", 20), "the same cart again is no change");
        put(&mut visit, &[("a", 2)], at(140));
        assert_eq!(seen(&visit, 141), some("a", 1), "less is a change and no addition");
        put(&mut visit, &[("c", 1), ("a", 2)], at(150));
        assert_eq!(seen(&visit, 140), some("c", 0), "the clock has gone back");
        put(&mut visit, &[("a", 2), ("d", 1)], at(160));
        put(&mut visit, &[("a", 2)], at(170));
        assert_eq!(seen(&visit, 170), some("a", 0), "what was added last is gone");
        put(&mut visit, &[("a", 3)], None);
        assert_eq!(seen(&visit, 180), (Some(String::from("a")), None), "without a clock");
        put(&mut visit, &[], at(190));
        assert_eq!(seen(&visit, 190), (None, None));
    }

    #[test]
    fn the_text_is_as_documented() {
        let mut visit = Visit::empty();
        put(&mut visit, &[("rug", 1), ("lamp", 1)], at(29_921_040));
        assert_eq!(visit.encode(None), "a~krug*1!lamp*1~t29921040*1");
        for odd in ["", "1", "1*", "*1", "1*16", "01*1", "4294967296*0", "1*1*1", "-1*1"] {
            assert!(Change::read(odd).is_none(), "{odd}");
        }
        assert!(Visit::parse("a~t1*0~t1*0").is_none(), "twice");
        let beyond = Visit::parse("a~klamp*1~t1*9");
        assert_eq!(beyond.as_ref().and_then(Visit::cart_item), Some("lamp"));
    }
}

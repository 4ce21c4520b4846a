//! Purchases, cart removals and dismissals in visitor memory: codes and hours, newest first. The visit stores pending
//! ones in the same form.
//!
//! Purchases have [`limits::MEMORY_PURCHASES`] entries or as many as the playbook sets, everything else shares [`limits::MEMORY_REFUSALS`]. When a list
//! is full the oldest entry is evicted (FIFO). Entries that no campaign needs are deleted.

use alloc::vec::Vec;

use super::counter::HOURS_A_DAY;
use super::memory::Memory;
use crate::base::calendar::Millis;
use crate::limits;

/// Bytes of an entry in the codec.
pub(super) const BYTES: usize = 11;

/// The kind of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// It was bought.
    Bought = 1,
    /// It was taken out of the cart.
    Removed = 2,
    /// A campaign about it was dismissed.
    Dismissed = 3,
    /// The campaign itself was dismissed.
    Waved = 4,
}

impl Kind {
    /// The kind with this code, as cookies and compiled playbooks store it.
    pub const fn from_code(code: u8) -> Option<Kind> {
        match code {
            1 => Some(Kind::Bought),
            2 => Some(Kind::Removed),
            3 => Some(Kind::Dismissed),
            4 => Some(Kind::Waved),
            _ => None,
        }
    }
}

/// Something that was bought, removed or dismissed: codes of ids ([`crate::assign::hash::code`]), 0 for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Thing {
    /// The item, or the campaign if that was dismissed.
    pub item: u32,
    /// The category.
    pub category: u32,
}

impl Thing {
    /// Whether it is nothing that may be named.
    pub const fn is_none(self) -> bool {
        self.item == 0 && self.category == 0
    }
}

/// What is asked of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Any thing.
    Any,
    /// This item, or this campaign.
    Item(u32),
    /// Anything of this category.
    Category(u32),
}

impl Thing {
    /// Whether the thing matches `what`; an unknown one does not.
    pub const fn is(self, what: What) -> bool {
        match what {
            What::Any => true,
            What::Item(code) => code != 0 && self.item == code,
            What::Category(code) => code != 0 && self.category == code,
        }
    }
}

/// One event.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct Past {
    /// The kind of event.
    pub kind: Kind,
    /// The thing that it happened to.
    pub thing: Thing,
    /// The hour, since midnight (UTC) of the day of first issue; 0 while it is pending in the visit.
    pub(super) hour: u16,
}

impl Memory {
    /// Forgets of an item that was bought that it is in the cart or was taken out of it.
    pub fn settle(&mut self, item: u32) {
        self.past.retain(|past| past.kind != Kind::Removed || past.thing.item != item);
        self.take_from_cart(item);
    }

    /// Records an event now.
    ///
    /// An event that is repeated within an hour is recorded once, so that reloading a page does not count. A purchase
    /// cancels a removal of the same item. Of purchases the newest `purchases` are kept.
    pub fn remember(&mut self, kind: Kind, thing: Thing, now: Millis, purchases: usize) {
        let hour = self.hour(now);
        add(&mut self.past, Past { kind, thing, hour }, purchases);
    }

    /// Whether an event of this kind happened to `what` less than `hours` ago, counted in whole hours.
    ///
    /// An event in the hour `hours` ago is over. If the clock has gone back nothing is over.
    pub fn happened(&self, kind: Kind, what: What, hours: i64, now: Millis) -> bool {
        let mut past = self.past.iter();
        past.any(|past| past.kind == kind && past.thing.is(what) && self.hours_since(past, now) < hours)
    }

    /// The purchase of this number, 0 for the newest, with the whole hours since.
    pub fn purchase(&self, number: usize, now: Millis) -> Option<(Thing, i64)> {
        let past = self.past.iter().filter(|past| past.kind == Kind::Bought).nth(number)?;
        Some((past.thing, self.hours_since(past, now).max(0)))
    }

    /// Deletes events older than their kind is needed, in days, 0 for not at all, and all purchases but the newest
    /// `purchases`.
    pub fn keep_past(&mut self, days: impl Fn(Kind) -> u16, now: Millis, purchases: usize) {
        let mut places = purchases;
        for past in core::mem::take(&mut self.past) {
            let days = days(past.kind);
            if days == 0 || self.hours_since(&past, now) >= HOURS_A_DAY * i64::from(days) {
                continue;
            }
            if past.kind == Kind::Bought {
                let Some(left) = places.checked_sub(1) else { continue };
                places = left;
            }
            self.past.push(past);
        }
    }

    fn hours_since(&self, past: &Past, now: Millis) -> i64 {
        i64::from(self.hour(now)) - i64::from(past.hour)
    }
}

/// Inserts `new` at the front of `all`, and removes entries that it repeats or cancels, and those beyond the bound.
pub(super) fn add(all: &mut Vec<Past>, new: Past, purchases: usize) {
    let bought = new.kind == Kind::Bought;
    let most = if bought { purchases } else { limits::MEMORY_REFUSALS };
    let mut places: usize = 1;
    let old = core::mem::take(all);
    all.push(new);
    for past in old {
        let taken_back = bought && past.kind == Kind::Removed && past.thing.is(What::Item(new.thing.item));
        let rival = (past.kind == Kind::Bought) == bought;
        if past != new && !taken_back && (!rival || places < most) {
            places += usize::from(rival);
            all.push(past);
        }
    }
}

impl Past {
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.thing.item.to_le_bytes());
        bytes.extend(self.thing.category.to_le_bytes());
        bytes.push(self.kind as u8);
        bytes.extend(self.hour.to_le_bytes());
    }
}

/// Decodes the entries in `part` behind those of `all`; `None` unless it has some, of known kinds and all within the bound.
pub(super) fn read(mut part: &[u8], all: &mut Vec<Past>) -> Option<()> {
    let before = all.len();
    while !part.is_empty() {
        let (item, rest) = part.split_first_chunk()?;
        let (category, rest) = rest.split_first_chunk()?;
        let (&[kind], rest) = rest.split_first_chunk()?;
        let (hour, rest) = rest.split_first_chunk()?;
        part = rest;
        let thing = Thing { item: u32::from_le_bytes(*item), category: u32::from_le_bytes(*category) };
        all.push(Past { kind: Kind::from_code(kind)?, thing, hour: u16::from_le_bytes(*hour) });
    }
    let bought = all.iter().filter(|past| past.kind == Kind::Bought).count();
    let fits = bought <= limits::MEMORY_PURCHASES_MOST
        && all.len().saturating_sub(bought) <= limits::MEMORY_REFUSALS;
    (fits && all.len() > before).then_some(())
}

#[cfg(test)]
pub(super) mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use super::*;
    use proptest::prelude::*;

    const HOUR: i64 = 3_600_000;
    const NOW: Millis = Millis(20_000 * 86_400_000 + 12 * HOUR + 1);

    fn later(hours: i64) -> Millis {
        Millis(NOW.0 + hours * HOUR)
    }

    const fn thing(item: u32) -> Thing {
        Thing { item, category: 100 + item }
    }

    fn kinds() -> impl Strategy<Value = Kind> {
        (1_u8..=4).prop_map(|code| Kind::from_code(code).unwrap())
    }

    /// Entries as memory could have them.
    pub(in crate::visitor) fn pasts() -> impl Strategy<Value = Vec<Past>> {
        let one = (kinds(), any::<u32>(), any::<u32>(), any::<u16>());
        proptest::collection::vec(one, 0..80).prop_map(|all| {
            let (mut bought, mut others) = (limits::MEMORY_PURCHASES_MOST, limits::MEMORY_REFUSALS);
            let past = all.into_iter().map(|(kind, item, category, hour)| Past {
                kind,
                thing: Thing { item, category },
                hour,
            });
            past.filter(|past| {
                let places = if past.kind == Kind::Bought { &mut bought } else { &mut others };
                let fits = *places > 0;
                *places = places.saturating_sub(1);
                fits
            })
            .collect()
        })
    }

    #[test]
    fn as_many_purchases_are_kept_as_the_playbook_says() {
        let mut memory = Memory::begin(NOW).unwrap();
        (1..=40).for_each(|item| memory.remember(Kind::Bought, thing(item), NOW, 32));
        (41..=50).for_each(|item| memory.remember(Kind::Removed, thing(item), NOW, 32));
        assert_eq!(memory.past.len(), 40);
        let mut whole = Memory::decode(&memory.write(None)).unwrap();
        assert!(whole == memory, "in two parts");
        whole.keep_past(|_| 180, NOW, 3);
        let bought = whole.past.iter().filter(|past| past.kind == Kind::Bought);
        assert!(bought.map(|past| past.thing.item).eq([40, 39, 38]) && whole.past.len() == 11);
    }

    #[test]
    fn it_is_over_with_the_hour() {
        let mut memory = Memory::begin(NOW).unwrap();
        memory.remember(Kind::Bought, thing(7), NOW, 12);
        let within = |what, hours, at| memory.happened(Kind::Bought, what, hours, later(at));
        assert!(within(What::Item(7), 48, 47) && !within(What::Item(7), 48, 48));
        assert!(within(What::Category(107), 48, 47) && within(What::Any, 48, 47));
        assert!(!within(What::Item(8), 48, 0) && !within(What::Category(7), 48, 0));
        assert!(within(What::Any, 1, -1000), "a clock that goes back ends nothing");
        assert!(!memory.happened(Kind::Removed, What::Any, 48, NOW));
        assert!(!Thing::default().is(What::Item(0)) && !Thing::default().is(What::Category(0)));
    }

    #[test]
    fn what_is_told_twice_counts_once_and_what_is_bought_was_not_removed() {
        let mut memory = Memory::begin(NOW).unwrap();
        memory.remember(Kind::Removed, thing(1), NOW, 12);
        memory.remember(Kind::Removed, thing(2), NOW, 12);
        memory.remember(Kind::Bought, thing(1), NOW, 12);
        memory.remember(Kind::Bought, thing(1), NOW, 12);
        assert_eq!(memory.past.len(), 2);
        assert!(memory.happened(Kind::Removed, What::Item(2), 1, NOW));
        memory.remember(Kind::Bought, thing(1), later(1), 12);
        assert_eq!(
            (0..3)
                .filter_map(|number| memory.purchase(number, later(3)))
                .map(|(_, hours)| hours)
                .collect::<Vec<_>>(),
            [2, 3]
        );
    }

    #[test]
    fn nothing_stays_longer_than_it_is_needed() {
        let mut memory = Memory::begin(NOW).unwrap();
        memory.remember(Kind::Removed, thing(1), NOW, 12);
        memory.remember(Kind::Bought, thing(2), NOW, 12);
        memory.remember(Kind::Waved, thing(3), NOW, 12);
        let days = |kind| match kind {
            Kind::Bought => 2,
            Kind::Removed => 1,
            _ => 0,
        };
        memory.keep_past(days, later(23), 12);
        assert_eq!(memory.past.len(), 2, "nobody asks what was waved away");
        memory.keep_past(days, later(24), 12);
        assert_eq!(memory.past.len(), 1);
        memory.keep_past(days, later(47), 12);
        assert_eq!(memory.past.len(), 1);
        memory.keep_past(days, later(48), 12);
        assert!(memory.past.is_empty());
    }

    #[test]
    fn twelve_purchases_and_eight_others_have_their_places() {
        let mut memory = Memory::begin(NOW).unwrap();
        let kept = |memory: &Memory, kind: Kind| {
            memory
                .past
                .iter()
                .filter(|past| past.kind == kind)
                .map(|past| past.thing.item)
                .collect::<Vec<_>>()
        };
        (1..=12).for_each(|item| memory.remember(Kind::Bought, thing(item), NOW, 12));
        (21..=24).for_each(|item| memory.remember(Kind::Removed, thing(item), NOW, 12));
        (31..=34).for_each(|item| memory.remember(Kind::Waved, thing(item), NOW, 12));
        assert_eq!(memory.past.len(), 20);
        memory.remember(Kind::Bought, thing(13), NOW, 12);
        assert_eq!(kept(&memory, Kind::Bought), (2..=13).rev().collect::<Vec<_>>());
        memory.remember(Kind::Dismissed, thing(41), NOW, 12);
        assert_eq!(kept(&memory, Kind::Removed), [24, 23, 22], "the one remembered first falls out");
        assert_eq!(kept(&memory, Kind::Waved), [34, 33, 32, 31]);
        // What is bought takes its removal along, and leaves a place.
        memory.remember(Kind::Bought, thing(23), NOW, 12);
        assert_eq!((kept(&memory, Kind::Removed), memory.past.len()), ([24, 22].to_vec(), 19));
    }

    proptest! {
        /// Held against a list that forgets nothing.
        #[test]
        fn the_newest_stay_and_purchases_have_places_of_their_own(
            events in proptest::collection::vec((kinds(), 1_u32..60, 0_i64..3), 0..60),
        ) {
            let mut memory = Memory::begin(NOW).unwrap();
            let mut all: Vec<(Kind, u32, i64)> = Vec::new();
            let mut clock = 0;
            for (kind, item, passes) in events {
                clock += passes;
                memory.remember(kind, thing(item), later(clock), 12);
                all.retain(|(before, same, hour)| {
                    let again = (*before, *same, *hour) == (kind, item, clock);
                    let taken_back = kind == Kind::Bought && *before == Kind::Removed && *same == item;
                    !again && !taken_back
                });
                all.push((kind, item, clock));
                let sort = |bought: bool| all.iter().rev().filter(move |(kind, ..)| (*kind == Kind::Bought) == bought);
                let kept = |bought: bool| memory.past.iter().filter(move |past| (past.kind == Kind::Bought) == bought);
                let (purchases, refusals) = (kept(true).count(), kept(false).count());
                prop_assert!(purchases <= 12 && refusals <= 8);
                for (bought, count, most) in [(true, purchases, 12), (false, refusals, 8)] {
                    prop_assert!(count == sort(bought).count() || count == most || !bought);
                    let newest = sort(bought).take(count).map(|(kind, item, _)| (*kind, thing(*item)));
                    prop_assert!(kept(bought).map(|past| (past.kind, past.thing)).eq(newest));
                }
            }
        }

        #[test]
        fn any_clock_is_survived(clocks in proptest::collection::vec(any::<i64>(), 1..8), hours: i64) {
            let mut memory = Memory::begin(NOW).unwrap();
            for clock in clocks {
                memory.remember(Kind::Bought, thing(1), Millis(clock), 12);
                let _ = memory.happened(Kind::Bought, What::Any, hours, Millis(clock));
                prop_assert!(memory.purchase(0, Millis(clock)).is_none_or(|(_, hours)| hours >= 0));
                memory.keep_past(|_| 180, Millis(clock), 12);
            }
        }
    }
}

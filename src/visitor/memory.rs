//! Visitor memory: what is stored about a visitor from one visit to the next, in bounded counters and no history.
//!
//! It is created only with a permit. Its lifetime is counted from first issue and not extended. It holds no time finer
//! than a minute and no text. The bucketing unit in it has another purpose and is read and written only with the permit
//! of that one.

use alloc::vec::Vec;
use core::fmt;

use super::abandoned_cart::Left;
use super::counter::Counter;
use super::date_values::DateValue;
use super::decay::Level;
use super::history::Past;
use super::named::Named;
use super::sticky::Assigned;
use crate::assign::hash::Unit;
use crate::base::calendar::Millis;
use crate::consent::permit::Permit;
use crate::consent::purpose::kind::{Experimentation, PersistentPersonalization};
use crate::limits;
use crate::reason::Reason;

const DAY_SECONDS: i64 = 86_400;

/// The data stored about a visitor.
#[derive(Clone, PartialEq, Eq)]
pub struct Memory {
    pub(super) first_day: u16,
    pub(super) visits: u16,
    pub(super) last_minute: u32,
    /// The day of the visit before the last one, if a campaign needs it.
    pub(super) day_before: Option<u16>,
    /// The half-life of the interests in days.
    pub(super) half_life: u8,
    /// Strongest first; equally strong ones by their code.
    pub(super) interests: Vec<Interest>,
    pub(super) caps: Vec<Counter>,
    /// Newest first.
    pub(super) past: Vec<Past>,
    /// By the codes of their names, declared longest ago first.
    pub(super) dates: Named,
    /// Of those dates, declared longest ago first.
    pub(super) values: Vec<DateValue>,
    pub(super) unit: Option<Unit>,
    pub(super) left: Option<Left>,
    pub(super) assigned: Vec<Assigned>,
    /// Preferences, by the codes of names, chosen longest ago first.
    pub(super) preferred: Named,
}

/// A visitor's interest in one category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interest {
    /// The code of the category: [`crate::assign::hash::code`] of its id.
    pub category: u32,
    /// The decayed count of its views, from the day of first issue.
    pub level: Level,
}

impl Memory {
    /// The memory of a new visitor; `None` when the clock is before 1970 or after 2149.
    ///
    /// ```compile_fail,E0061
    /// parvis::visitor::memory::Memory::first(parvis::base::calendar::Millis(0));
    /// ```
    pub fn first(now: Millis, _: &Permit<'_, PersistentPersonalization>) -> Option<Memory> {
        Memory::begin(now)
    }

    pub(super) fn begin(now: Millis) -> Option<Memory> {
        let first_day = u16::try_from(now.days()).ok()?;
        let (interests, caps, past, dates, values, assigned, preferred) = Default::default();
        let last_minute = minute(now)?;
        Some(Memory {
            first_day,
            visits: 0,
            last_minute,
            day_before: None,
            half_life: limits::HALF_LIFE_DAYS,
            interests,
            caps,
            past,
            dates,
            values,
            unit: None,
            left: None,
            assigned,
            preferred,
        })
    }

    /// The day of first issue, in days since 1970.
    pub const fn first_day(&self) -> u16 {
        self.first_day
    }

    /// The number of visits so far, including the one that [`Memory::visit`] began last.
    pub const fn visits(&self) -> u16 {
        self.visits
    }

    /// Whole days since first issue; 0 if the clock has gone back.
    pub fn days_known(&self, now: Millis) -> i64 {
        now.days().saturating_sub(i64::from(self.first_day)).max(0)
    }

    /// The minute of the last request or event, in minutes since 1970.
    pub const fn last_minute(&self) -> u32 {
        self.last_minute
    }

    /// The interests, strongest first.
    pub fn interests(&self) -> &[Interest] {
        &self.interests
    }

    /// The code of the category with the most views, recent views counting more.
    pub fn favorite(&self) -> Option<u32> {
        self.interests.first().map(|interest| interest.category)
    }

    /// The bucketing unit.
    pub fn unit(&self, _: &Permit<'_, Experimentation>) -> Option<Unit> {
        self.unit
    }

    /// Stores the bucketing unit.
    pub fn set_unit(&mut self, unit: Unit, _: &Permit<'_, Experimentation>) {
        self.unit = Some(unit);
    }

    /// Deletes the bucketing unit and the sticky variants, for example after a withdrawal; the memory then differs and is
    /// written again.
    pub fn forget_unit(&mut self) {
        self.unit = None;
        self.assigned.clear();
    }

    /// Whole days since the visit before the last one; `None` if there was none or it was not recorded.
    pub fn days_since_visit(&self, now: Millis) -> Option<i64> {
        Some(now.days().saturating_sub(self.day_before?.into()).max(0))
    }

    /// Records the day on which the last visit ended, before [`Memory::visit`] makes it the previous one.
    pub fn note_visit(&mut self) {
        let day = u16::try_from(self.last_minute / (24 * 60)).ok();
        self.day_before = day.filter(|_| self.visits > 0);
    }

    /// Deletes the day of the previous visit, if no campaign needs it.
    pub fn forget_visit(&mut self) {
        self.day_before = None;
    }

    /// Adds a visit that begins now.
    pub fn visit(&mut self, now: Millis) {
        self.visits = self.visits.saturating_add(1);
        self.act(now);
    }

    /// Records a request or an event now.
    pub fn act(&mut self, now: Millis) {
        self.last_minute = minute(now).unwrap_or(self.last_minute);
    }

    /// Whether so many minutes have passed since the last request or event; not if the clock has gone back.
    pub fn is_idle(&self, now: Millis, minutes: u16) -> bool {
        now.minutes().saturating_sub(self.last_minute.into()) >= minutes.into()
    }

    /// Counts a view of a category now; when full, the weakest interest is evicted.
    ///
    /// Another half-life than before, in days, counts from now on: the counts are those of now.
    pub fn interest(&mut self, category: u32, now: Millis, half_life: u8) {
        let mut level = Level::of_one(now, self.first_day, half_life);
        if self.half_life != half_life {
            let before = Level::of_one(now, self.first_day, self.half_life);
            self.half_life = half_life;
            for old in core::mem::take(&mut self.interests) {
                self.place(Interest { level: old.level.moved(before, level), ..old });
            }
        }
        match self.interests.iter().position(|interest| interest.category == category) {
            Some(place) => level = level.plus(self.interests.remove(place).level),
            None => self.interests.truncate(limits::INTERESTS - 1),
        }
        self.place(Interest { category, level });
    }

    /// Seconds until the end of its lifetime, which is `days` from first issue and [`limits::MEMORY_DAYS_MOST`] at most.
    pub fn seconds_left(&self, now: Millis, days: u16) -> u32 {
        let life = DAY_SECONDS * i64::from(days.min(limits::MEMORY_DAYS_MOST));
        let left =
            (DAY_SECONDS * i64::from(self.first_day)).saturating_add(life).saturating_sub(now.seconds());
        u32::try_from(left.clamp(0, life)).unwrap_or(0)
    }

    /// Whether its lifetime of `days` is over.
    pub fn expired(&self, now: Millis, days: u16) -> bool {
        self.seconds_left(now, days) == 0
    }

    /// Whether it is dated in the future, by more than the clocks of hosts may differ.
    pub fn is_from_the_future(&self, now: Millis) -> bool {
        let latest = now.minutes().saturating_add(i64::from(limits::CLOCK_SKEW_MINUTES));
        i64::from(self.first_day) * 24 * 60 > latest || i64::from(self.last_minute) > latest
    }

    /// The memory and `Opened`, or nothing and the reason why it may not be used at this time.
    pub(super) fn at(self, now: Millis, days: u16) -> (Option<Memory>, Reason) {
        if self.is_from_the_future(now) {
            (None, Reason::FromTheFuture)
        } else if self.expired(now, days) {
            (None, Reason::Expired)
        } else {
            (Some(self), Reason::Opened)
        }
    }

    /// Inserts an interest in order.
    pub(super) fn place(&mut self, new: Interest) {
        let place = self.interests.partition_point(|old| {
            old.level > new.level || (old.level == new.level && old.category < new.category)
        });
        self.interests.insert(place, new);
    }
}

impl fmt::Debug for Memory {
    /// Prints no data of the visitor, so that no log contains any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memory(..)")
    }
}

fn minute(now: Millis) -> Option<u32> {
    u32::try_from(now.minutes()).ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use super::*;
    use crate::base::calendar::MINUTE;
    use proptest::prelude::*;

    const DAY: i64 = 86_400_000;
    const NOW: Millis = Millis(20_000 * DAY + 12 * 3_600_000);

    fn later(days: i64) -> Millis {
        Millis(NOW.0 + days * DAY)
    }

    #[test]
    fn what_was_looked_at_more_is_the_favorite_until_it_fades() {
        let mut memory = Memory::begin(NOW).unwrap();
        assert_eq!(memory.favorite(), None);
        for _ in 0..3 {
            memory.interest(1, NOW, 7);
        }
        memory.interest(2, later(1), 7);
        assert_eq!(memory.favorite(), Some(1), "three views outweigh one");
        memory.interest(2, later(12), 7);
        assert_eq!(memory.favorite(), Some(2), "after twelve days three views weigh less than one");
    }

    #[test]
    fn the_weakest_interest_falls_out() {
        let mut memory = Memory::begin(NOW).unwrap();
        for category in 0..20 {
            memory.interest(category, later(i64::from(category)), 7);
        }
        assert_eq!(memory.interests().len(), limits::INTERESTS);
        let kept: Vec<u32> = memory.interests().iter().map(|interest| interest.category).collect();
        assert_eq!(kept, (4..20).rev().collect::<Vec<u32>>());
    }

    #[test]
    fn life_is_counted_from_first_issue() {
        let mut memory = Memory::begin(NOW).unwrap();
        assert_eq!(memory.seconds_left(NOW, 180), 179 * 86_400 + 43_200);
        memory.visit(later(100));
        assert_eq!(memory.seconds_left(later(100), 180), 79 * 86_400 + 43_200, "a visit does not extend it");
        assert!(!memory.expired(later(179), 180));
        assert!(memory.expired(later(180), 180));
        assert_eq!(memory.seconds_left(NOW, u16::MAX), 392 * 86_400 + 43_200, "no playbook can ask for more");
        assert_eq!(memory.clone().at(later(180), 180), (None, Reason::Expired));
        assert_eq!(memory.clone().at(later(99), 180), (None, Reason::FromTheFuture));
        assert_eq!(memory.clone().at(Millis(later(100).0 - 59 * MINUTE), 180).1, Reason::Opened);
        assert_eq!(memory.clone().at(later(101), 180), (Some(memory), Reason::Opened));
    }

    #[test]
    fn clocks_may_differ_by_an_hour_and_no_minute_more() {
        let mut memory = Memory::begin(NOW).unwrap();
        memory.visit(NOW);
        let early = |minutes: i64| memory.is_from_the_future(Millis(NOW.0 - minutes * MINUTE));
        assert!(!early(60) && early(61));
        // The day of first issue begins at midnight: an hour before it is not later than the clock may be.
        let mut young = Memory::begin(Millis(20_000 * DAY)).unwrap();
        young.last_minute = 0;
        let early = |minutes: i64| young.is_from_the_future(Millis(20_000 * DAY - minutes * MINUTE));
        assert!(!early(60) && early(61));
    }

    #[test]
    fn the_first_and_the_last_day_that_memory_can_begin_with() {
        let begins =
            |now: i64| Memory::begin(Millis(now)).map(|memory| (memory.first_day, memory.last_minute));
        assert_eq!([begins(-1), begins(0)], [None, Some((0, 0))]);
        assert_eq!(begins(65_536 * DAY - 1), Some((65_535, 94_371_839)));
        assert_eq!(begins(65_536 * DAY), None);
    }

    #[test]
    fn the_visit_before_is_noted_from_the_second_visit_on() {
        let mut memory = Memory::begin(NOW).unwrap();
        memory.note_visit();
        assert_eq!((memory.day_before, memory.days_since_visit(NOW)), (None, None));
        memory.visit(NOW);
        memory.note_visit();
        assert_eq!(memory.day_before, Some(20_000));
        let since = |now: i64| memory.days_since_visit(Millis(now));
        assert_eq!([since(20_001 * DAY - 1), since(20_001 * DAY)], [Some(0), Some(1)]);
        assert_eq!(since(19_000 * DAY), Some(0), "the clock has gone back");
        memory.last_minute = 20_002 * 24 * 60 - 1;
        memory.note_visit();
        assert_eq!(memory.day_before, Some(20_001), "the last minute of a day is of that day");
        memory.forget_visit();
        assert_eq!(memory.day_before, None);
    }

    #[test]
    fn visits_and_days_are_counted_to_their_bounds() {
        let mut memory = Memory::begin(NOW).unwrap();
        memory.visits = u16::MAX - 1;
        memory.visit(NOW);
        memory.visit(NOW);
        assert_eq!(memory.visits(), u16::MAX);
        let known = |now: i64| memory.days_known(Millis(now));
        assert_eq!([known(20_001 * DAY - 1), known(20_001 * DAY), known(0)], [0, 1, 0]);
        // Of two levels the stronger comes first, of equal ones the smaller code.
        let mut memory = Memory::begin(NOW).unwrap();
        for category in [5, 3, 9] {
            memory.interest(category, NOW, 7);
        }
        memory.interest(9, NOW, 7);
        let order: Vec<u32> = memory.interests().iter().map(|interest| interest.category).collect();
        assert_eq!(order, [9, 3, 5]);
    }

    #[test]
    fn another_half_life_keeps_the_counts_of_now() {
        let mut memory = Memory::begin(NOW).unwrap();
        for category in [1, 1, 1, 2] {
            memory.interest(category, NOW, 7);
        }
        memory.interest(2, later(14), 30);
        assert_eq!(
            (memory.favorite(), memory.half_life),
            (Some(2), 30),
            "three of 14 days ago weigh less than one now"
        );
        memory.interest(1, later(14), 30);
        memory.interest(2, later(44), 30);
        assert_eq!(memory.favorite(), Some(2));
        memory.interest(1, later(44), 1);
        let order: Vec<u32> = memory.interests.iter().map(|interest| interest.category).collect();
        assert_eq!(order, [1, 2], "1.9 + 1 outweigh 1.6 + 0.5 of now");
        let whole = Memory::decode(&memory.write(None)).unwrap();
        assert!(whole == memory);
    }

    proptest! {
        #[test]
        fn any_clock_is_survived(first in 0_i64..65_535, clocks in proptest::collection::vec(any::<i64>(), 1..8), days: u16) {
            let mut memory = Memory::begin(Millis(first * DAY)).unwrap();
            for clock in clocks {
                memory.visit(Millis(clock));
                memory.interest(1, Millis(clock), 7);
                prop_assert!(memory.seconds_left(Millis(clock), days) <= u32::from(limits::MEMORY_DAYS_MOST) * 86_400);
                let _ = memory.is_from_the_future(Millis(clock));
            }
        }

        #[test]
        fn interests_stay_bounded_ordered_and_single(views in proptest::collection::vec((0_u32..30, 0_i64..400), 0..60)) {
            let mut memory = Memory::begin(NOW).unwrap();
            for (category, day) in views {
                memory.interest(category, later(day), 7);
                prop_assert!(memory.interests().iter().any(|interest| interest.category == category));
            }
            let interests = memory.interests();
            prop_assert!(interests.len() <= limits::INTERESTS);
            prop_assert!(interests.is_sorted_by(|a, b| a.level > b.level || (a.level == b.level && a.category < b.category)));
            let mut codes: Vec<u32> = interests.iter().map(|interest| interest.category).collect();
            codes.sort_unstable();
            prop_assert!(codes.is_sorted_by(|a, b| a < b));
        }
    }
}

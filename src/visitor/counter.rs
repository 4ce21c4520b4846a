//! Counters of visitor memory: how often an event happened since the first time, or within a period of some days.

use alloc::vec::Vec;

use super::memory::Memory;
use crate::base::calendar::Millis;
use crate::limits;

/// Bytes of a counter in the codec.
pub(super) const BYTES: usize = 7;
const HOUR: i64 = 3_600_000;
pub(crate) const HOURS_A_DAY: i64 = 24;

/// One counter.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Counter {
    pub(super) key: u32,
    /// Never 0.
    pub(super) count: u8,
    /// The hour of its first count, or of its last for fatigue, since midnight (UTC) of the day of first issue.
    pub(super) hour: u16,
}

impl Memory {
    /// The count of the counter with this key, at most 255; for one that is reset after `days`, since its reset.
    ///
    /// A period begins with the hour of its first count and lasts `days` times 24 hours; 0 days never end. If the clock
    /// has gone back the period stays as it is.
    pub fn counted(&self, key: u32, days: u16, now: Millis) -> u8 {
        let found = self.caps.iter().find(|counter| counter.key == key);
        found.filter(|counter| !self.is_over(counter, days, now)).map_or(0, |counter| counter.count)
    }

    /// Whether the counter with this key can be increased.
    pub fn can_count(&self, key: u32) -> bool {
        self.caps.len() < limits::MEMORY_CAPS || self.caps.iter().any(|counter| counter.key == key)
    }

    /// Adds one to the counter with this key, which is reset after `days`; does nothing if no counter is free.
    pub fn count(&mut self, key: u32, days: u16, now: Millis) {
        let count = self.counted(key, days, now);
        let fresh = Counter { key, count: count.saturating_add(1), hour: self.hour(now) };
        let full = self.caps.len() == limits::MEMORY_CAPS;
        match self.caps.iter_mut().find(|counter| counter.key == key) {
            Some(counter) if count > 0 => counter.count = fresh.count,
            Some(counter) => *counter = fresh,
            None if full => {}
            None => self.caps.push(fresh),
        }
    }

    /// Adds one to the counter with this key, which expires `days` after its last count.
    pub fn count_last(&mut self, key: u32, days: u16, now: Millis) {
        self.count(key, days, now);
        let hour = self.hour(now);
        self.caps.iter_mut().filter(|counter| counter.key == key).for_each(|counter| counter.hour = hour);
    }

    /// Hours since the hour of the counter with this key; negative if the clock has gone back, 0 without a counter.
    pub fn hours_since_counted(&self, key: u32, now: Millis) -> i64 {
        let found = self.caps.iter().find(|counter| counter.key == key);
        found.map_or(0, |counter| self.since(counter, now))
    }

    /// Drops every counter whose period is over or that is not among `asked`, keys with their days: nothing is stored
    /// that no campaign needs.
    pub fn keep_counters(&mut self, asked: impl Iterator<Item = (u32, u16)>, now: Millis) {
        if self.caps.is_empty() {
            return;
        }
        let mut kept: Vec<u32> = Vec::new();
        for (key, days) in asked {
            let known = kept.contains(&key);
            let found = self.caps.iter().find(|counter| counter.key == key);
            let found = found.filter(|counter| !known && !self.is_over(counter, days, now));
            kept.extend(found.map(|counter| counter.key));
        }
        // In their previous order, so that memory is not written again if nothing was dropped.
        self.caps.retain(|counter| kept.contains(&counter.key));
    }

    fn is_over(&self, counter: &Counter, days: u16, now: Millis) -> bool {
        days > 0 && self.since(counter, now) >= HOURS_A_DAY.saturating_mul(days.into())
    }

    fn since(&self, counter: &Counter, now: Millis) -> i64 {
        i64::from(self.hour(now)).saturating_sub(counter.hour.into())
    }

    /// The hour since midnight (UTC) of the day of first issue.
    pub(super) fn hour(&self, now: Millis) -> u16 {
        let first = i64::from(self.first_day).saturating_mul(HOURS_A_DAY);
        let hours = now.0.div_euclid(HOUR).saturating_sub(first).max(0);
        u16::try_from(hours).unwrap_or(u16::MAX)
    }
}

impl Counter {
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.key.to_le_bytes());
        bytes.push(self.count);
        bytes.extend(self.hour.to_le_bytes());
    }
}

/// Decodes the counters in `part`; `None` unless it has some, each once.
pub(super) fn read(mut part: &[u8]) -> Option<Vec<Counter>> {
    let mut caps: Vec<Counter> = Vec::new();
    while !part.is_empty() {
        let (key, rest) = part.split_first_chunk()?;
        let (&[count], rest) = rest.split_first_chunk()?;
        let (hour, rest) = rest.split_first_chunk()?;
        part = rest;
        let (key, hour) = (u32::from_le_bytes(*key), u16::from_le_bytes(*hour));
        if count == 0 || caps.len() == limits::MEMORY_CAPS || caps.iter().any(|known| known.key == key) {
            return None;
        }
        caps.push(Counter { key, count, hour });
    }
    (!caps.is_empty()).then_some(caps)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use super::*;

    const NOW: Millis = Millis(20_000 * 86_400_000 + 12 * HOUR + 1);

    fn later(hours: i64) -> Millis {
        Millis(NOW.0 + hours * HOUR)
    }

    #[test]
    fn a_period_begins_with_its_first_count_and_ends_by_the_hour() {
        let mut memory = Memory::begin(NOW).unwrap();
        memory.count(7, 2, NOW);
        memory.count(7, 2, later(47));
        assert_eq!((memory.counted(7, 2, later(47)), memory.counted(7, 2, later(48))), (2, 0));
        assert_eq!(memory.counted(7, 0, later(4000)), 2, "without an end it goes on");
        memory.count(7, 2, later(48));
        assert_eq!((memory.counted(7, 2, later(49)), memory.counted(7, 2, later(96))), (1, 0));
        assert_eq!(memory.counted(7, 2, later(-100)), 1, "a clock that goes back ends nothing");
        assert_eq!(memory.counted(8, 2, NOW), 0);
    }

    #[test]
    fn what_counts_from_its_last_time_is_forgotten_from_there() {
        let mut memory = Memory::begin(NOW).unwrap();
        assert_eq!((memory.counted(7, 1, NOW), memory.hours_since_counted(7, NOW)), (0, 0));
        memory.count_last(7, 1, NOW);
        memory.count_last(7, 1, later(23));
        assert_eq!((memory.counted(7, 1, later(46)), memory.hours_since_counted(7, later(46))), (2, 23));
        assert_eq!(memory.counted(7, 1, later(47)), 0);
        assert_eq!(memory.hours_since_counted(7, later(20)), -3, "a clock that goes back");
        memory.keep_counters([(7, 1)].into_iter(), later(46));
        assert_eq!(memory.caps.len(), 1);
        memory.count_last(7, 1, later(47));
        assert_eq!((memory.counted(7, 1, later(70)), memory.counted(7, 1, later(71))), (1, 0));
        (0..23).for_each(|key| memory.count(100 + key, 0, later(47)));
        memory.count_last(8, 1, later(47));
        assert!(memory.counted(8, 1, later(47)) == 0 && !memory.can_count(8), "there is no room");
    }

    #[test]
    fn hours_are_counted_from_the_midnight_of_first_issue() {
        let memory = Memory::begin(NOW).unwrap();
        let hour = |millis: i64| memory.hour(Millis(20_000 * 86_400_000 + millis));
        assert_eq!([hour(-1), hour(0), hour(HOUR - 1), hour(HOUR)], [0, 0, 0, 1]);
        assert_eq!([hour(65_535 * HOUR), hour(65_536 * HOUR)], [65_535, 65_535]);
    }

    #[test]
    fn counts_stop_at_their_bound_and_so_do_counters() {
        let mut memory = Memory::begin(NOW).unwrap();
        (0..300).for_each(|_| memory.count(0, 0, NOW));
        assert_eq!(memory.counted(0, 0, NOW), 255);
        (0..40).for_each(|key| memory.count(key, 1, later(1)));
        assert_eq!(memory.caps.len(), limits::MEMORY_CAPS);
        assert!(memory.can_count(23) && !memory.can_count(24));
        assert_eq!(memory.counted(24, 1, later(1)), 0);
        memory.keep_counters((0..20).map(|key| (key, 1)), later(1));
        assert_eq!(memory.caps.len(), 20, "nobody asks for the others");
        let before = memory.clone();
        memory.keep_counters((0..20).rev().map(|key| (key, 1)), later(1));
        assert!(memory == before, "whatever order they are asked in, nothing has changed");
        (50..54).for_each(|key| memory.count(key, 1, later(2)));
        memory.keep_counters((0..60).chain(0..60).map(|key| (key, 1)), later(25));
        assert_eq!(memory.caps.len(), 4, "the others are over");
    }
}

//! Binary format of visitor memory: a fixed head and tagged parts, little-endian.
//!
//! | bytes | |
//! |---|---|
//! | 1 | version of the format, 1 |
//! | 2 | day of first issue, since 1970 |
//! | 2 | visits |
//! | 4 | minute of the last request or event, since 1970 |
//! | then, any number of times | tag (1), length (1), as many bytes |
//!
//! | tag | part |
//! |---|---|
//! | 1 | interests: code (4), level (2) |
//! | 2 | bucketing unit (8) |
//! | 3 | counters: key (4), count (1, never 0), hour of its first (fatigue: last) count (2, since the day of first issue) |
//! | 4 | bought, removed or dismissed, newest first: codes of item (4) and category (4), kind (1), hour (2, likewise) |
//! | 5 | dates: code of a name (4), days since 1970 or, below 512, a month times 32 and a day (2) |
//! | 13 | in place of tag 5 if one has a time: the same, and the minute of its day and one more (2), 0 for none |
//! | 14 | values of dates: code of the date's name (4), kind (1), length of its text (1), text |
//! | 6 | the abandoned cart: hour since 1970 (4), codes of its items (4 each), the one added last first |
//! | 7 | sticky variants: first version (1), version (1), codes of variant (2), campaign (4), share (2); never without a unit |
//! | 8 | preferences: codes of a name (4) and of a value (2, never 0) |
//! | 10 | the day on which the previous visit ended, since 1970 (2) |
//!
//! | 11 | the half-life of the interests in days (1, from 1 to 90), unless it is 7 |
//! | 12 | what tag 4 has no room for, in the same form |
//!
//! An unknown tag is skipped and not kept, so a later version may add parts. If a part is truncated, repeated or of a
//! wrong length the whole memory is unreadable. The number of entries of each part, with reasons, is in
//! [`crate::docs::memory`](crate::docs::memory#layout-of-the-memory).

use alloc::string::String;
use alloc::vec::Vec;

use super::abandoned_cart::Left;
use super::decay::Level;
use super::memory::{Interest, Memory};
use super::{counter, date_values, history, named, sticky};
use crate::assign::hash::Unit;
use crate::base::base64;
use crate::base::calendar::Millis;
use crate::consent::permit::Permit;
use crate::consent::purpose::kind::{Experimentation, PersistentPersonalization};
use crate::limits;
use crate::reason::Reason;
use crate::signal::guarded::Guarded;

const VERSION: u8 = 1;
const INTERESTS: u8 = 1;
const UNIT: u8 = 2;
const CAPS: u8 = 3;
const PAST: u8 = 4;
const DATES: u8 = 5;
const LEFT: u8 = 6;
const STICKY: u8 = 7;
const PREFERRED: u8 = 8;
const BEFORE: u8 = 10;
const HALF_LIFE: u8 = 11;
const MORE_PAST: u8 = 12;
const TIMED_DATES: u8 = 13;
const DATE_VALUES: u8 = 14;
/// Entries of [`PAST`] that the length of a part, one byte, has room for.
const PAST_ENTRIES: usize = 23;

impl Memory {
    /// Decodes memory of the browser's storage, for sites without an edge: base64url of the bytes, unsealed.
    ///
    /// The reason is `Opened`, `Absent`, `Unreadable`, `Expired` or `FromTheFuture`. `days` is its lifetime.
    pub fn from_storage(
        stored: Guarded<PersistentPersonalization, Option<&str>>,
        permit: &Permit<'_, PersistentPersonalization>,
        now: Millis,
        days: u16,
    ) -> (Option<Memory>, Reason) {
        Memory::stored(stored.open(permit), now, days)
    }

    /// Encodes memory for the browser's storage; without the permit the unit is left out.
    pub fn to_storage(&self, permit: Option<&Permit<'_, Experimentation>>) -> String {
        base64::encode(&self.encode(permit))
    }

    /// Encodes memory, at most 1,136 bytes; without the permit the unit and the sticky variants are left out.
    pub fn encode(&self, permit: Option<&Permit<'_, Experimentation>>) -> Vec<u8> {
        self.write(self.unit.filter(|_| permit.is_some()))
    }

    /// Decodes memory; `None` unless `bytes` are exactly in this format.
    pub(super) fn decode(bytes: &[u8]) -> Option<Memory> {
        if bytes.len() > limits::MEMORY_BYTES {
            return None;
        }
        let (&[VERSION], rest) = bytes.split_first_chunk()? else { return None };
        let (first_day, rest) = rest.split_first_chunk()?;
        let (visits, rest) = rest.split_first_chunk()?;
        let (last_minute, mut rest) = rest.split_first_chunk()?;
        let mut memory = Memory {
            first_day: u16::from_le_bytes(*first_day),
            visits: u16::from_le_bytes(*visits),
            last_minute: u32::from_le_bytes(*last_minute),
            day_before: None,
            half_life: limits::HALF_LIFE_DAYS,
            interests: Vec::new(),
            caps: Vec::new(),
            past: Vec::new(),
            dates: Vec::new(),
            values: Vec::new(),
            unit: None,
            left: None,
            assigned: Vec::new(),
            preferred: Vec::new(),
        };
        while !rest.is_empty() {
            let (&[tag, length], behind) = rest.split_first_chunk()?;
            let (part, behind) = behind.split_at_checked(length.into())?;
            rest = behind;
            match tag {
                INTERESTS => read_interests(&mut memory, part)?,
                CAPS if memory.caps.is_empty() => memory.caps = counter::read(part)?,
                CAPS => return None,
                PAST if memory.past.is_empty() => history::read(part, &mut memory.past)?,
                PAST => return None,
                MORE_PAST if memory.past.len() == PAST_ENTRIES => history::read(part, &mut memory.past)?,
                MORE_PAST => return None,
                HALF_LIFE if memory.half_life == limits::HALF_LIFE_DAYS => {
                    let [days] = part else { return None };
                    let fits =
                        (1..=limits::HALF_LIFE_DAYS_MOST).contains(days) && *days != limits::HALF_LIFE_DAYS;
                    memory.half_life = Some(*days).filter(|_| fits)?;
                }
                HALF_LIFE => return None,
                DATES | TIMED_DATES if memory.dates.is_empty() => {
                    memory.dates = named::read(part, limits::DATES, tag == TIMED_DATES)?;
                }
                DATES | TIMED_DATES => return None,
                DATE_VALUES if memory.values.is_empty() => memory.values = date_values::read(part)?,
                DATE_VALUES => return None,
                UNIT if memory.unit.is_none() => {
                    memory.unit = Some(Unit(u64::from_le_bytes(part.try_into().ok()?)))
                }
                UNIT => return None,
                LEFT if memory.left.is_none() => memory.left = Some(Left::read(part)?),
                LEFT => return None,
                STICKY if memory.assigned.is_empty() => memory.assigned = sticky::read(part)?,
                STICKY => return None,
                BEFORE if memory.day_before.is_none() => {
                    memory.day_before = Some(u16::from_le_bytes(part.try_into().ok()?));
                }
                BEFORE => return None,
                PREFERRED if memory.preferred.is_empty() => {
                    memory.preferred = named::read(part, limits::PREFERENCES, false)?;
                }
                PREFERRED => return None,
                _ => {}
            }
        }
        if memory.unit.is_none() {
            memory.assigned.clear();
        }
        Some(memory)
    }

    fn stored(text: Option<&str>, now: Millis, days: u16) -> (Option<Memory>, Reason) {
        let Some(text) = text else { return (None, Reason::Absent) };
        // Four letters hold three bytes.
        let bounded = (text.len() <= limits::MEMORY_BYTES * 4 / 3 + 2).then_some(text);
        match bounded.and_then(base64::decode).and_then(|bytes| Memory::decode(&bytes)) {
            Some(memory) => memory.at(now, days),
            None => (None, Reason::Unreadable),
        }
    }

    pub(super) fn write(&self, unit: Option<Unit>) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(717);
        bytes.push(VERSION);
        bytes.extend(self.first_day.to_le_bytes());
        bytes.extend(self.visits.to_le_bytes());
        bytes.extend(self.last_minute.to_le_bytes());
        if let Some(length) = u8::try_from(self.interests.len() * 6).ok().filter(|length| *length > 0) {
            bytes.extend([INTERESTS, length]);
            for interest in &self.interests {
                bytes.extend(interest.category.to_le_bytes());
                bytes.extend(interest.level.0.to_le_bytes());
            }
        }
        if let Some(length) = u8::try_from(self.caps.len() * counter::BYTES).ok().filter(|length| *length > 0)
        {
            bytes.extend([CAPS, length]);
            self.caps.iter().for_each(|counter| counter.write(&mut bytes));
        }
        for (tag, part) in [PAST, MORE_PAST].into_iter().zip(self.past.chunks(PAST_ENTRIES)) {
            let Ok(length) = u8::try_from(part.len() * history::BYTES) else { continue };
            bytes.extend([tag, length]);
            part.iter().for_each(|past| past.write(&mut bytes));
        }
        named::write(DATES, TIMED_DATES, &self.dates, &mut bytes);
        date_values::write(DATE_VALUES, &self.values, &mut bytes);
        if let Some((left, length)) = self.left.as_ref().and_then(|left| Some((left, left.length()?))) {
            bytes.extend([LEFT, length]);
            left.write(&mut bytes);
        }
        if let Some(day) = self.day_before {
            bytes.extend([BEFORE, 2]);
            bytes.extend(day.to_le_bytes());
        }
        named::write(PREFERRED, PREFERRED, &self.preferred, &mut bytes);
        if self.half_life != limits::HALF_LIFE_DAYS {
            bytes.extend([HALF_LIFE, 1, self.half_life]);
        }
        if let Some(unit) = unit {
            bytes.extend([UNIT, 8]);
            bytes.extend(unit.0.to_le_bytes());
            if let Some(length) =
                u8::try_from(self.assigned.len() * sticky::BYTES).ok().filter(|length| *length > 0)
            {
                bytes.extend([STICKY, length]);
                self.assigned.iter().for_each(|one| one.write(&mut bytes));
            }
        }
        bytes
    }
}

fn read_interests(memory: &mut Memory, mut part: &[u8]) -> Option<()> {
    if part.is_empty() || !memory.interests.is_empty() {
        return None;
    }
    while !part.is_empty() {
        let (category, rest) = part.split_first_chunk()?;
        let (level, rest) = rest.split_first_chunk()?;
        part = rest;
        let category = u32::from_le_bytes(*category);
        let known = memory.interests.iter().any(|interest| interest.category == category);
        if known || memory.interests.len() == limits::INTERESTS {
            return None;
        }
        memory.place(Interest { category, level: Level(i16::from_le_bytes(*level)) });
    }
    Some(())
}

#[cfg(test)]
pub(super) mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

    use super::super::counter::Counter;
    use super::super::date_values::DateValue;
    use super::super::sticky::Assigned;
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    /// A day before for every other number of visits.
    fn share_day(visits: u16) -> Option<u16> {
        (visits % 2 == 1).then_some(visits)
    }

    pub(in crate::visitor) fn memories() -> impl Strategy<Value = Memory> {
        let interests = proptest::collection::btree_map(any::<u32>(), any::<i16>(), 0..=limits::INTERESTS);
        let caps = proptest::collection::btree_map(
            any::<u32>(),
            (1..=u8::MAX, any::<u16>()),
            0..=limits::MEMORY_CAPS,
        );
        let kept = proptest::collection::btree_map(any::<u32>(), any::<(u32, u16)>(), 0..=limits::STICKY);
        let past = crate::visitor::history::tests::pasts();
        let dates = proptest::collection::btree_map(any::<u32>(), 1..=u16::MAX, 0..=limits::DATES);
        // Preferences and times beside them, of every other memory.
        let dates = (dates, any::<bool>(), 0_u32..=1440);
        (any::<u16>(), any::<u16>(), any::<u32>(), interests, caps, past, dates, any::<Option<u64>>(), kept)
            .prop_map(|(first_day, visits, last_minute, interests, caps, past, dates, unit, kept)| {
                let (dates, prefers, time) = dates;
                let mut dates: Vec<(u32, u32)> =
                    dates.into_iter().map(|(code, number)| (code, number.into())).collect();
                // Each date has as many values as its number has bits, of eight together at most.
                let values = dates.iter().flat_map(|(code, number)| {
                    (0..4_u8).filter(move |kind| number >> kind & 1 == 1).map(move |kind| (*code, kind))
                });
                let text = |kind: u8| ["7", "12 A", "<b>", "\u{e9}&\"abcdefghijkl"][usize::from(kind)];
                let values = values
                    .take(limits::DATE_VALUES)
                    .map(|(code, kind)| DateValue::new(code, kind, text(kind)).unwrap())
                    .collect();
                let preferred = if prefers { dates.iter().rev().copied().collect() } else { Vec::new() };
                dates.iter_mut().step_by(2).for_each(|(_, number)| *number |= time << 16);
                let unit = unit.map(Unit);
                // Nothing is kept without a unit.
                let kept = kept.into_iter().filter(|_| unit.is_some());
                let assigned = kept
                    .map(|(campaign, (rest, share))| {
                        Assigned::from_bits(u64::from(campaign) << 32 | u64::from(rest), share)
                    })
                    .collect();
                let caps =
                    caps.into_iter().map(|(key, (count, hour))| Counter { key, count, hour }).collect();
                let interests_of = interests;
                let (interests, left) = (Vec::new(), None);
                let mut memory = Memory {
                    first_day,
                    visits,
                    last_minute,
                    day_before: share_day(visits),
                    half_life: u8::try_from(first_day % 90).unwrap() + 1,
                    interests,
                    caps,
                    past,
                    dates,
                    values,
                    unit,
                    left,
                    assigned,
                    preferred,
                };
                for (category, level) in interests_of {
                    memory.place(Interest { category, level: Level(level) });
                }
                memory
            })
    }

    proptest! {
        #[test]
        fn a_memory_comes_back(memory in memories()) {
            let bytes = memory.write(memory.unit);
            prop_assert!(bytes.len() <= 1114);
            prop_assert!(Memory::decode(&bytes) == Some(memory.clone()));
            let without = Memory::decode(&memory.encode(None)).unwrap();
            let expected = Memory { unit: None, assigned: Vec::new(), ..memory };
            prop_assert!(without == expected);
        }

        #[test]
        fn truncated_memories_are_refused_or_lack_a_whole_part(memory in memories()) {
            let bytes = memory.write(memory.unit);
            let part = |count: usize, bytes: usize| if count == 0 { 0 } else { 2 + count * bytes };
            let interests = 9 + part(memory.interests.len(), 6);
            let caps = interests + part(memory.caps.len(), counter::BYTES);
            let more = memory.past.len().saturating_sub(PAST_ENTRIES);
            let first_past = caps + part(memory.past.len() - more, history::BYTES);
            let past = first_past + part(more, history::BYTES);
            let is_wide = memory.dates.iter().any(|(_, number)| *number > u16::MAX.into());
            let dates = past + part(memory.dates.len(), if is_wide { named::WIDE } else { named::NARROW });
            let mut of_values = Vec::new();
            date_values::write(DATE_VALUES, &memory.values, &mut of_values);
            let first_dates = dates;
            let dates = dates + of_values.len();
            let kept = if memory.assigned.is_empty() { 0 } else { 2 + memory.assigned.len() * sticky::BYTES };
            let unit = if memory.unit.is_some() { 10 } else { 0 };
            let before = if memory.day_before.is_some() { dates + 4 } else { dates };
            let preferred = before + part(memory.preferred.len(), named::NARROW);
            let kept = bytes.len() - kept;
            let half_life = preferred + if memory.half_life == limits::HALF_LIFE_DAYS { 0 } else { 3 };
            let parts = [9, interests, caps, first_past, past, first_dates, dates, before, preferred, half_life, kept, kept - unit];
            for end in 0..bytes.len() {
                let ends_a_part = parts.contains(&end);
                match Memory::decode(&bytes[..end]) {
                    None => prop_assert!(!ends_a_part, "{end}"),
                    Some(short) => prop_assert!(ends_a_part && short.first_day == memory.first_day, "{end}"),
                }
            }
        }

        #[test]
        fn whatever_is_read_is_written_so_that_it_is_read_again(tail in proptest::collection::vec(any::<u8>(), 0..200), version in 0_u8..3) {
            let mut bytes = vec![version];
            bytes.extend(tail);
            if let Some(memory) = Memory::decode(&bytes) {
                prop_assert_eq!(version, VERSION);
                prop_assert!(Memory::decode(&memory.write(memory.unit)) == Some(memory));
            }
        }

        #[test]
        fn parts_of_later_versions_are_skipped(memory in memories(), tag in 15_u8.., part in proptest::collection::vec(any::<u8>(), 0..=255)) {
            let mut bytes = memory.write(memory.unit);
            bytes.extend([tag, u8::try_from(part.len()).unwrap()]);
            bytes.extend(part);
            prop_assert!(Memory::decode(&bytes) == Some(memory));
        }

        #[test]
        fn any_stored_text_is_survived(text in "\\PC{0,200}|[A-Za-z0-9_-]{0,2000}") {
            let (memory, reason) = Memory::stored(Some(&text), Millis(0), 180);
            prop_assert_eq!(memory.is_some(), reason == Reason::Opened);
        }
    }

    #[test]
    fn what_was_written_before_there_were_counters_is_still_read() {
        let mut old = vec![1, 0xd2, 0x50, 3, 0, 9, 0, 0, 0];
        old.extend([1, 6, 7, 0, 0, 0, 0x80, 0, 2, 8, 1, 2, 3, 4, 5, 6, 7, 8]);
        let memory = Memory::decode(&old).unwrap();
        assert_eq!((memory.visits(), memory.favorite(), memory.caps.len()), (3, Some(7), 0));
        assert_eq!(memory.write(memory.unit), old);
    }

    #[test]
    fn kept_variants_are_read_once_and_only_beside_a_unit() {
        let head = Memory::begin(Millis(1_700_000_000_000)).unwrap().write(None);
        let with = |parts: &[&[u8]]| Memory::decode(&[&head[..], &parts.concat()].concat());
        let unit = [UNIT, 8, 1, 2, 3, 4, 5, 6, 7, 8];
        let kept = [STICKY, 10, 1, 2, 3, 4, 5, 6, 7, 8, 0x88, 0x13];
        let expected = Assigned { campaign: 0x0807_0605, variant: 0x0403, version: 2, first: 1, share: 5000 };
        assert_eq!(with(&[&kept, &unit]).unwrap().assigned, [expected]);
        assert!(with(&[&kept]).unwrap().assigned.is_empty());
        assert!(with(&[&unit, &kept, &kept]).is_none() && with(&[&unit, &[STICKY, 0]]).is_none());
        assert!(with(&[&unit, &[STICKY, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9]]).is_none());
        let twice = [&[STICKY, 20], &kept[2..], &kept[2..]].concat();
        assert!(with(&[&unit, &twice]).is_none(), "one campaign twice");
    }

    #[test]
    fn each_part_has_its_places_and_no_more() {
        let head = Memory::begin(Millis(1_700_000_000_000)).unwrap().write(None);
        let with = |part: &[u8]| Memory::decode(&[&head, part].concat());
        // Each entry begins with its number, so that none is there twice.
        for (tag, entry, most, unit) in [
            (INTERESTS, &[9, 9][..], 16, false),
            (CAPS, &[1, 9, 9], 24, false),
            (PAST, &[0, 0, 0, 0, 2, 9, 9], 8, false),
            (PAST, &[0, 0, 0, 0, 3, 9, 9], 8, false),
            (PAST, &[0, 0, 0, 0, 4, 9, 9], 8, false),
            (DATES, &[9, 0], 8, false),
            (PREFERRED, &[9, 0], 8, false),
            (STICKY, &[0, 0, 0, 0, 9, 9], 8, true),
        ] {
            let part = |count: u8| {
                let entries = (0..count).flat_map(|number| {
                    let number = u32::from(number) + 1;
                    let code = number.to_le_bytes();
                    // The code of a kept variant's campaign stands behind the variant.
                    if unit { [&entry[..4], &code, &entry[4..]].concat() } else { [&code, entry].concat() }
                });
                let entries: Vec<u8> = entries.collect();
                let unit: &[u8] = if unit { &[UNIT, 8, 1, 2, 3, 4, 5, 6, 7, 8] } else { &[] };
                [unit, &[tag, u8::try_from(entries.len()).unwrap()], &entries].concat()
            };
            let memory = with(&part(most)).unwrap();
            assert_eq!(memory.write(memory.unit).len(), head.len() + part(most).len(), "{tag}: {most}");
            assert!(with(&part(most + 1)).is_none(), "{tag}: one more than {most}");
            let one = part(1);
            // Where the length stands, in front of the only entry.
            let at = one.len() - 4 - entry.len() - 1;
            let mut short = one.clone();
            short.pop();
            short[at] -= 1;
            assert!(with(&short).is_none(), "{tag}: a byte less");
            let mut long = one.clone();
            long.push(0);
            long[at] += 1;
            assert!(with(&long).is_none(), "{tag}: a byte more");
        }
        let both = [
            &[PAST, 253][..],
            &[1, 0, 0, 0, 0, 0, 0, 0, 1, 9, 9].repeat(15),
            &[1, 0, 0, 0, 0, 0, 0, 0, 4, 9, 9].repeat(8),
        ];
        assert_eq!(with(&both.concat()).map(|memory| memory.past.len()), Some(23));
        for (tag, bytes) in [(UNIT, 8), (BEFORE, 2)] {
            let part = |count: u8| [&[tag, count][..], &vec![7; count.into()]].concat();
            assert!(with(&part(bytes)).is_some(), "{tag}");
            for odd in [0, bytes - 1, bytes + 1] {
                assert!(with(&part(odd)).is_none(), "{tag}: {odd} bytes");
            }
            assert!(with(&[part(bytes), part(bytes)].concat()).is_none(), "{tag} twice");
        }
    }

    #[test]
    fn memory_of_1280_bytes_is_read_and_none_longer() {
        let now = Millis(1_700_000_000_000);
        let filled = |last: u8| {
            let mut bytes = Memory::begin(now).unwrap().write(None);
            for length in [255, 255, 255, 255, last] {
                bytes.extend([99, length]);
                bytes.extend(vec![0; length.into()]);
            }
            bytes
        };
        for (last, bytes, reason) in [(241, 1280, Reason::Opened), (242, 1281, Reason::Unreadable)] {
            let filled = filled(last);
            assert_eq!(filled.len(), bytes);
            assert_eq!(Memory::decode(&filled).is_some(), reason == Reason::Opened, "{bytes}");
            assert_eq!(Memory::stored(Some(&base64::encode(&filled)), now, 180).1, reason, "{bytes}");
        }
        assert_eq!(Memory::stored(None, now, 180).1, Reason::Absent);
    }

    #[test]
    fn repeated_and_misshapen_parts_are_refused() {
        let head = Memory::begin(Millis(1_700_000_000_000)).unwrap().write(None);
        let unit = [UNIT, 8, 1, 2, 3, 4, 5, 6, 7, 8];
        let interest = [INTERESTS, 6, 1, 0, 0, 0, 9, 0];
        let with = |parts: &[&[u8]]| Memory::decode(&[&head[..], &parts.concat()].concat()).is_some();
        assert!(with(&[]) && with(&[&unit]) && with(&[&interest]) && with(&[&unit, &interest]));
        assert!(!with(&[&unit, &unit]) && !with(&[&interest, &interest]));
        assert!(!with(&[&[UNIT, 7, 1, 2, 3, 4, 5, 6, 7]]));
        assert!(!with(&[&[INTERESTS, 0]]) && !with(&[&[INTERESTS, 5, 1, 0, 0, 0, 9]]));
        let counter = [CAPS, 7, 1, 0, 0, 0, 2, 9, 0];
        assert!(with(&[&counter]) && !with(&[&counter, &counter]) && !with(&[&[CAPS, 0]]));
        assert!(!with(&[&[CAPS, 7, 1, 0, 0, 0, 0, 9, 0]]), "nothing was counted");
        assert!(!with(&[&[CAPS, 14, 1, 0, 0, 0, 2, 9, 0, 1, 0, 0, 0, 2, 9, 0]]), "one counter twice");
        let bought = [PAST, 11, 1, 0, 0, 0, 2, 0, 0, 0, 1, 9, 0];
        assert!(with(&[&bought]) && !with(&[&bought, &bought]) && !with(&[&[PAST, 0]]));
        assert!(!with(&[&[PAST, 11, 1, 0, 0, 0, 2, 0, 0, 0, 5, 9, 0]]), "nothing of that kind happens");
        let (full, more) = ([&[PAST, 253][..], &bought[2..].repeat(23)].concat(), |count: usize| {
            [&[MORE_PAST, u8::try_from(count * 11).unwrap()][..], &bought[2..].repeat(count)].concat()
        });
        assert!(
            with(&[&full])
                && with(&[&full, &more(1)])
                && with(&[&full, &more(9)])
                && !with(&[&full, &more(10)])
        );
        assert!(!with(&[&more(1)]) && !with(&[&bought, &more(1)]) && !with(&[&full, &more(1), &more(1)]));
        assert!(!with(&[&full, &[MORE_PAST, 0]]));
        let days = |days: u8| [HALF_LIFE, 1, days];
        assert!(with(&[&days(1)]) && with(&[&days(90)]) && !with(&[&days(0)]) && !with(&[&days(91)]));
        assert!(!with(&[&days(7)]) && !with(&[&days(30), &days(30)]) && !with(&[&[HALF_LIFE, 0]]));
        let date = [DATES, 6, 1, 0, 0, 0, 0x61, 0];
        assert!(with(&[&date]) && !with(&[&date, &date]) && !with(&[&[DATES, 0]]));
        assert!(!with(&[&[DATES, 6, 1, 0, 0, 0, 0, 0]]), "no date");
        assert!(!with(&[&[DATES, 12, 1, 0, 0, 0, 0x61, 0, 1, 0, 0, 0, 0x62, 0]]), "one date twice");
        let running = [PREFERRED, 6, 1, 0, 0, 0, 0x61, 0];
        assert!(with(&[&running, &date]) && !with(&[&running, &running]) && !with(&[&[PREFERRED, 0]]));
        assert!(!with(&[&[PREFERRED, 6, 1, 0, 0, 0, 0, 0]]), "no value");
        let nine = (0..9).flat_map(|name| [name, 0, 0, 0, 1, 0]).collect::<Vec<u8>>();
        assert!(
            !with(&[&[PREFERRED, 54], &nine]) && with(&[&[PREFERRED, 48], &nine[6..]]),
            "more than there are"
        );
        assert!(!with(&[&[INTERESTS, 12, 1, 0, 0, 0, 9, 0, 1, 0, 0, 0, 9, 0]]), "one category twice");
        assert!(!with(&[&vec![0xff; limits::MEMORY_BYTES]]));
    }
}

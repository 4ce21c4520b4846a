//! The documented form of visitor memory, read plainly: the table in front of the engine's codec, line by line.

use std::collections::BTreeSet;

use parvis::assign::hash::Unit;
use parvis::base::calendar::Millis;
use parvis::limits;
use parvis::reason::Reason;
use parvis::visitor::history::Kind;
use parvis::visitor::memory::Memory;

use crate::visit::experiments;

/// What a memory says, as far as it can be asked.
#[derive(Debug, Default)]
pub(super) struct Plain {
    first_day: u16,
    visits: u16,
    last_minute: u32,
    interests: Vec<(u32, i16)>,
    counters: Vec<(u32, u8)>,
    /// Item and hour, newest first.
    purchases: Vec<(u32, u16)>,
    /// How many removals and dismissals there are.
    others: usize,
    named: [Vec<(u32, u16)>; 2],
    cart: Vec<u32>,
    pub(super) unit: Option<u64>,
    /// How many variants are kept.
    pub(super) assigned: usize,
    before: Option<u16>,
}

/// A part's records of one length; `None` unless there is one at least, and no more than `most`.
fn records(part: &[u8], length: usize, most: usize) -> Option<Vec<&[u8]>> {
    let whole = !part.is_empty() && part.len().is_multiple_of(length) && part.len() / length <= most;
    whole.then(|| part.chunks(length).collect())
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

fn short(bytes: &[u8]) -> u16 {
    u16::try_from(number(bytes)).expect("two bytes")
}

/// Whether no code comes twice; it is the first four bytes of a record, or those from `at` on.
fn single(records: &[&[u8]], at: usize) -> bool {
    records.iter().map(|record| &record[at..at + 4]).collect::<BTreeSet<_>>().len() == records.len()
}

/// Reads it; `None` for what is unreadable.
pub(super) fn read(bytes: &[u8]) -> Option<Plain> {
    if bytes.len() > limits::MEMORY_BYTES || bytes.len() < 9 || bytes[0] != 1 {
        return None;
    }
    let mut plain = Plain {
        first_day: short(&bytes[1..3]),
        visits: short(&bytes[3..5]),
        last_minute: number(&bytes[5..9]),
        ..Plain::default()
    };
    let mut seen = BTreeSet::new();
    let mut rest = &bytes[9..];
    while !rest.is_empty() {
        let [tag, length, behind @ ..] = rest else { return None };
        let part = behind.get(..usize::from(*length))?;
        rest = &behind[part.len()..];
        let known = (1..=8).contains(tag) || (10..=14).contains(tag);
        // A part of dates with times stands in place of one without.
        if known && !seen.insert(if *tag == 13 { 5 } else { *tag }) {
            return None;
        }
        match tag {
            1 => {
                let all = records(part, 6, limits::INTERESTS)?;
                let level = |record: &[u8]| i16::from_le_bytes([record[4], record[5]]);
                plain.interests = all.iter().map(|record| (number(&record[..4]), level(record))).collect();
                single(&all, 0).then_some(())?;
            }
            2 | 10 => {
                (part.len() == if *tag == 2 { 8 } else { 2 }).then_some(())?;
                if *tag == 2 {
                    plain.unit = Some(u64::from(number(&part[4..])) << 32 | u64::from(number(&part[..4])));
                } else {
                    plain.before = Some(short(part));
                }
            }
            3 => {
                let all = records(part, 7, limits::MEMORY_CAPS)?;
                (single(&all, 0) && all.iter().all(|record| record[4] > 0)).then_some(())?;
                plain.counters = all.iter().map(|record| (number(&record[..4]), record[4])).collect();
            }
            4 | 12 => {
                let all = records(part, 11, limits::MEMORY_PURCHASES_MOST + limits::MEMORY_REFUSALS)?;
                all.iter().all(|record| (1..=4).contains(&record[8])).then_some(())?;
                // The second part goes on where the first has no more room.
                (*tag == 4 || plain.purchases.len() + plain.others == 23).then_some(())?;
                let bought: Vec<_> = all.iter().filter(|record| record[8] == 1).collect();
                plain.others += all.len() - bought.len();
                plain
                    .purchases
                    .extend(bought.iter().map(|record| (number(&record[..4]), short(&record[9..]))));
                (plain.purchases.len() <= limits::MEMORY_PURCHASES_MOST
                    && plain.others <= limits::MEMORY_REFUSALS)
                    .then_some(())?;
            }
            11 => {
                (part.len() == 1 && (1..=90).contains(&part[0]) && part[0] != 7).then_some(())?;
            }
            5 | 8 => {
                let (place, most) = if *tag == 5 { (0, limits::DATES) } else { (1, limits::PREFERENCES) };
                let all = records(part, 6, most)?;
                (single(&all, 0) && all.iter().all(|record| short(&record[4..]) != 0)).then_some(())?;
                plain.named[place] =
                    all.iter().map(|record| (number(&record[..4]), short(&record[4..]))).collect();
            }
            13 => {
                let all = records(part, 8, limits::DATES)?;
                (single(&all, 0) && all.iter().all(|record| number(&record[4..]) != 0)).then_some(())?;
                plain.named[0] =
                    all.iter().map(|record| (number(&record[..4]), short(&record[4..6]))).collect();
            }
            14 => {
                let (mut left, mut kinds) = (part, BTreeSet::new());
                while !left.is_empty() {
                    let length = usize::from(*left.get(5)?);
                    let text = core::str::from_utf8(left.get(6..6 + length)?).ok()?;
                    let fits = left[4] < 4 && (1..=limits::DATE_VALUE_BYTES).contains(&length);
                    (fits && text.trim() == text && !text.contains(char::is_control)).then_some(())?;
                    kinds.insert(left[..5].to_vec()).then_some(())?;
                    left = &left[6 + length..];
                }
                (1..=limits::DATE_VALUES).contains(&kinds.len()).then_some(())?;
            }
            6 => {
                // The hour, then items.
                let all = records(part.get(4..)?, 4, limits::LEFT_ITEMS)?;
                plain.cart = all.iter().map(|record| number(record)).collect();
            }
            7 => {
                let all = records(part, 10, limits::STICKY)?;
                single(&all, 4).then_some(())?;
                plain.assigned = all.len();
            }
            _ => {}
        }
    }
    if plain.unit.is_none() {
        plain.assigned = 0;
    }
    Some(plain)
}

impl Plain {
    /// Whether it may be used at this time.
    pub(super) fn at(&self, now: Millis, days: u16) -> Reason {
        let (now, day) = (now.0 / 1000, 86_400);
        let first = i64::from(self.first_day) * day;
        let latest = now / 60 + i64::from(limits::CLOCK_SKEW_MINUTES);
        if first / 60 > latest || i64::from(self.last_minute) > latest {
            return Reason::FromTheFuture;
        }
        let ends = first + i64::from(days.min(limits::MEMORY_DAYS_MOST)) * day;
        if now >= ends { Reason::Expired } else { Reason::Opened }
    }

    /// Holds that the memory says the same.
    pub(super) fn is(&self, memory: &Memory, now: Millis) {
        let permit = experiments();
        assert_eq!(
            (self.first_day, self.visits, self.last_minute),
            (memory.first_day(), memory.visits(), memory.last_minute())
        );
        let mut expected = self.interests.clone();
        expected.sort_by_key(|(category, level)| (std::cmp::Reverse(*level), *category));
        let got: Vec<u32> = memory.interests().iter().map(|interest| interest.category).collect();
        assert_eq!(got, expected.iter().map(|(category, _)| *category).collect::<Vec<_>>());
        for (key, count) in &self.counters {
            assert_eq!(memory.counted(*key, 0, now), *count);
        }
        let purchases = (0..).map_while(|at| memory.purchase(at, now)).map(|(thing, _)| thing.item);
        assert!(purchases.eq(self.purchases.iter().map(|(item, _)| *item)));
        assert!(self.named[0].iter().all(|(code, _)| memory.date(*code).is_some()));
        assert!(self.named[1].iter().all(|(code, value)| memory.preferred(*code) == Some(*value)));
        assert_eq!(memory.cart(), self.cart);
        assert_eq!(memory.days_since_visit(now).is_some(), self.before.is_some());
        assert_eq!(memory.unit(&permit), self.unit.map(Unit));
        let kept = memory.assigned(&permit).len();
        assert!(kept == self.assigned || self.unit.is_none());
        assert!(
            self.purchases.is_empty()
                || memory.happened(Kind::Bought, parvis::visitor::history::What::Any, i64::MAX, now)
        );
    }
}

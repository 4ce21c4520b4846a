//! What is kept of a visitor: the visit as the lists of its cookie, memory as a few numbers.

use crate::campaign::Cap;
use std::collections::BTreeMap;

/// What happened in a visit: the entries of each section of its cookie, by letter.
#[derive(Default)]
pub struct Visit(BTreeMap<char, Vec<String>>);

impl Visit {
    /// Reads the cookie; `None` if it is not one of ours.
    pub fn read(cookie: &str) -> Option<Visit> {
        let mut sections = cookie.split('~');
        let mut visit = (sections.next() == Some("a")).then(Visit::default)?;
        for section in sections {
            let letter = section.chars().next()?;
            let entries: Vec<String> = section[1..].split('!').map(str::to_owned).collect();
            let fits = |entry: &String| !entry.is_empty() && "kx".contains(letter) == entry.contains('*');
            *visit.list(letter) = Some(entries).filter(|all| letter == 'z' || all.iter().all(fits))?;
        }
        Some(visit)
    }

    /// The cookie, its sections in their order.
    pub fn write(&self) -> String {
        let sections = "ickxdu".chars().filter(|letter| !self.of(*letter).is_empty());
        sections.fold("a".to_owned(), |text, letter| format!("{text}~{letter}{}", self.of(letter).join("!")))
    }

    /// The entries of a section.
    pub fn of(&self, letter: char) -> &[String] {
        self.0.get(&letter).map_or(&[], Vec::as_slice)
    }

    /// The entries of a section, to be changed.
    pub fn list(&mut self, letter: char) -> &mut Vec<String> {
        self.0.entry(letter).or_default()
    }

    /// Puts an entry, if there is one, in front of a section, once, of at most `most`.
    pub fn see(&mut self, letter: char, entry: Option<&str>, most: usize) {
        let Some(entry) = entry else { return };
        self.list(letter).retain(|seen| seen != entry);
        self.list(letter).insert(0, entry.to_owned());
        self.list(letter).truncate(most);
    }

    /// How far the counter of this name was counted.
    pub fn counted(&self, name: &str) -> u64 {
        let key = code(name) + "*";
        let count = self.of('x').iter().find_map(|entry| entry.strip_prefix(&key));
        count.map_or(0, |count| count.parse().expect("a number"))
    }

    /// Counts one more on the counter of this name, the last counted first.
    pub fn count(&mut self, name: &str) {
        let (key, count) = (code(name) + "*", self.counted(name));
        self.list('x').retain(|entry| !entry.starts_with(&key));
        self.see('x', Some(&format!("{key}{}", (count + 1).min(255))), 16);
    }
}

/// What is remembered from visit to visit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    pub first_day: i64,
    pub visits: u64,
    pub last_minute: i64,
    /// Level of each category, in 128ths of a doubling.
    pub interests: BTreeMap<String, i64>,
    /// By the name of a counter, how often it counted, and in which hour since the first day it began to.
    pub counters: BTreeMap<String, (u64, i64)>,
    pub unit: Option<String>,
}

/// Milliseconds.
pub const DAY: i64 = 86_400_000;

impl Memory {
    /// Seconds until it is deleted: 180 days after its first.
    pub fn seconds_left(&self, now: i64) -> i64 {
        ((self.first_day + 180) * 86_400 - now / 1000).clamp(0, 180 * 86_400)
    }

    /// Whether it may still be used.
    pub fn is_usable(&self, now: i64) -> bool {
        let latest = now / 60_000 + 60;
        self.seconds_left(now) > 0 && self.first_day * 1440 <= latest && self.last_minute <= latest
    }

    /// Notes a look at a category: its count halves every 7 days. The random catalogs have fewer than memory has room for.
    pub fn look(&mut self, category: &str, now: i64) {
        let one = (now - self.first_day * DAY).div_euclid(7 * DAY / 128);
        let level = self.interests.get(category).map_or(one, |level| {
            let gap = (level - one).abs() as f64 / 128.0;
            level.max(&one) + (128.0 * (1.0 + (-gap).exp2()).log2()).round() as i64
        });
        self.interests.insert(category.to_owned(), level);
    }

    /// The strongest interest, of equal ones that of the lowest hash.
    pub fn favorite(&self) -> Option<&String> {
        self.interests.keys().min_by_key(|category| (-self.interests[*category], fnv(category)))
    }

    /// Hours since midnight of the first day.
    fn hour(&self, now: i64) -> i64 {
        (now / 3_600_000 - self.first_day * 24).max(0)
    }

    /// How far a counter was counted, if there is room for it among 24; after its days, of 24 hours from its first hour on,
    /// it begins anew.
    pub fn counted(&self, cap: &Cap, now: i64) -> Option<u64> {
        let is_over = |began: i64| cap.days.is_some_and(|days| self.hour(now) - began >= days * 24);
        let room = (self.counters.len() < 24).then_some(0);
        let counter = self.counters.get(&cap.name);
        counter.map_or(room, |(count, began)| Some(if is_over(*began) { 0 } else { *count }))
    }

    /// Counts one more on a counter.
    pub fn count(&mut self, cap: &Cap, now: i64) {
        let Some(count) = self.counted(cap, now) else { return };
        let hour = self.hour(now);
        let counter = self.counters.entry(cap.name.clone()).or_insert((0, hour));
        *counter = ((count + 1).min(255), if count == 0 { hour } else { counter.1 });
    }
}

/// FNV-1a of UTF-16 units, as GrowthBook's SDKs have it.
fn fnv(text: &str) -> u32 {
    text.encode_utf16()
        .fold(2_166_136_261, |hash: u32, unit| (hash ^ u32::from(unit)).wrapping_mul(16_777_619))
}

/// What stands for a name in the visit cookie.
pub fn code(name: &str) -> String {
    format!("{:08x}", fnv(name))
}

/// A unit's place of 1,000 in an exclusive group: GrowthBook's hash of version 1.
pub fn place(group: &str, unit: &str) -> u64 {
    u64::from(fnv(&format!("{unit}__{group}")) % 1000)
}

/// A unit's bucket of 10,000 under a seed: GrowthBook's hash of version 2.
pub fn bucket(seed: &str, unit: &str) -> u64 {
    u64::from(fnv(&fnv(&format!("{seed}{unit}")).to_string()) % 10_000)
}

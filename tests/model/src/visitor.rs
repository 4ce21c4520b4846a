//! What is kept of a visitor, as plain lists: the visit in a text cookie, memory as a few numbers.

use std::collections::BTreeMap;

/// The variant of an experiment that a visitor keeps; memory alone knows its share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    pub campaign: u32,
    pub variant: u32,
    pub version: u64,
    pub first: u64,
    pub share: u64,
}

/// What happened in a visit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visit {
    pub items: Vec<String>,
    pub categories: Vec<String>,
    pub cart: Vec<(String, u64)>,
    /// By the hash of the campaign, counted last first.
    pub counts: Vec<(u32, u64)>,
    pub unit: Option<u64>,
    pub kept: Vec<Kept>,
}

impl Visit {
    /// Reads the cookie; `None` if it is not one of ours.
    pub fn read(text: &str) -> Option<Visit> {
        let mut visit = Visit::default();
        let mut sections = text.split('~');
        if sections.next() != Some("a") {
            return None;
        }
        for section in sections {
            let (letter, rest) = section.split_at_checked(1)?;
            let entries = || rest.split('!').map(str::to_owned);
            let pairs = || rest.split('!').map(|entry| entry.split_once('*'));
            match letter {
                "i" => visit.items = entries().collect(),
                "c" => visit.categories = entries().collect(),
                "k" => {
                    visit.cart = pairs()
                        .map(|pair| Some((pair?.0.to_owned(), pair?.1.parse().ok()?)))
                        .collect::<Option<_>>()?;
                }
                "x" => {
                    visit.counts = pairs()
                        .map(|pair| Some((u32::from_str_radix(pair?.0, 16).ok()?, pair?.1.parse().ok()?)))
                        .collect::<Option<_>>()?;
                }
                "g" => {
                    for entry in entries() {
                        let part =
                            |from: usize, to: usize| u32::from_str_radix(entry.get(from..to)?, 16).ok();
                        let (version, first) = (part(12, 14)?.into(), part(14, 16)?.into());
                        let (campaign, variant) = (part(0, 8)?, part(8, 12)?);
                        visit.kept.push(Kept { campaign, variant, version, first, share: 0 });
                    }
                }
                "u" => visit.unit = Some(u64::from_str_radix(rest, 16).ok()?),
                _ => {}
            }
        }
        if visit.unit.is_none() {
            visit.kept.clear();
        }
        Some(visit)
    }

    /// The cookie; `unit` tells whether the visitor allows the unit.
    pub fn write(&self, unit: bool) -> String {
        let mut sections = vec!["a".to_owned()];
        let mut list = |letter: &str, entries: Vec<String>| {
            if !entries.is_empty() {
                sections.push(format!("{letter}{}", entries.join("!")));
            }
        };
        list("i", self.items.clone());
        list("c", self.categories.clone());
        list("k", self.cart.iter().map(|(item, count)| format!("{item}*{count}")).collect());
        list("x", self.counts.iter().map(|(code, count)| format!("{code:08x}*{count}")).collect());
        list("u", self.unit.filter(|_| unit).map(|unit| format!("{unit:016x}")).into_iter().collect());
        let kept = self.kept.iter().filter(|_| unit && self.unit.is_some());
        let entry = |kept: &Kept| {
            format!("{:08x}{:04x}{:02x}{:02x}", kept.campaign, kept.variant, kept.version, kept.first)
        };
        list("g", kept.map(entry).collect());
        sections.join("~")
    }

    /// Puts `id` in front of `list`, once, of at most `most`.
    pub fn see(list: &mut Vec<String>, id: &str, most: usize) {
        list.retain(|seen| seen != id);
        list.insert(0, id.to_owned());
        list.truncate(most);
    }

    /// Counts that a campaign was shown.
    pub fn count(&mut self, code: u32) {
        let count = self.counted(code);
        self.counts.retain(|(other, _)| *other != code);
        self.counts.insert(0, (code, (count + 1).min(255)));
        self.counts.truncate(16);
    }

    /// How often a campaign was shown.
    pub fn counted(&self, code: u32) -> u64 {
        self.counts.iter().find(|(other, _)| *other == code).map_or(0, |(_, count)| *count)
    }
}

/// What is remembered from visit to visit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    pub first_day: i64,
    pub visits: u64,
    pub last_minute: i64,
    /// Level of each category, in 128ths of a doubling.
    pub interests: BTreeMap<u32, i64>,
    pub unit: Option<u64>,
    pub kept: Vec<Kept>,
}

const DAY: i64 = 86_400_000;

impl Memory {
    /// The memory of somebody new.
    pub fn begun(now: i64) -> Memory {
        Memory { first_day: now / DAY, last_minute: now / 60_000, ..Memory::default() }
    }

    /// Seconds until it is deleted: 180 days after its first.
    pub fn seconds_left(&self, now: i64) -> i64 {
        (self.first_day * 86_400 + 180 * 86_400 - now / 1000).clamp(0, 180 * 86_400)
    }

    /// Whether it may still be used.
    pub fn is_usable(&self, now: i64) -> bool {
        let latest = now / 60_000 + 60;
        self.seconds_left(now) > 0 && self.first_day * 1440 <= latest && self.last_minute <= latest
    }

    /// Notes a look at a category: its count halves every 7 days.
    pub fn look(&mut self, category: u32, now: i64) {
        let one = (now - self.first_day * DAY).div_euclid(7 * DAY / 128);
        let level = self.interests.get(&category).map_or(one, |level| {
            let gap = (level - one).abs() as f64 / 128.0;
            level.max(&one) + (128.0 * (1.0 + (-gap).exp2()).log2()).round() as i64
        });
        if !self.interests.contains_key(&category) && self.interests.len() == 16 {
            let weakest = self.order().pop().expect("sixteen");
            self.interests.remove(&weakest);
        }
        self.interests.insert(category, level);
    }

    /// The categories, the strongest first, then the lowest hash.
    pub fn order(&self) -> Vec<u32> {
        let mut order: Vec<u32> = self.interests.keys().copied().collect();
        order.sort_by_key(|category| (-self.interests[category], *category));
        order
    }
}

/// FNV-1a of UTF-16 units, as GrowthBook's SDKs have it.
pub fn fnv(text: &str) -> u32 {
    text.encode_utf16()
        .fold(2_166_136_261, |hash: u32, unit| (hash ^ u32::from(unit)).wrapping_mul(16_777_619))
}

/// A unit's bucket of 10,000 under a seed: GrowthBook's hash of version 2.
pub fn bucket(seed: &str, unit: u64) -> u64 {
    u64::from(fnv(&fnv(&format!("{seed}{unit:016x}")).to_string()) % 10_000)
}

//! What a string is like, by a plain walk over its bits that shares nothing with the engine.
//!
//! Explanations name traits, so that "it is refused because a segment stands there twice" is only taken for an answer where
//! one does. For a GPP string there are its own traits and those of each section, prefixed with the section's id.

use std::collections::BTreeSet;

use crate::make::Kind;
use crate::make::gpp::{ENTRIES, SHORT_NATIONAL};

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The traits of a string.
pub type Traits = BTreeSet<String>;

/// What is to be said of `text`.
///
/// ```
/// use parvis_oracles::make::Kind;
/// use parvis_oracles::traits::of;
/// assert!(of(Kind::Tcf, "CQ=").contains("foreign"));
/// ```
#[must_use]
pub fn of(kind: Kind, text: &str) -> Traits {
    let mut traits = Traits::new();
    match kind {
        Kind::Tcf => tcf(text, "", &mut traits),
        Kind::Usp => usp(text, "", &mut traits),
        Kind::Gpp => gpp(text, &mut traits),
    }
    traits
}

/// Bits from the left; `None` behind the end.
struct Walk {
    bits: Vec<bool>,
    at: usize,
}

impl Walk {
    /// Characters outside the alphabet count as zeros.
    fn new(text: &str) -> Walk {
        let value = |c| ALPHABET.find(c).unwrap_or(0);
        let bits = text.chars().flat_map(|c| (0..6).rev().map(move |bit| value(c) >> bit & 1 == 1)).collect();
        Walk { bits, at: 0 }
    }

    fn take(&mut self, count: usize) -> Option<usize> {
        let bits = self.bits.get(self.at..self.at + count)?;
        self.at += count;
        Some(bits.iter().fold(0, |value, bit| value << 1 | usize::from(*bit)))
    }

    fn fibonacci(&mut self) -> Option<usize> {
        let (mut weight, mut next, mut sum, mut one) = (1usize, 2usize, 0usize, false);
        loop {
            let bit = self.take(1)? == 1;
            if bit && one {
                return Some(sum);
            }
            sum = sum.saturating_add(if bit { weight } else { 0 });
            one = bit;
            (weight, next) = (next, weight.saturating_add(next));
        }
    }
}

fn tcf(text: &str, prefix: &str, traits: &mut Traits) {
    let mut say = |trait_: &str| {
        traits.insert(format!("{prefix}{trait_}"));
    };
    let segments: Vec<&str> = text.split('.').collect();
    alphabet(&segments, &mut say);
    if segments.len() > 9 {
        say("many-segments");
    }
    let mut walk = Walk::new(segments[0]);
    match walk.take(6) {
        None => say("core-cut"),
        Some(2) => {
            if core(&mut walk, &mut say).is_none() {
                say("core-cut");
            }
        }
        Some(_) => say("other-version"),
    }
    let mut seen = BTreeSet::new();
    for segment in &segments[1..] {
        let mut walk = Walk::new(segment);
        let Some(kind) = walk.take(3) else {
            say("segment-cut");
            continue;
        };
        say(match kind {
            0 => "segment-0",
            1 => "disclosed",
            2 => "allowed",
            3 => "publisher",
            _ => "segment-undefined",
        });
        if !seen.insert(kind) {
            say("segment-twice");
        }
        let whole = match kind {
            1 | 2 => vendors(&mut walk, &mut say).is_some(),
            3 => own(&mut walk).is_some(),
            _ => true,
        };
        if !whole {
            say(if kind == 2 { "allowed-cut" } else { "segment-cut" });
        }
        if walk.at > walk.bits.len() / 8 * 8 {
            say("fields-in-spare-bits");
        }
    }
}

/// Characters, and lengths that a decoder of bytes trips over.
fn alphabet(segments: &[&str], say: &mut impl FnMut(&str)) {
    for segment in segments {
        if segment.is_empty() {
            say("segment-empty");
        }
        if segment.chars().any(|c| !ALPHABET.contains(c)) {
            say("foreign");
        }
        if segment.len() % 4 == 1 {
            say("length-no-base64");
        }
        let bits = Walk::new(segment).bits;
        let spare = bits.len() % 8;
        if bits[bits.len() - spare..].contains(&true) {
            say("spare-bits-set");
        }
    }
}

fn core(walk: &mut Walk, say: &mut impl FnMut(&str)) -> Option<()> {
    for what in ["created-tenths", "updated-tenths"] {
        if walk.take(36)? % 10 != 0 {
            say(what);
        }
    }
    if walk.take(12)? < 2 {
        say("cmp-below-2");
    }
    walk.take(18)?;
    let language = [walk.take(6)?, walk.take(6)?];
    walk.take(20)?;
    walk.take(12)?;
    walk.take(24)?;
    walk.take(24)?;
    walk.take(1)?;
    let country = [walk.take(6)?, walk.take(6)?];
    if language.iter().chain(&country).any(|letter| *letter > 25) {
        say("letter-beyond-z");
    }
    let at = walk.at;
    vendors(walk, say)?;
    vendors(walk, say)?;
    let count = walk.take(12)?;
    if count > 0 {
        say("restrictions");
    }
    for _ in 0..count {
        let purpose = walk.take(6)?;
        if purpose == 0 {
            say("restriction-purpose-0");
        }
        if walk.take(2)? == 3 {
            say("restriction-kind-3");
        }
        if entries(walk, say, "restriction")? == 0 {
            say("restriction-empty");
        }
    }
    // Where a decoder of whole bytes sees the end.
    if walk.at > walk.bits.len() / 8 * 8 {
        say("fields-in-spare-bits");
    }
    debug_assert!(walk.at > at);
    Some(())
}

fn vendors(walk: &mut Walk, say: &mut impl FnMut(&str)) -> Option<()> {
    let last = walk.take(16)?;
    if walk.take(1)? == 1 {
        entries(walk, say, "range").map(drop)
    } else {
        for _ in 0..last {
            walk.take(1)?;
        }
        Some(())
    }
}

fn entries(walk: &mut Walk, say: &mut impl FnMut(&str), what: &str) -> Option<usize> {
    let count = walk.take(12)?;
    for _ in 0..count {
        let wide = walk.take(1)? == 1;
        let start = walk.take(16)?;
        let end = if wide { walk.take(16)? } else { start };
        if end < start {
            say(&format!("{what}-reversed"));
        }
        if start == 0 {
            say(&format!("{what}-from-0"));
        }
        if wide && end == 65_535 {
            say(&format!("{what}-to-65535"));
        }
    }
    Some(count)
}

fn own(walk: &mut Walk) -> Option<()> {
    walk.take(24)?;
    walk.take(24)?;
    let count = walk.take(6)?;
    (0..2 * count).try_for_each(|_| walk.take(1).map(drop))
}

fn usp(text: &str, prefix: &str, traits: &mut Traits) {
    let mut say = |trait_: &str| {
        traits.insert(format!("{prefix}{trait_}"));
    };
    let letters: Vec<char> = text.chars().collect();
    if letters.len() > 4 {
        say("too-long");
    }
    if letters.len() < 4 {
        say("too-short");
    }
    if letters.first() != Some(&'1') {
        say("other-version");
    }
    if letters.iter().skip(1).any(|letter| !"YN-".contains(*letter)) {
        say("other-letters");
    }
    if letters.get(2) == Some(&'-') && text != "1---" {
        say("opt-out-left-open");
    }
}

fn gpp(text: &str, traits: &mut Traits) {
    let parts: Vec<&str> = text.split('~').collect();
    if !text.contains('~') {
        traits.insert("one-part".to_owned());
    }
    if parts[1..].iter().any(|part| part.trim().is_empty()) {
        traits.insert("section-blank".to_owned());
    }
    alphabet(&parts[..1], &mut |what| {
        traits.insert(format!("header-{what}"));
    });
    let Some(ids) = header(parts[0], traits) else {
        traits.insert("header-broken".to_owned());
        return;
    };
    if ids.len() != parts.len() - 1 {
        traits.insert("count-differs".to_owned());
        return;
    }
    for (id, section) in ids.into_iter().zip(&parts[1..]) {
        match id {
            2 => tcf(section, "2:", traits),
            6 => usp(section, "6:", traits),
            7..=27 => us(id, section, traits),
            1 | 3..=5 => {
                traits.insert("id-not-ours".to_owned());
            }
            _ => {
                traits.insert("id-unknown".to_owned());
            }
        }
        if (24..=27).contains(&id) {
            traits.insert("id-of-2025".to_owned());
        }
    }
}

fn header(text: &str, traits: &mut Traits) -> Option<Vec<usize>> {
    let mut walk = Walk::new(text);
    (walk.take(6)? == 3 && walk.take(6)? == 1).then_some(())?;
    let groups = walk.take(12)?;
    if groups > 64 {
        traits.insert("header-many-groups".to_owned());
    }
    let mut ids: Vec<usize> = Vec::new();
    let mut last = 0;
    for index in 0..groups {
        let wide = walk.take(1)? == 1;
        let step = walk.fibonacci()?;
        let run = if wide { walk.fibonacci()? } else { 0 };
        let start = last + step;
        last = start + run;
        if !wide && index > 0 && index + 1 < groups {
            traits.insert("header-single-in-the-middle".to_owned());
        }
        if wide && index > 0 {
            traits.insert("header-group-behind-others".to_owned());
        }
        if last > 5000 {
            traits.insert("header-far-ids".to_owned());
            return None;
        }
        ids.extend(start..=last);
    }
    Some(ids)
}

fn us(id: usize, text: &str, traits: &mut Traits) {
    let mut say = |trait_: &str| {
        traits.insert(format!("{id}:{trait_}"));
    };
    let mut segments: Vec<&str> = text.split('.').collect();
    alphabet(&segments, &mut say);
    let lead = |text: &str| Walk::new(text).take(6);
    if id >= 24 && lead(segments[0]) == Some(id) {
        say("headed");
        segments.remove(0);
    }
    let core = segments.first().copied().unwrap_or_default();
    let version = lead(core);
    say(match version {
        Some(1) => "version-1",
        Some(2) => "version-2",
        None => "cut",
        Some(_) => "version-other",
    });
    let bits = core.len() * 6;
    let mut entries = ENTRIES[id - 7];
    if id == 7 {
        // The longer form has 70 bits, the shorter one 60.
        let long = bits >= 6 + 2 * entries;
        say(if long { "long" } else { "short" });
        if !long {
            entries = SHORT_NATIONAL;
        }
    }
    if bits < 6 + 2 * entries {
        say("cut");
    }
    // What follows the entries is padding, and ought to be zeros.
    let mut walk = Walk::new(core);
    walk.take(6);
    for entry in 0..entries {
        let value = walk.take(2);
        if value == Some(3) {
            say("value-3");
        }
        if id < 24 && entry + 3 == entries && matches!(value, Some(0 | 3)) {
            say("covered-open");
        }
    }
    for segment in segments.iter().skip(1) {
        let mut walk = Walk::new(segment);
        if (25..=27).contains(&id) {
            say("sensitive");
            match (0..8).try_fold(false, |three, _| walk.take(2).map(|value| three || value == 3)) {
                None => say("segment-cut"),
                Some(true) => say("value-3"),
                Some(false) => {}
            }
            continue;
        }
        match walk.take(2) {
            Some(1) => match walk.take(1) {
                Some(bit) => say(if bit == 1 { "gpc" } else { "gpc-no" }),
                None => say("segment-cut"),
            },
            _ => say("segment-other"),
        }
    }
    if segments.len() == 1 {
        say("core-alone");
    }
    if segments.len() > 2 {
        say("segments-more");
    }
}

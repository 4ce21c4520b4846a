//! GPP strings: every US section, both forms of 24 to 27, both lengths of usnat, segments of Global Privacy Control.

use std::collections::BTreeSet;

use parvis_fuzz_targets::dice::Dice;

use super::bits::Writer;
use super::tcf;

/// Two-bit entries in the core of sections 7 to 27, behind the version; usnat in its longer form, after the
/// section files of the IAB's GPP specification.
pub const ENTRIES: [usize; 21] =
    [32, 20, 17, 16, 18, 19, 20, 20, 23, 18, 23, 18, 18, 20, 24, 18, 18, 8, 9, 9, 9];
/// Entries of usnat in its shorter form.
pub const SHORT_NATIONAL: usize = 27;
/// Of the entries, the one of the agreement's covered transaction, counted from the end, in sections 7 to 23.
const COVERED_FROM_END: usize = 3;

/// A GPP string of one to four sections.
pub fn string(dice: &mut Dice) -> String {
    let mut ids = BTreeSet::new();
    for _ in 0..=dice.below(8) / 2 {
        let id = match dice.below(12) {
            0 => 2,
            1 => 6,
            2 => 24 + dice.below(4),
            3 if dice.one_in(4) => 28 + dice.below(60),
            _ => 7 + dice.below(21),
        };
        ids.insert(id);
    }
    if dice.one_in(5) {
        // Neighbors, so that the header has a group.
        let first = 7 + dice.below(18);
        ids.extend(first..first + 3);
    }
    let mut text = header(dice, &ids);
    for id in ids {
        text.push('~');
        text.push_str(&section(dice, id));
    }
    text
}

/// The header that names these ids, neighbors as a group more often than not.
pub fn header(dice: &mut Dice, ids: &BTreeSet<usize>) -> String {
    let mut groups: Vec<(usize, usize)> = Vec::new();
    let grouped = !dice.one_in(4);
    for id in ids {
        match groups.last_mut() {
            Some((_, end)) if grouped && *end + 1 == *id => *end = *id,
            _ => groups.push((*id, *id)),
        }
    }
    let mut bits = Writer::default();
    bits.put(3, 6);
    bits.put(1, 6);
    bits.put(groups.len(), 12);
    let mut last = 0;
    for (start, end) in groups {
        bits.put(usize::from(end > start), 1);
        bits.fibonacci(start - last);
        if end > start {
            bits.fibonacci(end - start);
        }
        last = end;
    }
    bits.text(dice)
}

fn section(dice: &mut Dice, id: usize) -> String {
    match id {
        2 => tcf::string(dice),
        6 => super::usp(dice),
        7..=27 => us_section(dice, id),
        _ => {
            let mut bits = Writer::default();
            bits.put(dice.below(1 << 30), 30);
            bits.text(dice)
        }
    }
}

/// A US section in the layout of `id`.
pub fn us_section(dice: &mut Dice, id: usize) -> String {
    let mut bits = Writer::default();
    let mut segments = Vec::new();
    let mut version = 1;
    let mut entries = ENTRIES[id - 7];
    if id == 7 {
        // Banners write the longer form under version 1 too.
        (version, entries) = *dice.pick(&[(1, SHORT_NATIONAL), (1, entries), (2, entries)]);
    }
    if dice.one_in(60) {
        version = dice.below(64);
    }
    if id >= 24 && dice.one_in(3) {
        let mut first = Writer::default();
        first.put(id, 6);
        first.put(1, 6);
        first.put(0, 12);
        segments.push(first.text(dice));
    }
    bits.put(version, 6);
    let often = dice.below(3) + 1;
    for entry in 0..entries {
        let covered = if id >= 24 { entry == 0 } else { entry + COVERED_FROM_END == entries };
        let value = if covered && !dice.one_in(20) { 1 + dice.below(2) } else { value(dice, often) };
        bits.put(value, 2);
    }
    segments.push(bits.text(dice));
    if (25..=27).contains(&id) {
        if !dice.one_in(4) {
            let mut sensitive = Writer::default();
            (0..8).for_each(|_| sensitive.put(value(dice, often), 2));
            segments.push(sensitive.text(dice));
        }
    } else if dice.one_in(2) && (!matches!(id, 9 | 11 | 13) || dice.one_in(20)) {
        let mut gpc = Writer::default();
        gpc.put(1, 2);
        gpc.put(dice.below(2), 1);
        segments.push(gpc.text(dice));
    }
    segments.join(".")
}

fn value(dice: &mut Dice, often: usize) -> usize {
    if dice.one_in(150) {
        3
    } else if dice.one_in(often) {
        1 + dice.below(2)
    } else {
        0
    }
}

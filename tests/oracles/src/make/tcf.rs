//! TC strings of every shape of segment, range, bit field and restriction.

use parvis_fuzz_targets::dice::Dice;

use super::bits::Writer;

/// A TC string that the specification allows, but for rare quirks that real ones have.
pub fn string(dice: &mut Dice) -> String {
    let mut segments = vec![core(dice)];
    let mut others = Vec::new();
    if !dice.one_in(4) {
        others.push(vendors_segment(dice, 1));
    }
    if dice.one_in(6) {
        others.push(vendors_segment(dice, 2));
    }
    if !dice.one_in(3) {
        others.push(publisher(dice));
    }
    if dice.one_in(40) {
        let kind = 4 + dice.below(4);
        others.push(vendors_segment(dice, kind));
    }
    while !others.is_empty() {
        segments.push(others.swap_remove(dice.below(others.len())));
    }
    segments.join(".")
}

fn core(dice: &mut Dice) -> String {
    let mut bits = Writer::default();
    bits.put(2, 6);
    let created = 15_800_000_000 + dice.below(2_100_000_000);
    bits.put(created, 36);
    bits.put(if dice.one_in(2) { created } else { created + dice.below(100_000_000) }, 36);
    for width in [12, 12, 6] {
        bits.put(dice.below(1 << width), width);
    }
    letters(dice, &mut bits);
    bits.put(dice.below(400), 12);
    bits.put(*dice.pick(&[2, 4, 4, 5, 5, 63]), 6);
    bits.put(usize::from(!dice.one_in(8)), 1);
    bits.put(dice.below(2), 1);
    bits.put(dice.below(4) << 10, 12);
    purposes(dice, &mut bits);
    purposes(dice, &mut bits);
    bits.put(usize::from(dice.one_in(5)), 1);
    letters(dice, &mut bits);
    vendors(dice, &mut bits);
    vendors(dice, &mut bits);
    restrictions(dice, &mut bits);
    bits.text(dice)
}

fn letters(dice: &mut Dice, bits: &mut Writer) {
    for _ in 0..2 {
        bits.put(if dice.one_in(200) { dice.below(64) } else { dice.below(26) }, 6);
    }
}

/// None, all that exist, some that exist, or anything.
fn purposes(dice: &mut Dice, bits: &mut Writer) {
    let some = dice.below(1 << 11) << 13;
    let any = dice.below(1 << 24);
    bits.put(*dice.pick(&[0, 0xffe000, some, some, any]), 24);
}

fn vendors(dice: &mut Dice, bits: &mut Writer) {
    if dice.one_in(2) {
        let last = *dice.pick(&[0, 1, dice.clone().below(40), dice.clone().below(900)]);
        bits.put(last, 16);
        bits.put(0, 1);
        let often = dice.below(4) + 1;
        for _ in 0..last {
            bits.put(usize::from(dice.one_in(often)), 1);
        }
        return;
    }
    let mut entries = Writer::default();
    let count = dice.below(9);
    let mut last = 0;
    for _ in 0..count {
        last = entry(dice, &mut entries, last, 60);
    }
    // The last vendor need not be in the set.
    bits.put(last + if dice.one_in(3) { dice.below(40) } else { 0 }, 16);
    bits.put(1, 1);
    bits.put(count, 12);
    bits.append(entries);
}

/// One range or id behind `last`; rarely in a wrong order. Returns its end.
fn entry(dice: &mut Dice, bits: &mut Writer, last: usize, span: usize) -> usize {
    let start = if dice.one_in(60) { dice.below(last + 1) } else { last + 1 + dice.below(span) };
    let single = dice.one_in(2);
    let end = if single { start } else { start + 1 + dice.below(span) };
    bits.put(usize::from(!single), 1);
    if !single && dice.one_in(80) {
        bits.put(end, 16);
        bits.put(start, 16);
    } else {
        bits.put(start, 16);
        if !single {
            bits.put(end, 16);
        }
    }
    end
}

fn restrictions(dice: &mut Dice, bits: &mut Writer) {
    let count = if dice.one_in(2) { 0 } else { 1 + dice.below(4) };
    bits.put(count, 12);
    for _ in 0..count {
        let purpose = if dice.one_in(30) { dice.below(64) } else { 1 + dice.below(11) };
        bits.put(purpose, 6);
        bits.put(if dice.one_in(10) { 3 } else { dice.below(3) }, 2);
        let entries = if dice.one_in(15) { 0 } else { 1 + dice.below(3) };
        bits.put(entries, 12);
        let mut last = 0;
        for _ in 0..entries {
            last = entry(dice, bits, last, 30);
        }
    }
}

fn vendors_segment(dice: &mut Dice, kind: usize) -> String {
    let mut bits = Writer::default();
    bits.put(kind, 3);
    vendors(dice, &mut bits);
    bits.text(dice)
}

fn publisher(dice: &mut Dice) -> String {
    let mut bits = Writer::default();
    bits.put(3, 3);
    purposes(dice, &mut bits);
    purposes(dice, &mut bits);
    let custom = if dice.one_in(2) { 0 } else { dice.below(64) };
    bits.put(custom, 6);
    for _ in 0..2 * custom {
        bits.put(dice.below(2), 1);
    }
    bits.text(dice)
}

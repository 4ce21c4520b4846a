//! Whether assignment is even, independent and steady: with fixed seeds, so that a run repeats.
//!
//! `cargo test` looks at 50,000 units for each question; `PARVIS_LONG=1` at 1,000,000.

#![expect(clippy::expect_used, reason = "a failing test may panic")]

use alloc::vec;
use alloc::vec::Vec;

use super::allocation::{Range, choose, equal_weights, held_out, in_group, ranges, takes_part, variant};
use super::hash::{Stage, Unit};

/// Values that chi-square exceeds with probability 0.001, for 1 to 9 degrees of freedom (NIST handbook 1.3.6.7.4).
const CRITICAL: [f64; 9] = [10.828, 13.816, 16.266, 18.467, 20.515, 22.458, 24.322, 26.124, 27.877];

fn count() -> u32 {
    if std::env::var_os("PARVIS_LONG").is_some() { 1_000_000 } else { 50_000 }
}

/// Random units (SplitMix64: Steele, Lea and Flood, OOPSLA 2014) from a fixed seed.
fn random(seed: u64) -> impl Iterator<Item = Unit> {
    (1..=u64::from(count())).map(move |step| {
        let z = seed.wrapping_add(step.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Unit(z ^ (z >> 31))
    })
}

fn chi_square(observed: &[u32], expected: &[f64]) -> f64 {
    let term = |(seen, due): (&u32, &f64)| (f64::from(*seen) - due).powi(2) / due;
    observed.iter().zip(expected).map(term).sum()
}

fn tally(places: impl Iterator<Item = usize>, variants: usize) -> Vec<u32> {
    let mut seen = vec![0_u32; variants];
    places.for_each(|place| *seen.get_mut(place).expect("a place below the number of variants") += 1);
    seen
}

#[test]
fn variants_get_their_shares() {
    for (variants, critical) in (2_u16..).zip(CRITICAL) {
        let places =
            random(u64::from(variants)).filter_map(|unit| variant(unit, "even", equal_weights(variants)));
        let expected: Vec<f64> =
            equal_weights(variants).map(|w| f64::from(count()) * f64::from(w) / 10_000.0).collect();
        let value = chi_square(&tally(places, variants.into()), &expected);
        assert!(value < critical, "{variants} variants: chi-square {value} is above {critical}");
    }
}

#[test]
fn units_that_are_counted_up_get_their_shares_too() {
    for (variants, critical) in (2_u16..).zip(CRITICAL) {
        let places =
            (0..u64::from(count())).filter_map(|n| variant(Unit(n), "counted", equal_weights(variants)));
        let expected: Vec<f64> =
            equal_weights(variants).map(|w| f64::from(count()) * f64::from(w) / 10_000.0).collect();
        let value = chi_square(&tally(places, variants.into()), &expected);
        assert!(value < critical, "{variants} variants: chi-square {value} is above {critical}");
    }
}

#[test]
fn stages_and_campaigns_are_independent() {
    // Each pair of yes-or-no hashes fills a table of four equally likely cells: three degrees of freedom.
    let half = Range { start: 0, end: 5000 };
    type Look = fn(Unit, Range) -> bool;
    let looks: [(&str, Look); 5] = [
        ("holdout", |unit, half| held_out(unit, "one", half.end)),
        ("traffic one", |unit, half| takes_part(unit, "one", half.end)),
        ("variant one", |unit, half| half.contains(unit.bucket(Stage::Variant, "one"))),
        ("variant two", |unit, half| half.contains(unit.bucket(Stage::Variant, "two"))),
        ("group", |unit, half| in_group(unit, "one", half)),
    ];
    for (at, (first, one)) in looks.iter().enumerate() {
        for (second, other) in looks.iter().skip(at + 1) {
            let cells =
                random(77).map(|unit| usize::from(one(unit, half)) * 2 + usize::from(other(unit, half)));
            let value = chi_square(&tally(cells, 4), &[f64::from(count()) / 4.0; 4]);
            assert!(value < 16.266, "{first} and {second}: chi-square {value}");
        }
    }
}

#[test]
fn growth_moves_nobody() {
    let mut moved = 0;
    for unit in random(5) {
        let place = variant(unit, "grow", equal_weights(3));
        let bucket = unit.bucket(Stage::Variant, "grow");
        let mut before = None;
        let mut inside = false;
        for share in (0..=10_000).step_by(1000) {
            let now = choose(bucket, ranges(3, &[], share));
            moved += u32::from(before.is_some() && now != before);
            moved += u32::from(inside && !takes_part(unit, "grow", share));
            inside = takes_part(unit, "grow", share);
            before = now;
        }
        moved += u32::from(before != place);
    }
    assert_eq!(moved, 0);
}

#[test]
fn parts_of_a_group_get_their_shares() {
    let tenth = |place: u16| Range { start: place * 1000, end: place * 1000 + 1000 };
    for group in ["homepage", "checkout"] {
        let places = random(11)
            .filter_map(|unit| (0..10).find(|place| in_group(unit, group, tenth(*place))).map(usize::from));
        let value = chi_square(&tally(places, 10), &[f64::from(count()) / 10.0; 10]);
        assert!(value < 27.877, "{group}: chi-square {value}");
    }
}

#[test]
fn a_part_of_a_group_that_grows_moves_nobody_and_parts_that_do_not_meet_share_nobody() {
    for unit in random(13) {
        let inside: Vec<bool> =
            (0..=10).map(|tenth| in_group(unit, "homepage", Range { start: 0, end: tenth * 1000 })).collect();
        assert!(inside.is_sorted() && inside.first() == Some(&false) && inside.last() == Some(&true));
        let parts = [Range { start: 0, end: 3330 }, Range { start: 3330, end: 10_000 }];
        assert_eq!(parts.iter().filter(|part| in_group(unit, "homepage", **part)).count(), 1);
    }
}

#[test]
fn the_place_in_a_group_says_nothing_about_variants_of_its_experiments() {
    // Two places by three variants: five degrees of freedom.
    for (group, seed) in [("homepage", "hero-test"), ("one", "one"), ("hero-test", "hero-test")] {
        let cells = random(21).filter_map(|unit| {
            let inside = usize::from(in_group(unit, group, Range { start: 0, end: 5000 }));
            Some(inside * 3 + variant(unit, seed, equal_weights(3))?)
        });
        let due: Vec<f64> = (0..2)
            .flat_map(|_| equal_weights(3))
            .map(|w| f64::from(count()) * f64::from(w) / 20_000.0)
            .collect();
        let value = chi_square(&tally(cells, 6), &due);
        assert!(value < 20.515, "{group} and {seed}: chi-square {value}");
    }
}

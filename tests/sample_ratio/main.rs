//! Sample ratios: of visitors of all kinds, each arm of an experiment counts as many as its weight says.
//!
//! Visitors meet pages without the block, without a part and not closed, lack values, refuse, reload, are robots, and have
//! pages fetched ahead. Who is counted is compared twice: one by one with what a person could see, and together with the
//! weights, by chi-square. Both are needed: a mistake that is the same in all arms leaves the ratio as it is.
//!
//! `cargo test` asks 5,000 visitors for each of 4 seeds, `PARVIS_LONG=1` 100,000 for each of 20. Seen red: the bugs for this
//! test in `tests/model/planted.json`.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failing test may panic")]

mod crowd;

use crowd::{Crowd, EXPERIMENTS};

/// Below this probability the counts are no chance.
const LEAST: f64 = 0.001;

fn sizes() -> (u64, u64) {
    if std::env::var_os("PARVIS_LONG").is_some() { (20, 100_000) } else { (4, 5_000) }
}

/// How probable it is to be so far off the weights, in hundredths, by chance alone.
///
/// With two degrees of freedom, of three arms, chi-square exceeds `x` with probability `exp(-x / 2)`.
fn probability(counts: [u32; 3], weights: [u32; 3]) -> f64 {
    let all = f64::from(counts.iter().sum::<u32>());
    let whole = f64::from(weights.iter().sum::<u32>());
    let term = |(count, weight): (u32, u32)| {
        let due = all * f64::from(weight) / whole;
        (f64::from(count) - due).powi(2) / due
    };
    (-counts.into_iter().zip(weights).map(term).sum::<f64>() / 2.0).exp()
}

#[test]
fn arms_count_as_their_weights_say_and_what_a_person_could_see() {
    let (seeds, visitors) = sizes();
    let book = crowd::engine();
    let crowds: Vec<Crowd> = std::thread::scope(|scope| {
        let book = &book;
        let all: Vec<_> =
            (0..seeds).map(|seed| scope.spawn(move || Crowd::asks(book, seed, visitors))).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let mut faults = Vec::new();
    for (seed, crowd) in crowds.iter().enumerate() {
        println!("seed {seed}: {crowd:?}");
        for (at, (id, weights)) in EXPERIMENTS.iter().enumerate() {
            let found = probability(crowd.arms[at], *weights);
            if found <= LEAST {
                faults.push(format!(
                    "seed {seed}: `{id}` counts {:?} visitors, probability {found}",
                    crowd.arms[at]
                ));
            }
            assert!(u64::from(crowd.arms[at].iter().sum::<u32>()) > visitors / 10, "few take part in `{id}`");
        }
        faults.extend(
            crowd.first_fault.iter().map(|fault| format!("seed {seed}: {} faults, as {fault}", crowd.faults)),
        );
        // What the counts are to be proof against must have happened.
        assert!(
            crowd.obstacles.iter().all(|times| u64::from(*times) > visitors / 50),
            "{:?}",
            crowd.obstacles
        );
    }
    for (at, (id, weights)) in EXPERIMENTS.iter().enumerate() {
        let all = [0, 1, 2].map(|arm| crowds.iter().map(|crowd| crowd.arms[at][arm]).sum());
        let found = probability(all, *weights);
        if found <= LEAST {
            faults.push(format!("all seeds: `{id}` counts {all:?} visitors, probability {found}"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_ratio_that_is_off_is_improbable() {
    for (counts, weights, is_off) in [
        ([300, 300, 400], [30, 30, 40], false),
        ([320, 290, 390], [30, 30, 40], false),
        ([220, 300, 400], [30, 30, 40], true),
        ([3000, 3000, 4400], [30, 30, 40], true),
        ([1, 1, 1], [1, 1, 1], false),
    ] {
        assert_eq!(probability(counts, weights) <= LEAST, is_off, "{counts:?}");
    }
    // As tables have it, chi-square of two degrees of freedom exceeds 13.816 with probability 0.001.
    assert!(((-13.816_f64 / 2.0).exp() - LEAST).abs() < 1e-5);
}

//! Every fuzz target on its kept corpus and some thousand deterministic mutations of it: seconds, on stable Rust.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use parvis::base::checksum::digest;
use parvis_fuzz_targets::dice::Dice;
use parvis_fuzz_targets::{corpus, targets};

/// Mutations of each target; ten times as many with PARVIS_LONG.
const MUTATIONS: usize = 1500;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn file(target: &str) -> PathBuf {
    folder().join(format!("{target}.txt"))
}

/// The kept inputs of one target by name.
fn kept(target: &str) -> corpus::Inputs {
    corpus::read(&file(target)).unwrap_or_else(|error| panic!("{}: {error}", file(target).display()))
}

/// The kept inputs of one target, in order of their names.
fn inputs(target: &str) -> Vec<Vec<u8>> {
    kept(target).into_values().collect()
}

fn mutate(dice: &mut Dice, inputs: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = inputs[dice.below(inputs.len())].clone();
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len() + 1);
        match dice.below(7) {
            0 => bytes.truncate(at),
            1 if at < bytes.len() => bytes[at] = u8::try_from(dice.below(256)).expect("a byte"),
            2 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            3 if at < bytes.len() => {
                bytes.remove(at);
            }
            4 => bytes.insert(at, b"\n;=.~%,A{}\"1"[dice.below(12)]),
            5 => {
                let other = &inputs[dice.below(inputs.len())];
                let tail = other[dice.below(other.len() + 1)..].to_vec();
                bytes.splice(at.., tail);
            }
            _ => {
                let copy = bytes[at..bytes.len().min(at + 20)].to_vec();
                bytes.splice(at..at, copy);
            }
        }
    }
    bytes
}

/// The seed of the mutations: that of all property tests, so that a longer run tries others.
fn seed() -> u64 {
    std::env::var("PROPTEST_RNG_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1)
}

/// Leaves a mutation that broke a law in the corpus: it is tried from now on, and git notices it.
fn keep(target: &str, input: &[u8]) {
    let mut inputs = kept(target);
    inputs.insert(format!("finding-{:016x}", digest(input)), input.to_vec());
    let file = file(target);
    corpus::write(&file, &inputs)
        .unwrap_or_else(|error| panic!("cannot write `{}`: {error}", file.display()));
}

#[test]
fn every_target_on_its_corpus_and_mutations() {
    let long = std::env::var_os("PARVIS_LONG").is_some();
    let mut failures = Vec::new();
    for (name, target) in targets() {
        let inputs = inputs(name);
        assert!(!inputs.is_empty(), "no input in corpus/{name}.txt");
        let mut dice = Dice::new(seed());
        let mutations = if long { MUTATIONS * 10 } else { MUTATIONS };
        let mutated = (0..mutations).map(|_| mutate(&mut dice, &inputs)).collect::<Vec<_>>();
        for (at, input) in inputs.iter().chain(&mutated).enumerate() {
            if catch_unwind(AssertUnwindSafe(|| target.run(input))).is_err() {
                if at >= inputs.len() {
                    keep(name, input);
                }
                failures.push(format!("{name}: {}", input.escape_ascii()));
                break;
            }
        }
    }
    assert!(failures.is_empty(), "laws broken; the inputs, escaped:\n{}", failures.join("\n"));
}

#[test]
fn every_target_has_seeds_and_there_are_no_others() {
    let table: BTreeSet<String> = targets().map(|(name, _)| format!("{name}.txt")).collect();
    assert_eq!(table.len(), targets().count(), "two targets of one name");
    let files = fs::read_dir(folder()).expect("a corpus").map(|entry| entry.expect("an entry").file_name());
    assert_eq!(files.map(|name| name.to_string_lossy().into_owned()).collect::<BTreeSet<_>>(), table);
}

#[test]
fn the_corpus_stays_small() {
    let bytes: usize = targets().flat_map(|(name, _)| inputs(name)).map(|input| input.len()).sum();
    assert!(bytes < 500_000, "{bytes} bytes of corpus: keep what covers something new");
}

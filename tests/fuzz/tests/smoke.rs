//! Every fuzz target on its kept corpus and some thousand deterministic mutations of it: seconds, on stable Rust.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use parvis::base::checksum::digest;
use parvis_fuzz_targets::dice::Dice;
use parvis_fuzz_targets::{TARGETS, corpus};

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
    for (name, target) in TARGETS {
        let inputs = inputs(name);
        assert!(!inputs.is_empty(), "no input in corpus/{name}.txt");
        let mut dice = Dice::new(seed());
        let mutations = if long { MUTATIONS * 10 } else { MUTATIONS };
        let mutated = (0..mutations).map(|_| mutate(&mut dice, &inputs)).collect::<Vec<_>>();
        for (at, input) in inputs.iter().chain(&mutated).enumerate() {
            if catch_unwind(AssertUnwindSafe(|| target(input))).is_err() {
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
fn corpus_programs_and_table_name_the_same_targets() {
    let table: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let files = fs::read_dir(folder()).expect("a corpus").map(|entry| entry.expect("an entry").file_name());
    let names = files.map(|name| name.to_string_lossy().into_owned()).collect::<BTreeSet<_>>();
    assert_eq!(names, table.iter().map(|name| format!("{name}.txt")).collect());
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("libfuzzer/Cargo.toml"));
    let manifest = manifest.expect("the manifest of the programs");
    for name in &table {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "libfuzzer/Cargo.toml has no `{name}`");
    }
}

#[test]
fn the_corpus_stays_small() {
    let bytes: usize = TARGETS.iter().flat_map(|(name, _)| inputs(name)).map(|input| input.len()).sum();
    assert!(bytes < 500_000, "{bytes} bytes of corpus: keep what covers something new");
}

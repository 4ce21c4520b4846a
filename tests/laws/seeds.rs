//! Seeds of property tests: fixed unless somebody asks for others, so that a red test is red again, and a case that failed
//! stays in a file that git sees.

#![expect(clippy::expect_used, clippy::panic, reason = "a failing test may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{RngSeed, TestRunner};

/// What a property test would draw first.
fn drawn(seed: RngSeed) -> Vec<u64> {
    let mut runner = TestRunner::new(ProptestConfig { rng_seed: seed, ..ProptestConfig::default() });
    (0..8).map(|_| any::<u64>().new_tree(&mut runner).expect("any number").current()).collect()
}

#[test]
fn the_seed_is_fixed_and_another_one_draws_other_values() {
    let seed = ProptestConfig::default().rng_seed;
    let RngSeed::Fixed(number) = seed else {
        panic!("no PROPTEST_RNG_SEED: cargo sets it as .cargo/config.toml says, or set it yourself")
    };
    assert_eq!(drawn(seed), drawn(seed));
    assert_ne!(drawn(seed), drawn(RngSeed::Fixed(number.wrapping_add(1))));
}

/// Source files of the repository, without what was built.
fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder").flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() && name != "target" && name != "node_modules" {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// Where proptest leaves what failed: beside the folder with `lib.rs` or `main.rs`, else beside the test.
fn place(file: &Path) -> PathBuf {
    let of_sources = |folder: &&Path| folder.join("lib.rs").is_file() || folder.join("main.rs").is_file();
    let Some(folder) = file.ancestors().skip(1).find(of_sources) else {
        return file.with_extension("proptest-regressions");
    };
    let inside = file.strip_prefix(folder).expect("it lies in it").with_extension("txt");
    folder.with_file_name("proptest-regressions").join(inside)
}

#[test]
fn every_property_test_leaves_its_failures_where_git_sees_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    ["src", "tests", "edge", "xtask"].iter().for_each(|folder| sources(&root.join(folder), &mut files));
    let (mut with_properties, mut places) = (0, Vec::new());
    for file in files.iter().filter(|file| !file.ends_with("tests/laws/seeds.rs")) {
        let text = fs::read_to_string(file).expect("a readable file");
        if !text.lines().any(|line| line.trim_start().starts_with("proptest!")) {
            continue;
        }
        with_properties += 1;
        assert!(!text.contains("failure_persistence"), "{} keeps failures elsewhere", file.display());
        places.push(place(file));
    }
    assert!(with_properties > 20, "only {with_properties} files have property tests");
    let git =
        Command::new("git").args(["check-ignore", "--no-index"]).args(&places).current_dir(root).output();
    let git = git.expect("git runs");
    assert_eq!(String::from_utf8_lossy(&git.stdout), "", "git does not see these");
}

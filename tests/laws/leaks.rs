//! Leaks planted in the engine: `tests/interference` finds each of them within a minute.
//!
//! That each can still be planted is tested always; that each is found, when asked for, since every one is a build:
//!
//! ```console
//! $ cargo test -p parvis --test laws leaks -- --ignored --nocapture    # PARVIS_PLANTED=cookie for those with `cookie`
//! ```
//!
//! It prints after how many seconds each was found, the build not counted.
#![expect(clippy::expect_used, reason = "a failing test may panic")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use crate::planter::{Copy, bugs};

const LEAKS: &str = include_str!("../interference/leaks.json");
/// How long the law may take to find a leak.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn every_leak_can_still_be_planted() {
    let leaks = bugs(LEAKS);
    for leak in &leaks {
        let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&leak.file));
        let source = source.expect("a file of the engine");
        assert_ne!(leak.in_source(&source), source, "{}", leak.what);
    }
    assert!(leaks.len() >= 12, "only {} leaks", leaks.len());
}

#[test]
#[ignore = "builds the engine once for each of the leaks"]
fn every_leak_is_found_within_a_minute() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = Copy::of(root, root.join("target/leaks"));
    let only = std::env::var("PARVIS_PLANTED").unwrap_or_default();
    let mut missed = Vec::new();
    for leak in bugs(LEAKS).iter().filter(|leak| leak.what.contains(&only)) {
        let (built, ran, took) = copy.with(leak, |folder| {
            let built = law(folder, &["--no-run"]);
            let started = Instant::now();
            let ran = law(folder, &["what_is_denied_changes_nothing"]);
            (built, ran, started.elapsed())
        });
        assert!(built.status.success(), "{} does not build: {}", leak.what, text(&built.stderr));
        let said = text(&ran.stdout);
        let pair = said.split("PARVIS_INTERFERENCE=").nth(1).and_then(|rest| rest.split(' ').next());
        match pair.filter(|_| !ran.status.success() && took < PATIENCE) {
            Some(pair) => println!("{:5.1} s, pair {pair}: {}", took.as_secs_f64(), leak.what),
            None => {
                println!(
                    "NOT FOUND in {:.1} s: {}\n{said}{}",
                    took.as_secs_f64(),
                    leak.what,
                    text(&ran.stderr)
                );
                missed.push(leak.what.clone());
            }
        }
    }
    assert!(missed.is_empty(), "not found: {missed:#?}");
}

/// Runs the law in a copy of the repository.
fn law(folder: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO"))
        .args(["test", "--locked", "--offline", "-p", "parvis", "--test", "interference"])
        .args(more)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env_remove("PARVIS_LONG")
        .env_remove("PARVIS_INTERFERENCE")
        .output()
        .expect("cargo runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

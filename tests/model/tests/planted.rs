//! Bugs planted in the engine, in `planted.json`: at least one for each operator, signal and rule that the model knows, and
//! those by which other tests are known to see what they look for.
//!
//! That each can still be planted is tested always; that each is caught, when asked for, since every one is a build:
//!
//! ```console
//! $ cargo test -p parvis-model --test planted -- --ignored --nocapture    # PARVIS_PLANTED=cap for those with `cap`
//! ```

#[path = "../../laws/planter.rs"]
mod planter;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use planter::{Bug, Copy, bugs};
use serde_json::Value as Json;

/// How many bugs there are, in how many files: who takes one away says so here.
const BUGS: usize = 242;
const FILES: usize = 85;

/// What tests of the model are run with.
const MODEL: [&str; 5] = ["-p", "parvis-model", "--test", "agree", "engine_and_model_agree"];

/// A bug that can be planted, and how it is caught.
struct Planted {
    bug: Bug,
    /// The test that catches it, as arguments of `cargo test`; [`MODEL`] where nothing else is said.
    test: Vec<String>,
    /// The command by which a person sees it caught, where no test of cargo does.
    by_hand: Option<String>,
}

fn planted() -> Vec<Planted> {
    let text = include_str!("../planted.json");
    let list: Vec<Json> = serde_json::from_str(text).expect("a list");
    bugs(text).into_iter().zip(&list).map(|(bug, more)| Planted::read(bug, more)).collect()
}

impl Planted {
    fn read(bug: Bug, more: &Json) -> Planted {
        let arguments =
            more["test"].as_array().map(|all| all.iter().map(|one| one.as_str().expect("a text")).collect());
        Planted {
            bug,
            test: arguments.unwrap_or_else(|| MODEL.to_vec()).into_iter().map(str::to_owned).collect(),
            by_hand: more["by_hand"].as_str().map(str::to_owned),
        }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the workspace")
}

#[test]
fn every_planted_bug_can_still_be_planted() {
    let all = planted();
    for Planted { bug, .. } in &all {
        let source = fs::read_to_string(root().join(&bug.file)).expect("a file of the repository");
        assert_ne!(bug.in_source(&source), source, "{}", bug.what);
    }
    let names: BTreeSet<&str> = all.iter().map(|one| one.bug.what.as_str()).collect();
    let files: BTreeSet<&str> = all.iter().map(|one| one.bug.file.as_str()).collect();
    assert_eq!((names.len(), all.len(), files.len()), (BUGS, BUGS, FILES));
}

#[test]
fn what_is_seen_by_hand_names_its_command() {
    let by_hand: Vec<String> = planted().into_iter().filter_map(|bug| bug.by_hand).collect();
    for command in &by_hand {
        let test = command.strip_prefix("node --test ").expect("a test of Node");
        assert!(root().join(test).is_file(), "{command}");
    }
    assert_eq!(by_hand.len(), 3);
}

#[test]
#[ignore = "builds the engine once for each of the bugs"]
fn every_planted_bug_is_caught() {
    let copy = Copy::of(root(), root().join("target/planted"));
    let only = std::env::var("PARVIS_PLANTED").unwrap_or_default();
    let mut missed = Vec::new();
    let wanted = |one: &&Planted| one.bug.what.contains(&only) && one.by_hand.is_none();
    for Planted { bug, test, .. } in planted().iter().filter(wanted) {
        let run = copy.with(bug, |folder| {
            Command::new(env!("CARGO"))
                .args(["test", "--locked", "--offline"])
                .args(test)
                .current_dir(folder)
                .env("CARGO_TARGET_DIR", folder.join("target"))
                .env("CARGO_PROFILE_DEV_DEBUG", "0")
                .output()
                .expect("cargo runs")
        });
        let said = String::from_utf8_lossy(&run.stdout);
        let caught = caught(&said);
        println!("{}: {}", bug.what, caught.as_deref().unwrap_or("not caught"));
        if caught.is_none() {
            println!("{said}{}", String::from_utf8_lossy(&run.stderr));
            missed.push(bug.what.clone());
        }
    }
    assert!(missed.is_empty(), "not caught: {missed:#?}");
}

/// How a test that ran caught a bug: by the seed of the model, or by failing; one that did not run caught none.
fn caught(said: &str) -> Option<String> {
    let seed = said.split("PARVIS_MODEL_SEED=").nth(1).and_then(|rest| rest.split(' ').next());
    let failed = said.contains("test result: FAILED. 0 passed; 1 failed");
    seed.map(|seed| format!("red at seed {seed}")).or_else(|| failed.then(|| "red".to_owned()))
}

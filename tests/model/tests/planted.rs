//! Bugs planted in the engine, in `planted.json`: at least one for each operator, signal and rule that the model knows, and
//! those by which other tests are known to see what they look for.
//!
//! That each can still be planted is tested always; that each is caught, when asked for, since every one is a build:
//!
//! ```console
//! $ cargo test -p parvis-model --test planted -- --ignored --nocapture    # PARVIS_PLANTED=cap for those with `cap`
//! ```

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;

/// How many bugs there are, in how many files: who takes one away says so here.
const BUGS: usize = 161;
const FILES: usize = 57;

/// What tests of the model are run with.
const MODEL: [&str; 5] = ["-p", "parvis-model", "--test", "agree", "engine_and_model_agree"];

/// A bug that can be planted.
struct Bug {
    /// What is wrong then.
    what: String,
    /// In which file it is.
    file: String,
    /// What gives way, and what is planted there.
    text: String,
    planted: String,
    /// The test that catches it, as arguments of `cargo test`; [`MODEL`] where nothing else is said.
    test: Vec<String>,
    /// The command by which a person sees it caught, where no test of cargo does.
    by_hand: Option<String>,
}

fn planted() -> Vec<Bug> {
    let list: Vec<Json> = serde_json::from_str(include_str!("../planted.json")).expect("a list");
    list.iter().map(Bug::read).collect()
}

impl Bug {
    fn read(bug: &Json) -> Bug {
        let field = |name: &str| bug[name].as_str().unwrap_or_else(|| panic!("`{name}` in {bug}")).to_owned();
        let arguments =
            bug["test"].as_array().map(|all| all.iter().map(|one| one.as_str().expect("a text")).collect());
        Bug {
            what: field("what"),
            file: field("file"),
            text: field("text"),
            planted: field("planted"),
            test: arguments.unwrap_or_else(|| MODEL.to_vec()).into_iter().map(str::to_owned).collect(),
            by_hand: bug["by_hand"].as_str().map(str::to_owned),
        }
    }

    /// The source with the bug in it; the text is there once, tests not counted.
    fn plant(&self, source: &str) -> String {
        let code = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let Bug { what, file, text, planted, .. } = self;
        assert_eq!(code.matches(text.as_str()).count(), 1, "`{text}` in {file}: {what}");
        source.replacen(text, planted, 1)
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the workspace")
}

#[test]
fn every_planted_bug_can_still_be_planted() {
    let bugs = planted();
    for bug in &bugs {
        let source = fs::read_to_string(root().join(&bug.file)).expect("a file of the repository");
        assert_ne!(bug.plant(&source), source, "{}", bug.what);
    }
    let names: BTreeSet<&str> = bugs.iter().map(|bug| bug.what.as_str()).collect();
    let files: BTreeSet<&str> = bugs.iter().map(|bug| bug.file.as_str()).collect();
    assert_eq!((names.len(), bugs.len(), files.len()), (BUGS, BUGS, FILES));
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
    let copy = root().join("target/planted");
    copy_all(root(), &copy);
    let only = std::env::var("PARVIS_PLANTED").unwrap_or_default();
    let mut missed = Vec::new();
    for bug in planted().iter().filter(|bug| bug.what.contains(&only) && bug.by_hand.is_none()) {
        let sound = fs::read_to_string(root().join(&bug.file)).expect("a file of the engine");
        let file = copy.join(&bug.file);
        fs::write(&file, bug.plant(&sound)).expect("the copy can be written");
        let run = Command::new(env!("CARGO"))
            .args(["test", "--locked", "--offline"])
            .args(&bug.test)
            .current_dir(&copy)
            .env("CARGO_TARGET_DIR", copy.join("target"))
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .output()
            .expect("cargo runs");
        fs::write(&file, sound).expect("the copy can be written");
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

/// Copies what a build needs; what was there is replaced where it differs.
fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("a file");
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        let left_out = ["target", "node_modules", ".git"].iter().any(|name| entry.file_name() == *name);
        if path.is_dir() && !left_out {
            copy_all(&path, &target);
        } else if path.is_file() && !left_out && fs::read(&target).ok() != fs::read(&path).ok() {
            fs::copy(&path, &target).expect("the copy can be written");
        }
    }
}

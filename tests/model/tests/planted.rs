//! Bugs planted in the engine, at least one for each operator, signal and rule that the model knows, in `planted.json`.
//!
//! That each can still be planted is tested always; that each is caught, when asked for, since every one is a build:
//!
//! ```console
//! $ cargo test -p parvis-model --test planted -- --ignored --nocapture    # PARVIS_PLANTED=cap for those with `cap`
//! ```

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;

/// The planted bugs: `what` is wrong, in which `file`, which `text` gives way to what is `planted`.
fn planted() -> Vec<[String; 4]> {
    let list: Vec<Json> = serde_json::from_str(include_str!("../planted.json")).expect("a list");
    let field = |bug: &Json, name: &str| bug[name].as_str().expect("a text").to_owned();
    list.iter().map(|bug| ["what", "file", "text", "planted"].map(|name| field(bug, name))).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the workspace")
}

/// The source with the bug in it; the text is there once, tests not counted.
fn with_bug(source: &str, [what, file, text, planted]: &[String; 4]) -> String {
    let code = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    assert_eq!(code.matches(text.as_str()).count(), 1, "`{text}` in {file}: {what}");
    source.replacen(text, planted, 1)
}

#[test]
fn every_planted_bug_can_still_be_planted() {
    let bugs = planted();
    for bug in &bugs {
        let source = fs::read_to_string(root().join(&bug[1])).expect("a file of the engine");
        assert_ne!(with_bug(&source, bug), source);
    }
    assert!(bugs.len() > 70);
}

#[test]
#[ignore = "builds the engine once for each of the bugs"]
fn every_planted_bug_is_caught() {
    let copy = root().join("target/planted");
    copy_all(root(), &copy);
    let only = std::env::var("PARVIS_PLANTED").unwrap_or_default();
    let mut missed = Vec::new();
    for bug in planted().iter().filter(|bug| bug[0].contains(&only)) {
        let sound = fs::read_to_string(root().join(&bug[1])).expect("a file of the engine");
        let file = copy.join(&bug[1]);
        fs::write(&file, with_bug(&sound, bug)).expect("the copy can be written");
        let run = Command::new(env!("CARGO"))
            .args([
                "test",
                "--locked",
                "--offline",
                "-p",
                "parvis-model",
                "--test",
                "agree",
                "engine_and_model_agree",
            ])
            .current_dir(&copy)
            .env("CARGO_TARGET_DIR", copy.join("target"))
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .output()
            .expect("cargo runs");
        fs::write(&file, sound).expect("the copy can be written");
        let said = String::from_utf8_lossy(&run.stdout);
        let seed = said.split("PARVIS_MODEL_SEED=").nth(1).and_then(|rest| rest.split(':').next());
        println!(
            "{}: {}",
            bug[0],
            seed.map_or("not caught".to_owned(), |seed| format!("red at seed {seed}"))
        );
        if seed.is_none() {
            println!("{said}{}", String::from_utf8_lossy(&run.stderr));
            missed.push(bug[0].clone());
        }
    }
    assert!(missed.is_empty(), "not caught: {missed:#?}");
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

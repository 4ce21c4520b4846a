//! For tests of what failing tests print: a command that replays the failure.
//!
//! `PARVIS_MODEL_WRONG` makes the model answer wrongly where it would give the reason that this names, so that there is a
//! failure; the printed command is then run as it stands, by a shell in the workspace.

use std::env;
use std::path::Path;
use std::process::{Command, Output};

const WRONG: &str = "PARVIS_MODEL_WRONG";

/// What the test `name` of the running program prints when the model is wrong about `reason`.
///
/// # Panics
///
/// If it does not fail.
pub fn failure(name: &str, reason: &str) -> String {
    let program = env::current_exe().expect("the program that runs");
    let test = Command::new(program).args([name, "--exact"]).env(WRONG, reason).output().expect("it runs");
    assert!(!test.status.success(), "the model is wrong, and `{name}` does not say so");
    said(&test)
}

/// The first command in a text that begins with `variable`.
///
/// # Panics
///
/// If there is none.
pub fn command(text: &str, variable: &str) -> String {
    let line = text.lines().find_map(|line| line.find(variable).map(|at| &line[at..]));
    line.unwrap_or_else(|| panic!("no command with `{variable}` in:\n{text}")).trim_end().to_owned()
}

/// What a printed command prints while the model is wrong about `reason`.
///
/// # Panics
///
/// If it does not run exactly one test, or that does not fail.
pub fn run(command: &str, reason: &str) -> String {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the workspace");
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).current_dir(workspace).env(WRONG, reason).env("CARGO_NET_OFFLINE", "true");
    let said = said(&shell.output().expect("a shell"));
    assert!(said.contains("running 1 test\n"), "`{command}` runs not one test:\n{said}");
    assert!(said.contains("test result: FAILED. 0 passed; 1 failed"), "`{command}` does not fail:\n{said}");
    said
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

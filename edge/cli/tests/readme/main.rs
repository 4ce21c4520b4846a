//! What the documents say is true: examples print what is shown, and links, anchors, commands, options, exit statuses, numbers and
//! words of playbooks, signals and the browser's interface exist. Every Markdown file of the repository is read, and `llms.txt`.
//!
//! `cargo xtask check` holds the `cargo` commands that are quoted.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a failing test may panic")]

mod command;
mod document;
mod engine;
mod examples;
mod guide;
mod links;
mod pages;
mod promises;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The text of a file of the repository.
fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// The `parvis` command, to be run in the root.
fn command(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parvis"));
    command.args(words).current_dir(root());
    command
}

/// What the `parvis` command answers in the root.
fn parvis(words: &[&str]) -> Output {
    command(words).output().unwrap()
}

/// What it prints then.
fn printed(words: &[&str]) -> String {
    String::from_utf8(parvis(words).stdout).unwrap()
}

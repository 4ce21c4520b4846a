//! Commands that are quoted anywhere exist: `cargo xtask …` parses and names steps that there are, `cargo test …` names packages,
//! test programs and tests that there are.
//!
//! In documents, which are Markdown and `llms.txt`, that holds for `cargo build …`, `cargo run …`, `cargo doc …` and
//! `cargo clippy …` too, and what `node …` and `npm … --prefix` name is in the repository. Elsewhere these are words of code.

use anyhow::Context as _;
use clap::{CommandFactory as _, Parser as _};
use serde_json::Value;

use super::{House, Violation};
use crate::run::{cargo, output};
use crate::test;

const READ: [&str; 8] = [".rs", ".toml", ".js", ".mjs", ".md", ".sh", ".ci/run", "llms.txt"];
/// The documents among them.
const DOCUMENTS: [&str; 2] = [".md", "llms.txt"];
/// Where the map is that names every command of `xtask`.
const MAP: &str = "CONTRIBUTING.md";
/// Starts of commands that are held everywhere; spelled in halves, so that this file does not find itself.
const EVERYWHERE: [&str; 2] = [concat!("cargo ", "xtask"), concat!("cargo ", "test")];
/// Starts of commands that are held in documents.
const IN_DOCUMENTS: [&str; 9] = [
    EVERYWHERE[0],
    EVERYWHERE[1],
    "cargo build",
    "cargo run",
    "cargo doc",
    "cargo clippy",
    "node ",
    "npm ci",
    "npm run",
];

/// The rule, over all files in which commands are quoted.
pub(super) fn rules(house: &House) -> anyhow::Result<Vec<Violation>> {
    let metadata = output(&mut cargo("metadata --no-deps --format-version 1 --locked"))?;
    let known = Known::read(&serde_json::from_str(&metadata)?, house).context("cargo metadata")?;
    let mut violations = Vec::new();
    for file in house.files.iter().filter(|file| READ.iter().any(|end| file.ends_with(end))) {
        let text = String::from_utf8_lossy(&std::fs::read(crate::paths::at(file))?).into_owned();
        let document = DOCUMENTS.iter().any(|end| file.ends_with(end));
        let starts = if document { IN_DOCUMENTS.as_slice() } else { EVERYWHERE.as_slice() };
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (line, command) in quoted(&text, starts) {
            if let Err(why) = known.judge(&command, folder) {
                violations.push(Violation::new(format!("{file}:{line}"), format!("`{command}`: {why}")));
            }
        }
    }
    violations.extend(map()?);
    Ok(violations)
}

/// The commands that the map names beside `xtask`: all of them, and no other.
fn map() -> anyhow::Result<Vec<Violation>> {
    let text = std::fs::read_to_string(crate::paths::at(MAP))?;
    let row = text.lines().find(|line| line.starts_with("| [`xtask`]")).context("there is no map")?;
    let (_, names) = row.split_once(": ").context("the map names no commands")?;
    let listed: Vec<&str> = names.split('`').skip(1).step_by(2).collect();
    let there = crate::Arguments::command();
    let there: Vec<&str> = there.get_subcommands().map(clap::Command::get_name).collect();
    Ok(differences(&listed, &there))
}

fn differences(listed: &[&str], there: &[&str]) -> Vec<Violation> {
    let missing = listed.iter().filter(|name| !there.contains(name));
    let missing = missing.map(|name| Violation::new(MAP, format!("there is no `xtask {name}`")));
    let unnamed = there.iter().filter(|name| !listed.contains(name));
    let unnamed = unnamed.map(|name| Violation::new(MAP, format!("the map does not name `xtask {name}`")));
    missing.chain(unnamed).collect()
}

/// Each quoted command and its line: to the end of its quotation, which may go on in the next line of a comment, or else of the
/// line.
fn quoted(text: &str, starts: &[&str]) -> Vec<(usize, String)> {
    let mut commands = Vec::new();
    for start in starts {
        for (at, _) in text.match_indices(start) {
            let (before, rest) = text.split_at(at);
            let line = before.matches('\n').count() + 1;
            let in_line = before.rsplit('\n').next().unwrap_or_default();
            let begins = in_line.matches('`').count() % 2 == 1;
            let end = if begins { rest.find('`') } else { rest.find(['\n', '`', '"', '\'']) };
            let command = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            let mut lines = command.lines().map(|line| line.trim_start_matches(['/', '!', '#', ' ', '*']));
            let mut joined = lines.next().unwrap_or_default().to_owned();
            lines.for_each(|line| joined.extend([" ", line]));
            // What follows is told of, or is another command.
            let command = joined.split(" #").next().unwrap_or_default();
            let command =
                command.split(['<', '>', '|', ';', ',', '\\', '(', ')', '&']).next().unwrap_or_default();
            let command = command.trim_end_matches([' ', '.', ':']);
            // In prose that quotes nothing, only what stands alone is a command.
            let alone = begins || in_line.trim_start_matches(['/', '!', ' ', '#']).starts_with('$');
            let alone = alone || in_line.trim_end().ends_with(':') || in_line.trim().is_empty();
            // One that follows another in a line.
            let alone = alone || in_line.trim_end().ends_with("&&");
            if alone {
                commands.push((line, command.to_owned()));
            }
        }
    }
    commands
}

/// What commands may name.
struct Known {
    /// Packages with their targets: kind and name.
    packages: Vec<(String, Vec<(String, String)>)>,
    /// All code, for names of tests.
    code: String,
    /// All files, from the root.
    files: Vec<String>,
}

impl Known {
    fn read(metadata: &Value, house: &House) -> Option<Known> {
        let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let mut packages = Vec::new();
        for package in metadata.get("packages")?.as_array()? {
            let targets = package.get("targets")?.as_array()?.iter();
            let kind = |target: &Value| target.pointer("/kind/0").and_then(Value::as_str).map(str::to_owned);
            let targets = targets.filter_map(|target| Some((kind(target)?, text(target, "name")?)));
            packages.push((text(package, "name")?, targets.collect()));
        }
        let code = house.sources.iter().map(|source| source.code.as_str()).collect();
        Some(Known { packages, code, files: house.files.clone() })
    }

    /// What is wrong with a command that is quoted in a file of `folder`.
    fn judge(&self, command: &str, folder: &str) -> Result<(), String> {
        let words: Vec<&str> = command.split_whitespace().collect();
        match (words.first(), words.get(1)) {
            (Some(&"node"), _) => self.scripts(words.get(1..).unwrap_or_default(), folder),
            (Some(&"npm"), _) => self.prefix(&words),
            (_, Some(&"xtask")) => xtask(&words),
            (_, Some(&"test" | &"build" | &"run" | &"doc" | &"clippy")) => {
                self.tests(words.get(2..).unwrap_or_default())
            }
            _ => Ok(()),
        }
    }

    /// The script or folder of `node` is there: from the root, or from the folder of the document. What comes behind is its own.
    fn scripts(&self, words: &[&str], folder: &str) -> Result<(), String> {
        let named = words.iter().find(|word| word.contains(['/', '.']) && !word.starts_with('-'));
        let Some(named) = named.filter(|word| !stands_for_more(word)) else { return Ok(()) };
        let beside = format!("{folder}/{named}");
        if self.has(named) || self.has(&beside) { Ok(()) } else { Err(format!("there is no `{named}`")) }
    }

    /// The folder of `npm --prefix` has a package.
    fn prefix(&self, words: &[&str]) -> Result<(), String> {
        let prefix = words.iter().position(|word| *word == "--prefix").and_then(|at| words.get(at + 1));
        match prefix {
            Some(folder) if !self.has(&format!("{folder}/package.json")) => {
                Err(format!("there is no package in `{folder}`"))
            }
            _ => Ok(()),
        }
    }

    /// Whether there is a file or a folder at `path`.
    fn has(&self, path: &str) -> bool {
        let path = path.trim_start_matches("./").trim_end_matches('/');
        self.files
            .iter()
            .any(|file| file.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    }

    fn tests(&self, words: &[&str]) -> Result<(), String> {
        let mut packages: Vec<&(String, Vec<(String, String)>)> = self.packages.iter().collect();
        let mut words = words.iter().filter(|word| !stands_for_more(word));
        while let Some(word) = words.next() {
            match *word {
                "-p" | "--package" => {
                    let Some(name) = words.next() else { continue };
                    packages.retain(|(package, _)| package == name);
                    if packages.is_empty() {
                        return Err(format!("there is no package `{name}`"));
                    }
                }
                kind @ ("--test" | "--bin" | "--example") => {
                    let Some(name) = words.next() else { continue };
                    let target = (kind.trim_start_matches('-').to_owned(), (*name).to_owned());
                    if !packages.iter().any(|(_, targets)| targets.contains(&target)) {
                        return Err(format!("there is no {} `{name}` there", target.0));
                    }
                }
                "--features" | "--profile" | "--target" | "--exclude" => drop(words.next()),
                // A name with underscores is that of a function; cases have names of their own.
                name if !name.starts_with('-') && name.contains('_') => {
                    let function = name.rsplit("::").next().unwrap_or(name);
                    let known = self.code.match_indices("fn ").any(|(at, _)| {
                        let rest = self.code.get(at + 3..).unwrap_or_default();
                        rest.split(['(', '<']).next().is_some_and(|declared| declared.contains(function))
                    });
                    if !known {
                        return Err(format!("there is no test `{name}`"));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// A word that stands for others: `STEP`, `{name}`, `…`, `[--in]`.
fn stands_for_more(word: &str) -> bool {
    word.contains(['{', '…', '[', '*']) || word.chars().all(|c| c.is_ascii_uppercase())
}

/// Whether a command of this tool parses, and the steps that it names exist.
pub(super) fn xtask(words: &[&str]) -> Result<(), String> {
    let words: Vec<&str> =
        words.iter().copied().filter(|word| !word.contains(['{', '…', '[', '*'])).collect();
    // The command alone is named where it is told of.
    if words.len() == 2 {
        return Ok(());
    }
    let arguments = words.iter().skip(1).copied();
    let parsed = crate::Arguments::try_parse_from(arguments).map(drop).or_else(|error| {
        let help = [clap::error::ErrorKind::DisplayHelp, clap::error::ErrorKind::DisplayVersion];
        if help.contains(&error.kind()) { Ok(()) } else { Err(error) }
    });
    parsed.map_err(|error| error.to_string().lines().next().unwrap_or_default().to_owned())?;
    for pair in words.windows(2).filter(|pair| pair[0] == "--only") {
        if !stands_for_more(pair[1]) && pair[1] != "list" && !test::is_step(pair[1]) {
            return Err(format!("no step begins with `{}`", pair[1]));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(command: &str) -> Result<(), String> {
        let targets = vec![("test".to_owned(), "matrix".to_owned())];
        let known = Known {
            packages: vec![("parvis-host-tests".to_owned(), targets), ("other".to_owned(), Vec::new())],
            code: "fn every_cell_is_as_foretold() {}".to_owned(),
            files: ["web-demo/build.mjs", "web-demo/package.json"].map(str::to_owned).into(),
        };
        known.judge(command, "web-demo")
    }

    #[test]
    fn what_does_not_exist_is_found() {
        for command in [
            concat!("cargo ", "test -p parvis-host-tests --test matrix every_cell"),
            concat!("cargo ", "test -p parvis-host-tests -- cart"),
            concat!("cargo ", "xtask test --only STEP"),
            concat!("cargo ", "xtask test --only host"),
            concat!("cargo ", "xtask bench html"),
            concat!("cargo ", "xtask --help"),
            concat!("cargo ", "build --release -p other"),
            concat!("node ", "web-demo/build.mjs target/shop"),
            concat!("node ", "--test build.mjs"),
            concat!("node ", "--test web-demo/"),
            concat!("npm ", "ci --prefix web-demo"),
        ] {
            assert_eq!(judged(command), Ok(()), "{command}");
        }
        for command in [
            concat!("cargo ", "test -p nobody"),
            concat!("cargo ", "test -p other --test matrix"),
            concat!("cargo ", "test -p parvis-host-tests --test matrix no_cell"),
            concat!("cargo ", "xtask test --only nothing"),
            concat!("cargo ", "xtask dance"),
            concat!("cargo ", "xtask bench everything"),
            concat!("cargo ", "xtask test --longer"),
            concat!("cargo ", "build --release -p nobody"),
            concat!("cargo ", "run -p nobody -- accept"),
            concat!("node ", "web-demo/builds.mjs"),
            concat!("node ", "--test web/"),
            concat!("npm ", "ci --prefix web"),
        ] {
            assert!(judged(command).is_err(), "{command}");
        }
    }

    #[test]
    fn quotations_are_read_over_lines_of_comments() {
        let start = concat!("cargo ", "xtask");
        let text = format!(
            "// Run `{start} test\n// --only hosts`, or\n//! $ {start} demo   # a shop\nin prose {start} is long\nSay: {start} size\n"
        );
        let found = quoted(&text, &EVERYWHERE);
        let expected = [
            (1, format!("{start} test --only hosts")),
            (3, format!("{start} demo")),
            (5, format!("{start} size")),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn commands_of_documents_are_found_in_blocks_and_code() {
        let (build, node) = (concat!("cargo ", "build"), concat!("node ", "a.mjs"));
        let text = format!("```sh\n{build} -p b && {node}   # why\n```\n`{node} c` and the node itself\n");
        let mut found = quoted(&text, &IN_DOCUMENTS);
        found.sort();
        let expected = [(2, format!("{build} -p b")), (2, node.to_owned()), (4, format!("{node} c"))];
        assert_eq!(found, expected);
        assert_eq!(quoted(&text, &EVERYWHERE), []);
    }

    #[test]
    fn the_map_names_all_commands_and_no_other() {
        assert!(differences(&["demo", "test"], &["test", "demo"]).is_empty());
        assert_eq!(differences(&["demo", "dance"], &["demo", "test"]).len(), 2);
    }
}

//! The `parvis` command as documents quote it: verbs, options and exit statuses.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use super::document::{self, Document};
use super::{parvis, printed, root};

/// The page of the command.
const PAGE: &str = "edge/cli/README.md";
/// The page of the native host, whose options are those of `serve`.
const SERVE: &str = "edge/native/README.md";
/// Options of `cargo` and of `cargo xtask`, which `cargo xtask check` holds where they stand in a command.
const CARGO: [&str; 3] = ["--changed", "--features", "--record"];

#[test]
fn the_table_of_commands_is_that_of_the_command() {
    let page = document::one(PAGE);
    let rows = table(&page);
    let listed: BTreeSet<&str> = rows.iter().flat_map(|(names, _)| names.iter().copied()).collect();
    let help = Helps::read();
    let there: BTreeSet<&str> = help.0.keys().map(String::as_str).collect();
    assert_eq!(listed, there);
}

#[test]
fn every_command_that_is_named_exists_with_its_options() {
    let helps = Helps::read();
    let mut count = 0;
    let mut wrong = Vec::new();
    for document in document::all() {
        for command in quoted(&document) {
            match helps.judge(&command) {
                Ok(options) => count += options,
                Err(why) => wrong.push(format!("{}: `{command}`: {why}", document.path)),
            }
        }
        for option in document.codes().iter().filter(|code| code.starts_with("--")) {
            let option = option.split([' ', '=']).next().unwrap();
            let known = if document.path == SERVE {
                helps.has("serve", option)
            } else {
                helps.0.keys().any(|name| helps.has(name, option)) || CARGO.contains(&option)
            };
            if !known {
                wrong.push(format!("{}: there is no option `{option}`", document.path));
            }
            count += 1;
        }
    }
    let page = document::one(PAGE);
    for (names, row) in table(&page) {
        let options = row.split([' ', '`']).filter(|word| word.starts_with("--"));
        for option in options.filter(|option| !names.iter().any(|name| helps.has(name, option))) {
            wrong.push(format!("{PAGE}: `{option}` is no option of {names:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 40, "only {count} options");
}

#[test]
fn wrong_commands_are_found() {
    let helps = Helps::read();
    for command in ["parvis check P", "parvis compile P -o FILE --weights W", "parvis blocks a.html"] {
        assert!(helps.judge(command).is_ok(), "{command}");
    }
    for command in ["parvis sing", "parvis check P --weights W", "parvis explain P -o FILE"] {
        assert!(helps.judge(command).is_err(), "{command}");
    }
}

#[test]
fn exit_statuses_are_those_that_the_page_names() {
    let page = document::one(PAGE).text;
    for row in [
        "| 0 | all is well |",
        "| 1 | what was asked about is bad; for `diff`, something differs |",
        "| 2 | wrong usage; for `check` and `diff` also a file that cannot be read; for `diff` also a playbook with an error |",
    ] {
        assert!(page.contains(row), "{PAGE} does not say: {row}");
    }
    let valid = |name: &str| format!("fixtures/playbooks/valid/{name}.json");
    let (good, other) = (valid("12-parts"), valid("13-order"));
    let invalid = fs::read_dir(root().join("fixtures/playbooks/invalid")).unwrap();
    let mut invalid: Vec<PathBuf> = invalid.map(|entry| entry.unwrap().path()).collect();
    invalid.retain(|path| path.extension().is_some_and(|end| end == "json"));
    invalid.sort();
    let bad = invalid[0].to_str().unwrap();
    for (words, status) in [
        (vec!["check", good.as_str()], 0),
        (vec!["check", bad], 1),
        (vec!["check", "nowhere.json"], 2),
        (vec!["check", "--colour"], 2),
        (vec!["sing"], 2),
        (vec!["compile", bad, "-o", "/dev/null"], 1),
        (vec!["diff", good.as_str(), good.as_str(), "--visitors", "20"], 0),
        (vec!["diff", good.as_str(), other.as_str(), "--visitors", "20"], 1),
        (vec!["diff", good.as_str(), "nowhere.json"], 2),
        (vec!["diff", good.as_str(), bad], 2),
    ] {
        assert_eq!(parvis(&words).status.code(), Some(status), "parvis {}", words.join(" "));
    }
}

/// What each verb says of itself.
struct Helps(BTreeMap<String, String>);

impl Helps {
    fn read() -> Helps {
        let help = printed(&["--help"]);
        let (_, commands) = help.split_once("Commands:\n").unwrap();
        let names = commands.lines().take_while(|line| !line.is_empty());
        let names = names.map(|line| line.split_whitespace().next().unwrap()).filter(|name| *name != "help");
        Helps(names.map(|name| (name.to_owned(), printed(&[name, "--help"]))).collect())
    }

    /// Whether a verb has an option.
    fn has(&self, name: &str, option: &str) -> bool {
        let help = self.0.get(name).map(String::as_str).unwrap_or_default();
        help.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').any(|word| word == option)
    }

    /// The number of options of a command, all of which exist.
    fn judge(&self, command: &str) -> Result<usize, String> {
        let words: Vec<&str> = command.split([' ', '=']).collect();
        let name = words.get(1).copied().unwrap_or_default();
        let general = ["--help", "--version"];
        if !self.0.contains_key(name) && !general.contains(&name) {
            return Err(format!("there is no `parvis {name}`"));
        }
        let options = words.iter().filter(|word| word.starts_with('-') && !general.contains(word));
        let options: Vec<&&str> = options.collect();
        match options.iter().find(|option| !self.has(name, option)) {
            Some(option) => Err(format!("it has no option `{option}`")),
            None => Ok(options.len()),
        }
    }
}

/// The commands that a document quotes, in code within the prose and alone in a line of a block.
fn quoted(document: &Document) -> Vec<String> {
    let mut commands = document.codes();
    for block in document.blocks().iter().filter(|block| ["sh", "console"].contains(&block.language)) {
        let lines = block.text.lines().map(|line| line.trim_start_matches("$ "));
        commands.extend(lines.filter_map(|line| line.split(" #").next()).map(|line| line.trim().to_owned()));
    }
    commands.retain(|command| command.starts_with("parvis "));
    // What is quoted within a command is its data.
    commands.iter().map(|command| command.split('\'').step_by(2).collect()).collect()
}

/// The rows of the table of commands: the verbs that the first column names, and the row.
fn table(page: &Document) -> Vec<(Vec<&str>, &str)> {
    let rows = page.text.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let first = row.trim_start_matches("| ").split(" |").next().unwrap();
        let names = first.split('`').skip(1).step_by(2);
        let verbs = names.map(|code| code.strip_prefix("parvis ").unwrap_or(code).split(' ').next().unwrap());
        (verbs.collect(), row)
    })
    .collect()
}

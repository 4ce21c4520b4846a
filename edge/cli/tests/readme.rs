//! What the README says is true: its example prints what is shown, its commands, options, exit statuses, links and numbers are
//! those of the program, and its words of playbooks, signals and the browser's interface exist.
//!
//! `cargo xtask check` holds the `cargo` commands that are quoted.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use parvis::consent::source::Banner;
use parvis::limits;
use parvis::signal::distance::NEAR_METERS;
use parvis::visitor::cookie;

#[test]
fn the_example_prints_what_the_readme_shows() {
    let readme = readme();
    let folder = folder("example");
    let mut files = 0;
    for part in readme.split("<!-- file: ").skip(1) {
        let (name, rest) = part.split_once(" -->").unwrap();
        fs::write(folder.join(name), block(rest)).unwrap();
        files += 1;
    }
    assert_eq!(files, 3);
    let shown = block(readme.split("<!-- run -->").nth(1).unwrap());
    let mut commands = 0;
    for part in shown.split("$ parvis ").skip(1) {
        let (words, expected) = part.split_once('\n').unwrap();
        let (words, input) =
            words.split_once(" < ").map_or((words, None), |(words, file)| (words, Some(file)));
        let mut command = Command::new(env!("CARGO_BIN_EXE_parvis"));
        command.args(words.split(' ')).current_dir(&folder);
        if let Some(file) = input {
            command.stdin(fs::File::open(folder.join(file)).unwrap());
        }
        let output = command.output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(printed.trim_end(), expected.trim_end(), "parvis {words}");
        commands += 1;
    }
    assert_eq!(commands, 2);
}

#[test]
fn links_lead_somewhere() {
    let mut count = 0;
    for file in ["README.md", "src/consent/README.md", "edge/browser/README.md", "web-demo/README.md"] {
        let path = root().join(file);
        let text = fs::read_to_string(&path).unwrap();
        for part in text.split("](").skip(1) {
            let target = part.split(')').next().unwrap().split('#').next().unwrap();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            assert!(path.parent().unwrap().join(target).exists(), "{file} links `{target}`");
            count += 1;
        }
    }
    assert!(count > 30, "only {count} links");
}

#[test]
fn targets_are_those_of_the_toolchain() {
    let toolchain = fs::read_to_string(root().join("rust-toolchain.toml")).unwrap();
    let readme = readme();
    let named: BTreeSet<&str> =
        codes(&readme).into_iter().filter(|code| code.starts_with("wasm32-")).collect();
    assert_eq!(named.len(), 2);
    assert!(named.iter().all(|target| toolchain.contains(&format!("\"{target}\""))), "{named:?}");
}

#[test]
fn the_table_of_commands_is_that_of_the_command() {
    let readme = readme();
    let listed: BTreeSet<&str> = commands(section(&readme, "## The command")).into_iter().flatten().collect();
    let help = parvis(&["--help"]);
    let help = String::from_utf8(help.stdout).unwrap();
    let there: BTreeSet<&str> = help
        .split_once("Commands:\n")
        .unwrap()
        .1
        .lines()
        .take_while(|line| !line.is_empty())
        .map(|line| line.split_whitespace().next().unwrap())
        .filter(|name| *name != "help")
        .collect();
    assert_eq!(listed, there);
}

/// The commands of each row of the table: what stands in code in the first column.
fn commands(section: &str) -> Vec<Vec<&str>> {
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let first = row.trim_start_matches("| ").split(" |").next().unwrap();
        let names = first.split('`').skip(1).step_by(2);
        names.map(|code| code.strip_prefix("parvis ").unwrap_or(code).split(' ').next().unwrap()).collect()
    })
    .collect()
}

#[test]
fn every_option_that_is_named_exists() {
    let readme = readme();
    let mut count = 0;
    let mut holds = |names: &[&str], code: &str| {
        for option in code.split([' ', '`']).filter(|word| word.starts_with("--")) {
            let option = option.split('=').next().unwrap();
            let known = names.iter().any(|name| {
                let help = String::from_utf8(parvis(&[name, "--help"]).stdout).unwrap();
                help.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').any(|word| word == option)
            });
            assert!(known, "`{option}` in `{code}` is no option of {names:?}");
            count += 1;
        }
    };
    for code in codes(&readme).into_iter().filter_map(|code| code.strip_prefix("parvis ")) {
        holds(&[code.split(' ').next().unwrap()], code);
    }
    let table = section(&readme, "## The command");
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    for (row, mut names) in rows.zip(commands(table)) {
        // Another command in the same row.
        names.extend(row.split("parvis ").skip(1).filter_map(|rest| rest.split(' ').next()));
        // What modules are built with is cargo's option.
        holds(&names, &row.replace("--features signed", ""));
    }
    // Named apart from their command.
    for option in ["--place-header", "--cache"] {
        assert!(readme.contains(option));
        holds(&["serve"], option);
    }
    assert!(count > 17, "only {count} options");
}

#[test]
fn exit_statuses_are_those_that_the_readme_names() {
    let said = "Exit status: 0 when all is well, 1 when what was asked about is bad (for `diff`, when anything differs), \
        2 for wrong usage (for\n`check` and `diff` also a file that cannot be read, for `diff` one with an error).";
    assert!(readme().contains(said));
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

#[test]
fn numbers_are_those_of_the_engine() {
    // Consent Mode is no banner, and custom purposes are part of TCF.
    let banners =
        Banner::ALL.iter().filter(|one| !matches!(one, Banner::ConsentMode | Banner::TcfCustom)).count();
    let word = |number: usize| ["no", "one", "two", "three", "four", "five", "six", "seven", "eight"][number];
    let sentences = [
        format!("the stored choices of {banners} banners"),
        format!("| `{}`, plain, session |", cookie::VISIT),
        format!("| `{}`, sealed with XChaCha20-Poly1305, `HttpOnly` |", cookie::MEMORY),
        format!("{} days from first issue, never extended", limits::MEMORY_DAYS),
        format!("the last {} items bought and {} removed", limits::MEMORY_PURCHASES, limits::MEMORY_REFUSALS),
        format!("its last {} searches", word(limits::VISIT_SEARCHES)),
        format!("never one with `@` or {} digits", word(limits::SEARCH_DIGITS)),
        format!("up to {} products of the cart that was left", word(limits::LEFT_ITEMS)),
        format!("less than {} km farther away", NEAR_METERS / 1000),
        format!("the variants of up to {} `sticky` ones", limits::STICKY),
    ];
    let readme = readme().replace('\n', " ");
    for sentence in sentences {
        assert!(readme.contains(&sentence), "the README does not say: {sentence}");
    }
}

#[test]
fn words_of_playbooks_signals_and_the_interface_exist() {
    let readme = readme();
    let schema = String::from_utf8(parvis(&["schema"]).stdout).unwrap();
    let signals = String::from_utf8(parvis(&["signals"]).stdout).unwrap();
    let interface = fs::read_to_string(root().join("edge/browser/js/index.d.ts")).unwrap();
    // A part of a block, which the page names.
    let own = ["link@href"];
    let (mut keys, mut names, mut calls) = (0, 0, 0);
    for code in codes(&readme) {
        for (at, _) in code.match_indices("\": ") {
            let key = code.split_at(at).0.rsplit('"').next().unwrap();
            assert!(
                own.contains(&key) || schema.contains(&format!("\"{key}\"")),
                "`{key}` in `{code}` is no key of playbooks"
            );
            keys += 1;
        }
        let signal = code.trim_matches(['{', '}']).split(' ').next().unwrap();
        let dotted = signal.split('.').collect::<Vec<_>>();
        if ["visit", "visitor", "place", "profile"].contains(&dotted[0]) && dotted.len() > 1 {
            let name = format!("{}.{}", dotted[0], dotted[1]);
            // `place.stores` and the like are asked for by name, too.
            assert!(signals.contains(&name) || schema.contains(&name), "`{name}` is no signal");
            names += 1;
        }
        if let Some(call) = code.strip_prefix("parvis.").and_then(|rest| rest.split_once('(')) {
            assert!(interface.contains(call.0), "the browser package has no `{}`", call.0);
            calls += 1;
        }
    }
    assert!(keys >= 10 && names >= 8 && calls >= 2, "{keys} keys, {names} signals, {calls} calls");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("readme-{name}"));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn parvis(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_parvis")).args(words).current_dir(root()).output().unwrap()
}

/// What stands between this headline and the next.
fn section<'t>(text: &'t str, headline: &str) -> &'t str {
    let (_, rest) = text.split_once(&format!("\n{headline}\n")).unwrap();
    rest.split("\n## ").next().unwrap()
}

/// What stands in code within the prose.
fn codes(text: &str) -> Vec<&str> {
    let outside = text.split("```").step_by(2);
    outside.flat_map(|prose| prose.split('`').skip(1).step_by(2)).collect()
}

/// The contents of the first fenced block of `text`.
fn block(text: &str) -> &str {
    let (_, rest) = text.split_once("```").unwrap();
    let (_, rest) = rest.split_once('\n').unwrap();
    rest.split_once("```").unwrap().0
}

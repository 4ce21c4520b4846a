//! What the README says of the tools: the port and the tour of the demo, the size goals that are missed, options beside commands.

use std::net::{Ipv4Addr, SocketAddr};

use super::{House, Violation, commands};
use crate::{demo, limits, paths};

const README: &str = "README.md";
/// What was reached last, by `cargo xtask size --record`.
const REACHED: &str = "xtask/reached.tsv";

/// Every sentence of the README that the tools contradict, and every option there that a command does not have.
pub(super) fn rules(_: &House) -> anyhow::Result<Vec<Violation>> {
    let readme = std::fs::read_to_string(paths::at(README))?;
    let reached = std::fs::read_to_string(paths::at(REACHED))?;
    let missing = sentences(&reached)
        .into_iter()
        .filter(|sentence| !readme.contains(sentence))
        .map(|sentence| Violation::new(README, format!("does not say: {sentence}")));
    let unknown = options(&readme)
        .into_iter()
        .map(|option| Violation::new(README, format!("`{option}` is none of the options of its command")));
    Ok(missing.chain(unknown).collect())
}

/// What the README must say, in the words in which it says it.
fn sentences(reached: &str) -> Vec<String> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, demo::USUAL_PORT));
    let begins = |line: &&str| line.trim_start().starts_with(|c: char| c.is_ascii_digit());
    let steps = demo::tour(address).lines().filter(begins).count();
    let missed = missed(reached);
    vec![
        format!("on http://{address}, with a {}-line tour", word(steps)),
        match missed {
            0 => "The size goals of the browser package are met.".to_owned(),
            1 => "One size goal of the browser package is missed.".to_owned(),
            many => format!("{} size goals of the browser package are missed.", capital(&word(many))),
        },
    ]
}

/// How many files of the browser package are larger than their goal.
fn missed(reached: &str) -> usize {
    let size = |what: &str| {
        let row = reached.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix('\t'))?;
        row.split('\t').nth(1)?.parse::<usize>().ok()
    };
    let browser =
        limits::LIMITS.iter().filter(|limit| [limits::SLIM, limits::ALL_IN_ONE].contains(&limit.what));
    browser.filter(|limit| size(limit.what).is_some_and(|size| limit.gap(size).is_some())).count()
}

/// The options behind ` #` in a line with a command of this tool that the command does not have.
fn options(readme: &str) -> Vec<String> {
    let mut unknown = Vec::new();
    for line in readme.lines() {
        let Some((command, told)) = line.split_once(" #") else { continue };
        let Some(words) = command.trim_start_matches("$ ").strip_prefix("cargo xtask ") else { continue };
        for option in told.split([';', ',', ':', '`']).map(str::trim).filter(|text| text.starts_with("--")) {
            // What is told of a value stands behind it: `--host fastly for Viceroy`.
            let given = words.split_whitespace().chain(option.split_whitespace().take(2));
            if commands::xtask(&["cargo", "xtask"].into_iter().chain(given).collect::<Vec<_>>()).is_err() {
                unknown.push(option.to_owned());
            }
        }
    }
    unknown
}

fn word(number: usize) -> String {
    let words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    words.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1.min(word.len()));
    first.to_uppercase() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_above_their_goal_are_counted() {
        let row = |what: &str, bytes: usize| format!("{what}\t-\t{bytes}\n");
        let both = row(limits::SLIM, 99_000) + &row(limits::ALL_IN_ONE, 129_000);
        assert_eq!(missed(&both), 2);
        assert_eq!(missed(&(row(limits::SLIM, 10) + &row(limits::ALL_IN_ONE, 129_000))), 1);
        assert_eq!(missed(""), 0);
        assert!(sentences(&both).contains(&"Two size goals of the browser package are missed.".to_owned()));
    }

    #[test]
    fn an_option_that_does_not_exist_is_found() {
        let line = |told: &str| format!("$ {} demo   # a shop; {told}\n", concat!("cargo ", "xtask"));
        assert_eq!(options(&line("--host fastly for Viceroy")), [""; 0]);
        assert_eq!(options(&line("--hosts fastly for Viceroy")), ["--hosts fastly for Viceroy"]);
        assert_eq!(options(&line("`--host nobody` it is")), ["--host nobody"]);
    }
}

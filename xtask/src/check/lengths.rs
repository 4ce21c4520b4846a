//! Files that a person can hold in mind, and adapters that decide nothing.

use std::collections::BTreeSet;

use super::{House, Violation};
use crate::limits::{self, limit};
use crate::run::say;

/// The folder of `edge` that is no adapter.
const COMMAND: &str = "cli";
/// Files of adapters that are no adapter's: elsewhere the platform is server, cache and log, natively we are. Fastly's core cache knows
/// objects and not HTTP, and `staged.rs` is for tests alone.
const APART: [(&str, &[&str]); 2] = [
    ("fastly", &["cache.rs", "cache/page.rs", "staged.rs", "stores.rs"]),
    (
        "native",
        &[
            "cache.rs",
            "cache/judged.rs",
            "cache/page.rs",
            "coding.rs",
            "coding/decode.rs",
            "coding/encode.rs",
            "coding/opened.rs",
            "coding/sent.rs",
            "coding/stitch.rs",
            "coding/wish.rs",
            "config.rs",
            "fetch.rs",
            "network.rs",
            "origin.rs",
            "records.rs",
            "outgoing.rs",
            "playbook.rs",
            "server.rs",
        ],
    ),
];
/// The document that tells both limits.
const TOLD: &str = "CONTRIBUTING.md";
const CODE: [&str; 7] = [".rs", ".js", ".mjs", ".ts", ".css", ".py", ".sh"];

/// Both rules, and what is told of them.
pub(super) fn rules(house: &House) -> anyhow::Result<Vec<Violation>> {
    let mut violations = Vec::new();
    let most = limit(limits::FILE)?;
    for file in house.files.iter().filter(|file| CODE.iter().any(|end| file.ends_with(end))) {
        let lines = String::from_utf8_lossy(&std::fs::read(crate::paths::at(file))?).lines().count();
        violations.extend(most.hold(lines).err().map(|error| Violation::new(file, error.to_string())));
    }
    let told = std::fs::read_to_string(crate::paths::at(TOLD))?;
    for (what, start) in [(limits::FILE, "A file of code has"), (limits::ADAPTER, "an adapter has")] {
        let sentence = format!("{start} at most {} lines", limit(what)?.at_most);
        if !told.contains(&sentence) {
            violations.push(Violation::new(TOLD, format!("does not say: {sentence}")));
        }
    }
    for adapter in adapters(house) {
        let server = APART.iter().find(|(known, _)| *known == adapter).map_or(&[][..], |(_, files)| *files);
        let folder = format!("edge/{adapter}/src/");
        let lines: usize = house
            .sources
            .iter()
            .filter(|source| source.path.strip_prefix(&folder).is_some_and(|file| !server.contains(&file)))
            .map(|source| {
                let code = source.code.lines().enumerate();
                code.filter(|(number, line)| !line.trim().is_empty() && !source.is_test(number + 1)).count()
            })
            .sum();
        let most = limit(limits::ADAPTER)?;
        if let Some(gap) = most.gap(lines) {
            say(format!(
                "{folder} has {lines} lines of code, {gap} of about {}",
                most.goal.unwrap_or_default()
            ));
        }
        violations.extend(most.hold(lines).err().map(|error| Violation::new(&folder, error.to_string())));
    }
    Ok(violations)
}

/// The adapters: every folder of `edge` with code in `src`, but for the command.
fn adapters(house: &House) -> BTreeSet<&str> {
    let folders = house.sources.iter().filter_map(|source| {
        let (adapter, file) = source.path.strip_prefix("edge/")?.split_once('/')?;
        file.starts_with("src/").then_some(adapter)
    });
    folders.filter(|adapter| *adapter != COMMAND).collect()
}

//! Survivors that are known to change nothing that anybody can see, each with the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

/// The list, from the root of the repository.
const LIST: &str = "xtask/mutants/accepted.json";

/// What names a mutant: file, change and line of the source.
pub type Key = (String, String, String);

/// The mutants that `file` lists.
pub fn keys(file: &Path) -> anyhow::Result<BTreeSet<Key>> {
    Ok(entries(file)?.into_iter().map(|(key, _)| key).collect())
}

/// Writes a list that [`keys`] reads.
pub fn write(file: &Path, keys: &[Key]) -> anyhow::Result<()> {
    let list: Vec<Value> = keys
        .iter()
        .map(|(file, change, line)| json!({ "file": file, "change": change, "line": line }))
        .collect();
    std::fs::write(file, serde_json::to_string_pretty(&list)? + "\n")
        .with_context(|| format!("cannot write {}", file.display()))
}

/// The reasons, by file, change and line of the source.
pub fn read(root: &Path) -> anyhow::Result<BTreeMap<Key, String>> {
    let mut reasons = BTreeMap::new();
    for ((file, change, line), entry) in entries(&root.join(LIST))? {
        let reason = field(&entry, "reason").context(LIST)?;
        ensure!(reason.split_whitespace().count() >= 4, "{LIST}: `{reason}` is no reason");
        let source = std::fs::read_to_string(root.join(&file)).with_context(|| format!("{LIST}: {file}"))?;
        ensure!(source.lines().any(|found| found.trim() == line), "{LIST}: {file} has no line `{line}`");
        reasons.insert((file, change, line), reason);
    }
    Ok(reasons)
}

/// The entries of a list, with the mutant that each names.
fn entries(file: &Path) -> anyhow::Result<Vec<(Key, Value)>> {
    let shown = || file.display().to_string();
    let text = std::fs::read_to_string(file).with_context(shown)?;
    let list: Vec<Value> = serde_json::from_str(&text).with_context(shown)?;
    list.into_iter().map(|entry| Ok((key(&entry).with_context(shown)?, entry))).collect()
}

fn key(entry: &Value) -> anyhow::Result<Key> {
    Ok((field(entry, "file")?, field(entry, "change")?, field(entry, "line")?))
}

fn field(entry: &Value, name: &str) -> anyhow::Result<String> {
    entry[name].as_str().map(str::to_owned).with_context(|| format!("no `{name}` in {entry}"))
}

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
    let shown = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {shown}"))?;
    let list: Vec<Value> = serde_json::from_str(&text).with_context(|| format!("{shown} is no list"))?;
    let field = |entry: &Value, name: &str| {
        entry[name].as_str().map(str::to_owned).with_context(|| format!("{shown}: no `{name}` in {entry}"))
    };
    list.iter().map(|one| Ok((field(one, "file")?, field(one, "change")?, field(one, "line")?))).collect()
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
    let text = std::fs::read_to_string(root.join(LIST)).with_context(|| format!("cannot read {LIST}"))?;
    let list: Vec<Value> = serde_json::from_str(&text).with_context(|| LIST.to_owned())?;
    let mut reasons = BTreeMap::new();
    for entry in &list {
        let field = |name: &str| {
            entry[name].as_str().map(str::to_owned).with_context(|| format!("{LIST}: no `{name}` in {entry}"))
        };
        let (file, reason) = (field("file")?, field("reason")?);
        ensure!(reason.split_whitespace().count() >= 4, "{LIST}: `{reason}` is no reason");
        let source = std::fs::read_to_string(root.join(&file)).with_context(|| format!("{LIST}: {file}"))?;
        let line = field("line")?;
        ensure!(source.lines().any(|found| found.trim() == line), "{LIST}: {file} has no line `{line}`");
        reasons.insert((file, field("change")?, line), reason);
    }
    Ok(reasons)
}

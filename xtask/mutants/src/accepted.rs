//! Survivors that are known to change nothing that anybody can see, each with the reason.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, ensure};
use serde_json::Value;

/// The list, from the root of the repository.
const LIST: &str = "xtask/mutants/accepted.json";

/// The reasons, by file, change and line of the source.
pub fn read(root: &Path) -> anyhow::Result<BTreeMap<(String, String, String), String>> {
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

//! No trace of the machine that something was made on: neither its folders nor where it got its packages.

use super::{House, Violation};

const READ: [&str; 12] =
    [".rs", ".toml", ".json", ".js", ".mjs", ".ts", ".md", ".sh", ".yml", ".yaml", ".lock", ".npmrc"];

/// Both rules, over all text files.
pub(super) fn rules(house: &House) -> anyhow::Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for file in
        house.files.iter().filter(|file| READ.iter().any(|end| file.ends_with(end)) || *file == ".ci/run")
    {
        let text = String::from_utf8_lossy(&std::fs::read(crate::paths::at(file))?).into_owned();
        for (number, line) in text.lines().enumerate() {
            if let Some(what) = trace(file, line) {
                violations.push(Violation::new(format!("{file}:{}", number + 1), what));
            }
        }
    }
    Ok(violations)
}

fn trace(file: &str, line: &str) -> Option<String> {
    // Spelled in halves, so that this file does not find itself.
    for start in [concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/wo", "rk/"), concat!("/Us", "ers/")]
    {
        let found = line.match_indices(start).any(|(at, _)| {
            let before = line.get(..at).and_then(|text| text.chars().last());
            let after = line.get(at + start.len()..).and_then(|text| text.chars().next());
            before.is_none_or(|c| " \t\"'`=(:".contains(c))
                && after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.')
        });
        if found {
            return Some(format!(
                "a path of one machine (`{start}…`): make it relative, or ask the environment"
            ));
        }
    }
    if file.ends_with("package-lock.json") && line.trim_start().starts_with("\"resolved\": \"http") {
        return Some(
            "a registry's address: set `omit-lockfile-registry-resolved=true` in .npmrc and lock again"
                .to_owned(),
        );
    }
    let source = line.strip_prefix("source = \"").filter(|_| file.ends_with("Cargo.lock"));
    if source.is_some_and(|source| source != "registry+https://github.com/rust-lang/crates.io-index\"") {
        return Some("a crate that is not from crates.io".to_owned());
    }
    None
}

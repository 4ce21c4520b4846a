//! The layers of the engine: a folder imports only folders below it, so that no two import each other.

use super::imports::{all, module};
use super::{House, Violation};

/// The layers from the top down; a folder or file of `src` is one. Those of one row are one concept in two files.
const LAYERS: &[&[&str]] = &[
    // Only tools use it: no deployed module is built with the feature.
    &["author"],
    // An engine begins exchanges, and an exchange asks its engine.
    &["engine", "exchange"],
    &["decide"],
    &["response"],
    &["effect"],
    &["playbook"],
    &["visitor"],
    &["assign"],
    &["condition"],
    &["signal"],
    &["consent"],
    &["html"],
    &["http"],
    &["facts"],
    &["base"],
    // Bounds, names, closed codes and the chapters of the documentation, which import nothing.
    &["limits", "names", "reason", "docs"],
];

/// Every import that points up, and every folder that has no place in the table.
pub(super) fn rules(house: &House) -> anyhow::Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for source in house.engine() {
        if module(&source.path).first().is_some_and(|layer| height(layer).is_none()) {
            violations.push(Violation::new(
                &source.path,
                "has no layer: give its folder a row in xtask/src/check/layers.rs",
            ));
        }
    }
    for import in all(house) {
        let (Some(from), Some(to)) = (import.from.first(), import.to.first()) else { continue };
        let up = height(from).zip(height(to)).is_some_and(|(from, to)| to < from);
        if up {
            violations.push(Violation::new(
                import.source.place(import.at),
                format!("`{from}` imports `{to}`, a layer above it: move what both need down, or pass it in"),
            ));
        }
    }
    Ok(violations)
}

/// The row of a layer; 0 is the highest.
fn height(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|row| row.contains(&layer))
}

#[cfg(test)]
mod tests {
    use super::super::source::Source;
    use super::*;

    fn broken(path: &str, code: &str) -> Vec<String> {
        let files = ["src/html/tag.rs", "src/limits.rs", "src/decide.rs", path];
        let sources = files.map(|file| Source::of(file, if file == path { code } else { "" }));
        let house = House { files: Vec::new(), sources: sources.into_iter().collect() };
        rules(&house).unwrap().into_iter().map(|one| one.place).collect()
    }

    #[test]
    fn a_planted_import_that_points_up_is_found() {
        assert_eq!(broken("src/http/query.rs", "use crate::{limits, html::tag};\n"), ["src/http/query.rs:1"]);
        assert_eq!(
            broken("src/http/query.rs", "\nfn f() { super::super::decide::g() }\n"),
            ["src/http/query.rs:2"]
        );
        assert_eq!(broken("src/http/query.rs", "use crate::limits;\n"), [""; 0]);
        assert_eq!(broken("src/html/query.rs", "use super::tag;\n"), [""; 0]);
        assert_eq!(broken("src/attic/query.rs", ""), ["src/attic/query.rs"]);
    }

    #[test]
    fn each_layer_has_one_row() {
        let mut all: Vec<&str> = LAYERS.iter().copied().flatten().copied().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}

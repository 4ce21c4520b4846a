//! Which steps of `cargo xtask test` a change can break: a table of paths, for `--changed`.

use std::collections::BTreeSet;

use anyhow::Context;

use super::steps::STEPS;
use crate::run::{output, program};

/// Steps that read every file and take seconds.
const ALWAYS: &str = "format rules clean";

/// Steps by the beginning of a path; the longest beginning holds. A path that is not here can break every step.
///
/// A folder is here when nothing but these steps builds, reads or runs its files.
const PATHS: &[(&str, &str)] = &[
    (".github/", ""),
    ("edge/browser/", "unit package demo browser lints"),
    ("edge/browser/dist/", "package"),
    ("edge/browser/examples/", "unit package"),
    ("edge/browser/test/", "package"),
    ("edge/browser/tests/", "unit lints"),
    ("edge/cli/", "unit package demo browser shared lints"),
    ("edge/cli/tests/", "unit lints"),
    ("edge/fastly/", "fastly hosts demo browser lints"),
    ("edge/native/", "unit hosts demo browser lints"),
    ("edge/workers/", "workers unit hosts lints"),
    ("edge/workers/test/", "workers"),
    ("fixtures/cases/", "unit package hosts fuzz"),
    ("fixtures/consent/", "unit package oracles shared"),
    ("fixtures/growthbook/", "unit"),
    ("fixtures/http/", "unit hosts"),
    ("fixtures/presets.json", "unit package hosts fuzz lints"),
    ("fixtures/weights/", "unit"),
    ("src/docs/", "unit"),
    ("tests/browser/", "browser"),
    ("tests/cases/", "unit package hosts fuzz lints"),
    ("tests/consent/", "unit lints"),
    ("tests/fuzz/", "unit fuzz lints"),
    ("tests/hosts/", "hosts lints"),
    ("tests/html/", "unit oracles engine lints"),
    ("tests/interference/", "unit lints"),
    ("tests/laws/", "unit lints"),
    ("tests/model/", "unit lints"),
    ("tests/oracles/", "oracles lints"),
    ("tests/playbook/", "unit lints"),
    ("tests/visitor/", "unit lints"),
    ("web-demo/", "unit demo browser"),
    ("xtask/bench/", "lints"),
    ("xtask/mutants/", "mutants lints"),
    ("xtask/probe/", "engine lints"),
];

/// What a document outside of these folders can break: tests of links, commands and figures.
const DOCUMENT: &str = "unit";

/// The steps that the files changed since `revision` can break, those not committed and new ones included.
///
/// # Errors
///
/// Fails if git fails, as it does for a revision that does not exist.
pub fn since(revision: &str) -> anyhow::Result<BTreeSet<&'static str>> {
    let changed = output(program("git").args(["diff", "--name-only", "--no-renames", revision, "--"]))
        .with_context(|| format!("`{revision}` is no revision that git knows"))?;
    let new = output(program("git").args(["ls-files", "--others", "--exclude-standard"]))?;
    Ok(changed.lines().chain(new.lines()).flat_map(steps).collect())
}

/// The steps that a change of `path` can break.
fn steps(path: &str) -> BTreeSet<&'static str> {
    let named = |words: &'static str| words.split(' ').filter(|word| !word.is_empty());
    let row = PATHS.iter().filter(|(beginning, _)| path.starts_with(beginning)).max_by_key(|row| row.0.len());
    let document = path.ends_with(".md");
    match row {
        Some((_, words)) => named(ALWAYS).chain(named(words)).chain(document.then_some(DOCUMENT)).collect(),
        None if document => named(ALWAYS).chain([DOCUMENT]).collect(),
        None => STEPS.iter().map(|step| step.name).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths;

    #[test]
    fn every_word_is_a_step_and_every_beginning_a_folder() {
        for word in PATHS.iter().flat_map(|row| row.1.split(' ')).chain(ALWAYS.split(' ')).chain([DOCUMENT]) {
            assert!(word.is_empty() || STEPS.iter().any(|step| step.name == word), "`{word}` is no step");
        }
        let files = output(program("git").arg("ls-files")).unwrap();
        for (beginning, _) in PATHS {
            // What the build writes is not in git.
            let built = ["edge/browser/dist/", ".github/"].contains(beginning);
            assert!(built || files.lines().any(|file| file.starts_with(beginning)), "no file in {beginning}");
        }
        assert!(paths::at("src/docs").is_dir());
    }

    #[test]
    fn the_longest_beginning_holds_and_an_unknown_path_breaks_everything() {
        let set = |words: &'static str| words.split(' ').collect::<BTreeSet<_>>();
        assert_eq!(steps("tests/oracles/src/lib.rs"), set("format rules clean oracles lints"));
        assert_eq!(steps("edge/cli/tests/check.rs"), set("format rules clean unit lints"));
        assert_eq!(steps("COMPARE.md"), set("format rules clean unit"));
        assert_eq!(steps("tests/fuzz/README.md"), set("format rules clean unit fuzz lints"));
        for everything in
            ["src/engine.rs", "Cargo.lock", "tests/head/main.rs", "fixtures/playbooks/valid/11-caps.json"]
        {
            assert_eq!(steps(everything).len(), STEPS.len(), "{everything}");
        }
    }
}

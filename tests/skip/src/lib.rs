//! How a test that cannot run says so, so that nobody takes it for one that passed.
//!
//! cargo hides what a passing test prints. Where `PARVIS_SKIPS` names a file (`cargo xtask test` sets it), each skip is a line
//! there, and so is each run with its number of checks. At the end `xtask` lists the skips, with the number of checks of each
//! from `table.tsv`, and holds the runs against the same table: a row that promises more checks than were made is an error.
//! Without that file a skip is a line on standard error; where `CI` is set it is a failure.
//! `skip.mjs` does the same for tests in Node.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The checks that each skip costs: name, step of `cargo xtask test`, number of checks, what is counted.
const TABLE: &str = include_str!("../table.tsv");

/// Says that the checks of this name cannot run, and why. The name is one of `table.tsv`.
///
/// # Panics
/// Where `CI` is set and nobody counts skips.
pub fn skip(name: &str, why: &str) {
    if line(&format!("skipped\t{name}\t{why}")) {
        return;
    }
    let row = TABLE
        .lines()
        .map(|row| row.split('\t'))
        .find_map(|mut row| (row.next() == Some(name)).then(|| row.skip(1).collect::<Vec<_>>().join(" ")));
    let said =
        format!("skipped: {name} ({}): {why}", row.as_deref().unwrap_or("not in tests/skip/table.tsv"));
    assert!(!in_ci(), "{said}");
    eprintln!("{said}");
}

/// Says that the checks of this name run, and how many they are. What is said more than once is added up.
pub fn ran(name: &str, checks: usize) {
    line(&format!("ran\t{name}\t{checks}"));
}

/// The folder of shared cases: `PARVIS_SHARED`, or `shared` beside the repository; it need not be there.
pub fn shared() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    std::env::var_os("PARVIS_SHARED").map_or_else(beside, PathBuf::from)
}

/// What lies at this place of the folder of shared cases; where it is missing, the checks of this name are skipped.
pub fn shared_or_skip(name: &str, what: &str) -> Option<PathBuf> {
    let path = shared().join(what);
    if path.exists() {
        return Some(path);
    }
    skip(name, &format!("no `{what}` in the folder of shared cases: set PARVIS_SHARED"));
    None
}

/// The name of the running test program without what cargo appends: `html_chunks` for `html_chunks-0123456789abcdef`.
pub fn program() -> String {
    let path = std::env::current_exe().unwrap_or_default();
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let is_hash = |end: &str| end.len() == 16 && end.bytes().all(|byte| byte.is_ascii_hexdigit());
    stem.rsplit_once('-').filter(|(_, end)| is_hash(end)).map_or(stem.clone(), |(name, _)| name.to_owned())
}

/// Whether this is a continuous integration run, where nothing may be skipped.
pub fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}

/// Appends a line to the file of skips; `false` where there is none.
fn line(text: &str) -> bool {
    let Some(file) = std::env::var_os("PARVIS_SKIPS").filter(|name| !name.is_empty()) else { return false };
    let opened = OpenOptions::new().create(true).append(true).open(&file);
    // In one write, because tests of several programs write side by side.
    let written = opened.and_then(|mut file| file.write_all(format!("{text}\n").as_bytes()));
    if let Err(error) = written {
        panic!("PARVIS_SKIPS names `{}`, which cannot be written: {error}", file.display());
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_four_columns_and_each_name_once() {
        let mut names = Vec::new();
        for row in TABLE.lines().filter(|row| !row.starts_with('#')) {
            let columns: Vec<&str> = row.split('\t').collect();
            assert_eq!(columns.len(), 4, "{row}");
            assert!(columns[2].parse::<usize>().is_ok_and(|checks| checks > 0), "{row}");
            names.push(columns[0]);
        }
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "a name stands there twice");
    }

    #[test]
    fn a_test_program_is_known_without_its_hash() {
        assert_eq!(program(), "parvis_skip");
    }
}

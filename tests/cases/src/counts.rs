//! How many cases and steps there are on each host: a table that is generated, committed and compared exactly.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::case::{BROWSER, EDGE, HOSTS};
use crate::{Case, case};

/// Where the table of the cases in `folder` is.
pub fn file(folder: &Path) -> PathBuf {
    if folder == case::fixtures().join("cases") {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("counts.txt")
    } else {
        folder.join("counts.txt")
    }
}

/// The table as it must be: a line for each host.
///
/// # Errors
/// A case cannot be read.
pub fn table(folder: &Path) -> Result<String> {
    let read = |path: &PathBuf| {
        let json = serde_json::from_slice(&std::fs::read(path)?)?;
        Case::from_json(path, json).with_context(|| path.display().to_string())
    };
    let cases: Vec<Case> = case::files(folder)?.iter().map(read).collect::<Result<_>>()?;
    let line = |host: &str| {
        let played = cases.iter().filter(|case| case.runs_on(host));
        let (cases, steps) =
            played.fold((0, 0), |(cases, steps), case| (cases + 1, steps + case.steps.len()));
        format!("{host} {cases} cases {steps} steps\n")
    };
    Ok(HOSTS.map(line).concat())
}

/// Fails unless the committed table says how many cases there are on each host, and nothing else.
///
/// # Errors
/// The two tables, and the command that writes the table.
pub fn check(folder: &Path) -> Result<()> {
    let path = file(folder);
    let committed =
        std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let counted = table(folder)?;
    ensure!(
        committed == counted,
        "a case came or went: the table says\n{committed}and the files are\n{counted}\
         `cargo run -p parvis-cases -- accept` writes {}",
        path.display()
    );
    Ok(())
}

/// Writes the table where it changed, with its row in `PLATFORM.md`, and tells whether it did.
///
/// # Errors
/// It cannot be counted or written.
pub fn write(folder: &Path) -> Result<bool> {
    let (path, table) = (file(folder), table(folder)?);
    let changed = std::fs::read_to_string(&path).ok().as_ref() != Some(&table);
    if changed {
        std::fs::write(&path, &table)?;
    }
    if folder == case::fixtures().join("cases") {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../PLATFORM.md");
        let before = std::fs::read_to_string(&page)?;
        std::fs::write(&page, platform(&before, &table)?)?;
    }
    Ok(changed)
}

/// The page about hosts with the numbers of `table`; a column that is not the browser's is of an edge.
fn platform(page: &str, table: &str) -> Result<String> {
    const COLUMNS: &str = "| ability |";
    const ROW: &str = "| shared cases played |";
    let starts = |start: &str| page.lines().find(|line| line.starts_with(start));
    let played = |host: &str| {
        let line = table.lines().find_map(|line| line.strip_prefix(host)?.strip_prefix(' '));
        line.and_then(|line| line.split(' ').next()).with_context(|| format!("no line for {host}"))
    };
    let columns = starts(COLUMNS).and_then(|line| line.strip_prefix(COLUMNS)).context("no row of hosts")?;
    let hosts = columns.split('|').map(str::trim).take_while(|name| *name != "shown by");
    let mut row = ROW.to_owned();
    let mut cells = 0;
    for host in hosts {
        write!(row, " {} |", played(if host == BROWSER { BROWSER } else { EDGE })?)?;
        cells += 1;
    }
    let line = starts(ROW).context("no row of shared cases")?;
    let rest = line.splitn(cells + 3, '|').nth(cells + 2).context("a row with a cell for each host")?;
    Ok(page.replacen(line, &format!("{row}{rest}"), 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_of_the_page_has_the_numbers_of_the_table() {
        let page = |cells: &str| {
            format!(
                "# Platforms\n\n| ability | Fastly Compute | native server | browser | shown by |\n|---|---|---|---|---|\n\
                 | shared cases played | {cells} | [`counts.txt`](counts.txt) |\n| next | 4 |\n"
            )
        };
        let table = "engine 9 cases 90 steps\nedge 8 cases 80 steps\nbrowser 6 cases 60 steps\n";
        assert_eq!(platform(&page("1 | 2 | 3"), table).ok(), Some(page("8 | 8 | 6")));
    }
}

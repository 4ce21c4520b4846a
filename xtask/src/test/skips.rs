//! What was skipped, why, and how many checks that cost; and whether the checks that ran are as many as promised.
//!
//! Tests write both into a file (`tests/skip/src/lib.rs`), and `tests/skip/table.tsv` says how many checks each name stands for.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;

use crate::paths;

/// The variable that tells tests the file.
pub const VARIABLE: &str = "PARVIS_SKIPS";
const TABLE: &str = "tests/skip/table.tsv";

/// Where this run gathers what tests say.
pub fn file() -> PathBuf {
    paths::target().join(format!("xtask/skips-{}.tsv", std::process::id()))
}

/// Says that checks of a step itself cannot run.
pub fn skip(name: &str, why: &str) -> anyhow::Result<()> {
    line(&format!("skipped\t{name}\t{why}"))
}

/// Says how many checks of a step itself run.
pub fn ran(name: &str, checks: usize) -> anyhow::Result<()> {
    line(&format!("ran\t{name}\t{checks}"))
}

fn line(text: &str) -> anyhow::Result<()> {
    let file = file();
    std::fs::create_dir_all(file.parent().unwrap_or(&file))?;
    let mut file = OpenOptions::new().create(true).append(true).open(file)?;
    Ok(file.write_all(format!("{text}\n").as_bytes())?)
}

/// A row of the table: so many checks of this name are made in this step.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    name: String,
    step: String,
    checks: usize,
    what: String,
}

/// A name that cannot run, and what that costs.
#[derive(Debug, PartialEq)]
pub struct Skip {
    pub name: String,
    pub checks: usize,
    pub what: String,
    pub why: String,
}

/// What tests said, held against the table.
#[derive(Debug, Default, PartialEq)]
pub struct Told {
    pub skips: Vec<Skip>,
    /// Each is an error: checks were lost, or nobody knows how many there should be.
    pub wrong: Vec<String>,
    /// Rows that promise less than is done.
    pub outdated: Vec<String>,
}

/// Reads what tests said in these steps, all of which passed, and removes the file.
pub fn told(passed: &[&str], long: bool) -> anyhow::Result<Told> {
    let table = std::fs::read_to_string(paths::at(TABLE)).with_context(|| format!("no `{TABLE}`"))?;
    let said = std::fs::read_to_string(file()).unwrap_or_default();
    let _ = std::fs::remove_file(file());
    judge(&rows(&table)?, &said, passed, long)
}

fn rows(table: &str) -> anyhow::Result<Vec<Row>> {
    let rows = table.lines().filter(|row| !row.starts_with('#') && !row.is_empty());
    rows.map(|row| {
        let mut columns = row.split('\t').map(str::to_owned);
        let mut next = || columns.next().with_context(|| format!("{TABLE}: `{row}` lacks a column"));
        let (name, step, checks, what) = (next()?, next()?, next()?, next()?);
        let checks = checks.parse().with_context(|| format!("{TABLE}: `{checks}` is no number"))?;
        Ok(Row { name, step, checks, what })
    })
    .collect()
}

fn judge(rows: &[Row], said: &str, passed: &[&str], long: bool) -> anyhow::Result<Told> {
    let (mut skipped, mut ran) = (BTreeMap::<&str, &str>::new(), BTreeMap::<&str, usize>::new());
    for line in said.lines() {
        let mut columns = line.splitn(3, '\t');
        match (columns.next(), columns.next(), columns.next()) {
            (Some("skipped"), Some(name), Some(why)) => drop(skipped.insert(name, why)),
            (Some("ran"), Some(name), Some(checks)) => {
                *ran.entry(name).or_default() += checks.parse::<usize>()?
            }
            _ => anyhow::bail!("`{line}` says neither what was skipped nor what ran"),
        }
    }
    let mut told = Told::default();
    for row in rows {
        let made = ran.get(row.name.as_str()).copied().unwrap_or_default();
        if let Some(why) = skipped.get(row.name.as_str()) {
            let checks = row.checks.saturating_sub(made);
            let (name, what, why) = (row.name.clone(), row.what.clone(), (*why).to_owned());
            told.skips.push(Skip { name, checks, what, why });
        } else if made < row.checks && passed.contains(&row.step.as_str()) {
            let (name, checks, what) = (&row.name, row.checks, &row.what);
            told.wrong.push(format!("`{name}` made {made} of {checks} checks ({what}) and did not say why"));
        } else if made > row.checks && !long {
            told.outdated
                .push(format!("{TABLE}: `{}` makes {made} checks, and not {}", row.name, row.checks));
        }
    }
    for name in skipped.keys().chain(ran.keys()) {
        if !rows.iter().any(|row| row.name == *name) {
            told.wrong.push(format!("`{name}` has no row in {TABLE}"));
        }
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: &str = "# name\na b\tunit\t10\tpages\nc\tunit\t3\tcases\nd\thosts\t2\tstarts\n";

    fn judged(said: &str, passed: &[&str]) -> Told {
        judge(&rows(ROWS).expect("a table"), said, passed, false).expect("lines")
    }

    #[test]
    fn skips_cost_what_the_table_says() {
        let told =
            judged("skipped\tc\tno pages\nran\ta b\t4\nran\ta b\t6\nskipped\tc\tno pages\n", &["unit"]);
        let skip = Skip { name: "c".into(), checks: 3, what: "cases".into(), why: "no pages".into() };
        assert_eq!(told, Told { skips: vec![skip], ..Told::default() });
    }

    #[test]
    fn lost_checks_are_errors_and_new_ones_are_notes() {
        let told = judged("ran\ta b\t9\nran\tc\t4\nran\te\t1\n", &["unit"]);
        assert_eq!(told.wrong.len(), 2, "{told:?}");
        assert!(told.wrong[0].contains("`a b` made 9 of 10"), "{told:?}");
        assert!(told.wrong[1].contains("`e` has no row"), "{told:?}");
        assert_eq!(told.outdated, ["tests/skip/table.tsv: `c` makes 4 checks, and not 3"]);
        // What a step that did not run should have done is not missed.
        assert_eq!(judged("ran\td\t2\n", &["hosts"]), Told::default());
    }
}

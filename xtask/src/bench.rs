//! `cargo xtask bench`: measures; the measuring itself is `xtask/bench`, which alone compiles lol_html.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::paths;
use crate::run::{cargo, output, program, run, say};

/// Measures Parvis beside its neighbors: pages beside lol_html, consent beside four libraries, the Fastly module beside one
/// that only passes bytes on.
#[derive(clap::Args)]
pub struct Arguments {
    /// What to measure
    #[arg(value_enum, default_value_t = What::Html)]
    what: What,
    /// Rounds of each measurement; more is slower and steadier
    #[arg(long, default_value_t = 15)]
    rounds: usize,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum What {
    /// Rewriting the blocks of real pages
    Html,
    /// Decoding and resolving consent, beside four libraries
    Consent,
    /// Guest CPU and host calls of the Fastly module under Viceroy, for real pages
    Viceroy,
}

/// Runs the command.
pub fn bench(arguments: &Arguments) -> anyhow::Result<()> {
    match arguments.what {
        What::Html => html(arguments.rounds),
        What::Consent => consent(arguments.rounds),
        What::Viceroy => viceroy(arguments.rounds),
    }
}

/// Rounds of consent for one of pages: they take half a millisecond each, so that a busy machine disturbs few of them.
const SHORT: usize = 7;

/// Time and allocations of consent.
fn consent(rounds: usize) -> anyhow::Result<()> {
    crate::setup::packages("tests/oracles")?;
    say("building the bench (1 to 2 min the first time)");
    run(cargo("run --locked --release -p xtask-bench --bin consent --").arg((rounds * SHORT).to_string()))?;
    run(&mut cargo("run --locked --release -p xtask-bench --bin consent-allocations"))
}

/// Guest CPU and host calls at the edge.
fn viceroy(rounds: usize) -> anyhow::Result<()> {
    let marked = real_pages()?;
    let mut command = cargo("run --locked -p parvis-host-tests --bin viceroy-bench --");
    command
        .env("PARVIS_VICEROY", crate::setup::viceroy()?)
        .env("PARVIS_CASES_MODULE", crate::fastly::build_for_cases()?);
    run(command.arg(&marked).arg(rounds.to_string()))
}

/// The folder of the real pages, with their blocks marked.
fn real_pages() -> anyhow::Result<PathBuf> {
    let Some(shared) = paths::shared() else {
        bail!("the real pages are not there: set PARVIS_SHARED to the folder that holds `pages/`")
    };
    mark(&shared.join("pages"), "attr")
}

/// Time of rewriting pages.
fn html(rounds: usize) -> anyhow::Result<()> {
    let marked = real_pages()?;
    say("building the bench (1 to 2 min the first time)");
    run(cargo("run --locked --release -p xtask-bench --bin xtask-bench --")
        .arg(&marked)
        .arg(rounds.to_string()))
}

/// Marks blocks in the pages of `folder`, as attributes (`attr`) or comments, and returns the folder of copies.
pub fn mark(folder: &Path, mode: &str) -> anyhow::Result<PathBuf> {
    let marked = paths::target().join("pages").join(mode);
    std::fs::create_dir_all(&marked)?;
    let mut pages: Vec<_> = std::fs::read_dir(folder)
        .with_context(|| format!("no folder `{}`", folder.display()))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "html"))
        .collect();
    pages.sort();
    output(
        program("python3")
            .arg(folder.join("mark_blocks.py"))
            .args(["--mode", mode])
            .arg(&marked)
            .args(&pages),
    )?;
    Ok(marked)
}

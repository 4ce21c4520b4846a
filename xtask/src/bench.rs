//! `cargo xtask bench`: measures; the measuring itself is `xtask/bench`, which alone compiles lol_html.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::paths;
use crate::run::{cargo, output, program, run, say};

/// Measures Parvis beside pass-through and lol_html on real pages.
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
}

/// Runs the command.
pub fn bench(arguments: &Arguments) -> anyhow::Result<()> {
    let What::Html = arguments.what;
    let Some(shared) = paths::shared() else {
        bail!("the real pages are not there: set PARVIS_SHARED to the folder that holds `pages/`")
    };
    let marked = mark(&shared.join("pages"), "attr")?;
    say("building the bench (1 to 2 min the first time)");
    run(cargo("run --locked --release -p xtask-bench --").arg(&marked).arg(arguments.rounds.to_string()))
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

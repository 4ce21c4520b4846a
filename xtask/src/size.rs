//! `cargo xtask size`: what is shipped, weighed raw and after gzip -9, beside its limits.

use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::limits::Agreed;
use crate::run::{output, program, say, show};
use crate::{check, fastly, limits, npm, paths, workers};

/// Prints what engine, Fastly module and browser package weigh, beside their limits.
#[derive(clap::Args)]
pub struct Arguments {
    /// Also writes it to xtask/reached.tsv, with the day and the commit
    #[arg(long)]
    record: bool,
}

/// One thing that was weighed, in bytes.
struct Weight {
    what: String,
    raw: usize,
    gzip: usize,
}

/// Builds everything that is shipped, prints the table, and fails when something is too heavy.
pub fn size(arguments: &Arguments) -> anyhow::Result<()> {
    let mut weights = vec![sum(limits::ENGINE, &[&check::engine::probe()?])?];
    weights.push(sum(limits::FASTLY, &[&fastly::build()?])?);
    weights.push(sum(limits::WORKERS, &[&workers::build()?.join("edge.wasm")])?);
    weights.extend(package(&npm::npm()?)?);
    weights.push(consent()?);
    if arguments.record {
        record(&weights)?;
    }
    table(&weights)
}

/// Writes what is reached, which nothing is held against.
fn record(weights: &[Weight]) -> anyhow::Result<()> {
    let commit = output(program("git").args(["log", "-1", "--format=%cs, commit %h"]))?;
    let changed = !output(program("git").args(["status", "--porcelain", "--", "src", "edge"]))?.is_empty();
    let changed = if changed { " with changes" } else { "" };
    let mut text = format!(
        "# Written by `cargo xtask size --record`: {}{changed}. Nothing is held against this file.\n# what\tbytes\tbytes after gzip -9\n",
        commit.trim()
    );
    for Weight { what, raw, gzip } in weights {
        text.push_str(&format!("{what}\t{raw}\t{gzip}\n"));
    }
    let file = paths::at("xtask/reached.tsv");
    std::fs::write(&file, text)?;
    say(format!("written to {}", paths::show(&file)));
    Ok(())
}

/// The weight of the engine alone, as a step of the tests.
pub fn engine() -> anyhow::Result<()> {
    table(&[sum(limits::ENGINE, &[&check::engine::probe()?])?])
}

/// The weight of the Fastly module, as a step of the tests.
pub fn fastly() -> anyhow::Result<()> {
    table(&[sum(limits::FASTLY, &[&fastly::build()?])?])
}

/// The weight of the module of `parvis/edge`, as a step of the tests.
pub fn workers() -> anyhow::Result<()> {
    table(&[sum(limits::WORKERS, &[&workers::build()?.join("edge.wasm")])?])
}

/// The weight of the npm package, as a step of the tests.
pub fn browser() -> anyhow::Result<()> {
    let mut weights = package(&npm::npm()?)?;
    weights.push(consent()?);
    table(&weights)
}

/// What consent adds to a module of the browser.
fn consent() -> anyhow::Result<Weight> {
    let [nothing, consent] = npm::consent()?;
    let (less, more) = (sum("", &[&nothing])?, sum(limits::CONSENT, &[&consent])?);
    Ok(Weight { raw: more.raw.saturating_sub(less.raw), gzip: more.gzip.saturating_sub(less.gzip), ..more })
}

fn package(dist: &Path) -> anyhow::Result<Vec<Weight>> {
    let [wasm, glue, slim, index] =
        ["core.wasm", "core.js", "slim.js", "index.js"].map(|name| dist.join(name));
    Ok(vec![
        sum("core.wasm", &[&wasm])?,
        sum("core.js (glue)", &[&glue])?,
        sum("slim.js", &[&slim])?,
        sum(limits::SLIM, &[&slim, &wasm])?,
        sum(limits::ALL_IN_ONE, &[&index])?,
    ])
}

fn table(weights: &[Weight]) -> anyhow::Result<()> {
    show(format!("{:<24}{:>11}{:>11}{:>11}{:>11}", "", "raw", "gzip", "limit", "goal"));
    let mut heavy = Vec::new();
    for Weight { what, raw, gzip } in weights {
        let Some(limit) = limits::find(what) else {
            show(format!("{what:<24}{raw:>11}{gzip:>11}"));
            continue;
        };
        let goal = limit.goal.map_or_else(|| "none".to_owned(), |goal| goal.to_string());
        let mut note =
            if limit.agreed == Agreed::Goal { "  goal".to_owned() } else { "  ceiling".to_owned() };
        note.extend(limit.gap(*gzip).map(|gap| format!(", {gap}")));
        show(format!("{what:<24}{raw:>11}{gzip:>11}{:>11}{goal:>11}{note}", limit.at_most));
        heavy.extend(limit.hold(*gzip).err().map(|error| error.to_string()));
    }
    ensure!(heavy.is_empty(), "too heavy: {}", heavy.join("; "));
    Ok(())
}

fn sum(what: &str, files: &[&Path]) -> anyhow::Result<Weight> {
    let mut weight = Weight { what: what.to_owned(), raw: 0, gzip: 0 };
    for file in files {
        let bytes = std::fs::read(file).with_context(|| format!("no `{}` to weigh", paths::show(file)))?;
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&bytes)?;
        weight.raw += bytes.len();
        weight.gzip += encoder.finish()?.len();
    }
    Ok(weight)
}

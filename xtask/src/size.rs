//! `cargo xtask size`: what is shipped, weighed raw and after gzip -9, beside its bounds.

pub mod bounds;

use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::{check, fastly, npm, paths, run};

/// One thing that was weighed, in bytes.
struct Weight {
    what: String,
    raw: usize,
    gzip: usize,
}

/// Builds everything that is shipped, prints the table, and fails when something is too heavy.
pub fn size() -> anyhow::Result<()> {
    let mut weights = vec![sum(bounds::ENGINE, &[&check::engine::probe()?])?];
    weights.push(sum(bounds::FASTLY, &[&fastly::build()?])?);
    weights.extend(package(&npm::npm()?)?);
    weights.push(consent()?);
    table(&weights)
}

/// The weight of the engine alone, as a step of the tests.
pub fn engine() -> anyhow::Result<()> {
    table(&[sum(bounds::ENGINE, &[&check::engine::probe()?])?])
}

/// The weight of the Fastly module, as a step of the tests.
pub fn fastly() -> anyhow::Result<()> {
    table(&[sum(bounds::FASTLY, &[&fastly::build()?])?])
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
    let (less, more) = (sum("", &[&nothing])?, sum(bounds::CONSENT, &[&consent])?);
    Ok(Weight { raw: more.raw.saturating_sub(less.raw), gzip: more.gzip.saturating_sub(less.gzip), ..more })
}

fn package(dist: &Path) -> anyhow::Result<Vec<Weight>> {
    let [wasm, glue, slim, index] =
        ["core.wasm", "core.js", "slim.js", "index.js"].map(|name| dist.join(name));
    Ok(vec![
        sum("core.wasm", &[&wasm])?,
        sum("core.js (glue)", &[&glue])?,
        sum("slim.js", &[&slim])?,
        sum(bounds::SLIM, &[&slim, &wasm])?,
        sum(bounds::ALL_IN_ONE, &[&index])?,
    ])
}

fn table(weights: &[Weight]) -> anyhow::Result<()> {
    run::show(format!("{:<24}{:>11}{:>11}{:>11}{:>11}", "", "raw", "gzip", "bound", "goal"));
    let mut heavy = Vec::new();
    for weight in weights {
        let row = bounds::BOUNDS.iter().find(|(what, ..)| *what == weight.what);
        let (bound, goal) =
            row.map_or_else(Default::default, |(_, bound, goal)| (bound.to_string(), goal.to_string()));
        run::show(format!("{:<24}{:>11}{:>11}{bound:>11}{goal:>11}", weight.what, weight.raw, weight.gzip));
        if row.is_some_and(|(_, bound, _)| weight.gzip > *bound) {
            heavy.push(weight.what.as_str());
        }
    }
    if !heavy.is_empty() {
        bail!("too heavy: {}; the bounds are in xtask/src/size/bounds.rs", heavy.join(", "));
    }
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

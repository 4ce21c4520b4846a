//! `cargo xtask bench`: measures; the measuring itself is `xtask/bench` and what lies in it, which alone compile lol_html
//! and Wasmtime.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::ValueEnum as _;

use crate::paths;
use crate::run::{Log, cargo, output, program, run, say, show};

/// Measures Parvis beside its neighbors: pages beside lol_html, consent beside four libraries, decisions beside other formats
/// and engines, the Fastly module beside one that only passes bytes on.
#[derive(clap::Args)]
pub struct Arguments {
    /// What to measure
    #[arg(value_enum, default_value_t = What::Html)]
    what: What,
    /// Rounds of each measurement; more is slower and steadier
    #[arg(long, default_value_t = 15)]
    rounds: usize,
    /// Also writes what is printed to xtask/bench/reached, with the day and the commit
    #[arg(long)]
    record: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum What {
    /// Rewriting the blocks of real pages
    Html,
    /// Decoding and resolving consent, beside four libraries
    Consent,
    /// Evaluating conditions, deciding and opening a playbook, beside other formats and, in Node, other engines
    Decide,
    /// Guest CPU and host calls of the Fastly module under Viceroy, for real pages
    Viceroy,
}

/// Runs the command.
pub fn bench(arguments: &Arguments) -> anyhow::Result<()> {
    if !arguments.record {
        return measure(arguments);
    }
    say("what is measured is shown at the end");
    let log = Log::kept()?;
    let result = Log::during(Some(log.clone()), || measure(arguments));
    let text = log.text()?;
    show(&text);
    result?;
    record(arguments.what, &text)
}

/// Writes what a bench printed to its file, which nothing is held against.
fn record(what: What, text: &str) -> anyhow::Result<()> {
    let name = what.to_possible_value().context("a bench without a name")?;
    let commit = output(program("git").args(["log", "-1", "--format=commit %h of %cs"]))?;
    let day = output(program("date").args(["-u", "+%F"]))?;
    let mut file =
        format!("`cargo xtask bench {} --record`, {}, {}\n\n", name.get_name(), day.trim(), commit.trim());
    // What cargo and we say while it is built is no result.
    const BUILDING: [&str; 6] = ["xtask: ", "Compiling ", "Finished ", "Running ", "Blocking ", "warning: "];
    let results =
        text.lines().filter(|line| !BUILDING.iter().any(|word| line.trim_start().starts_with(word)));
    results.for_each(|line| file.extend([line.trim_end(), "\n"]));
    let place = paths::at(&format!("xtask/bench/reached/{}.txt", name.get_name()));
    std::fs::create_dir_all(place.parent().unwrap_or(&place))?;
    std::fs::write(&place, file)?;
    say(format!("written to {}", paths::show(&place)));
    Ok(())
}

fn measure(arguments: &Arguments) -> anyhow::Result<()> {
    match arguments.what {
        What::Html => html(arguments.rounds),
        What::Consent => consent(arguments.rounds),
        What::Decide => decide(arguments.rounds),
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

/// Time and allocations of decisions.
fn decide(rounds: usize) -> anyhow::Result<()> {
    crate::setup::packages("xtask/bench/decide")?;
    let dist = crate::npm::npm()?;
    say("building the bench (1 to 2 min the first time)");
    show(format!("{} on {}", output(program("rustc").arg("--version"))?.trim(), machine()));
    run(cargo("run --locked --quiet --release -p xtask-bench --bin decide --")
        .arg(rounds.to_string())
        .arg(dist))?;
    run(&mut cargo("run --locked --quiet --release -p xtask-bench --bin decide-allocations"))
}

/// Guest CPU and host calls at the edge.
fn viceroy(rounds: usize) -> anyhow::Result<()> {
    let marked = real_pages()?;
    say("building a Fastly module with `esi` (3 min of 2 cores the first time)");
    // A workspace of its own, with another version of Fastly's library.
    let (folder, target) = (paths::at("xtask/bench/esi"), paths::target().join("bench-esi"));
    run(cargo("build --locked --quiet --release --target wasm32-wasip1")
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", &target))?;
    let mut command = cargo("run --locked -p parvis-host-tests --bin viceroy-bench --");
    command
        .env("PARVIS_VICEROY", crate::setup::viceroy()?)
        .env("PARVIS_CASES_MODULE", crate::fastly::build_for_cases()?);
    let esi = target.join("wasm32-wasip1/release/esi.wasm");
    run(command.arg(&marked).arg(rounds.to_string()).arg(esi))
}

/// The folder of the real pages, with their blocks marked.
fn real_pages() -> anyhow::Result<PathBuf> {
    let Some(shared) = paths::shared() else {
        bail!("the real pages are not there: set PARVIS_SHARED to the folder that holds `pages/`")
    };
    mark(&shared.join("pages"), "attr")
}

/// Time of finding and changing blocks: natively, in Wasmtime, in V8.
fn html(rounds: usize) -> anyhow::Result<()> {
    let marked = real_pages()?;
    crate::setup::toolchain()?;
    crate::setup::packages("xtask/bench/node")?;
    say("building the bench's modules, then the bench with Wasmtime (5 to 8 min of 2 cores the first time)");
    let modules = modules()?;
    run(&mut cargo("build --locked --release -p xtask-bench"))?;
    run(&mut cargo("build --locked --profile runtime -p xtask-bench-wasm"))?;
    show(format!("{} on {}; {rounds} rounds", output(program("rustc").arg("--version"))?.trim(), machine()));
    let rounds = rounds.to_string();
    run(cargo("run --locked --quiet --release -p xtask-bench --bin xtask-bench --")
        .arg(&marked)
        .arg(&rounds))?;
    run(cargo("run --locked --quiet --profile runtime -p xtask-bench-wasm --")
        .args([&marked, &modules])
        .arg(&rounds))?;
    run(program("node").arg(paths::at("xtask/bench/node/v8.mjs")).args([&marked, &modules]).arg(&rounds))
}

/// The modules that are measured, each with the flags of a build, and the folder they lie in.
fn modules() -> anyhow::Result<PathBuf> {
    let folder = paths::target().join("bench");
    std::fs::create_dir_all(&folder)?;
    let target = "wasm32-unknown-unknown";
    // As it is deployed, the same without vectors, and lol_html at its fastest.
    for (profile, end, plain) in
        [("release", "3", false), ("edge", "edge-plain", true), ("edge", "edge", false)]
    {
        let mut command = cargo(&format!(
            "build --locked --quiet -p xtask-bench-guest --examples --target {target} --profile {profile}"
        ));
        if plain {
            command.env("CARGO_ENCODED_RUSTFLAGS", "-Ctarget-feature=-simd128");
        }
        run(&mut command)?;
        for name in ["ours", "lol"] {
            let built = paths::target().join(target).join(profile).join(format!("examples/{name}.wasm"));
            std::fs::copy(&built, folder.join(format!("{name}-{end}.wasm")))
                .with_context(|| format!("cargo built no `{}`", paths::show(&built)))?;
        }
    }
    Ok(folder)
}

/// The machine's processor and how many of them it has.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    format!("{} x {}", cores, model.map_or("a processor of unknown name", |(_, name)| name))
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

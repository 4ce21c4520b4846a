//! `cargo xtask fuzz`: libFuzzer on the targets of `tests/fuzz`, one after the other, with nightly Rust.
//!
//! What libFuzzer learns is kept in `target/fuzz/corpus`, beside the committed seeds of `tests/fuzz/corpus`, which are one file a
//! target and are unpacked for it. What it finds is packed into the seeds: there every test tries it again, and it is noticed
//! until it is committed.

#[path = "../../tests/fuzz/src/corpus.rs"]
mod corpus;

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use anyhow::{Context as _, bail, ensure};

use crate::paths;
use crate::run::{output, program, run, say, succeeds, with_heartbeat};

/// The version of cargo-fuzz that is installed where there is none.
const CARGO_FUZZ: &str = "0.13.2";
const FOLDER: &str = "tests/fuzz/libfuzzer";
/// The program in it, which is told by `PARVIS_FUZZ_TARGET` what to run.
const PROGRAM: &str = "target";
/// Where property tests find the seed of what they draw; `.cargo/config.toml` has the one of every other run.
pub const SEED: &str = "PROPTEST_RNG_SEED";

/// Fuzzes what reads strangers' bytes, for a while; a finding is an error that names its input.
#[derive(clap::Args)]
pub struct Arguments {
    /// The targets, by default all; `list` prints their names
    targets: Vec<String>,
    /// Seconds for each target
    #[arg(long, default_value_t = 600)]
    seconds: u32,
}

/// Runs the command.
pub fn fuzz(arguments: &Arguments) -> anyhow::Result<()> {
    let known = names()?;
    if arguments.targets.iter().any(|target| target == "list") {
        println!("{}", known.join("\n"));
        return Ok(());
    }
    if let Some(strange) = arguments.targets.iter().find(|target| !known.contains(target)) {
        bail!("no fuzz target `{strange}`: see `cargo xtask fuzz list`");
    }
    let chosen = if arguments.targets.is_empty() { &known } else { &arguments.targets };
    all(chosen, arguments.seconds)
}

/// Every target for ten minutes.
pub fn long() -> anyhow::Result<()> {
    all(&names()?, 600)
}

/// A seed that nobody knew before: one for all of this run, and it is told, so that a failure comes again.
pub fn another_seed() -> String {
    static DRAWN: LazyLock<String> = LazyLock::new(|| {
        let drawn = RandomState::new().build_hasher().finish();
        say(format!("random cases from {SEED}={drawn}"));
        drawn.to_string()
    });
    DRAWN.clone()
}

fn all(targets: &[String], seconds: u32) -> anyhow::Result<()> {
    install()?;
    run(&mut cargo_fuzz("build", &[PROGRAM, "--sanitizer", "none"]))?;
    let mut found = Vec::new();
    for target in targets {
        if let Err(error) = one(target, seconds) {
            say(format!("{target}: {error:#}"));
            found.push(target.as_str());
        }
    }
    ensure!(
        found.is_empty(),
        "findings in {}: their inputs are new lines in tests/fuzz/corpus, where `cargo test -p parvis-fuzz-targets` tries \
         them; give them names that say what they found, and commit them with what ends them",
        found.join(", ")
    );
    say(format!("{} targets, {seconds} s each, no finding", targets.len()));
    Ok(())
}

fn one(target: &str, seconds: u32) -> anyhow::Result<()> {
    let learned = paths::target().join("fuzz/corpus").join(target);
    let (packed, seeds) = (packed(target), paths::target().join("fuzz/seeds").join(target));
    std::fs::create_dir_all(&learned)?;
    corpus::unpack(&packed, &seeds)?;
    let built = paths::target().join("fuzz").join(host()?).join("release").join(PROGRAM);
    let mut command = program(built);
    command
        .arg(format!("-max_total_time={seconds}"))
        .args(["-max_len=4096", "-timeout=20", "-rss_limit_mb=2048", "-print_final_stats=1"])
        .arg(format!("-artifact_prefix={}/", seeds.display()))
        .arg(learned)
        .arg(&seeds)
        .env("PARVIS_FUZZ_TARGET", target)
        .env("RUST_BACKTRACE", "0");
    let fuzzed = with_heartbeat(&mut command, &format!("fuzz {target}"), "#", 1000);
    corpus::pack(&seeds, &packed)?;
    fuzzed
}

/// The committed seeds of a target.
fn packed(target: &str) -> PathBuf {
    paths::at("tests/fuzz/corpus").join(format!("{target}.txt"))
}

/// The targets that have seeds, which a test compares with the table of the targets.
fn names() -> anyhow::Result<Vec<String>> {
    let folder = paths::at("tests/fuzz/corpus");
    let listed = std::fs::read_dir(&folder).with_context(|| format!("no folder `{}`", folder.display()))?;
    let files = listed.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> =
        files.filter_map(|name| name.strip_suffix(".txt").map(str::to_owned)).collect();
    names.sort();
    Ok(names)
}

fn install() -> anyhow::Result<()> {
    if !succeeds(nightly(program("rustc")).arg("--version")) {
        bail!("fuzzing needs nightly Rust: run `rustup toolchain install nightly`");
    }
    if !succeeds(cargo_fuzz("--version", &[]).env_remove("CARGO_TARGET_DIR")) {
        say("installing cargo-fuzz (a minute, once)");
        run(program("cargo")
            .args(["install", "--locked", "cargo-fuzz", "--version", CARGO_FUZZ, "--root"])
            .arg(paths::cache().join("cargo-fuzz")))?;
    }
    Ok(())
}

/// `cargo fuzz` with these words, from our own installation.
fn cargo_fuzz(word: &str, more: &[&str]) -> Command {
    let mut command = program(paths::cache().join("cargo-fuzz/bin/cargo-fuzz"));
    command.arg("fuzz").arg(word);
    if word != "--version" {
        command.arg("--fuzz-dir").arg(FOLDER);
    }
    command.args(more).env("CARGO_TARGET_DIR", paths::target().join("fuzz"));
    nightly(command)
}

/// The same command under nightly Rust, whatever cargo told us about itself.
fn nightly(mut command: Command) -> Command {
    command.env("RUSTUP_TOOLCHAIN", "nightly").env_remove("CARGO").env_remove("RUSTC").env_remove("RUSTDOC");
    command
}

/// The target triple that rustc builds for here.
fn host() -> anyhow::Result<String> {
    let told = output(nightly(program("rustc")).arg("-vV"))?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc -vV names no host")
}

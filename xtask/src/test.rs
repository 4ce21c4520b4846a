//! `cargo xtask test`: everything CI runs, in numbered steps; a failed step does not stop the ones after it.

use std::process::Command;
use std::time::Instant;

use anyhow::{bail, ensure};

use crate::run::{cargo, elapsed, program, run, say};
use crate::{check, demo, fastly, fuzz, paths, setup, signed, size};

/// Installs what is missing and runs every check and test, as CI does.
#[derive(clap::Args)]
pub struct Arguments {
    /// Many more random cases (PARVIS_LONG=1)
    #[arg(long)]
    long: bool,
    /// Only the steps whose name begins so; `list` prints the names
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
}

/// How a step ended when it did not fail.
enum Ended {
    Passed,
    Skipped(String),
}

/// A step: its name, what it does and how long it usually takes, and the work.
struct Step(&'static str, &'static str, fn(&Arguments) -> anyhow::Result<Ended>);

const STEPS: [Step; 15] = [
    Step("setup", "targets, npm packages, Chromium, Viceroy (seconds; 10 min the first time)", set_up),
    Step("format", "cargo fmt --check", format),
    Step("rules", "the rules of the house (under a minute)", rules),
    Step(
        "lints",
        "clippy, warnings denied, natively and for each Wasm target (minutes the first time)",
        lints,
    ),
    Step("unit", "unit, law and doc tests (minutes the first time)", unit),
    Step("oracles", "the consent decoders beside four libraries (a minute the first time)", oracles),
    Step(
        "fuzz",
        "every fuzz target on its corpus; with --long, libFuzzer for ten minutes each",
        fuzz_targets,
    ),
    Step("engine", "the engine alone: no import section, small enough, memory that stays small", engine),
    Step("package", "the npm package: builds, small enough, its own tests in Node and Chromium", package),
    Step("fastly", "the Fastly module: builds, small enough", module),
    Step("shared", "shared cases: blocks of real pages, consent strings", shared),
    Step("demo", "the demo comes up on both hosts", demo_once),
    Step("hosts", "tests/hosts: the same cases and the same faults on every host (minutes)", hosts),
    Step(
        "browser",
        "tests/browser: a visitor in Chromium, behind Viceroy and the native host (minutes)",
        browser,
    ),
    Step("clean", "nothing that was built is about to be committed", clean),
];

/// Runs the command.
pub fn test(arguments: &Arguments) -> anyhow::Result<()> {
    if arguments.only.iter().any(|only| only == "list") {
        for Step(name, what, _) in &STEPS {
            println!("{name:<10}{what}");
        }
        return Ok(());
    }
    let chosen: Vec<&Step> = STEPS
        .iter()
        .filter(|Step(name, ..)| {
            arguments.only.is_empty() || arguments.only.iter().any(|only| name.starts_with(only))
        })
        .collect();
    ensure!(
        !chosen.is_empty(),
        "no step begins with `{}`: see `cargo xtask test --only list`",
        arguments.only.join("`, `")
    );
    let started = Instant::now();
    let mut summary = Vec::new();
    for (number, Step(name, what, work)) in chosen.iter().enumerate() {
        say(format!("── {}/{} {name}: {what}", number + 1, chosen.len()));
        let began = Instant::now();
        let result = work(arguments);
        if let Err(error) = &result {
            say(format!("{name} FAILED: {error:#}"));
        }
        summary.push((*name, elapsed(began), result));
    }
    say(format!("── summary, {}", elapsed(started)));
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for (name, took, result) in &summary {
        let verdict = match result {
            Ok(Ended::Passed) => {
                passed += 1;
                "ok".to_owned()
            }
            Ok(Ended::Skipped(why)) => {
                skipped += 1;
                format!("skipped: {why}")
            }
            Err(error) => {
                failed += 1;
                format!("FAILED: {}", format!("{error:#}").lines().next().unwrap_or_default())
            }
        };
        say(format!("{name:<10}{took:>14}  {verdict}"));
    }
    let skips = if skipped > 0 { format!(", {skipped} skipped") } else { String::new() };
    println!("{passed} passed, {failed} failed{skips}");
    if failed > 0 {
        bail!("{failed} steps failed; run one alone with `cargo xtask test --only STEP`");
    }
    Ok(())
}

fn set_up(_: &Arguments) -> anyhow::Result<Ended> {
    setup::toolchain()?;
    for folder in setup::FOLDERS {
        setup::packages(folder)?;
    }
    setup::chromium()?;
    setup::viceroy()?;
    Ok(Ended::Passed)
}

fn format(_: &Arguments) -> anyhow::Result<Ended> {
    run(&mut cargo("fmt --all --check"))?;
    Ok(Ended::Passed)
}

fn rules(_: &Arguments) -> anyhow::Result<Ended> {
    check::check(&check::Arguments::default())?;
    Ok(Ended::Passed)
}

fn lints(_: &Arguments) -> anyhow::Result<Ended> {
    // A whole Wasmtime only to lint two files of the bench would take minutes.
    let host = format!(
        "--workspace --exclude parvis-fastly --exclude xtask-probe --exclude {WASMTIME} --all-targets"
    );
    all(&[
        format!("clippy --locked {host} -- -D warnings"),
        "clippy --locked -p parvis --lib -- -D warnings".to_owned(),
        "clippy --locked -p parvis --lib --features author -- -D warnings".to_owned(),
        "clippy --locked --no-deps -p parvis-fastly --target wasm32-wasip1 -- -D warnings".to_owned(),
        "clippy --locked --no-deps -p parvis-browser -p xtask-probe --target wasm32-unknown-unknown -- -D warnings"
            .to_owned(),
        "clippy --locked --no-deps -p parvis-fastly --target wasm32-wasip1 --features signed -- -D warnings".to_owned(),
        "clippy --locked --no-deps -p parvis-browser --target wasm32-unknown-unknown --features signed -- -D warnings"
            .to_owned(),
    ])
}

/// The package of tests that need Viceroy and the built modules.
const HOST_TESTS: &str = "parvis-host-tests";
/// The package of tests that need the IAB's JavaScript libraries.
const ORACLES: &str = "parvis-oracles";
/// The package of what fuzz targets do.
const FUZZ_TARGETS: &str = "parvis-fuzz-targets";
/// The part of the bench that compiles a whole Wasmtime.
const WASMTIME: &str = "xtask-bench-wasm";

fn unit(arguments: &Arguments) -> anyhow::Result<Ended> {
    // The Fastly package is for Wasm only, tests of hosts need it built, the oracles need Node: they have steps of their
    // own. The tools that are heavy to compile have no tests.
    let packages = [
        "parvis-fastly",
        HOST_TESTS,
        ORACLES,
        FUZZ_TARGETS,
        "xtask-probe",
        "xtask-bench",
        "xtask-bench-guest",
        WASMTIME,
        "xtask-bindgen",
    ];
    let mut command = cargo("test --locked --workspace --no-fail-fast");
    command.args(packages.iter().flat_map(|name| ["--exclude", name]));
    run(with_places(&mut command, arguments))?;
    Ok(Ended::Passed)
}

fn oracles(arguments: &Arguments) -> anyhow::Result<Ended> {
    setup::packages("tests/oracles")?;
    run(with_places(cargo("test --locked --no-fail-fast -p").arg(ORACLES), arguments))?;
    Ok(Ended::Passed)
}

fn fuzz_targets(arguments: &Arguments) -> anyhow::Result<Ended> {
    run(with_places(cargo("test --locked --no-fail-fast -p").arg(FUZZ_TARGETS), arguments))?;
    if arguments.long {
        fuzz::long()?;
    }
    Ok(Ended::Passed)
}

fn engine(arguments: &Arguments) -> anyhow::Result<Ended> {
    let module = std::fs::read(check::engine::probe()?)?;
    let module = crate::wasm::Module::parse(&module)?;
    ensure!(!module.has_import_section(), "the engine imports {}", module.imports()?.join(", "));
    size::engine()?;
    let mut memory = program("node");
    memory.arg(paths::at("xtask/probe/memory.mjs")).arg(check::engine::stream()?);
    run(with_places(&mut memory, arguments))?;
    Ok(Ended::Passed)
}

fn package(arguments: &Arguments) -> anyhow::Result<Ended> {
    let heavy = size::browser();
    let folder = "edge/browser/test";
    setup::packages(folder)?;
    let mut tests: Vec<_> = std::fs::read_dir(paths::at(folder))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    tests.sort();
    if !tests.is_empty() {
        let mut command = program("node");
        command
            .args(["--test", "--test-reporter=spec"])
            .args(tests)
            .env("PARVIS_CHROMIUM", setup::chromium()?)
            .env("PARVIS_SIGNED_CORE", signed::browser()?);
        run(with_places(&mut command, arguments))?;
    }
    heavy?;
    Ok(Ended::Passed)
}

fn module(_: &Arguments) -> anyhow::Result<Ended> {
    size::fastly()?;
    Ok(Ended::Passed)
}

fn shared(_: &Arguments) -> anyhow::Result<Ended> {
    let Some(shared) = paths::shared() else {
        let why = "no folder of shared cases: set PARVIS_SHARED (by default ../shared)";
        ensure!(!paths::in_ci(), "{why}");
        return Ok(Ended::Skipped(why.to_owned()));
    };
    let parvis = demo::command()?;
    let pages = shared.join("pages");
    let blocks = shared.join("tools/check_blocks.py");
    let mut failed = 0;
    let mut judge = |command: &mut Command| failed += usize::from(run(command).map_err(tell).is_err());
    for mode in ["attr", "comment"] {
        let marked = crate::bench::mark(&pages, mode)?;
        judge(program("python3").arg(&blocks).arg(&parvis).arg("--pages").arg(marked));
    }
    judge(program("python3").arg(&blocks).arg(&parvis).arg(shared.join("vectors/html-blocks.json")));
    let consent = shared.join("tools/check_consent.py");
    judge(program("python3").arg(&consent).arg(&parvis).arg(shared.join("vectors/consent.json")));
    ensure!(failed == 0, "{failed} of the shared checks failed");
    Ok(Ended::Passed)
}

fn demo_once(_: &Arguments) -> anyhow::Result<Ended> {
    demo::once(demo::Host::Native)?;
    demo::once(demo::Host::Fastly)?;
    Ok(Ended::Passed)
}

fn hosts(arguments: &Arguments) -> anyhow::Result<Ended> {
    let mut command = cargo("test --locked --no-fail-fast -p");
    command
        .arg(HOST_TESTS)
        .env("PARVIS_VICEROY", setup::viceroy()?)
        .env("PARVIS_CASES_MODULE", fastly::build_for_cases()?)
        .env("PARVIS_SIGNED_MODULE", signed::fastly()?)
        .env("PARVIS_MODULE", fastly::build()?);
    run(with_places(&mut command, arguments))?;
    Ok(Ended::Passed)
}

fn browser(arguments: &Arguments) -> anyhow::Result<Ended> {
    setup::packages("tests/browser")?;
    let mut command = program("node");
    command
        .arg("tests/browser/run.mjs")
        .env("PARVIS_CHROMIUM", setup::chromium()?)
        .env("PARVIS_VICEROY", setup::viceroy()?)
        .env("PARVIS_MODULE", fastly::build()?)
        .env("PARVIS_SHOP", demo::shop()?)
        .env("PARVIS_COMMAND", demo::command()?)
        .env("PARVIS_XTASK", std::env::current_exe()?);
    run(with_places(&mut command, arguments))?;
    Ok(Ended::Passed)
}

fn clean(_: &Arguments) -> anyhow::Result<Ended> {
    let changed = crate::run::output(program("git").args(["status", "--porcelain"]))?;
    let message =
        format!("these are changed or new, neither committed nor in .gitignore:\n{}", changed.trim_end());
    if changed.trim().is_empty() {
        return Ok(Ended::Passed);
    }
    // On a developer's machine work in progress is no failure.
    ensure!(!paths::in_ci(), "{message}");
    Ok(Ended::Skipped("there is work in progress".to_owned()))
}

/// Runs every cargo command, also after a failure.
fn all(commands: &[String]) -> anyhow::Result<Ended> {
    let command = |words: &String| run(cargo(words).env(signed::VARIABLE, signed::KEY));
    let failed = commands.iter().filter(|words| command(words).map_err(tell).is_err()).count();
    ensure!(failed == 0, "{failed} of {} commands failed", commands.len());
    Ok(Ended::Passed)
}

fn tell(error: anyhow::Error) {
    say(format!("{error:#}"));
}

fn with_places<'c>(command: &'c mut Command, arguments: &Arguments) -> &'c mut Command {
    if let Some(shared) = paths::shared() {
        command.env("PARVIS_SHARED", shared);
    }
    // The judge of random documents: parse5, among the build tools.
    let judge = paths::at("xtask/npm");
    if judge.join("node_modules/parse5").is_dir() {
        command.env("PARVIS_PARSE5", judge);
    }
    if arguments.long {
        command.env("PARVIS_LONG", "1").env("PROPTEST_CASES", "20000").env(fuzz::SEED, fuzz::another_seed());
    }
    command
}

//! What each step of `cargo xtask test` does.

use std::path::PathBuf;
use std::process::Command;

use anyhow::ensure;
use serde_json::Value;

use super::{Arguments, programs, skips};
use crate::run::{Log, cargo, program, run, say};
use crate::{check, demo, fastly, fuzz, limits, mutants, paths, setup, signed, size};

/// A step: its name, what it does and how long it usually takes, the steps that it needs, and the work.
pub struct Step {
    pub name: &'static str,
    pub what: &'static str,
    pub needs: &'static [&'static str],
    pub work: fn(&Arguments) -> anyhow::Result<()>,
}

const fn step(
    name: &'static str,
    what: &'static str,
    needs: &'static [&'static str],
    work: fn(&Arguments) -> anyhow::Result<()>,
) -> Step {
    Step { name, what, needs, work }
}

/// The step that builds Viceroy: it needs nothing, takes longest the first time, and nothing else waits for its processor.
pub const VICEROY: &str = "viceroy";

/// The steps of `--quick`, which do less there.
pub const QUICK: [&str; 4] = ["format", "unit", "lints", "rules"];

/// Random cases of each law with `--quick`, where the law does not say itself how many.
const QUICK_CASES: &str = "32";

/// The steps with tests that measure time or drive a browser.
pub const TIMED: [&str; 4] = ["package", "hosts", "demo", "browser"];

/// All steps. Each begins as early in this list as its needs allow, so what others wait for stands first. cargo locks the folder
/// of a profile and target while it builds there: the steps that build in different ones run side by side.
pub const STEPS: [Step; 19] = [
    step(VICEROY, "Fastly's local runtime, built once (seconds; 10 min the first time)", &[], viceroy),
    step("setup", "targets, npm packages, Chromium (seconds)", &[], set_up),
    step("format", "cargo fmt --check", &[], format),
    step(
        "build",
        "every test program and the `parvis` command, in one build (minutes the first time)",
        &[],
        build,
    ),
    step(
        "fastly",
        "the Fastly modules: deployed, for cases, signed; small enough (minutes the first time)",
        &[],
        module,
    ),
    step(
        "workers",
        "parvis/edge: builds, imports nothing of a host, small enough, its own tests in Node (a minute the first time)",
        &["build", "setup"],
        edge,
    ),
    step("unit", "unit, law and doc tests", &["build", "setup"], unit),
    step(
        "package",
        "the npm package: builds, small enough, its own tests in Node and Chromium",
        &["build", "setup"],
        package,
    ),
    step(
        "hosts",
        "tests/hosts: the same cases and the same faults on every host (minutes)",
        &["build", "fastly", "workers", VICEROY],
        hosts,
    ),
    step(
        "demo",
        "the demo shop is as promised and comes up on both hosts",
        &["build", "fastly", "package", VICEROY],
        demo_once,
    ),
    step(
        "browser",
        "tests/browser: a visitor in Chromium, behind every edge host (minutes)",
        &["build", "fastly", "package", VICEROY, "demo"],
        browser,
    ),
    step("oracles", "the consent decoders beside four libraries", &["build", "setup"], oracles),
    step(
        "fuzz",
        "every fuzz target on its corpus; with --long, libFuzzer for ten minutes each",
        &["build"],
        fuzz_targets,
    ),
    step("shared", "shared cases: blocks of real pages, consent strings", &["build"], shared),
    step(
        "lints",
        "clippy, warnings denied, natively and for each Wasm target (minutes the first time)",
        &["build"],
        lints,
    ),
    step("rules", "the rules of the house (under a minute)", &[], rules),
    step("engine", "the engine alone: no import section, small enough, memory that stays small", &[], engine),
    step(
        "mutants",
        "the tool that changes the engine; with --long, 60 changes that the commit chooses",
        &["build", "unit", "hosts"],
        sample_of_mutants,
    ),
    step("clean", "nothing that was built is about to be committed", ALL, clean),
];

/// What `clean` looks at afterwards.
const ALL: &[&str] = &[
    "build", "fastly", "workers", "unit", "package", "hosts", "demo", "browser", "oracles", "fuzz", "shared",
    "engine", "mutants",
];

/// The folders of npm packages that tests need; benches install their own.
const PACKAGES: [&str; 5] = ["xtask/npm", "web-demo", "edge/browser/test", "tests/browser", "tests/oracles"];

fn set_up(_: &Arguments) -> anyhow::Result<()> {
    setup::toolchain()?;
    let log = Log::here();
    // All wait for somebody else's server most of the time.
    std::thread::scope(|threads| {
        let chromium = threads.spawn(|| Log::during(log.clone(), setup::chromium));
        let folders = PACKAGES.map(|folder| {
            let log = log.clone();
            threads.spawn(move || Log::during(log, || setup::packages(folder)))
        });
        for folder in folders {
            folder.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        }
        chromium.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)).map(drop)
    })
}

fn viceroy(_: &Arguments) -> anyhow::Result<()> {
    setup::viceroy().map(drop)
}

fn build(_: &Arguments) -> anyhow::Result<()> {
    programs::build()
}

fn format(_: &Arguments) -> anyhow::Result<()> {
    run(&mut cargo("fmt --all --check"))?;
    run(cargo("fmt --check --manifest-path").arg(mutants::MANIFEST))?;
    // The build script names these, so that cargo does not find them.
    run(program("rustfmt")
        .args(["--check", "--edition", "2024"])
        .args(files("tests/hosts/src/runtimes", ".rs")))
}

fn rules(arguments: &Arguments) -> anyhow::Result<()> {
    check::check(&check::Arguments { quick: arguments.quick })
}

fn lints(arguments: &Arguments) -> anyhow::Result<()> {
    if arguments.quick {
        let packages = "-p parvis -p parvis-cases -p parvis-native -p parvis-cli";
        return all(&[format!("clippy --locked {packages} --lib --bins --tests -- -D warnings")]);
    }
    // A whole Wasmtime only to lint two files of the bench would take minutes.
    let host = format!(
        "--workspace --exclude parvis-fastly --exclude xtask-probe --exclude {WASMTIME} --all-targets"
    );
    all(&[
        format!("clippy --locked {host} -- -D warnings"),
        "clippy --locked -p parvis --lib -- -D warnings".to_owned(),
        "clippy --locked -p parvis --lib --features author -- -D warnings".to_owned(),
        "clippy --locked --no-deps -p parvis-fastly --target wasm32-wasip1 -- -D warnings".to_owned(),
        "clippy --locked --no-deps -p parvis-browser -p parvis-workers -p xtask-probe --target wasm32-unknown-unknown -- -D warnings"
            .to_owned(),
        "clippy --locked --no-deps -p parvis-fastly --target wasm32-wasip1 --features signed -- -D warnings".to_owned(),
        "clippy --locked --no-deps -p parvis-browser --target wasm32-unknown-unknown --features signed -- -D warnings"
            .to_owned(),
        format!(
            "clippy --locked --manifest-path {} --target-dir {} -- -D warnings",
            mutants::MANIFEST,
            mutants::target().display()
        ),
    ])
}

/// The part of the bench that compiles a whole Wasmtime.
const WASMTIME: &str = "xtask-bench-wasm";
/// The package of tests that need Viceroy and the built modules.
const HOST_TESTS: &str = "parvis-host-tests";
/// The package of tests that need the IAB's JavaScript libraries.
const ORACLES: &str = "parvis-oracles";
/// The package of what fuzz targets do.
const FUZZ_TARGETS: &str = "parvis-fuzz-targets";

fn unit(arguments: &Arguments) -> anyhow::Result<()> {
    let mut command = program("test");
    let like = with_places(&mut command, arguments);
    if arguments.quick {
        return programs::quick(like.env("PROPTEST_CASES", QUICK_CASES));
    }
    let ours = |package: &str| ![HOST_TESTS, ORACLES, FUZZ_TARGETS].contains(&package);
    let (log, like) = (Log::here(), &*like);
    std::thread::scope(|threads| {
        let documentation = threads.spawn(|| Log::during(log, || programs::documentation(like)));
        let tests = programs::test(ours, like);
        documentation.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        tests
    })
}

fn oracles(arguments: &Arguments) -> anyhow::Result<()> {
    setup::packages("tests/oracles")?;
    programs::test(|package| package == ORACLES, with_places(&mut program("test"), arguments))
}

fn fuzz_targets(arguments: &Arguments) -> anyhow::Result<()> {
    programs::test(|package| package == FUZZ_TARGETS, with_places(&mut program("test"), arguments))?;
    if arguments.long {
        fuzz::long()?;
    }
    Ok(())
}

fn sample_of_mutants(arguments: &Arguments) -> anyhow::Result<()> {
    let mut tests = cargo("test --locked --quiet --manifest-path");
    run(tests.arg(mutants::MANIFEST).arg("--target-dir").arg(mutants::target()))?;
    if arguments.long { mutants::sample() } else { Ok(()) }
}

fn engine(arguments: &Arguments) -> anyhow::Result<()> {
    let module = std::fs::read(check::engine::probe()?)?;
    let module = crate::wasm::Module::parse(&module)?;
    ensure!(!module.has_import_section(), "the engine imports {}", module.imports()?.join(", "));
    size::engine()?;
    let mut memory = program("node");
    memory.arg(paths::at("xtask/probe/memory.mjs")).arg(check::engine::stream()?);
    memory.arg(limits::limit(limits::HEAP)?.at_most.to_string());
    run(with_places(&mut memory, arguments))?;
    Ok(())
}

fn package(arguments: &Arguments) -> anyhow::Result<()> {
    let heavy = size::browser();
    let folder = "edge/browser/test";
    setup::packages(folder)?;
    let tests = files(folder, ".test.mjs");
    if !tests.is_empty() {
        let mut command = program("node");
        command
            .args(["--test", "--test-reporter=spec"])
            .args(tests)
            .env("PARVIS_CHROMIUM", setup::chromium()?)
            .env("PARVIS_COMMAND", demo::command()?)
            .env("PARVIS_COMPILER", programs::compiler()?)
            .env("PARVIS_SIGNED_CORE", signed::browser()?);
        run(with_places(&mut command, arguments))?;
    }
    heavy?;
    Ok(())
}

fn edge(arguments: &Arguments) -> anyhow::Result<()> {
    let heavy = size::workers();
    let mut tests = program("node");
    tests.args(["--test", "--test-reporter=spec"]).args(files("edge/workers/test", ".test.mjs"));
    tests.env("PARVIS_COMPILER", programs::compiler()?);
    run(with_places(&mut tests, arguments))?;
    heavy
}

fn module(_: &Arguments) -> anyhow::Result<()> {
    let heavy = size::fastly();
    fastly::build_for_cases()?;
    signed::fastly()?;
    heavy
}

/// Shared vectors that say otherwise than the engine, on purpose, and why.
const SUPERSEDED: [(&str, &str); 1] = [(
    "res-011-tcf-core-only-publisher-no",
    "it takes the core of a TC string, which is about vendors, for an answer about the publisher's own purposes; those are in the \
     Publisher TC segment (IAB TCF, Consent string and vendor list formats v2), and who was not asked did not refuse",
)];

fn shared(_: &Arguments) -> anyhow::Result<()> {
    let Some(shared) = paths::shared() else {
        let why = "no folder of shared cases: set PARVIS_SHARED (by default ../shared)";
        return ["shared blocks", "shared consent"].into_iter().try_for_each(|name| skips::skip(name, why));
    };
    let parvis = demo::command()?;
    let pages = shared.join("pages");
    let blocks = shared.join("tools/check_blocks.py");
    let mut failed = 0;
    let mut judge = |command: &mut Command| failed += usize::from(run(command).map_err(tell).is_err());
    for mode in ["attr", "comment"] {
        let marked = crate::bench::mark(&pages, mode)?;
        let files = std::fs::read_dir(&marked)?.flatten().map(|file| file.path());
        skips::ran(
            "shared blocks",
            files.filter(|file| file.extension().is_some_and(|end| end == "html")).count(),
        )?;
        judge(program("python3").arg(&blocks).arg(&parvis).arg("--pages").arg(marked));
    }
    let consent = shared.join("tools/check_consent.py");
    for (name, tool, list) in [
        ("shared blocks", &blocks, "vectors/html-blocks.json"),
        ("shared consent", &consent, "vectors/consent.json"),
    ] {
        let all: Vec<Value> = serde_json::from_slice(&std::fs::read(shared.join(list))?)?;
        let is_held = |case: &Value| !SUPERSEDED.iter().any(|(id, _)| case["id"] == *id);
        let held: Vec<&Value> = all.iter().filter(|case| is_held(case)).collect();
        for (id, why) in SUPERSEDED.iter().filter(|(id, _)| all.iter().any(|case| case["id"] == *id)) {
            say(format!("{id} is not held: {why}"));
        }
        skips::ran(name, held.len())?;
        let list = paths::target().join(list.replace('/', "-"));
        std::fs::write(&list, serde_json::to_vec(&held)?)?;
        judge(program("python3").arg(tool).arg(&parvis).arg(list));
    }
    ensure!(failed == 0, "{failed} of the shared checks failed");
    Ok(())
}

fn demo_once(_: &Arguments) -> anyhow::Result<()> {
    run(program("node").args(["--test", "--test-reporter=spec", "web-demo/shop.test.mjs"]))?;
    demo::once(demo::Host::Native)?;
    demo::once(demo::Host::Fastly)?;
    Ok(())
}

fn hosts(arguments: &Arguments) -> anyhow::Result<()> {
    let mut command = program("test");
    command
        .env("PARVIS_VICEROY", setup::viceroy()?)
        .env("PARVIS_CASES_MODULE", fastly::build_for_cases()?)
        .env("PARVIS_SIGNED_MODULE", signed::fastly()?)
        .env("PARVIS_MODULE", fastly::build()?);
    programs::test(|package| package == HOST_TESTS, with_places(&mut command, arguments))
}

fn browser(arguments: &Arguments) -> anyhow::Result<()> {
    setup::packages("tests/browser")?;
    let mut command = program("node");
    command
        .arg("tests/browser/run.mjs")
        .env("PARVIS_CHROMIUM", setup::chromium()?)
        .env("PARVIS_VICEROY", setup::viceroy()?)
        .env("PARVIS_MODULE", fastly::build()?)
        .env("PARVIS_SHOP", demo::shop()?)
        .env("PARVIS_COMMAND", demo::command()?)
        .env("PARVIS_HOST", programs::host()?)
        .env("PARVIS_XTASK", std::env::current_exe()?);
    run(with_places(&mut command, arguments))?;
    Ok(())
}

fn clean(_: &Arguments) -> anyhow::Result<()> {
    let changed = crate::run::output(program("git").args(["status", "--porcelain"]))?;
    // On a developer's machine work in progress is no failure.
    if !changed.trim().is_empty() && !paths::in_ci() {
        return skips::skip("clean", "there is work in progress");
    }
    skips::ran("clean", 1)?;
    let message = "these are changed or new, neither committed nor in .gitignore:";
    ensure!(changed.trim().is_empty(), "{message}\n{}", changed.trim_end());
    Ok(())
}

/// Runs every cargo command, also after a failure.
fn all(commands: &[String]) -> anyhow::Result<()> {
    let command = |words: &String| run(cargo(words).env(signed::VARIABLE, signed::KEY));
    let failed = commands.iter().filter(|words| command(words).map_err(tell).is_err()).count();
    ensure!(failed == 0, "{failed} of {} commands failed", commands.len());
    Ok(())
}

/// The files of a folder whose names end so, in order.
fn files(folder: &str, end: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(paths::at(folder)).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with(end));
    files.sort();
    files
}

fn tell(error: anyhow::Error) {
    say(format!("{error:#}"));
}

fn with_places<'c>(command: &'c mut Command, arguments: &Arguments) -> &'c mut Command {
    command.env(skips::VARIABLE, skips::file());
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

//! `cargo xtask mutants`: the engine changed in one place at a time, and which change no test notices.
//!
//! The work is done by `xtask/mutants`, a workspace of its own; here it is built and called.

use std::path::PathBuf;

use crate::paths;
use crate::run::{cargo, output, program, run, say, with_heartbeat};

/// The version of cargo-mutants that lists the mutants.
const CARGO_MUTANTS: &str = "27.1.0";
/// Crates that cargo compiles for it, for the line of progress (counted in version 27.1.0).
const CRATES: usize = 150;
/// The manifest of the tool.
pub const MANIFEST: &str = "xtask/mutants/Cargo.toml";
/// What must not have a survivor without a reason.
const GUARDED: [&str; 11] = [
    "src/assign",
    "src/base",
    "src/consent",
    "src/decide",
    "src/response/headers.rs",
    "src/html/plan",
    "src/html/splice",
    "src/http/freshness.rs",
    "src/response/outcome.rs",
    "src/signal",
    "src/visitor/seal.rs",
];

/// Changes the engine in one place at a time and says which changes no test notices.
///
/// All changes of a run are built at once, each behind a switch. A run that was cut off goes on where it was. A survivor
/// wants a case at the boundary that it moves, or a reason in `xtask/mutants/accepted.json`.
#[derive(clap::Args)]
pub struct Arguments {
    /// A file or folder of the engine; by default base, consent, signals, decisions, heads, freshness, seal, plans, splicing, assignment
    #[arg(long = "in", value_name = "PATH")]
    places: Vec<String>,
    /// How many mutants are drawn, evenly by file; by default all of them
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    sample: usize,
    /// What settles the draw; `commit` is the commit that is checked out
    #[arg(long, default_value = "1")]
    seed: String,
    /// A part of the run, as `2/8`: the second of eight
    #[arg(long, default_value = "1/1", hide_default_value = true)]
    shard: String,
    /// Minutes after which no more mutants are tried
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    minutes: u64,
    /// Asks only the tests of the engine, and its cases
    #[arg(long)]
    quick: bool,
    /// Seconds that a test may take to be asked
    #[arg(long, default_value_t = 30)]
    longest: u64,
    /// Survivors in a hundred that are allowed
    #[arg(long, default_value_t = 0)]
    allowed: usize,
    /// Says what is drawn and what is known of it, and tries nothing
    #[arg(long)]
    list: bool,
    /// Only the mutants that this file lists, as `target/mutants/open.json` has those that the last run left
    #[arg(long, value_name = "FILE")]
    these: Option<PathBuf>,
    /// Tries the patches of this folder instead, each with a build of its own
    #[arg(long, value_name = "FOLDER")]
    patches: Option<PathBuf>,
}

/// Runs the command.
pub fn mutants(arguments: &Arguments) -> anyhow::Result<()> {
    let seed = match arguments.seed.as_str() {
        "commit" => output(program("git").args(["rev-parse", "HEAD"]))?.trim().to_owned(),
        seed => seed.to_owned(),
    };
    let tool = cargo_mutants()?;
    let folder = target();
    run(cargo("build --locked --quiet --manifest-path").arg(MANIFEST).arg("--target-dir").arg(&folder))?;
    let mut command = program(folder.join("debug/mutants"));
    command.arg("--root").arg(paths::root()).arg("--tool").arg(tool).args(["--seed", &seed]);
    let guarded: Vec<String> = GUARDED.map(str::to_owned).into();
    for place in if arguments.places.is_empty() { &guarded } else { &arguments.places } {
        command.args(["--in", place]);
    }
    for (word, number) in [
        ("--sample", arguments.sample as u64),
        ("--minutes", arguments.minutes),
        ("--longest", arguments.longest),
    ] {
        command.args([word, &number.to_string()]);
    }
    command.args(["--allowed", &arguments.allowed.to_string(), "--shard", &arguments.shard]);
    if let Some(folder) = &arguments.patches {
        command.arg("--patches").arg(folder);
    } else if arguments.minutes == 0 {
        command.arg("--apart");
    }
    for (word, said) in [("--quick", arguments.quick), ("--list", arguments.list)] {
        if said {
            command.arg(word);
        }
    }
    if let Some(file) = &arguments.these {
        command.arg("--these").arg(file);
    }
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    run(command.args(["--jobs", &cores.to_string()]))
}

/// Where the tool is built.
pub fn target() -> PathBuf {
    paths::target().join("mutants-tool")
}

/// What `cargo xtask test --long` tries: other places with each commit, in a few minutes.
///
/// Only the quick tests of the engine are asked, and nobody has looked at most mutants yet: a third may survive. More means that
/// tests were lost. Survivors are printed.
pub fn sample() -> anyhow::Result<()> {
    mutants(&Arguments {
        places: Vec::new(),
        sample: 60,
        seed: "commit".to_owned(),
        shard: "1/1".to_owned(),
        minutes: 5,
        quick: true,
        longest: 2,
        allowed: 33,
        list: false,
        these: None,
        patches: None,
    })
}

/// Where cargo-mutants is; built when missing.
fn cargo_mutants() -> anyhow::Result<PathBuf> {
    let folder = paths::cache().join(format!("cargo-mutants-{CARGO_MUTANTS}"));
    let binary = folder.join("bin/cargo-mutants");
    // The program is a subcommand: `cargo-mutants --version` alone is wrong usage.
    let version = || output(program(&binary).args(["mutants", "--version"]));
    let answers = || version().is_ok_and(|text| text.contains(CARGO_MUTANTS));
    if !answers() {
        say(format!("cargo-mutants {CARGO_MUTANTS} is built once into {} (2 to 4 min)", folder.display()));
        let mut install = cargo(&format!("install cargo-mutants --version {CARGO_MUTANTS} --locked --root"));
        install.arg(&folder).env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env_remove("RUSTFLAGS");
        with_heartbeat(&mut install, "cargo-mutants", "Compiling", CRATES)?;
        anyhow::ensure!(answers(), "`{}` was built but does not start", binary.display());
    }
    Ok(binary)
}

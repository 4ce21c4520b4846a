//! `cargo xtask check`: the rules of the crate, held by a tool.
//!
//! Each rule is a row in one of the tables below this folder. A broken rule is one line: where, what, and what to do.

mod circles;
mod citations;
mod claims;
mod commands;
pub mod engine;
mod imports;
mod json;
mod layers;
mod lengths;
mod manifests;
mod names;
mod source;
mod traces;

use std::time::Instant;

use anyhow::bail;

use crate::run::{elapsed, output, program, say, show};
use source::Source;

/// Holds the rules of the house: who may depend on, name or import what.
#[derive(clap::Args)]
pub struct Arguments {
    /// Only what needs no compiler: a second instead of a minute
    #[arg(long)]
    pub quick: bool,
}

/// A rule that something breaks.
struct Violation {
    /// `file` or `file:line`.
    place: String,
    what: String,
}

impl Violation {
    fn new(place: impl Into<String>, what: impl Into<String>) -> Violation {
        Violation { place: place.into(), what: what.into() }
    }
}

/// What there is to check: the files that are, or would be, committed.
struct House {
    /// Paths from the root, with `/`.
    files: Vec<String>,
    /// The Rust files among them.
    sources: Vec<Source>,
}

type Rule = fn(&House) -> anyhow::Result<Vec<Violation>>;

const QUICK: [(&str, Rule); 11] = [
    ("layers: a folder imports only folders below it", layers::rules),
    ("circles: files that import each other are one concept", circles::rules),
    ("names: what only one file may name, and what nobody may", names::rules),
    ("lengths: files and adapters stay small", lengths::rules),
    ("manifests: versions pinned, lock files committed, hosts apart", manifests::rules),
    ("manifests: the engine depends on no host", manifests::engine),
    ("commands: what is quoted exists", commands::rules),
    ("claims: what the README says of the tools is so", claims::rules),
    ("json: a name stands once in an object", json::rules),
    ("traces: no machine's paths in the repository", traces::rules),
    ("citations: what is cited can be opened", citations::rules),
];

const COMPILED: [(&str, Rule); 1] =
    [("engine: no import in any function, compiled for the browser", engine::imports)];

/// Runs the command.
pub fn check(arguments: &Arguments) -> anyhow::Result<()> {
    let house = House::read()?;
    let rules = QUICK.iter().chain(COMPILED.iter().filter(|_| !arguments.quick));
    let mut broken = 0;
    for (name, rule) in rules {
        let started = Instant::now();
        let violations = rule(&house)?;
        say(format!(
            "{name}: {} ({})",
            if violations.is_empty() { "ok" } else { "BROKEN" },
            elapsed(started)
        ));
        for violation in &violations {
            show(format!("{}: {}", violation.place, violation.what));
        }
        broken += violations.len();
    }
    if broken > 0 {
        bail!("{broken} broken rules; each line above says where and what to do");
    }
    Ok(())
}

impl House {
    fn read() -> anyhow::Result<House> {
        let listed = output(program("git").args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
            "--deduplicate",
        ]))?;
        let files: Vec<String> = listed
            .split('\0')
            .filter(|name| !name.is_empty() && crate::paths::at(name).is_file())
            .map(str::to_owned)
            .collect();
        let sources = source::read(files.iter().filter(|name| name.ends_with(".rs")))?;
        Ok(House { files, sources })
    }

    /// The engine's own files.
    fn engine(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(|source| source.path.starts_with("src/"))
    }
}

//! `cargo xtask`: everything a person or CI runs in this repository.
//!
//! One file per command; `run`, `paths` and `wasm` are the small pieces they share.

mod bench;
mod check;
mod demo;
mod fastly;
mod fuzz;
mod limits;
mod mutants;
mod npm;
mod once;
mod origin;
mod paths;
mod run;
mod setup;
mod signed;
mod size;
mod test;
mod wasm;
mod workers;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Everything a person or CI runs in this repository.
///
/// Start with `cargo xtask demo`: a shop on your machine, personalized at the edge. Before a commit run
/// `cargo xtask test`. Each command installs what it needs and says what it does.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts the demo shop behind Parvis and prints its address and a tour
    Demo(demo::Arguments),
    /// Installs what is missing and runs every check and test, as CI does
    Test(test::Arguments),
    /// Holds the rules of the house: who may depend on, name or import what
    Check(check::Arguments),
    /// Prints what engine, Fastly module and browser package weigh, beside their limits
    Size(size::Arguments),
    /// Measures Parvis beside its neighbors: pages (`html`), consent strings (`consent`), the edge (`viceroy`)
    Bench(bench::Arguments),
    /// Fuzzes decoders, pages and templates with libFuzzer; ten minutes a target
    Fuzz(fuzz::Arguments),
    /// Changes the engine in one place at a time and says which change no test notices
    Mutants(mutants::Arguments),
    /// Builds the npm package into edge/browser/dist
    Npm,
    /// Builds parvis/edge for web-standard runtimes into edge/workers/dist
    Workers,
    /// Builds the Fastly module into edge/fastly/bin/main.wasm
    Fastly,
    /// Serves a folder as a demo origin: clean URLs, ETag, 304, 404 page
    Origin(origin::Arguments),
    /// Installs what the other commands need; does nothing when it is there
    Setup(setup::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Demo(arguments) => demo::demo(&arguments),
        Command::Test(arguments) => test::test(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Size(arguments) => size::size(&arguments),
        Command::Bench(arguments) => bench::bench(&arguments),
        Command::Fuzz(arguments) => fuzz::fuzz(&arguments),
        Command::Mutants(arguments) => mutants::mutants(&arguments),
        Command::Npm => npm::npm().map(drop),
        Command::Workers => workers::build().map(drop),
        Command::Fastly => fastly::fastly(),
        Command::Origin(arguments) => origin::origin(&arguments),
        Command::Setup(arguments) => setup::setup(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

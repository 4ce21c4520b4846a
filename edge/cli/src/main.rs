//! The `parvis` command: check, compile, try and explain a playbook, resolve consent, serve a site.
//!
//! JSON goes to standard output, diagnostics to standard error. Exit 0 on success, 1 if the input has a problem, 2 for
//! wrong usage.

#![deny(clippy::print_stdout, clippy::print_stderr)]

mod blocks;
mod calendar;
mod check;
mod compile;
mod consent;
mod decide;
mod diff;
mod explain;
mod init;
mod inputs;
mod out;
mod population;
mod rewrite;
mod serve;
mod signals;
mod signature;
mod simulate;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::out::tell;

/// Personalizes the blocks of a page with what the visitor agreed to, and nothing else.
#[derive(Debug, Parser)]
#[command(name = "parvis", version, arg_required_else_help = true, after_help = AFTER_HELP)]
struct Command {
    #[command(subcommand)]
    command: Verb,
}

const AFTER_HELP: &str = "\
Start here:
  parvis init                                     a first playbook, with comments
  parvis check site.json                          every problem of a playbook, with its place and what to do
  parvis serve site.json --origin http://localhost:8000
  parvis explain site.json --request visit.json   what a visitor would see, and why
  parvis simulate site.json                       who sees what, over many invented visitors
  parvis diff live.json site.json                 what a change changes, and for how many";

#[derive(Debug, Subcommand)]
enum Verb {
    Blocks(blocks::Arguments),
    Check(check::Arguments),
    Compile(compile::Arguments),
    /// Print what each stored consent flag means, how they combine, what is allowed and why.
    Consent(consent::args::Args),
    /// Decide a request and print the outcome with its full trace as JSON.
    Decide(decide::Arguments),
    Diff(diff::Arguments),
    /// Explain the decision for a request in sentences.
    Explain(explain::Arguments),
    Init(init::Arguments),
    Keygen(signature::Keygen),
    Rewrite(rewrite::Arguments),
    /// Print the JSON Schema of playbooks, for completion in editors.
    Schema,
    Serve(serve::Arguments),
    Signals(signals::Arguments),
    Simulate(simulate::Arguments),
    Verify(signature::Verify),
}

fn main() -> ExitCode {
    let command = Command::parse();
    let result = match command.command {
        Verb::Blocks(arguments) => blocks::run(&arguments),
        Verb::Check(arguments) => check::run(&arguments),
        Verb::Compile(arguments) => compile::run(&arguments),
        Verb::Consent(arguments) => Ok(consent::run(&arguments)),
        Verb::Decide(arguments) => decide::decide(&arguments),
        Verb::Explain(arguments) => explain::explain(&arguments),
        Verb::Diff(arguments) => diff::run(&arguments),
        Verb::Init(arguments) => init::run(&arguments),
        Verb::Keygen(arguments) => signature::keygen(&arguments),
        Verb::Rewrite(arguments) => rewrite::run(&arguments),
        Verb::Schema => check::schema(),
        Verb::Serve(arguments) => serve::run(&arguments),
        Verb::Signals(arguments) => signals::run(&arguments),
        Verb::Simulate(arguments) => simulate::run(&arguments),
        Verb::Verify(arguments) => signature::verify(&arguments),
    };
    result.unwrap_or_else(|error| {
        tell!("parvis: {error:#}");
        ExitCode::from(1)
    })
}

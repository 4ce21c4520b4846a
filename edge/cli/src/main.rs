//! The `parvis` command.

mod consent;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Personalizes the blocks of a page with what the visitor agreed to, and nothing else.
#[derive(Parser)]
#[command(name = "parvis", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Say what each stored consent flag says, how they combine, what is allowed and why.
    Consent(consent::args::Args),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Consent(args) => consent::run(&args),
    }
}

//! `cargo run -p parvis-cases -- accept [NAME...]`: writes what the engine answers into the cases.

use std::process::ExitCode;

use parvis_cases::{accept, case};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() != Some("accept") {
        eprintln!("usage: cargo run -p parvis-cases -- accept [NAME...]");
        return ExitCode::from(2);
    }
    let names: Vec<String> = arguments.collect();
    match accept::all(&case::folder(), &names, |line| println!("{line}")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

//! Every case, against the engine itself: `cargo test -p parvis-cases -- cart` plays those with `cart` in their names.

use std::process::ExitCode;

use parvis_cases::{case, engine, harness};

fn main() -> ExitCode {
    harness::main(engine::suite(case::folder()).trials())
}

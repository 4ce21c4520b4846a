//! The command that a failure prints plays the same case and fails in the same way.

use parvis_cases::{case, engine};

#[test]
fn the_printed_command_replays_the_failure() {
    engine::suite(case::folder()).replays("caps/cap").unwrap();
}

//! The command that a failure prints runs that comparison and sees it fail.

use parvis_model::replay;

#[test]
fn a_printed_command_compares_the_case_again() {
    // An answer that is wrong for few cases, so that the command must name one of them.
    let failed = replay::failure("files_and_model_agree", "not-in-group");
    let command = replay::command(&failed, "PARVIS_GOLDEN=");
    let replayed = replay::run(&command, "not-in-group");
    let name = command.split(['=', ' ']).nth(1).expect("a case");
    assert!(replayed.contains(&format!("\n{name}: step ")), "{command}\n{replayed}");
    assert!(replayed.contains("1 of 1 cases differ"), "{command}\n{replayed}");
}

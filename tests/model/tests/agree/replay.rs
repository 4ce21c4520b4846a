//! The command that a failure prints replays it.

use parvis_model::replay;

/// What replays the playbook of one seed.
pub fn command(seed: u64) -> String {
    format!("PARVIS_MODEL_SEED={seed} cargo test -p parvis-model --test agree engine_and_model_agree")
}

#[test]
fn a_printed_command_replays_the_disagreement() {
    // A reason that is seldom met, so that the command must name another seed than the first.
    let failed = replay::failure("engine_and_model_agree", "fatigued");
    let printed = replay::command(&failed, "PARVIS_MODEL_SEED=");
    let place = |text: &str| text.lines().find_map(|line| line.find("seed ").map(|at| line[at..].to_owned()));
    let replayed = replay::run(&printed, "fatigued");
    assert_eq!(place(&replayed), place(&failed), "`{printed}` finds another disagreement");
    assert!(place(&failed).is_some_and(|place| !place.starts_with("seed 0,")), "{failed}");
}

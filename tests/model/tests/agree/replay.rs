//! The command that a failure prints replays it.

use parvis_model::replay;

/// What replays the playbook of one seed.
pub fn command(seed: u64) -> String {
    format!("PARVIS_MODEL_SEED={seed} cargo test -p parvis-model --test agree engine_and_model_agree")
}

#[test]
fn a_printed_command_replays_the_disagreement() {
    // A reason that is seldom met, so that the command must name another seed than the first.
    let failed = replay::failure("engine_and_model_agree", "earlier-version");
    let printed = replay::command(&failed, "PARVIS_MODEL_SEED=");
    let place = |text: &str| text.lines().find_map(|line| line.find("seed ").map(|at| line[at..].to_owned()));
    let replayed = replay::run(&printed, "earlier-version");
    assert_eq!(place(&replayed), place(&failed), "`{printed}` finds another disagreement");
    assert!(place(&failed).is_some_and(|place| !place.starts_with("seed 0,")), "{failed}");
}

#[test]
fn a_disagreement_leaves_a_case_that_shows_it() {
    let failed = replay::failure("engine_and_model_agree", "matched");
    let step = failed.lines().find_map(|line| line.split(", request ").nth(1)?.split(':').next());
    let step: usize = step.expect("a request of a seed").parse().expect("a number");
    let replayed = replay::run(&replay::command(&failed, "PARVIS_CASES="), "matched");
    let last = format!("step {}, `record.blocks.", step + 1);
    assert!(replayed.contains("1 of 1 cases differ") && replayed.contains(&last), "{last}\n{replayed}");
    assert!(replayed.contains("the case says \"matched\", the model \"wrong\""), "{replayed}");
}

//! Every case, against the engine itself.

#[test]
fn the_engine_plays_every_case() {
    let played = parvis_cases::run("engine", &mut parvis_cases::engine::Direct).unwrap();
    assert!(played >= 25, "only {played} cases");
}

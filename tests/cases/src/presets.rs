//! The named presets of `fixtures/presets.json`, and how the steps of a case take them over.
//!
//! A step says `"visitor": NAME` and `"browser": NAME` for members of its request, and its origin `"like": NAME` for members of
//! the origin's answer. What the step says itself stays: objects are merged member by member, all else of a preset gives way.

use std::sync::LazyLock;

use serde_json::{Map, Value};

static PRESETS: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../fixtures/presets.json")).expect("the presets are JSON")
});

/// Replaces the names of presets in all steps of a case by what they stand for.
///
/// # Errors
/// A name that no preset has.
pub fn expand(case: &mut Value) -> Result<(), String> {
    let steps = case.get_mut("steps").and_then(Value::as_array_mut);
    for step in steps.into_iter().flatten().filter_map(Value::as_object_mut) {
        for kind in ["visitor", "browser"] {
            if let Some(name) = step.remove(kind) {
                take_over(step, "request", preset(kind, &name)?);
            }
        }
        if let Some(name) =
            step.get_mut("origin").and_then(Value::as_object_mut).and_then(|it| it.remove("like"))
        {
            take_over(step, "origin", preset("origin", &name)?);
        }
    }
    Ok(())
}

/// What a preset stands for.
fn preset(kind: &str, name: &Value) -> Result<&'static Value, String> {
    let named = PRESETS.get(kind).and_then(|presets| presets.get(name.as_str()?)).and_then(|it| it.get("is"));
    named.ok_or_else(|| format!("`fixtures/presets.json` has no `{kind}` with the name {name}"))
}

/// Gives a member of `around` what a preset has and the member has not.
fn take_over(around: &mut Map<String, Value>, member: &str, preset: &Value) {
    match (around.get_mut(member), preset) {
        (Some(Value::Object(own)), Value::Object(preset)) => {
            preset.iter().for_each(|(name, value)| take_over(own, name, value));
        }
        (Some(_), _) => {}
        (None, _) => drop(around.insert(member.to_owned(), preset.clone())),
    }
}

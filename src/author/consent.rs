//! Where the consent room plugs in: what it finds wrong in the draft's `consent` object.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::Value as Json;

use super::check::{Finding, Place};
use crate::author::consent_draft::{ConsentDraft, Problem};

/// What is wrong in the object, with JSON pointers below it; what its schema finds is found elsewhere.
pub(in crate::author) fn problems(consent: &Json) -> Vec<Finding> {
    let Ok(draft) = serde_json::from_value::<ConsentDraft>(consent.clone()) else { return Vec::new() };
    let finding = |problem: Problem| {
        let pointer: String = problem.place.split('.').map(|key| format!("/{key}")).collect();
        let (message, help) =
            problem.message.split_once(": ").unwrap_or((&problem.message, "see the JSON Schema"));
        // What is said of a name stands where the name is.
        let name = pointer.rsplit('/').next().unwrap_or_default();
        let place = if message.starts_with(&format!("`{name}`")) { Place::Key } else { Place::Value };
        Finding::error("consent", &pointer, message.to_string(), help.to_string()).at(place)
    };
    draft.check().into_iter().map(finding).collect()
}

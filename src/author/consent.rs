//! Checks the `consent` object of a draft, and its names that conflict with our cookies.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::Value as Json;

use super::check::{Finding, Place};
use crate::author::consent_draft::{ConsentDraft, Problem};
use crate::author::cookie_name::is_ours;

/// The problems of the object, with JSON pointers below it; those of its schema are found elsewhere.
pub(in crate::author) fn problems(consent: &Json) -> Vec<Finding> {
    let Ok(draft) = serde_json::from_value::<ConsentDraft>(consent.clone()) else { return Vec::new() };
    let finding = |problem: Problem| {
        let pointer: String = problem.place.split('.').map(|key| format!("/{key}")).collect();
        let (message, help) =
            problem.message.split_once(": ").unwrap_or((&problem.message, "see the JSON Schema"));
        // A problem of a name is reported at the name.
        let name = pointer.rsplit('/').next().unwrap_or_default();
        let place = if message.starts_with(&format!("`{name}`")) { Place::Key } else { Place::Value };
        Finding::error("consent", &pointer, message.to_string(), help.to_string()).at(place)
    };
    draft.check().into_iter().map(finding).chain(ours(&draft)).chain(exempt_experiments(&draft)).collect()
}

/// Experiments that are declared exempt: the text that said so was repealed.
fn exempt_experiments(draft: &ConsentDraft) -> Option<Finding> {
    let message = "`exempt_experimentation` assigns variants without consent, and no text in force exempts that: the guidelines of the CNIL that named A/B tests (deliberation 2019-093, article 5) were repealed by deliberation 2020-091";
    let help = "leave it out, so that experiments wait for consent to `experimentation`; ask counsel before keeping it";
    draft
        .exempt_experimentation
        .then(|| Finding::warning("exempt-experimentation", "/exempt_experimentation", message, help))
}

/// Kinds of flags that are configured to be read from one of our own cookies, which the visitor's choice deletes.
fn ours(draft: &ConsentDraft) -> impl Iterator<Item = Finding> {
    draft.names.iter().flat_map(|(kind, names)| {
        names.iter().enumerate().filter(|(_, name)| is_ours(name)).map(move |(index, name)| {
            let message = format!("`{name}` is a cookie of Parvis itself");
            let help = "use the name of the cookie in which the choice is stored";
            Finding::error("consent", &format!("/names/{kind}/{index}"), message, help)
        })
    })
}

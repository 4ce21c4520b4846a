//! Whether the model answers what a case of `fixtures/cases` expects, or what an engine answered to it.
//!
//! The model plays the steps of a case in `golden/`, with a cookie jar of its own, and says all that must come back: status,
//! header lines, cookies with their exact values, the body, the lines that reach the origin, the record, and what is decided
//! in a browser. It also seals and opens visitor memory itself.
//!
//! Consent is an input here: what the visitor allows is taken from the answers that are compared, and so is whether what was
//! kept without permission was refused or has lapsed. `fixtures/consent` and `tests/oracles` hold the engine to that. All that
//! the model takes over or cannot say stands in [`UNSAID`].

use std::fmt;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value as Json};

use crate::Model;

/// What the model does not say of an answer, and why.
pub const UNSAID: [(&str, &str); 3] = [
    ("allowed", "what the visitor allows is an input: vectors and oracles of consent check it"),
    ("consent", "whether what is kept without permission was refused or has lapsed is for consent to say"),
    (
        "signal",
        "a signal that no header sends is for consent to hear, and what became of one on a page put aside",
    ),
];

/// A place where an answer and the model differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The step, from 1.
    pub step: usize,
    /// The member of the answer, as names with dots between.
    pub member: String,
    /// What the answer says; `None` where it says nothing.
    pub told: Option<Json>,
    /// What the model says; `None` where nothing may be there.
    pub said: Option<Json>,
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |value: &Option<Json>| value.as_ref().map_or("nothing".into(), Json::to_string);
        let (told, said) = (shown(&self.told), shown(&self.said));
        write!(formatter, "step {}, `{}`: the case says {told}, the model {said}", self.step, self.member)
    }
}

/// What a comparison found.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// Where answers and model differ.
    pub differences: Vec<Difference>,
    /// For each step the names in [`UNSAID`] of what the model does not say of it.
    pub unsaid: Vec<Vec<String>>,
}

/// Fails where the model says otherwise than `answers`, one for each step of a case, in the format of its `expect`.
///
/// ```
/// let case = serde_json::json!({ "steps": [{ "request": { "url": "/" }, "origin": { "body": "<p>" }, "expect": {} }] });
/// let site = serde_json::json!({ "name": "shop", "host": "shop.example" });
/// let source = serde_json::json!({ "format": 1, "site": site, "pages": [], "blocks": {}, "campaigns": [] });
/// let answer = |reason| serde_json::json!({
///     "status": 200, "headers": { "content-type": "text/html; charset=utf-8" }, "origin_sees": {}, "same_body": true,
///     "record": { "parvis": 1, "reason": reason, "status": 200 },
/// });
/// assert!(parvis_model::golden::compare(&case, &source, &[answer("path")]).is_ok());
/// assert!(parvis_model::golden::compare(&case, &source, &[answer("bot")]).is_err());
/// ```
///
/// # Errors
///
/// Every place where they differ, one a line.
pub fn compare(case_file: &Json, playbook_source: &Json, answers: &[Json]) -> Result<(), String> {
    let differences = compared(case_file, playbook_source, answers)?.differences;
    let lines: Vec<String> = differences.iter().map(Difference::to_string).collect();
    if lines.is_empty() { Ok(()) } else { Err(lines.join("\n")) }
}

/// The same, with what the model leaves unsaid.
///
/// # Errors
///
/// If there is not one answer for each step, or the model cannot play the case.
pub fn compared(case_file: &Json, playbook_source: &Json, answers: &[Json]) -> Result<Compared, String> {
    let steps = case_file["steps"].as_array().map_or(0, Vec::len);
    if steps != answers.len() {
        return Err(format!("there are {} answers to {steps} steps", answers.len()));
    }
    let said = said(case_file, playbook_source, answers)?;
    let mut compared = Compared::default();
    for (index, (told, said)) in answers.iter().zip(&said).enumerate() {
        let mut step = Step { number: index + 1, differences: Vec::new(), unsaid: Vec::new() };
        step.compare("", Some(told), Some(said));
        compared.differences.append(&mut step.differences);
        compared.unsaid.push(step.unsaid);
    }
    Ok(compared)
}

/// What the model answers; one process serves all comparisons of a program, since starting Node takes longer than they do.
fn said(case_file: &Json, playbook_source: &Json, answers: &[Json]) -> Result<Vec<Json>, String> {
    static MODEL: Mutex<Option<Model>> = Mutex::new(None);
    let mut model = MODEL.lock().unwrap_or_else(PoisonError::into_inner);
    let model = model.get_or_insert_with(Model::start);
    model.ask_case(case_file, playbook_source, answers);
    model.case_answers()
}

struct Step {
    number: usize,
    differences: Vec<Difference>,
    unsaid: Vec<String>,
}

impl Step {
    /// Objects are compared member by member, all else as a whole.
    fn compare(&mut self, member: &str, told: Option<&Json>, said: Option<&Json>) {
        if let (Some(_), Some(why)) = (told, said.and_then(|said| said["$cannot"].as_str())) {
            self.unsaid.push(why.to_owned());
        } else if let (Some(Json::Object(told)), Some(Json::Object(said))) = (told, said) {
            for name in names(told, said) {
                let member = if member.is_empty() { name.clone() } else { format!("{member}.{name}") };
                self.compare(&member, told.get(name), said.get(name));
            }
        } else if told != said {
            let (told, said) = (told.cloned(), said.cloned());
            self.differences.push(Difference { step: self.number, member: member.to_owned(), told, said });
        }
    }
}

fn names<'j>(told: &'j Map<String, Json>, said: &'j Map<String, Json>) -> impl Iterator<Item = &'j String> {
    told.keys().chain(said.keys().filter(|name| !told.contains_key(*name)))
}

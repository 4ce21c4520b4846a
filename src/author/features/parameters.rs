//! The draft of parameters of the address that templates may show.
//!
//! Checks of them: their names, and that templates show no other.

use crate::author::check::node::Node;
use crate::author::check::{Finding, Place};
use crate::base::text;
use crate::http::parameter_form::ParameterForm;
use crate::http::personal::names_a_person;
use crate::limits;
use crate::playbook::view::LANGUAGE;
use crate::signal::registry::Signal;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The form in which templates may show a parameter of the address; a value of another form is missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ParameterDraft {
    /// What its value consists of.
    pub form: FormDraft,
    /// The longest value that is shown, in bytes.
    #[serde(default = "usual")]
    #[schemars(range(min = 1, max = 64))]
    pub max: u32,
}

/// What a value consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FormDraft {
    /// Digits.
    Number,
    /// Letters, digits, `-` and `_`.
    Word,
    /// Words with one space between.
    Words,
}

const fn usual() -> u32 {
    40
}

/// The text that the compiled playbook has of them, and of the site's language.
pub(in crate::author) fn text(
    parameters: &IndexMap<String, ParameterDraft>,
    language: Option<&str>,
) -> String {
    let one = |(name, draft): (&String, &ParameterDraft)| {
        let form = match draft.form {
            FormDraft::Number => ParameterForm::Number,
            FormDraft::Word => ParameterForm::Word,
            FormDraft::Words => ParameterForm::Words,
        };
        format!("{name}={}{}", char::from(form.code()), draft.max)
    };
    let language = language.map(|language| format!("{LANGUAGE}={language}"));
    parameters.iter().map(one).chain(language).collect::<Vec<_>>().join("/")
}

pub(in crate::author) fn check(root: &Node<'_>, findings: &mut Vec<Finding>) {
    let mut declared: Vec<&str> = Vec::new();
    for (index, (name, parameter)) in root.members("parameters").enumerate() {
        let at = &parameter.pointer;
        if names_a_person(name) {
            let message = format!("`{name}` may name one person, so that it is never read from an address");
            let help = "remove it; what is known of one visitor needs their consent";
            findings.push(Finding::error("personal-parameter", at, message, help).at(Place::Key));
        } else if !text::is_id(name) {
            let message = format!("`{name}` cannot be the name of a parameter");
            let help = "write what stands in the address between `?` and `=`, as `utm_content`";
            findings.push(Finding::error("bad-parameter", at, message, help).at(Place::Key));
        }
        if index == limits::SHOWN_PARAMETERS {
            let message = format!("there are more than {index} parameters");
            findings.push(
                Finding::error("too-many", at, message, "remove those that no template shows").at(Place::Key),
            );
        }
        declared.push(name);
    }
    let mut shown: Vec<Signal> = Vec::new();
    for variant in
        root.elements("campaigns").flat_map(|campaign| campaign.elements("variants").collect::<Vec<_>>())
    {
        if let Some(html) = variant.get("html") {
            undeclared(&html, &declared, &mut shown, findings);
        }
        for (_, value) in variant.members("parts") {
            undeclared(&value, &declared, &mut shown, findings);
        }
    }
    for (name, parameter) in root.members("parameters") {
        let reads = |signal: &Signal| *signal == Signal::Query || signal.parameter() == Some(name);
        if text::is_id(name) && !names_a_person(name) && !shown.iter().any(reads) {
            let message = format!("no template shows the parameter `{name}`");
            let help = "show it, as `{{campaign.content}}` shows `utm_content`, or remove it: conditions need no declaration";
            findings.push(Finding::warning("unused", &parameter.pointer, message, help).at(Place::Key));
        }
    }
}

/// Reports what in a template shows parameters that are not `declared`, and adds to `shown` what it shows.
fn undeclared(template: &Node<'_>, declared: &[&str], shown: &mut Vec<Signal>, findings: &mut Vec<Finding>) {
    let Some(text) = template.value.as_str() else { return };
    for (at, _) in text.match_indices("{{") {
        let tag = text
            .get(at.saturating_add(2)..)
            .and_then(|rest| rest.split_once("}}"))
            .map_or("", |(tag, _)| tag);
        let mut words = tag.split_whitespace().filter(|word| !word.starts_with(['#', '/']));
        let Some(signal) = words.next().and_then(Signal::in_template) else { continue };
        let name = signal.parameter().map(ToString::to_string);
        let is_declared = match (&name, signal) {
            (Some(name), _) => declared.contains(&name.as_str()),
            (None, Signal::Query) => !declared.is_empty(),
            _ => continue,
        };
        shown.push(signal);
        if !is_declared {
            let name = name.unwrap_or_else(|| "promo".to_string());
            let message =
                format!("`{}` would show what stands in the address, whatever that is", signal.entry().name);
            let help = format!(
                "say which form its value has, as `\"parameters\": {{\"{name}\": {{\"form\": \"word\"}}}}`, or write a text of your own"
            );
            let finding = Finding::error("undeclared-parameter", &template.pointer, message, help);
            findings.push(finding.at(Place::Inside(at)));
        }
    }
}

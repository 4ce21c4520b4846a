//! The draft of visitor preferences.
//!
//! Checks of preferences, and of conditions on them. (The order of variants is `preference`.)

use crate::assign::hash;
use crate::author::check::names::Names;
use crate::author::check::node::Node;
use crate::author::check::signal_usage::readers;
use crate::author::check::site::{id_form, reference};
use crate::author::check::{Finding, Place};
use crate::author::condition::parse::parse;
use crate::author::did_you_mean::suggest;
use crate::limits;
use crate::signal::registry::Signal;
use crate::visitor::preferred::number;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A preference of visitors, such as their sport, their size or the topic of their newsletter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PreferenceDraft {
    /// The values of which a visitor can choose one, ids as `trail-running`; no other value is stored.
    pub values: Vec<String>,
}

pub(in crate::author) fn check(root: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    let asked = Asked::of(root, names);
    let mut codes: BTreeMap<u32, &str> = BTreeMap::new();
    for (index, (name, preference)) in root.members("preferences").enumerate() {
        id_form(name, "a preference", &preference.pointer, Place::Key, findings);
        if let Some(other) = codes.insert(hash::code(name), name) {
            findings.push(clash(name, other, &preference.pointer).at(Place::Key));
        }
        if index == limits::PREFERENCES {
            let message = format!("there are more than {index} preferences");
            let help = "visitor memory stores no more: remove some";
            findings.push(Finding::error("too-many", &preference.pointer, message, help).at(Place::Key));
        }
        values(name, &preference, findings);
        if !asked.names(name) {
            let message = format!("no condition reads the preference `{name}`");
            let help = format!(
                "write `\"visitor.preferences\": {{\"$in\": [\"{name}=…\"]}}` in a condition, or remove it"
            );
            findings.push(Finding::warning("unused", &preference.pointer, message, help).at(Place::Key));
        }
    }
    if let Some(reader) = asked.reader.filter(|_| codes.is_empty()) {
        let message = "`visitor.preferences` is always empty: the playbook lists none";
        let help =
            "list what visitors can say, as `\"preferences\": {\"sport\": {\"values\": [\"running\"]}}`";
        findings.push(Finding::warning("unknown-preference", &reader, message, help));
    }
}

fn values(name: &str, preference: &Node<'_>, findings: &mut Vec<Finding>) {
    // A value with the number 0 would be read as a withdrawn choice.
    let mut numbers: BTreeMap<u16, &str> = BTreeMap::from([(number(""), "")]);
    for (index, value) in preference.elements("values").enumerate() {
        let Some(text) = value.value.as_str() else { continue };
        id_form(text, "a value", &value.pointer, Place::Value, findings);
        match numbers.insert(number(text), text).filter(|_| !text.is_empty()) {
            Some(other) if other == text => {
                let message = format!("`{text}` is listed twice");
                findings.push(Finding::warning("redundant", &value.pointer, message, "name it once"));
            }
            Some(other) => findings.push(clash(text, other, &value.pointer)),
            None => {}
        }
        if index == limits::PREFERENCE_VALUES {
            let message = format!("`{name}` has more than {index} values");
            let help = "keep those that conditions compare with, or merge some";
            findings.push(Finding::error("too-many", &value.pointer, message, help));
        }
    }
    let listed = preference.get("values").filter(|values| values.value.is_array());
    if let Some(none) = listed.filter(|_| numbers.len() == 1) {
        let message = format!("`{name}` has no values, so it is never stored");
        findings.push(Finding::warning("unused", &none.pointer, message, "list what visitors can choose"));
    }
}

fn clash(name: &str, other: &str, pointer: &str) -> Finding {
    let message = format!("`{name}` and `{other}` have the same code in cookies");
    Finding::error("id-clash", pointer, message, "rename one of them")
}

/// The problem of comparing a preference with `text`; `None` if it is one of the values.
pub(in crate::author) fn odd(text: &str, names: &Names<'_>, pointer: &str) -> Option<Finding> {
    let pairs: Vec<String> = names
        .preferences
        .iter()
        .flat_map(|(name, values)| values.iter().map(move |value| format!("{name}={value}")))
        .collect();
    if pairs.iter().any(|pair| pair == text) {
        return None;
    }
    let pairs: Vec<&str> = pairs.iter().map(String::as_str).collect();
    let near = suggest(text, pairs.iter().copied());
    let known = text.split_once('=').and_then(|(name, value)| {
        let (_, values) = names.preferences.iter().find(|(known, _)| *known == name)?;
        Some((name, value, values))
    });
    let Some((name, value, values)) = known else {
        return Some(reference("preference", "preference", text, &pairs, "preferences", pointer));
    };
    let message = format!("`{name}` has no value `{value}`");
    let help = near.unwrap_or_else(|| format!("its values are `{}`", values.join("`, `")));
    Some(Finding::error("unknown-preference", pointer, message, help))
}

/// What campaigns need of preferences.
struct Asked {
    /// The texts that conditions compare, in lower case; `None` if a campaign counts or shows all of them.
    texts: Option<Vec<String>>,
    /// The first campaign that reads them.
    reader: Option<String>,
}

impl Asked {
    fn of(root: &Node<'_>, names: &Names<'_>) -> Asked {
        let mut asked = Asked { texts: Some(Vec::new()), reader: None };
        for campaign in readers(root, names, Signal::Preferences) {
            asked.reader = asked.reader.or_else(|| Some(campaign.at("id")));
            let audience = campaign.text("audience").and_then(|id| root.get("audiences")?.get(id));
            let conditions = [audience, campaign.get("when")];
            let parsed = conditions.iter().flatten().filter_map(|condition| parse(condition.value).ok());
            let compared = parsed.flat_map(|parsed| parsed.texts);
            let texts: Vec<String> = compared
                .filter(|compared| compared.signal == Signal::Preferences)
                .map(|compared| compared.text.to_lowercase())
                .collect();
            match &mut asked.texts {
                Some(all) if !texts.is_empty() => all.extend(texts),
                all => *all = None,
            }
        }
        asked
    }

    fn names(&self, name: &str) -> bool {
        let begins =
            |text: &String| text.split_once('=').is_some_and(|(asked, _)| asked == name.to_lowercase());
        self.texts.as_ref().is_none_or(|texts| texts.iter().any(begins))
    }
}

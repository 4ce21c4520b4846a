//! The draft of the CRM profile.
//!
//! Checks of the profile: its cookie, its names, and signals of a profile that is not declared.

use crate::author::check::node::Node;
use crate::author::check::position::join;
use crate::author::check::{Finding, Place};
use crate::author::consent_draft::ConsentDraft;
use crate::author::cookie_name::{is_cookie_name, is_ours};
use crate::consent::stored::StoredSettings;
use crate::limits;
use crate::visitor::profile::is_name;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// The CRM profile of signed-in visitors, for campaigns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileDraft {
    /// The cookie that the site writes with a visitor's tier and segments, separated by dots, as `gold.vip.lapsed`.
    /// Visitors can change it themselves: grant nothing of value on it.
    pub cookie: String,
    /// The tiers of the loyalty scheme that campaigns may use, lowest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<String>,
    /// The segments that campaigns may use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<String>,
}

impl ProfileDraft {
    /// The text of the compiled playbook.
    pub(in crate::author) fn text(&self) -> String {
        [self.cookie.as_str(), &self.tiers.join("."), &self.segments.join(".")].join("/")
    }
}

/// The prefix of the names of its signals.
const SIGNALS: &str = "profile.";

pub(in crate::author) fn check(root: &Node<'_>, findings: &mut Vec<Finding>) {
    let mut read = Vec::new();
    for (_, audience) in root.members("audiences") {
        readers(audience.value, true, &audience.pointer, &mut read);
    }
    for campaign in root.elements("campaigns") {
        for (key, tests) in [("when", true), ("variants", false)] {
            if let Some(node) = campaign.get(key) {
                readers(node.value, tests, &node.pointer, &mut read);
            }
        }
    }
    let Some(profile) = root.get("profile") else {
        for reader in read {
            let message = "`profile` names no cookie";
            let help = "add `\"profile\": { \"cookie\": \"shop-profile\", \"tiers\": [\"silver\", \"gold\"], \"segments\": [\"newsletter\"] }`";
            findings.push(Finding::error("no-profile", &reader.pointer, message, help).at(reader.place));
        }
        return;
    };
    if let Some(name) = profile.text("cookie")
        && let Err((message, help)) = cookie_name(name, root)
    {
        findings.push(Finding::error("profile-cookie", &profile.at("cookie"), message, help));
    }
    let tiers = names(&profile, "tiers", "a tier", limits::PROFILE_TIERS, findings);
    let segments = names(&profile, "segments", "a segment", limits::PROFILE_SEGMENTS, findings);
    if profile.value.is_object() && tiers.is_empty() && segments.is_empty() {
        let message = "the profile lists neither tiers nor segments, so its signals never have a value";
        let help = "list those that conditions compare with, as `\"segments\": [\"newsletter\"]`";
        findings.push(Finding::error("missing-field", &profile.pointer, message, help).at(Place::Key));
    }
    if read.is_empty() {
        let message = "no campaign reads a signal of the profile, so its cookie is never read";
        let help = "use `profile.segments` or `profile.tier` in a condition, or remove it";
        findings.push(Finding::warning("unused", &profile.pointer, message, help).at(Place::Key));
    }
    for reader in read.iter().filter(|reader| reader.name == "profile.tier") {
        ordered(reader, &tiers, findings);
    }
}

/// Why the profile cookie cannot have this name.
fn cookie_name(name: &str, root: &Node<'_>) -> Result<(), (String, &'static str)> {
    if !is_cookie_name(name) || name.len() > limits::ID_BYTES {
        let help = "use up to 64 letters, digits, `-` and `_`, as `shop-profile`";
        return Err((format!("`{name}` cannot be the name of a cookie"), help));
    }
    let help = "have the site write its profile into another one, as `shop-profile`";
    if is_ours(name) {
        return Err((format!("`{name}` is a cookie of Parvis itself"), help));
    }
    let consent = root.get("consent").and_then(|consent| serde_json::from_value(consent.value.clone()).ok());
    let consent: ConsentDraft = consent.unwrap_or_default();
    let section = consent.encode();
    if StoredSettings::open(&section).is_some_and(|settings| settings.slot(name).is_some()) {
        return Err((format!("`{name}` is a cookie in which visitors' choices are stored"), help));
    }
    Ok(())
}

/// The names in the list `key`, after reporting their problems.
fn names<'v>(
    profile: &Node<'v>,
    key: &str,
    of: &str,
    most: usize,
    findings: &mut Vec<Finding>,
) -> Vec<&'v str> {
    let mut all: Vec<&str> = Vec::new();
    for (index, entry) in profile.elements(key).enumerate() {
        let Some(name) = entry.value.as_str() else { continue };
        if !is_name(name) {
            let message = format!("`{name}` cannot be the name of {of}");
            let help = "use 1 to 64 letters, digits, `_` and `-`: dots stand between names in the cookie";
            findings.push(Finding::error("bad-id", &entry.pointer, message, help));
        } else if all.contains(&name) {
            let message = format!("`{name}` is listed twice");
            findings.push(Finding::error("duplicate-id", &entry.pointer, message, "keep one of them"));
        }
        if index == most {
            let message = format!("there are more than {most} {key}");
            findings.push(Finding::error(
                "too-many",
                &entry.pointer,
                message,
                "list those that conditions compare with",
            ));
        }
        all.push(name);
    }
    all
}

/// Where a signal of the profile is read.
struct Reader<'v> {
    name: &'v str,
    pointer: String,
    place: Place,
    /// The condition on the signal; `None` for a template.
    said: Option<&'v Json>,
}

/// Finds signals of the profile below `value`: members if it `tests`, as a condition does, and templates.
fn readers<'v>(value: &'v Json, tests: bool, pointer: &str, found: &mut Vec<Reader<'v>>) {
    match value {
        Json::Object(members) => {
            for (key, value) in members {
                let pointer = join(pointer, key);
                if tests && key.starts_with(SIGNALS) {
                    let (name, said) = (key.as_str(), Some(value));
                    found.push(Reader { name, pointer, place: Place::Key, said });
                } else {
                    readers(value, tests, &pointer, found);
                }
            }
        }
        Json::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                readers(value, tests, &join(pointer, &index.to_string()), found);
            }
        }
        Json::String(text) => {
            let tags = text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(tag, _)| tag);
            let mut words = tags.flat_map(str::split_whitespace);
            if let Some(name) = words.find(|word| word.starts_with(SIGNALS)) {
                found.push(Reader { name, pointer: pointer.to_string(), place: Place::Value, said: None });
            }
        }
        _ => {}
    }
}

/// Reports comparisons of tiers by order: their names sort alphabetically, not by rank.
fn ordered(reader: &Reader<'_>, tiers: &[&str], findings: &mut Vec<Finding>) {
    let mut below = Vec::from([(reader.said, reader.pointer.clone())]);
    while let Some((said, pointer)) = below.pop() {
        for (key, value) in said.and_then(Json::as_object).into_iter().flatten() {
            let at = join(&pointer, key);
            if matches!(key.as_str(), "$gt" | "$gte" | "$lt" | "$lte") {
                let rank = tiers.iter().position(|tier| Some(*tier) == value.as_str());
                let rank = rank.map_or(2, |rank| rank.saturating_add(1));
                let message = format!("`{key}` compares the names of tiers by the alphabet");
                let help = format!(
                    "compare ranks, as `\"profile.tier_rank\": {{ \"{key}\": {rank} }}`, or list names in `$in`"
                );
                findings.push(Finding::error("tier-order", &at, message, help).at(Place::Key));
            }
            below.push((Some(value), at));
        }
    }
}

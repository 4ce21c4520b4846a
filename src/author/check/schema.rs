//! Validates a draft against its JSON Schema: unknown and missing fields, types and ranges, all at once.
//!
//! It supports the part of JSON Schema that the schema of a draft uses; serde accepts what passes here.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::{Map, Value as Json};

use super::position::join;
use super::{Finding, Place};
use crate::author::condition::parse::kind_of;
use crate::author::did_you_mean::suggest;

/// Appends the violations of `schema` in `value`.
pub(in crate::author) fn check(value: &Json, schema: &Json, findings: &mut Vec<Finding>) {
    Shape { root: schema, findings }.value(value, schema, "");
}

/// Fields that were renamed since an earlier version of the format, with their new name.
const RENAMED: [(&str, &str); 4] = [
    ("familiar", "min_visits"),
    ("rest_hours", "backoff_hours"),
    ("most_hours", "max_backoff_hours"),
    ("forget_days", "reset_after_days"),
];

/// The new name of the field `old`.
fn new_word(old: &str) -> Option<&'static str> {
    RENAMED.iter().find(|(name, _)| *name == old).map(|(_, word)| *word)
}

struct Shape<'s> {
    root: &'s Json,
    findings: &'s mut Vec<Finding>,
}

impl<'s> Shape<'s> {
    fn value(&mut self, value: &Json, schema: &'s Json, pointer: &str) {
        let schema = self.resolved(schema);
        if let Some(branches) = schema.get("anyOf").and_then(Json::as_array) {
            let null = |branch: &&Json| branch.get("type").is_some_and(|kind| kind == "null");
            // Of several kinds the one that the value has; else what is wrong is told of the first.
            let same = |branch: &&Json| {
                self.resolved(branch).get("type").and_then(Json::as_str).is_some_and(|kind| is(value, kind))
            };
            let found = branches.iter().find(same).or_else(|| branches.iter().find(|branch| !null(branch)));
            if !(value.is_null() && branches.iter().any(|branch| null(&branch)))
                && let Some(branch) = found
            {
                self.value(value, branch, pointer);
            }
            return;
        }
        if let Some(names) = names(schema) {
            return self.one_of(value, &names, pointer);
        }
        let kinds = match schema.get("type") {
            Some(Json::String(kind)) => Vec::from([kind.as_str()]),
            Some(Json::Array(kinds)) => kinds.iter().filter_map(Json::as_str).collect(),
            _ => return,
        };
        if !kinds.iter().any(|kind| is(value, kind)) {
            let wanted = kinds.first().map_or("something else", |kind| named(kind));
            let what = what(pointer);
            let found = if value.is_number() { format!("`{value}`") } else { kind_of(value).to_string() };
            let message = format!("{what} must be {wanted}, not {found}");
            let help = match kinds.first() {
                Some(&"string") => "write it in double quotes",
                Some(&"integer") => "write a whole number without quotes",
                Some(&"number") => "write a number without quotes",
                Some(&"boolean") => "write true or false without quotes",
                Some(&"array") => "write a list in square brackets, `[…]`",
                _ => "write an object in braces, `{…}`",
            };
            return self.findings.push(Finding::error("wrong-type", pointer, message, help));
        }
        match value {
            Json::Object(members) => self.object(members, schema, pointer),
            Json::Array(elements) => {
                if let Some(inner) = schema.get("items") {
                    for (index, element) in elements.iter().enumerate() {
                        self.value(element, inner, &format!("{pointer}/{index}"));
                    }
                }
            }
            Json::Number(_) => self.range(value, schema, pointer),
            _ => {}
        }
    }

    /// Checks a text against the allowed names.
    fn one_of(&mut self, value: &Json, names: &[&str], pointer: &str) {
        let Some(text) = value.as_str() else {
            let message = format!("{} must be a text, not {}", what(pointer), kind_of(value));
            return self.findings.push(Finding::error(
                "wrong-type",
                pointer,
                message,
                "write it in double quotes",
            ));
        };
        if !names.contains(&text) {
            let help = suggest(text, names.iter().copied())
                .unwrap_or_else(|| format!("known here are `{}`", names.join("`, `")));
            let message = format!("{} cannot be `{text}`", what(pointer));
            self.findings.push(Finding::error("unknown-value", pointer, message, help));
        }
    }

    fn object(&mut self, members: &Map<String, Json>, schema: &'s Json, pointer: &str) {
        let properties = schema.get("properties").and_then(Json::as_object);
        let others = schema.get("additionalProperties");
        for (key, value) in members {
            let at = join(pointer, key);
            match (properties.and_then(|properties| properties.get(key)), others) {
                (Some(inner), _) => self.value(value, inner, &at),
                (None, Some(Json::Bool(false))) => {
                    let names = properties.into_iter().flat_map(Map::keys).map(String::as_str);
                    let known: Vec<&str> = names.filter(|name| !name.starts_with('$')).collect();
                    let renamed = new_word(key).filter(|word| known.contains(word));
                    let help = renamed
                        .map(|word| format!("`{key}` is now called `{word}`"))
                        .or_else(|| suggest(key, known.iter().copied()))
                        .unwrap_or_else(|| format!("known here are `{}`", known.join("`, `")));
                    let message = format!("there is no field `{key}`");
                    self.findings.push(Finding::error("unknown-field", &at, message, help).at(Place::Key));
                }
                (None, Some(inner)) => self.value(value, inner, &at),
                (None, None) => {}
            }
        }
        for name in
            schema.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str)
        {
            if !members.contains_key(name) {
                let message = format!("{} lacks `{name}`", what(pointer));
                let about = properties
                    .and_then(|properties| properties.get(name))
                    .and_then(|inner| inner.get("description"));
                let help = match about.and_then(Json::as_str) {
                    Some(about) => format!("add `{name}`: {about}"),
                    None => format!("add `{name}`"),
                };
                self.findings.push(Finding::error("missing-field", pointer, message, help));
            }
        }
    }

    fn range(&mut self, value: &Json, schema: &Json, pointer: &str) {
        let bound = |name: &str| schema.get(name).and_then(Json::as_f64);
        let number = value.as_f64().unwrap_or(0.0);
        let (fewest, greatest) = match schema.get("format").and_then(Json::as_str) {
            Some("int32") => (Some(f64::from(i32::MIN)), Some(f64::from(i32::MAX))),
            Some("uint32") => (Some(0.0), Some(f64::from(u32::MAX))),
            _ => (None, None),
        };
        let (least, most) = (bound("minimum").or(fewest), bound("maximum").or(greatest));
        if least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most) {
            let message = format!("{} is out of range: `{value}`", what(pointer));
            let help = match (least, most) {
                (Some(least), Some(most)) => format!("write a number from {least} to {most}"),
                (Some(least), None) => format!("write a number from {least} on"),
                (_, Some(most)) => format!("write a number up to {most}"),
                (None, None) => "write another number".to_string(),
            };
            self.findings.push(Finding::error("out-of-range", pointer, message, help));
        }
    }

    /// The schema that `schema` refers to.
    fn resolved(&self, schema: &'s Json) -> &'s Json {
        let wrapped = schema.get("allOf").and_then(|all| all.get(0)).unwrap_or(schema);
        let reference =
            wrapped.get("$ref").and_then(Json::as_str).and_then(|reference| reference.strip_prefix('#'));
        reference.and_then(|pointer| self.root.pointer(pointer)).unwrap_or(schema)
    }
}

/// The names that a schema lists, if it allows nothing else.
fn names(schema: &Json) -> Option<Vec<&str>> {
    let listed =
        schema.get("enum").and_then(Json::as_array).map(|names| names.iter().map(Json::as_str).collect());
    let described = || {
        let branches = schema.get("oneOf")?.as_array()?;
        Some(branches.iter().map(|branch| branch.get("const")?.as_str()).collect())
    };
    listed.or_else(described)?
}

fn is(value: &Json, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => true,
    }
}

fn named(kind: &str) -> &'static str {
    match kind {
        "object" => "an object",
        "array" => "a list",
        "string" => "a text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        _ => "something else",
    }
}

/// The name of the value at a pointer, for messages.
fn what(pointer: &str) -> String {
    match pointer.rsplit('/').next() {
        None | Some("") => "the playbook".to_string(),
        Some(key) if key.bytes().all(|b| b.is_ascii_digit()) => {
            let list = pointer.rsplit('/').nth(1).unwrap_or_default();
            format!("an entry of `{list}`")
        }
        Some(key) => format!("`{}`", key.replace("~1", "/").replace("~0", "~")),
    }
}

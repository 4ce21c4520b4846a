//! The JSON Schema of conditions, from the registry of signals: names, operators by the type of a signal, and closed sets of values.
//!
//! Editors complete and check by it. `check` does not use it: it says more of what is wrong, and where. What a schema cannot
//! see, such as depth, or signals that are never equal, only `check` reports.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value as Json, json};

use super::operand::KEY;
use super::parse::LABEL;
use crate::author::check::codes;
use crate::signal::influence::Influence;
use crate::signal::registry::{Form, Readers, Signal, Type, Values};

/// The definition of a condition in the schema of drafts.
const CONDITION: &str = "ConditionDraft";

/// Puts conditions, and the signals a cache can key on, into the schema of drafts.
pub(in crate::author) fn complete(schema: &mut Json) {
    let keyed = Signal::ALL.iter().filter(|signal| signal.influence() == Influence::Contextual);
    let keyed: Vec<&str> =
        keyed.filter(|signal| is_readable(signal)).map(|signal| signal.entry().name).collect();
    if let Some(element) = schema.pointer_mut("/definitions/CacheDraft/properties/keyed_on/items") {
        *element = json!({ "type": "string", "enum": keyed });
    }
    let Some(definitions) = schema.get_mut("definitions").and_then(Json::as_object_mut) else { return };
    let about = definitions.get(CONDITION).and_then(|condition| condition.get("description")).cloned();
    definitions.insert(CONDITION.into(), condition(about.unwrap_or_default()));
    for kind in [Type::Text, Type::Number] {
        definitions.insert(other_name(kind).into(), other(kind));
    }
    for signal in Signal::ALL.iter().copied().filter(is_readable) {
        let kind = signal.entry().kind;
        let name = test_name(kind, signal.values());
        let of = format!("value-of-{name}");
        definitions.entry(of.clone()).or_insert_with(|| value(kind, signal.values()));
        let value = json!({ "$ref": format!("#/definitions/{of}") });
        if kind == Type::List {
            let element = format!("{name}-element");
            definitions.insert(element.clone(), test(Type::Text, &value, &element));
        }
        definitions.entry(name.clone()).or_insert_with(|| test(kind, &value, &name));
    }
}

fn is_readable(signal: &Signal) -> bool {
    signal.entry().readers == Readers::All
}

fn condition(about: Json) -> Json {
    let inner = json!({ "$ref": format!("#/definitions/{CONDITION}") });
    let list = |about: &str| json!({ "description": about, "type": "array", "items": inner });
    let mut members = Map::new();
    for signal in Signal::ALL.iter().copied().filter(is_readable) {
        let entry = signal.entry();
        let mut property = json!({
            "description": format!("{}. Needs the purpose `{}`.", capital(signal.sentence()), entry.purpose.name()),
            "allOf": [{ "$ref": format!("#/definitions/{}", test_name(entry.kind, signal.values())) }],
        });
        if let (Ok(example), Some(property)) =
            (serde_json::from_str::<Json>(signal.example()), property.as_object_mut())
        {
            property.insert("examples".into(), json!([example]));
        }
        members.insert(entry.name.into(), property);
    }
    members.insert("$and".into(), list("All of these conditions hold."));
    members.insert("$or".into(), list("One of these conditions holds."));
    members.insert("$nor".into(), list("None of these conditions holds."));
    members
        .insert("$not".into(), json!({ "description": "This condition does not hold.", "allOf": [inner] }));
    members.insert(
        LABEL.into(),
        json!({ "description": "Whether every campaign for it is sensitive.", "type": "boolean" }),
    );
    members.insert("$comment".into(), Json::Bool(true));
    json!({ "description": about, "type": "object", "properties": members, "additionalProperties": false })
}

/// What a signal with values of this schema can be tested for: a value, or operators.
fn test(kind: Type, value: &Json, name: &str) -> Json {
    let own = json!({ "$ref": format!("#/definitions/{name}") });
    let signal = json!({ "$ref": format!("#/definitions/{}", other_name(kind)) });
    let nothing = json!({ "type": "null" });
    let any = if kind == Type::Number { json!({ "type": "number" }) } else { json!({ "type": "string" }) };
    let of = |about: &str, choices: &[&Json]| json!({ "description": about, "anyOf": choices });
    let list = |of: &Json| json!({ "type": "array", "items": { "anyOf": [of, nothing] } });
    let mut operators = Map::new();
    let mut put = |name: &str, schema: Json| operators.insert(name.into(), schema);
    if kind != Type::List {
        put("$eq", of("Is this.", &[value, &nothing, &signal]));
        put("$ne", of("Is not this.", &[value, &nothing, &signal]));
        put("$lt", of("Is less than this.", &[&any, &signal]));
        put("$lte", of("Is this or less.", &[&any, &signal]));
        put("$gt", of("Is more than this.", &[&any, &signal]));
        put("$gte", of("Is this or more.", &[&any, &signal]));
    } else {
        put("$eq", of("Is not known.", &[&nothing]));
        put("$ne", of("Is known.", &[&nothing]));
    }
    if kind == Type::Number {
        put("$in", of("Is one of these.", &[&list(value)]));
        put("$nin", of("Is none of these.", &[&list(value)]));
    } else {
        put("$in", of("Is or has one of these.", &[&list(value), &signal]));
        put("$nin", of("Neither is nor has one of these.", &[&list(value), &signal]));
        put("$ini", of("The same as `$in`, small and capital letters alike.", &[&list(&any), &signal]));
        put("$nini", of("The same as `$nin`, small and capital letters alike.", &[&list(&any), &signal]));
    }
    put("$exists", json!({ "description": "Whether it is known.", "type": "boolean" }));
    put("$not", json!({ "description": "This does not hold for it.", "allOf": [own] }));
    if kind == Type::List {
        let element = json!({ "$ref": format!("#/definitions/{name}-element") });
        let number = json!({ "$ref": format!("#/definitions/{}", test_name(Type::Number, Values::Any)) });
        let object =
            json!({ "description": "An element fulfils this.", "type": "object", "allOf": [element] });
        put("$elemMatch", object);
        put("$all", json!({ "description": "It has all of these.", "type": "array", "items": element }));
        put("$size", json!({ "description": "How many elements it has.", "allOf": [number] }));
    }
    put("$comment", Json::Bool(true));
    let literal = if kind == Type::List { json!({ "type": "array", "items": value }) } else { value.clone() };
    let operators = json!({
        "type": "object", "properties": operators, "additionalProperties": false, "minProperties": 1,
    });
    json!({ "anyOf": [literal, nothing, operators] })
}

/// What equals a signal, or is an element of it.
fn value(kind: Type, values: Values) -> Json {
    match (kind, values) {
        (_, Values::Between(least, most)) => json!({ "type": "number", "minimum": least, "maximum": most }),
        (Type::Number, _) => json!({ "type": "number" }),
        (_, Values::OneOf(_, _, texts)) => json!({ "type": "string", "enum": texts() }),
        (_, Values::Written(Form::Country)) => json!({ "type": "string", "enum": codes::countries() }),
        (_, Values::Written(Form::Language)) => json!({
            "type": "string",
            "anyOf": [{ "enum": codes::languages() }, { "pattern": "^[a-z]{3}$" }],
        }),
        (_, Values::Written(Form::Region)) => {
            json!({ "type": "string", "pattern": "^[A-Z]{2}-[A-Z0-9]{1,3}$" })
        }
        (_, Values::Written(Form::Time)) => {
            json!({ "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$" })
        }
        (_, Values::Written(Form::Parameter)) => json!({ "type": "string", "pattern": "=" }),
        _ => json!({ "type": "string" }),
    }
}

/// The name of the definition of tests; signals with the same values share one.
fn test_name(kind: Type, values: Values) -> String {
    let kind_name = match kind {
        Type::Text => "text",
        Type::Number => "number",
        Type::List => "list",
    };
    let of = match values {
        Values::Between(least, most) => format!("-{least}-{most}"),
        Values::OneOf(_, all, _) => format!("-{}", all.replace(' ', "-")),
        Values::Written(Form::Search) | Values::Any | Values::AtLeast(_) => String::new(),
        Values::Written(form) => format!("-{form:?}").to_ascii_lowercase(),
    };
    format!("test-{kind_name}{of}")
}

/// The name of the definition of another signal to compare with.
const fn other_name(kind: Type) -> &'static str {
    match kind {
        Type::Number => "signal-number",
        Type::Text | Type::List => "signal-text",
    }
}

/// Another signal to compare with, of a kind that can be.
fn other(kind: Type) -> Json {
    let alike = |signal: &&Signal| (signal.entry().kind == Type::Number) == (kind == Type::Number);
    let signals = Signal::ALL.iter().filter(|signal| is_readable(signal)).filter(alike);
    let names: Vec<&str> = signals.map(|signal| signal.entry().name).collect();
    json!({
        "description": "Another signal, in place of a value.",
        "type": "object",
        "properties": { KEY: { "description": "The name of the signal.", "type": "string", "enum": names }, "$comment": true },
        "required": [KEY],
        "additionalProperties": false,
    })
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

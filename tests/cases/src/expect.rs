//! What must come back for a step, and what came back in the same form.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::{Answer, Case, Step};

/// Members of the record that are not compared: a host that copies a body itself shows the engine none of its bytes.
pub const UNKNOWN_TO_HOSTS: [&str; 1] = ["bytes"];

/// What must come back; the crate tells each member. What is left out must not come back.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expected {
    /// The HTTP status.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Every header line of the response but `Set-Cookie`, by name in lower case.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Lines>,
    /// Every header line that reaches the origin; `None` when it is not asked.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub origin_sees: Option<BTreeMap<String, Lines>>,
    /// Every `Set-Cookie`, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cookies: Vec<String>,
    /// Whether the body is the origin's, byte for byte; the answer to `HEAD` stands for it.
    #[serde(skip_serializing_if = "is_no")]
    pub same_body: bool,
    /// The body where it is not the origin's.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The record but [`UNKNOWN_TO_HOSTS`].
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub record: Option<Value>,
    /// In the browser: what is decided and kept.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub browser: Option<Value>,
}

/// The values of one header name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged)]
pub enum Lines {
    /// One line.
    One(String),
    /// Several lines, in order.
    Many(Vec<String>),
}

impl Lines {
    /// The values, in order.
    pub fn values(&self) -> &[String] {
        match self {
            Lines::One(value) => std::slice::from_ref(value),
            Lines::Many(values) => values,
        }
    }
}

impl Expected {
    /// What the member `expect` of a step says.
    ///
    /// # Errors
    /// What is not in the format.
    pub fn read(expect: &Value) -> Result<Expected> {
        Expected::deserialize(expect).context("`expect`")
    }

    /// What came back for a step to which `cookies` were sent from the jar.
    ///
    /// # Errors
    /// The playbook or the page of the case cannot be read.
    pub fn of(case: &Case, step: &Step, cookies: &str, answer: &Answer) -> Result<Expected> {
        let browser = (!answer.browser.is_null()).then(|| answer.browser.clone());
        if case.is_of_the_browser() {
            return Ok(Expected { browser, ..Expected::default() });
        }
        let compiled = case.compiled()?;
        let same_body = answer.origin_saw.is_some() && answer.body == step.origin.bytes()?;
        let body = if answer.body == compiled.bytes {
            "$playbook".to_owned()
        } else {
            String::from_utf8(answer.body.clone()).unwrap_or_else(|_| hexadecimal(&answer.body))
        };
        let mut record = answer.record.clone();
        if let Some(record) = record.as_object_mut() {
            record.retain(|name, _| !UNKNOWN_TO_HOSTS.contains(&name.as_str()));
        }
        let sent = step.sent_headers(cookies);
        let (cookies, others) =
            answer.headers.iter().partition::<Vec<_>, _>(|(name, _)| name == "set-cookie");
        let expected = Expected {
            status: Some(answer.status),
            headers: by_name(others.into_iter(), |_, value| value.to_owned()),
            origin_sees: answer.origin_saw.as_deref().map(|saw| by_name(saw.iter(), told(&sent))),
            cookies: cookies.into_iter().map(|(_, value)| value.clone()).collect(),
            same_body,
            body: (!same_body).then_some(body),
            record: Some(record),
            browser,
        };
        let mut json = serde_json::to_value(expected)?;
        without(&compiled.digest, &mut json);
        Ok(serde_json::from_value(json)?)
    }
}

/// Header lines by name; `write` is told each of them.
fn by_name<'l>(
    lines: impl Iterator<Item = &'l (String, String)>,
    mut write: impl FnMut(&str, &str) -> String,
) -> BTreeMap<String, Lines> {
    let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in lines {
        named.entry(name.clone()).or_default().push(write(name, value));
    }
    let lines = |values: Vec<String>| match <[String; 1]>::try_from(values) {
        Ok([value]) => Lines::One(value),
        Err(values) => Lines::Many(values),
    };
    named.into_iter().map(|(name, values)| (name, lines(values))).collect()
}

/// Writes `$sent` for the line of a name that is, byte for byte, the client's in the same place.
fn told<'s>(sent: &'s [(String, String)]) -> impl FnMut(&str, &str) -> String + use<'s> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    move |name, value| {
        let place = places.entry(name.to_owned()).or_default();
        let line = sent.iter().filter(|(key, _)| key == name).nth(*place);
        *place += 1;
        if line.is_some_and(|(_, line)| line == value) { "$sent".to_owned() } else { value.to_owned() }
    }
}

/// Writes `$digest` wherever the playbook's digest stands.
fn without(digest: &str, json: &mut Value) {
    match json {
        Value::String(text) if text.contains(digest) => *text = text.replace(digest, "$digest"),
        Value::Array(values) => values.iter_mut().for_each(|value| without(digest, value)),
        Value::Object(members) => members.values_mut().for_each(|value| without(digest, value)),
        _ => {}
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("$hex {digits}")
}

/// A member that is there has a value: `null` is none.
fn present<'d, T: Deserialize<'d>, D: Deserializer<'d>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

fn is_no(value: &bool) -> bool {
    !value
}

//! The input: one request's stored flags, from arguments or from a line of a batch.

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use parvis::author::consent_draft::ConsentDraft;
use parvis::base::calendar::{self, Millis};
use parvis::consent::evidence::Evidence;
use parvis::facts;
use parvis::facts::{BrowserFacts, Facts};
use serde_json::{Map, Value};

use super::args::Args;

/// One request's stored flags.
pub(crate) struct Question {
    /// The id of the line; null for a single question.
    pub(crate) id: Value,
    /// The facts for the engine.
    pub(crate) facts: Facts,
    /// Whether audience measurement is exempt, if the line has it.
    pub(crate) exempt_measurement: Option<bool>,
}

impl Question {
    /// The question of the command's arguments.
    pub(crate) fn of(args: &Args) -> Result<Question, String> {
        let mut sent: Vec<(String, String)> =
            args.cookie.iter().map(|cookies| ("cookie".to_owned(), cookies.clone())).collect();
        for header in &args.header {
            let (name, value) = header
                .split_once(':')
                .ok_or_else(|| format!("`{header}` is no header: write `Name: value`"))?;
            sent.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut question = Question::sending(Value::Null, &sent);
        let mut storage = Vec::new();
        for entry in &args.storage {
            let (key, value) = entry
                .split_once('=')
                .ok_or_else(|| format!("`{entry}` is no entry of web storage: write `key=value`"))?;
            storage.push((key.to_owned(), value.to_owned()));
        }
        question.browser(storage, false);
        question.region(args.region.as_deref().unwrap_or_default())?;
        question.facts.now = Some(now(args.now.as_deref())?);
        Ok(question)
    }

    /// The question of one line; the error comes with the line's id.
    pub(crate) fn parse(line: &str, now_argument: Option<&str>) -> Result<Question, (Value, String)> {
        let value: Value = serde_json::from_str(line)
            .map_err(|error| (Value::Null, format!("the line is not JSON: {error}")))?;
        let Value::Object(line) = value else {
            return Err((Value::Null, "the line is not a JSON object".to_owned()));
        };
        let id = line.get("id").cloned().unwrap_or(Value::Null);
        Question::from_object(&line, now_argument).map_err(|message| (id, message))
    }

    fn from_object(line: &Map<String, Value>, now_argument: Option<&str>) -> Result<Question, String> {
        let mut sent = Vec::new();
        each(line, "cookies", &mut |name, value| {
            sent.push(("cookie".to_owned(), format!("{name}={value}")))
        })?;
        each(line, "headers", &mut |name, value| sent.push((name.to_ascii_lowercase(), value.to_owned())))?;
        let mut question = Question::sending(line.get("id").cloned().unwrap_or(Value::Null), &sent);
        let mut storage = Vec::new();
        each(line, "localStorage", &mut |key, value| storage.push((key.to_owned(), value.to_owned())))?;
        let script_gpc =
            optional(line, "globalPrivacyControl", Value::as_bool, "true or false")?.unwrap_or_default();
        question.browser(storage, script_gpc);
        question
            .region(optional(line, "region", Value::as_str, "a string such as `FR`")?.unwrap_or_default())?;
        let at = optional(line, "now", Value::as_str, "a time such as `2026-11-21T12:00:00Z`")?;
        question.facts.now = Some(now(at.or(now_argument))?);
        question.exempt_measurement = optional(line, "measurement_exempt", Value::as_bool, "true or false")?;
        Ok(question)
    }

    /// The consent evidence in it.
    pub(crate) fn evidence(&self) -> Evidence<'_> {
        Evidence::of(&self.facts)
    }

    /// A question about a request with these headers, names in lower case.
    fn sending(id: Value, sent: &[(String, String)]) -> Question {
        let facts = Facts::from_headers("GET", "/", "", &|name| {
            sent.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect()
        });
        Question { id, facts, exempt_measurement: None }
    }

    /// Adds what only the browser has, if there is anything.
    fn browser(&mut self, local_storage: Vec<(String, String)>, global_privacy_control: bool) {
        if !local_storage.is_empty() || global_privacy_control {
            self.facts.browser =
                Some(BrowserFacts { global_privacy_control, local_storage, ..BrowserFacts::default() });
        }
    }

    fn region(&mut self, region: &str) -> Result<(), String> {
        if region.is_empty() {
            return Ok(());
        }
        let (country, subdivision) = facts::region(region);
        if country.is_none() {
            return Err(format!("`{region}` is no region: write `FR` or `US-CA`"));
        }
        self.facts.country = country;
        self.facts.subdivision = subdivision;
        Ok(())
    }
}

/// The compiled consent section of a playbook.
pub(crate) fn section(path: &Path) -> Result<Vec<u8>, String> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| format!("cannot read `{shown}`: {error}"))?;
    let playbook: Value =
        serde_json::from_str(&text).map_err(|error| format!("`{shown}` is not JSON: {error}"))?;
    let Some(part) = playbook.get("consent") else { return Ok(Vec::new()) };
    let draft: ConsentDraft =
        serde_json::from_value(part.clone()).map_err(|error| format!("`consent` in `{shown}`: {error}"))?;
    let problems = draft.check();
    if let Some(problem) = problems.first() {
        return Err(format!("`consent.{}` in `{shown}`: {}", problem.place, problem.message));
    }
    Ok(draft.encode())
}

fn now(text: Option<&str>) -> Result<Millis, String> {
    match text {
        Some(text) => {
            calendar::parse(text).ok_or_else(|| format!("`{text}` is no time: write `2026-11-21T12:00:00Z`"))
        }
        None => {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Ok(Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX)))
        }
    }
}

/// Calls `see` for every string of an object of strings or lists of strings.
fn each(line: &Map<String, Value>, field: &str, see: &mut dyn FnMut(&str, &str)) -> Result<(), String> {
    let object = match line.get(field) {
        None | Some(Value::Null) => return Ok(()),
        Some(Value::Object(object)) => object,
        Some(_) => return Err(format!("`{field}` is not an object of strings")),
    };
    for (name, value) in object {
        let wrong = || format!("`{field}.{name}` is not a string");
        match value {
            Value::String(value) => see(name, value),
            Value::Array(values) => {
                for value in values {
                    see(name, value.as_str().ok_or_else(wrong)?);
                }
            }
            _ => return Err(wrong()),
        }
    }
    Ok(())
}

fn optional<'v, T>(
    line: &'v Map<String, Value>,
    field: &str,
    read: impl Fn(&'v Value) -> Option<T>,
    form: &str,
) -> Result<Option<T>, String> {
    match line.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => read(value).map(Some).ok_or_else(|| format!("`{field}` is `{value}`: write {form}")),
    }
}

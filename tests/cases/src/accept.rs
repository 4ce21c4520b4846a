//! Writing what the engine answered into the cases: `PARVIS_ACCEPT=1 cargo test -p parvis-cases`, then read the diff.
//!
//! What is written is exact. It is as right as the eyes that read it before it is committed.

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};

use crate::{Answer, Case, case};

/// Response headers that a case settles, present or not.
const HEADERS: [&str; 6] =
    ["cache-control", "etag", "last-modified", "server-timing", "content-type", "x-of-the-origin"];
/// Request headers that a case settles where the origin is asked.
const ORIGIN_SEES: [&str; 3] = ["if-none-match", "range", "accept-encoding"];

/// Whether cases are to be written, not compared.
pub fn asked() -> bool {
    std::env::var_os("PARVIS_ACCEPT").is_some()
}

/// Writes `answer` as what step `index` of `case` expects.
pub fn write(case: &Case, index: usize, answer: &Answer) -> Result<()> {
    let path = case::fixtures().join("cases").join(&case.file);
    let mut file: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
    let expect =
        file.pointer_mut(&format!("/steps/{index}/expect")).context("the step is not in the file")?;
    *expect = if case.is_of_the_browser() {
        json!({"browser": answer.browser})
    } else {
        expected(case, index, answer)?
    };
    if let (false, Some(expect)) = (answer.browser.is_null(), expect.as_object_mut()) {
        expect.insert("browser".to_owned(), answer.browser.clone());
    }
    std::fs::write(&path, serde_json::to_string_pretty(&file)? + "\n")?;
    Ok(())
}

fn expected(case: &Case, index: usize, answer: &Answer) -> Result<Value> {
    let step = case.steps.get(index).context("no such step")?;
    let mut expect = Map::new();
    expect.insert("status".to_owned(), json!(answer.status));
    let mut headers = chosen(&HEADERS, &answer.headers);
    if let (Some(headers), Some((name, value))) =
        (headers.as_object_mut(), answer.headers.iter().find(|(name, _)| name == "vary"))
    {
        headers.insert(name.clone(), json!(value));
    }
    expect.insert("headers".to_owned(), headers);
    if let Some(saw) = &answer.origin_saw {
        expect.insert("origin_sees".to_owned(), chosen(&ORIGIN_SEES, saw));
    }
    let cookies: Vec<&String> =
        answer.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value).collect();
    expect.insert("cookies".to_owned(), json!(cookies));
    if answer.origin_saw.is_some() && answer.body == step.origin.bytes()? {
        expect.insert("same_body".to_owned(), json!(true));
    } else if let Ok(text) = String::from_utf8(answer.body.clone()) {
        expect.insert("body".to_owned(), json!(text));
    }
    let mut record = answer.record.clone();
    if let Some(record) = record.as_object_mut() {
        // A host that copies a body itself shows the engine none of its bytes.
        record.remove("bytes");
    }
    expect.insert("record".to_owned(), record);
    Ok(Value::Object(expect))
}

fn chosen(names: &[&str], headers: &[(String, String)]) -> Value {
    let value = |name: &str| headers.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    Value::Object(names.iter().map(|name| ((*name).to_owned(), json!(value(name)))).collect())
}

//! Named presets: the two readers agree, what a step says itself wins, and every preset is used.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use parvis_cases::{Case, case, presets};
use serde_json::{Value, json};

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn all() -> Value {
    case::files(&case::folder()).unwrap().iter().map(|path| read(path)).collect()
}

/// JavaScript writes `0.0` as `0`.
fn numbers(json: &mut Value) {
    match json {
        Value::Number(number) => *json = json!(number.as_f64()),
        Value::Array(values) => values.iter_mut().for_each(numbers),
        Value::Object(members) => members.values_mut().for_each(numbers),
        _ => {}
    }
}

fn step(step: Value) -> Value {
    let mut case = json!({ "steps": [step] });
    presets::expand(&mut case).unwrap();
    case["steps"][0].take()
}

#[test]
fn the_reader_in_javascript_says_the_same() {
    let mut cases = all();
    let program = "import { expanded } from './presets.mjs'; import { readFileSync } from 'node:fs';
        console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(expanded)));";
    let mut node = Command::new("node")
        .args(["--input-type=module", "--eval", program])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    node.stdin.take().unwrap().write_all(cases.to_string().as_bytes()).unwrap();
    let mut said: Value = serde_json::from_slice(&node.wait_with_output().unwrap().stdout).unwrap();
    cases.as_array_mut().unwrap().iter_mut().for_each(|case| presets::expand(case).unwrap());
    numbers(&mut said);
    numbers(&mut cases);
    let pairs = said.as_array().unwrap().iter().zip(cases.as_array().unwrap());
    pairs.for_each(|(said, case)| assert_eq!(said, case));
    assert_eq!(said, cases);
}

#[test]
fn what_a_step_says_itself_wins() {
    let preset = step(json!({ "visitor": "accepts-visit", "browser": "firefox", "request": { "url": "/" } }));
    assert_eq!(preset["request"]["cookies"], json!({ "tarteaucitron": "!visit=true" }));
    let agent = &preset["request"]["headers"]["user-agent"];
    assert!(agent.as_str().unwrap().contains("Firefox/"), "{agent}");
    let request =
        json!({ "cookies": { "tarteaucitron": "!visit=false", "a": "b" }, "headers": { "dnt": "1" } });
    let own = step(json!({ "visitor": "accepts-visit", "browser": "firefox", "request": request }));
    assert_eq!(own["request"]["cookies"], json!({ "tarteaucitron": "!visit=false", "a": "b" }));
    assert_eq!(own["request"]["headers"], json!({ "dnt": "1", "user-agent": agent }));
    let origin = json!({ "like": "cacheable", "status": 404, "headers": { "etag": "\"v2\"" }, "body": "" });
    let headers = json!({
        "content-type": "text/html; charset=utf-8", "cache-control": "public, max-age=60", "etag": "\"v2\"",
    });
    let own = step(json!({ "request": {}, "origin": origin }));
    assert_eq!(own["origin"], json!({ "status": 404, "headers": headers, "body": "" }));
    // The origin of a step that says nothing of it is the runner's own.
    assert_eq!(step(json!({ "request": {} })), json!({ "request": {} }));
}

#[test]
fn a_name_that_no_preset_has_fails() {
    let path = case::folder().join("caps/cap.json");
    for (place, kind) in
        [("/steps/0/visitor", "visitor"), ("/steps/0/browser", "browser"), ("/steps/0/origin/like", "origin")]
    {
        for name in [json!("nobody"), json!("what"), json!(1), json!(null)] {
            let mut file = read(&path);
            *file.pointer_mut(place).unwrap() = name.clone();
            let error = Case::from_json(&path, file).unwrap_err().to_string();
            assert_eq!(error, format!("`fixtures/presets.json` has no `{kind}` with the name {name}"));
        }
    }
}

#[test]
fn every_preset_is_used_and_says_what_it_is() {
    let cases = all().to_string();
    let file = read(&case::fixtures().join("presets.json"));
    for (kind, member) in [("visitor", "visitor"), ("browser", "browser"), ("origin", "like")] {
        for (name, preset) in file[kind].as_object().unwrap() {
            assert!(preset["what"].as_str().is_some_and(|what| !what.is_empty()), "{name}");
            assert!(cases.contains(&format!("\"{member}\":\"{name}\"")), "no case uses `{name}`");
        }
    }
}

//! `parvis consent` against the vectors of `fixtures/consent/vectors.json`, and its behavior as a command.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

const NOW: &str = "2026-11-21T12:00:00.000Z";

fn parvis(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_parvis"))
        .arg("consent")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The command may end before it has read everything, as it does on wrong usage.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn question(vector: &Value) -> Value {
    let context = &vector["context"];
    let mut line = json!({
        "id": vector["id"], "cookies": vector["cookies"], "headers": vector["headers"],
        "region": context["jurisdiction"].as_str().unwrap_or("FR"), "now": context["now"].as_str().unwrap_or(NOW),
        "localStorage": vector["localStorage"],
    });
    if context["measurementExempt"] == true {
        line["measurement_exempt"] = json!(true);
    }
    line
}

fn source<'a>(answer: &'a Value, name: &str) -> &'a Value {
    answer["sources"]
        .as_array()
        .unwrap()
        .iter()
        .find(|source| source["source"] == name)
        .unwrap_or(&Value::Null)
}

#[test]
fn every_vector() {
    let vectors: Value =
        serde_json::from_str(include_str!("../../../fixtures/consent/vectors.json")).unwrap();
    let vectors = vectors.as_array().unwrap();
    let input: String = vectors.iter().map(|vector| format!("{}\n", question(vector))).collect();
    let output = parvis(&["--batch", "-"], &input);
    assert!(output.status.success());
    let answers = lines(&output);
    assert_eq!(answers.len(), vectors.len());
    for (vector, answer) in vectors.iter().zip(&answers) {
        let (id, expected) = (&vector["id"], &vector["expected"]);
        let kind = vector["kind"].as_str().unwrap();
        assert_eq!(&answer["id"], id);
        match kind {
            "resolve" => {
                assert_eq!(answer["gpc"], expected["gpc"], "{id}");
                for (purpose, decision) in expected["decisions"].as_object().unwrap() {
                    let state = match expected["states"][purpose].as_str().unwrap() {
                        "G" => "granted",
                        "D" => "denied",
                        _ => "unknown",
                    };
                    assert_eq!(&answer["purposes"][purpose]["decision"], decision, "{id} {purpose}");
                    assert_eq!(answer["purposes"][purpose]["state"], state, "{id} {purpose}");
                }
            }
            "gpc" => assert_eq!(answer["gpc"], expected["gpc"], "{id}"),
            "tcf" => {
                let decoded = &source(answer, "tcf")["decoded"];
                // The vector's own note lets a reader skip an undefined segment.
                let either = *id == "tcf-088-unknown-segment-type-5";
                if either {
                    continue;
                }
                assert!(decoded.is_null() || expected["error"].is_null(), "{id}");
                for (field, value) in expected.as_object().unwrap() {
                    if !decoded.is_null() && !["note", "segmentTypes"].contains(&field.as_str()) {
                        assert_eq!(&decoded[field], value, "{id} {field}");
                    }
                }
            }
            "usprivacy" => {
                let valid = source(answer, "us_privacy")["valid"].as_bool().unwrap();
                assert_eq!(valid, expected["strict"] != "invalid", "{id}");
            }
            "gpp" if expected["error"].is_null() => {
                let decoded = &source(answer, "gpp")["decoded"];
                assert_eq!(decoded["headerSectionIds"], expected["headerSectionIds"], "{id}");
                for (name, fields) in expected["sections"].as_object().unwrap() {
                    for (field, value) in fields.as_object().unwrap() {
                        let mine = &decoded["sections"][name][field];
                        // The reference shows segments that are absent as if they were all false.
                        assert!(mine.is_null() || mine == value, "{id} {name} {field}");
                    }
                }
            }
            _ => {
                if let (Some(name), Some(made)) =
                    (kind.strip_prefix("cmp:"), expected["choiceMade"].as_bool())
                {
                    assert_eq!(source(answer, name)["choice_made"] == true, made, "{id}");
                }
            }
        }
    }
}

#[test]
fn a_malformed_line_is_told_and_the_rest_goes_on() {
    let input = "{\"id\":\"one\"}\n{\"id\":2,\"now\":\"yesterday\"}\nnot json\n[]\n{\"id\":5,\"cookies\":7}\n\n{\"id\":\"six\",\"region\":\"US-CA\"}\n";
    let output = parvis(&["--batch", "-", "--now", NOW], input);
    assert_eq!(output.status.code(), Some(1));
    let answers = lines(&output);
    assert_eq!(
        answers.iter().map(|answer| answer["error"].is_string()).collect::<Vec<_>>(),
        [false, true, true, true, true, false]
    );
    assert_eq!(answers[1]["id"], 2);
    assert_eq!(answers[5]["regime"], "opt-out");
}

#[test]
fn wrong_usage_is_told_apart() {
    for arguments in [
        &["--batch", "/nowhere/at/all"][..],
        &["--now", "yesterday"],
        &["--region", "France"],
        &["--header", "Sec-GPC"],
        &["--playbook", "/nowhere"],
    ] {
        assert_eq!(parvis(arguments, "").status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn the_same_in_words() {
    let cookie = "OptanonConsent=interactionCount=1&groups=C0001%3A1%2CC0002%3A1%2CC0003%3A0; OptanonAlertBoxClosed=2026-10-01T08:00:00Z; klaro=%7";
    let output = parvis(&["--explain", "--region", "FR", "--now", NOW, "--cookie", cookie], "");
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    for sentence in [
        "personalization across visits: refused in OneTrust on 1 October 2026, group C0003",
        "counting what is shown: allowed in OneTrust on 1 October 2026, group C0002",
        "joining with customer data: not allowed, because nobody agreed to it",
        "Klaro in `klaro` was not used: what was stored does not have the form it should have",
    ] {
        assert!(words.lines().any(|line| line == sentence), "{sentence}\n{words}");
    }
}

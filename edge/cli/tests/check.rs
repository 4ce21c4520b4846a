//! `parvis check`: what it exits with, and reports that other tools read.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

#[test]
fn the_exit_status_tells_findings_from_wrong_usage() {
    let (good, bad, doubtful) = (one("valid"), one("invalid"), one("doubtful"));
    let status = |words: &[&str]| check(words).status.code();
    assert_eq!(status(&[&good]), Some(0));
    assert_eq!(status(&[&good, "--deny", "warnings"]), Some(0));
    assert_eq!(status(&[&bad]), Some(1));
    assert_eq!(status(&[&doubtful]), Some(0));
    assert_eq!(status(&[&doubtful, "--deny", "warnings"]), Some(1));
    assert_eq!(status(&[&doubtful, "--deny", "warnings", "--format", "json"]), Some(1));
    assert_eq!(status(&[&doubtful, "--format", "sarif"]), Some(0));
    assert_eq!(status(&["no-such-file.json"]), Some(2));
    assert_eq!(status(&[&good, "--deny", "everything"]), Some(2));
    assert_eq!(status(&[&good, "--format", "xml"]), Some(2));
    assert_eq!(status(&[]), Some(2));
}

/// The rules of the schema of SARIF 2.1.0 that readers rely on.
#[test]
fn sarif_is_what_readers_of_sarif_expect() {
    let files = ["invalid", "doubtful"].into_iter().flat_map(fixtures);
    for path in files {
        let name = path.file_name().unwrap().to_str().unwrap();
        // Relative to the folder that the command runs in.
        let output = Command::new(env!("CARGO_BIN_EXE_parvis"))
            .args(["check", "--format", "sarif", name])
            .current_dir(path.parent().unwrap())
            .output()
            .unwrap();
        let log: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(log["version"], "2.1.0");
        assert!(log["$schema"].as_str().unwrap().ends_with("/sarif-schema-2.1.0.json"));
        assert_eq!(log["runs"].as_array().unwrap().len(), 1);
        let run = &log["runs"][0];
        let driver = &run["tool"]["driver"];
        assert!(driver["name"] == "parvis" && driver["version"].is_string());
        assert_eq!(run["columnKind"], "unicodeCodePoints");
        let rules = driver["rules"].as_array().unwrap();
        let ids: BTreeSet<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), rules.len(), "rules have ids of their own");
        for rule in rules {
            assert!(!rule["shortDescription"]["text"].as_str().unwrap().is_empty());
            assert!(!rule["help"]["text"].as_str().unwrap().is_empty());
        }
        let mut told = String::new();
        for result in run["results"].as_array().unwrap() {
            let at = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[at]["id"], result["ruleId"]);
            assert!(matches!(result["level"].as_str().unwrap(), "error" | "warning" | "note" | "none"));
            assert!(result["message"]["text"].as_str().unwrap().ends_with('.'));
            let places = result["locations"].as_array().unwrap();
            assert_eq!(places.len(), 1);
            let place = &places[0]["physicalLocation"];
            assert_eq!(place["artifactLocation"]["uri"], name);
            let region = &place["region"];
            let (line, column) =
                (region["startLine"].as_u64().unwrap(), region["startColumn"].as_u64().unwrap());
            assert!(line >= 1 && column >= 1);
            told.push_str(&format!(
                "{line}:{column} {} {}\n",
                result["ruleId"].as_str().unwrap(),
                result["level"].as_str().unwrap()
            ));
        }
        assert_eq!(told, fs::read_to_string(path.with_extension("expected")).unwrap(), "{name}");
    }
}

#[test]
fn json_has_every_diagnostic_with_place_and_help() {
    let path = one("invalid");
    let output = check(&[&path, "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["file"], path.as_str());
    assert_eq!(report["errors"], 1);
    let found = &report["diagnostics"][0];
    assert!(found["line"].as_u64() > Some(0) && found["column"].as_u64() > Some(0), "{found}");
    for field in ["code", "severity", "message", "help"] {
        assert!(!found[field].as_str().unwrap().is_empty(), "{found}");
    }
}

#[test]
fn it_tells_which_experiments_exclude_each_other() {
    let find = |name: &str| {
        let path = fixtures("valid").into_iter().find(|path| path.ends_with(name)).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (exclusive, smallest) = (find("40-exclusive.json"), find("01-smallest.json"));
    let told = String::from_utf8(check(&[&exclusive]).stderr).unwrap();
    for line in [
        "Experiments in `hero` exclude each other: it shows the first of `hero-picture`, `hero-wording` that applies.",
        "Experiments of the group `homepage` exclude each other: a visitor takes part in one of `hero-picture`, `hero-wording`.",
        "Experiment `hero-wording` may overlap with `offers-december`, `offers-november`: they change other blocks.",
    ] {
        assert!(told.lines().any(|told| told == line), "{line} in {told}");
    }
    let json =
        |path: &str| -> Value { serde_json::from_slice(&check(&[path, "--format", "json"]).stdout).unwrap() };
    let experiments = &json(&exclusive)["experiments"];
    assert_eq!(experiments["in_block"]["offers"], serde_json::json!(["offers-december", "offers-november"]));
    assert_eq!(experiments["may_overlap"]["offers-december"], Value::Null);
    assert!(json(&smallest)["experiments"].is_null());
}

fn check(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_parvis")).arg("check").args(words).output().unwrap()
}

fn one(kind: &str) -> String {
    fixtures(kind).remove(0).to_str().unwrap().to_owned()
}

fn fixtures(kind: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/playbooks").join(kind);
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    paths.sort();
    paths
}

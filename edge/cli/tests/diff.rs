//! `parvis diff`: what is written otherwise, and for whom that changes anything.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

#[test]
fn a_playbook_is_equal_to_itself_whatever_its_comments_and_its_form() {
    let shop = shop();
    let mut other = shop.clone();
    other["$comment"] = json!("another comment");
    other["campaigns"].as_array_mut().unwrap().reverse();
    let output = diff("equal", &shop, &other, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    assert_eq!(words(&output), "The playbooks say the same.\n");
    let report: Value =
        serde_json::from_slice(&diff("equal", &shop, &other, &["--format", "json"]).stdout).unwrap();
    assert_eq!(
        (&report["equal"], &report["changes"], &report["blocks"]),
        (&json!(true), &json!([]), &json!([]))
    );
}

#[test]
fn who_sees_something_else_is_counted_with_the_campaigns_that_cause_it() {
    let shop = shop();
    let mut other = shop.clone();
    // Spring before everything: it takes visitors from `thinking`, and from nobody else.
    campaign(&mut other, "spring")["priority"] = json!(95);
    let output = diff("priority", &shop, &other, &[]);
    assert_eq!(output.status.code(), Some(1));
    let text = words(&output);
    assert!(text.contains("~ campaign `spring`: priority 60 → 95"), "{text}");
    let report: Value =
        serde_json::from_slice(&diff("priority", &shop, &other, &["--format", "json"]).stdout).unwrap();
    let blocks = report["blocks"].as_array().unwrap();
    assert_eq!(blocks.len(), 1, "{report}");
    assert_eq!(blocks[0]["block"], "hero");
    let causes: Vec<(&str, &str)> = blocks[0]["causes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cause| (cause["old"].as_str().unwrap(), cause["new"].as_str().unwrap()))
        .collect();
    assert_eq!(causes, [("thinking / only", "spring / only")]);
    assert_eq!(blocks[0]["visitors"], report["visitors_who_see_something_else"]);
    let share = blocks[0]["visitor_share"].as_f64().unwrap();
    assert!(share > 0.0 && share < 0.5, "{share}");
}

#[test]
fn what_is_added_removed_and_rewritten_is_told_apart() {
    let shop = shop();
    let mut other = shop.clone();
    let campaigns = other["campaigns"].as_array_mut().unwrap();
    campaigns.retain(|campaign| campaign["id"] != "france");
    campaigns.push(
        json!({"id": "all", "block": "near", "variants": [{"id": "only", "html": "<p>Everywhere</p>"}]}),
    );
    other["audiences"].as_object_mut().unwrap().remove("in-france");
    campaign(&mut other, "night")["variants"][0]["html"] = json!("<h1>Good night</h1>");
    let text = words(&diff("rewritten", &shop, &other, &[]));
    for line in [
        "- campaign `france`",
        "+ campaign `all`",
        "- audience `in-france`",
        "~ campaign `night`: html of variant `only`",
        "night / only  →  the same with other content",
        "france / only    →  all / only",
        "default content  →  all / only",
    ] {
        assert!(text.contains(line), "no `{line}` in\n{text}");
    }
}

#[test]
fn a_change_that_nobody_sees_is_a_change_all_the_same() {
    let shop = shop();
    let mut other = shop.clone();
    campaign(&mut other, "spring")["ends"] = json!("2027-06-01T00:00:00Z");
    let output = diff("unseen", &shop, &other, &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(words(&output).contains("0.0 % see something else"), "{}", words(&output));
}

#[test]
fn a_playbook_with_an_error_is_refused() {
    let shop = shop();
    let mut other = shop.clone();
    campaign(&mut other, "spring")["block"] = json!("herro");
    let output = diff("error", &shop, &other, &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("unknown-block"));
}

fn shop() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/playbooks/valid/07-shop.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn campaign<'p>(playbook: &'p mut Value, id: &str) -> &'p mut Value {
    playbook["campaigns"].as_array_mut().unwrap().iter_mut().find(|campaign| campaign["id"] == id).unwrap()
}

fn diff(name: &str, old: &Value, new: &Value, words: &[&str]) -> Output {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("diff");
    fs::create_dir_all(&folder).unwrap();
    let (old_file, new_file) =
        (folder.join(format!("{name}-old.json")), folder.join(format!("{name}-new.json")));
    fs::write(&old_file, old.to_string()).unwrap();
    fs::write(&new_file, new.to_string()).unwrap();
    Command::new(env!("CARGO_BIN_EXE_parvis"))
        .arg("diff")
        .args([old_file, new_file])
        .args(["--visitors", "600", "--now", "2026-11-21T00:00:00Z"])
        .args(words)
        .output()
        .unwrap()
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

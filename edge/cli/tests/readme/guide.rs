//! The playbook guide quotes its files word for word and leaves out none; words of playbooks, signals and the browser's interface
//! that any document names exist.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::document::{self, Document};
use super::{printed, root, text};

/// The guide.
const GUIDE: &str = "fixtures/playbooks/README.md";
/// Where the playbooks are that it is about.
const VALID: &str = "fixtures/playbooks/valid";

#[test]
fn every_playbook_is_in_the_index() {
    let sections = document::one(GUIDE).sections();
    let index = sections.last().unwrap();
    assert!(index.text.starts_with("## All files\n"));
    let listed: BTreeSet<String> = index.links().into_iter().map(|(_, target)| target).collect();
    let files = fs::read_dir(root().join(VALID)).unwrap();
    let there: BTreeSet<String> =
        files.map(|entry| format!("valid/{}", entry.unwrap().file_name().into_string().unwrap())).collect();
    assert_eq!(listed, there);
}

#[test]
fn what_is_quoted_is_in_a_linked_file() {
    let mut count = 0;
    for section in document::one(GUIDE).sections() {
        let headline = section.text.lines().next().unwrap().to_owned();
        let there = linked(&section);
        for block in
            section.blocks().iter().filter(|block| block.language == "json" && block.marker.is_none())
        {
            let quoted: Value = serde_json::from_str(&format!("{{{}}}", block.text)).unwrap();
            for member in quoted.as_object().unwrap() {
                assert!(
                    there.iter().any(|value| holds(value, member)),
                    "{headline}: no linked file has \"{}\": {}",
                    member.0,
                    member.1
                );
                count += 1;
            }
        }
    }
    assert!(count > 20, "only {count} members are quoted");
}

/// The JSON files that a section links.
fn linked(section: &Document) -> Vec<Value> {
    let links = section.links().into_iter().map(|(_, target)| target);
    let files = links.filter(|target| target.ends_with(".json"));
    files.map(|file| serde_json::from_str(&text(&format!("fixtures/playbooks/{file}"))).unwrap()).collect()
}

/// Whether a member is somewhere in a value.
fn holds(value: &Value, member: (&String, &Value)) -> bool {
    match value {
        Value::Object(members) => {
            members.get(member.0) == Some(member.1) || members.values().any(|value| holds(value, member))
        }
        Value::Array(values) => values.iter().any(|value| holds(value, member)),
        _ => false,
    }
}

#[test]
fn words_of_playbooks_signals_and_the_interface_exist() {
    let schema = printed(&["schema"]);
    let signals = printed(&["signals"]);
    let interface = text("edge/browser/js/index.d.ts") + &text("edge/workers/js/edge.d.ts");
    // Members of the log record.
    let own = ["consent", "session_personalization"];
    let (mut keys, mut names, mut calls, mut imports) = (0, 0, 0, 0);
    for document in document::all() {
        let path = &document.path;
        for code in document.codes() {
            for (at, _) in code.match_indices("\": ") {
                let key = code.split_at(at).0.rsplit('"').next().unwrap();
                assert!(
                    own.contains(&key) || schema.contains(&format!("\"{key}\"")),
                    "{path}: `{key}` in `{code}` is no key of playbooks"
                );
                keys += 1;
            }
            let signal = code.trim_matches(['{', '}']).split(' ').next().unwrap();
            let dotted = signal.split('.').collect::<Vec<_>>();
            let roots = ["visit", "visitor", "place", "profile", "date", "page", "campaign"];
            if roots.contains(&dotted[0]) && dotted.len() > 1 && dotted[1] != "*" && !signal.contains('/') {
                let name = format!("{}.{}", dotted[0], dotted[1]);
                // `place.stores` and the like are asked for by name, too.
                let file = ["rs", "json", "html", "mjs"].contains(&dotted[1]);
                assert!(
                    file || signals.contains(&name) || schema.contains(&name),
                    "{path}: `{name}` is no signal"
                );
                names += 1;
            }
            let call = code.strip_prefix("parvis.").and_then(|rest| rest.split_once('('));
            if let Some((call, _)) = call {
                assert!(interface.contains(&format!("  {call}(")), "{path}: the package has no `{call}`");
                calls += 1;
            }
            let import =
                code.strip_prefix("import { ").and_then(|rest| rest.split_once(" } from \"parvis\""));
            for name in import.map_or("", |(names, _)| names).split(", ").filter(|name| !name.is_empty()) {
                let export = format!("export function {name}(");
                assert!(interface.contains(&export), "{path}: the package has no `{name}` to import");
                imports += 1;
            }
        }
    }
    assert!(keys >= 6 && names >= 20 && calls >= 5, "{keys} keys, {names} signals, {calls} calls");
    assert!(imports > 0, "no import");
}

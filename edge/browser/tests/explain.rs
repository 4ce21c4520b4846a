//! The page and the command say the same of the same trace: both are asked about every request of the cases, in every language.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use parvis::author::compile_source;
use parvis::author::explain::{LANGUAGES, Language, traced};
use parvis::author::request_file::RequestFile;
use parvis::engine::Engine;
use parvis::playbook::Playbook;
use parvis::visitor::keyring::Keyring;
use serde_json::{Value, json};

const KEYS: &[u8] = b"1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

/// Reads lines of traces, and writes what the package says of each, in each language.
const PAGE: &str = r#"
import { inLanguage, traced, why } from "./js/explain.js";
import { readFileSync } from "node:fs";
const { languages, lines } = JSON.parse(readFileSync(0, "utf8"));
const said = (language) => lines.map((line) => why(inLanguage(language), traced(line)));
console.log(JSON.stringify(languages.map(said)));
"#;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

/// The files under a folder.
fn files(folder: &Path, all: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files(&path, all) } else { all.push(path) }
    }
}

/// The traces of the requests of a case, as far as they are whole without what a host adds.
fn traces(case: &Value, presets: &Value, lines: &mut Vec<String>) -> Option<()> {
    let name = case["playbook"].as_str()?;
    let source = fs::read_to_string(root().join(format!("fixtures/playbooks/valid/{name}.json"))).unwrap();
    let playbook = Playbook::open(compile_source(&source).ok()?);
    let engine = Engine::new(playbook, Keyring::parse(KEYS));
    for step in case["steps"].as_array()? {
        let mut request = step["request"].clone();
        let cookies = &presets["visitor"][step["visitor"].as_str().unwrap_or_default()]["is"]["cookies"];
        for (name, value) in cookies.as_object().into_iter().flatten() {
            request["cookies"][name] = value.clone();
        }
        let Ok(facts) = RequestFile::parse(&request.to_string()).and_then(|file| file.facts()) else {
            continue;
        };
        lines.extend(engine.begin(facts).why().unwrap_or_default().lines().map(str::to_owned));
    }
    Some(())
}

#[test]
fn the_page_and_the_command_say_the_same_of_every_case() {
    let read = |path: &Path| serde_json::from_slice::<Value>(&fs::read(path).unwrap()).unwrap();
    let presets = read(&root().join("fixtures/presets.json"));
    let (mut cases, mut lines) = (Vec::new(), Vec::new());
    files(&root().join("fixtures/cases"), &mut cases);
    for case in cases.iter().filter(|path| path.extension().is_some_and(|extension| extension == "json")) {
        traces(&read(case), &presets, &mut lines);
    }
    lines.sort();
    lines.dedup();
    let clues = lines.iter().filter(|line| line.contains('\u{1e}')).count();
    assert!(clues > 100, "{clues} of {} lines have a clue", lines.len());
    let codes = LANGUAGES.map(|(code, _)| code);
    let mut page = Command::new("node")
        .args(["--input-type=module", "-e", PAGE])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let asked = json!({ "languages": codes, "lines": lines }).to_string();
    std::io::Write::write_all(&mut page.stdin.take().unwrap(), asked.as_bytes()).unwrap();
    let said: Vec<Vec<String>> = serde_json::from_slice(&page.wait_with_output().unwrap().stdout).unwrap();
    for (code, said) in codes.iter().zip(said) {
        let language = Language::named(code).unwrap();
        for (line, page) in lines.iter().zip(said) {
            let command = language.why(&traced(line).next().unwrap());
            assert_eq!(page, command, "{line:?}");
            assert!(!page.is_empty() && !page.contains(['{', '}']) && !page.contains("``"), "{page}");
        }
    }
}

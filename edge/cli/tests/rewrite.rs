//! `parvis rewrite` on real pages: no byte outside the chosen blocks changes, whatever the size of the pieces.
//!
//! The pages are reached through PARVIS_SHARED (by default `../shared`); where it does not exist the test is a counted skip.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a failing test may panic")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

const REPLACED: &str = "<p>Replaced: \u{e9}</p>";

#[test]
fn real_pages_change_only_inside_the_chosen_blocks() {
    let Some(folder) = parvis_skip::shared_or_skip("rewrite pages", "pages") else { return };
    let script = folder.join("mark_blocks.py");
    let pages: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "html"))
        .collect();
    assert!(!pages.is_empty());
    for mode in ["attr", "comment"] {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("rewrite-{mode}"));
        fs::create_dir_all(&folder).unwrap();
        let marked = Command::new("python3")
            .arg(&script)
            .args(["--mode", mode])
            .arg(&folder)
            .args(&pages)
            .output()
            .unwrap();
        assert!(marked.status.success(), "{}", String::from_utf8_lossy(&marked.stderr));
        for page in &pages {
            parvis_skip::ran("rewrite pages", 1);
            rewrites(&folder, page.file_name().unwrap().to_str().unwrap());
        }
    }
}

fn rewrites(folder: &Path, name: &str) {
    let page = fs::read(folder.join(name)).unwrap();
    let extents: Value =
        serde_json::from_slice(&fs::read(folder.join(format!("{name}.blocks.json"))).unwrap()).unwrap();
    let found: Value = serde_json::from_slice(&parvis(&["blocks".into(), folder.join(name)], b"")).unwrap();
    // Every other block is chosen; one within another is part of it.
    let mut expected = Vec::new();
    let (mut blocks, mut campaigns, mut at) = (json!({}), Vec::new(), 0);
    for (index, extent) in extents.as_array().unwrap().iter().enumerate() {
        let block =
            found["blocks"].as_array().unwrap().iter().find(|block| block["id"] == extent["id"]).unwrap();
        let offset = |key: &str| usize::try_from(block[key].as_u64().unwrap()).unwrap();
        assert_eq!((&block["start"], &block["end"]), (&extent["start"], &extent["end"]), "{name}");
        let too_long = offset("end") - offset("start") > parvis::limits::BLOCK_BYTES;
        if index % 2 == 1 || offset("start") < at {
            continue;
        }
        let id = extent["id"].as_str().unwrap();
        blocks[id] = json!({"pages": ["home"], "reserve": "1rem"});
        campaigns.push(
            json!({"id": format!("c-{id}"), "block": id, "variants": [{"id": "only", "html": REPLACED}]}),
        );
        if too_long {
            continue;
        }
        expected.extend_from_slice(&page[at..offset("open_end")]);
        expected.extend_from_slice(REPLACED.as_bytes());
        at = offset("close");
    }
    expected.extend_from_slice(&page[at..]);
    let playbook = json!({
        "format": 1, "site": {"name": "pages", "host": "pages.example"}, "pages": [{"kind": "home", "path": "/"}],
        "blocks": blocks, "campaigns": campaigns,
    });
    let request = json!({"url": "/", "now": "2026-11-21T12:00:00Z"});
    let (playbook_file, request_file) =
        (folder.join(format!("{name}.playbook.json")), folder.join("request.json"));
    fs::write(&playbook_file, playbook.to_string()).unwrap();
    fs::write(&request_file, request.to_string()).unwrap();
    for chunk in ["", "1", "13", "1400", "16384", "1000000"] {
        let mut words =
            vec!["rewrite".into(), playbook_file.clone(), "--request".into(), request_file.clone()];
        if !chunk.is_empty() {
            words.extend(["--chunk".into(), PathBuf::from(chunk)]);
        }
        let rewritten = parvis(&words, &page);
        if let Some(byte) = rewritten.iter().zip(&expected).position(|(got, want)| got != want) {
            let near = |bytes: &[u8]| {
                String::from_utf8_lossy(&bytes[byte.saturating_sub(40)..(byte + 80).min(bytes.len())])
                    .into_owned()
            };
            panic!(
                "{name} --chunk {chunk} differs at byte {byte}:\n{}\nnot\n{}",
                near(&rewritten),
                near(&expected)
            );
        }
        assert_eq!(rewritten.len(), expected.len(), "{name} --chunk {chunk}");
    }
}

fn parvis(words: &[PathBuf], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_parvis"))
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// A playbook that greets by a parameter of the address, and one that does so only where a link names one person.
fn greeting(when: &Value, declared: bool) -> Value {
    let mut source = json!({
        "format": 1, "site": { "name": "a", "host": "localhost" }, "pages": [{ "kind": "home", "path": "/" }],
        "blocks": { "hero": { "pages": ["home"], "reserve": "4rem" } },
        "campaigns": [{ "id": "one-person", "block": "hero", "when": when,
            "variants": [{ "id": "o", "html": "<p>Hello {{campaign.content}}</p>" }] }]
    });
    if declared {
        source["parameters"] = json!({ "utm_content": { "form": "words" } });
    }
    source
}

/// A link that names one person chooses no block and shows nothing of it: `check` refuses what would, and what is in no declared form
/// is not shown (EDPB Guidelines 2/2023, on URL tracking and unique identifiers).
#[test]
fn an_address_that_names_a_person_is_neither_compared_with_nor_shown() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rewrite-person");
    fs::create_dir_all(&folder).unwrap();
    let run = |words: &[&str], input: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_parvis"));
        let piped = command.args(words).current_dir(&folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = piped.stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.success(), text(output.stdout), text(output.stderr))
    };
    let write = |name: &str, json: &Value| fs::write(folder.join(name), json.to_string()).unwrap();
    let person =
        json!({ "query": { "$in": ["mc_eid=a1b2c3d4e5"] }, "campaign.content": { "$exists": true } });
    write("p.json", &greeting(&person, false));
    let (passed, told, more) = run(&["check", "p.json"], "");
    let told = told + &more;
    assert!(
        !passed && told.contains("personal-parameter") && told.contains("undeclared-parameter"),
        "{told}"
    );
    write("p.json", &greeting(&json!({ "campaign.content": { "$exists": true } }), true));
    let (passed, told, more) = run(&["check", "p.json", "--deny", "warnings"], "");
    assert!(passed, "{told}{more}");
    let page = "<section data-block=\"hero\">D</section>\n";
    for (said, shown) in [
        ("a+friend", Some("a friend")),
        ("someone%40example.com", None),
        ("0612345678", None),
        ("a1b2c3d4e5f6a7b8", None),
        ("%3Cb%3E", None),
        ("call+us:+now", None),
        ("a+word+that+is+longer+than+forty+letters+b", None),
    ] {
        let url = format!("https://localhost/?mc_eid=a1b2c3d4e5&utm_content={said}");
        write("v.json", &json!({ "url": url, "geo": { "country": "FR" }, "now": "2026-11-21T12:00:00Z" }));
        let (passed, told, record) = run(&["rewrite", "p.json", "--request", "v.json"], page);
        let expected =
            shown.map_or(page.to_owned(), |shown| page.replace(">D<", &format!("><p>Hello {shown}</p><")));
        assert_eq!((passed, told), (true, expected), "{said}");
        assert!(!record.contains("example.com") && !record.contains("friend"), "{record}");
    }
}

//! What the command says of experiments: previews with `--force`, kept variants in sentences, weights from outside.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

const ALL: &str = "cmplz_preferences=allow; cmplz_statistics=allow; cmplz_marketing=allow";

#[test]
fn a_preview_is_explained_decided_and_rewritten() {
    let request = request("preview", &json!({ "url": "/", "now": "2026-11-21T12:00:00Z" }));
    let words = [&valid("40-exclusive"), "--request", &request, "--force", "hero-wording=warm"];
    let told = text(&run("explain", &words).stdout);
    assert!(told.contains("Block `hero` shows variant `warm` of campaign `hero-wording`."), "{told}");
    assert!(told.contains("campaign `hero-wording`: a preview asked for this variant"), "{told}");
    assert!(told.contains("kept by nobody but the visitor's browser"), "{told}");
    let decided: Value = serde_json::from_slice(&run("decide", &words).stdout).unwrap();
    assert_eq!(decided["decisions"][0]["reason"], "forced");
    assert_eq!((&decided["cache"], &decided["cookies"]), (&json!("private"), &json!([])));
    for (force, says) in [
        ("hero-wording=cold", "campaign `hero-wording` has no variant `cold`; it has `warm`, `same`"),
        ("hero=warm", "the playbook has no campaign `hero`"),
        ("hero-wording", "write it as CAMPAIGN=VARIANT"),
    ] {
        let refused = run("explain", &[words[0], words[1], words[2], "--force", force]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(text(&refused.stderr).contains(says), "{}", text(&refused.stderr));
    }
}

#[test]
fn a_kept_variant_is_told() {
    // The unit's own bucket would draw `green`.
    let cookies = format!("{ALL}; parvis-visit=a~u00000000000003e8~g77504706f5cd0101");
    let request = json!({ "url": "/", "now": "2026-11-21T12:00:00Z", "headers": { "cookie": cookies } });
    let request = self::request("kept", &request);
    let words = [valid("41-sticky"), "--request".to_owned(), request];
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let told = text(&run("explain", &words).stdout);
    assert!(told.contains("Block `hero` shows variant `blue`"), "{told}");
    assert!(
        told.contains(
            "it applies to everybody who sees the block, and the visitor keeps the variant they got before"
        ),
        "{told}"
    );
    assert!(told.contains("the variant that the visitor got before and keeps"), "{told}");
    let decided: Value = serde_json::from_slice(&run("decide", &words).stdout).unwrap();
    assert_eq!(decided["decisions"][0]["kept"], true);
}

#[test]
fn weights_from_outside_are_compiled_in_or_explained() {
    let out = temporary("weighed.parvis");
    let table = repository().join("fixtures/weights/hero-bandit.json");
    let words = [&valid("41-sticky"), "-o", &out, "--weights", table.to_str().unwrap()];
    assert_eq!(run("compile", &words).status.code(), Some(0));
    let playbook = parvis::playbook::Playbook::open(fs::read(&out).unwrap()).unwrap();
    let campaign = playbook.campaign(0).unwrap();
    let ranges: Vec<_> = campaign.variants().map(|variant| (variant.id, variant.range)).collect();
    assert_eq!(
        (campaign.id(), ranges),
        ("hero-bandit", vec![("green", (0, 9500)), ("blue", (9500, 10_000))])
    );
    let bad = temporary("bad-weights.json");
    fs::write(
        &bad,
        "{\n  \"format\": 1,\n  \"campaigns\": { \"hero-bandit\": { \"green\": 1, \"blu\": 2 } }\n}\n",
    )
    .unwrap();
    let refused = run("compile", &[&valid("41-sticky"), "-o", &out, "--weights", &bad]);
    assert_eq!(refused.status.code(), Some(1));
    let told = text(&refused.stderr);
    assert!(
        told.contains("bad-weights.json:3:47: error unknown-variant: `hero-bandit` has no variant `blu`"),
        "{told}"
    );
    assert!(told.contains("have 2 errors"), "{told}");
}

fn run(command: &str, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_parvis")).arg(command).args(words).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn valid(name: &str) -> String {
    repository().join(format!("fixtures/playbooks/valid/{name}.json")).to_str().unwrap().to_owned()
}

fn temporary(name: &str) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("experiments");
    fs::create_dir_all(&folder).unwrap();
    folder.join(name).to_str().unwrap().to_owned()
}

fn request(name: &str, request: &Value) -> String {
    let path = temporary(&format!("{name}.json"));
    fs::write(&path, request.to_string()).unwrap();
    path
}

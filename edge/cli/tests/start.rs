//! What a new user does: `init`, then `check`, `compile`, `decide`, `explain`, `simulate`, in the words that `init` ends with.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

#[test]
fn a_first_playbook_works_as_it_is() {
    let folder = empty("start");
    let output = parvis(&folder, &["init"]);
    assert!(output.status.success(), "{}", words(&output.stderr));
    let told = words(&output.stdout);

    let output = parvis(&folder, &["check", "playbook.json", "--deny", "warnings"]);
    assert!(output.status.success());
    assert!(words(&output.stderr).starts_with("playbook.json: no problems\n"));

    let output = parvis(&folder, &["compile", "playbook.json", "-o", "playbook.bin"]);
    let compiled: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(compiled.pointer("/campaigns/still-thinking/0").unwrap(), "session_personalization");
    assert_eq!(compiled.pointer("/campaigns/spring").unwrap(), &serde_json::json!(["contextual"]));

    for playbook in ["playbook.json", "playbook.bin"] {
        let output = parvis(&folder, &["decide", playbook, "--request", "visit.json"]);
        let outcome: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(outcome.pointer("/decisions/0/campaign").unwrap(), "spring");
        assert!(outcome.pointer("/decisions/0/html").unwrap().as_str().unwrap().contains("Spring light"));
    }

    // Every command that `init` names runs, but for the one that serves.
    let commands: Vec<&str> = told.lines().filter_map(|line| line.trim().strip_prefix("parvis ")).collect();
    assert!(commands.len() >= 4, "{told}");
    for command in commands.iter().filter(|command| !command.starts_with("serve")) {
        let output = parvis(&folder, &command.split_whitespace().collect::<Vec<_>>());
        assert!(output.status.success(), "{command}: {}", words(&output.stderr));
    }
    let explained = words(&parvis(&folder, &["explain", "playbook.json", "--request", "visit.json"]).stdout);
    assert!(explained.contains("Block `hero` shows variant `only` of campaign `spring`."), "{explained}");
}

#[test]
fn nothing_is_overwritten_unless_asked() {
    let folder = empty("start-again");
    fs::write(folder.join("playbook.json"), "mine").unwrap();
    let output = parvis(&folder, &["init"]);
    assert_eq!(output.status.code(), Some(1));
    let said = words(&output.stderr);
    assert!(said.contains("`playbook.json`") && said.contains("--force"), "{said}");
    assert_eq!(fs::read_to_string(folder.join("playbook.json")).unwrap(), "mine");
    assert!(!folder.join("visit.json").exists(), "nothing else is written either");

    assert!(parvis(&folder, &["init", "--force"]).status.success());
    assert!(fs::read_to_string(folder.join("playbook.json")).unwrap().contains("\"format\": 1"));
}

#[test]
fn a_folder_is_made_and_its_schema_is_the_one_of_this_build() {
    let folder = empty("start-folder");
    assert!(parvis(&folder, &["init", "my shop/new"]).status.success());
    let schema = fs::read_to_string(folder.join("my shop/new/playbook.schema.json")).unwrap();
    assert_eq!(schema, words(&parvis(&folder, &["schema"]).stdout));
    let playbook: Value =
        serde_json::from_str(&fs::read_to_string(folder.join("my shop/new/playbook.json")).unwrap()).unwrap();
    assert_eq!(playbook.get("$schema").unwrap(), "./playbook.schema.json");
    assert_eq!(playbook.get("campaigns").unwrap().as_array().unwrap().len(), 3);
}

#[test]
fn every_command_teaches_by_an_example() {
    let folder = empty("start-help");
    for command in ["init", "check", "simulate", "diff"] {
        let help = words(&parvis(&folder, &[command, "--help"]).stdout);
        assert!(help.contains(&format!("  parvis {command}")), "{help}");
        assert!(help.contains("Example"), "{help}");
    }
}

fn empty(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn parvis(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_parvis")).args(arguments).current_dir(folder).output().unwrap()
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

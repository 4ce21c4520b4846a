//! Every command ends quietly where nobody reads its output, as behind `head`; the server goes on.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failing test may panic")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const VISIT: &str = r#"{"url": "https://shop.example/?utm_campaign=spring", "geo": {"country": "NL"}, "now": "2026-11-21T12:00:00Z"}"#;

/// The subcommands that the command lists itself.
fn subcommands() -> Vec<String> {
    let help = Command::new(env!("CARGO_BIN_EXE_parvis")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let (_, list) = help.split_once("Commands:\n").unwrap();
    let (list, _) = list.split_once("\n\n").unwrap();
    // A name is in the third column; what goes on from the line above is further right.
    let named = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    named.map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

/// What a subcommand is started with, so that it prints something.
fn arguments(name: &str, directory: &Path) -> Vec<String> {
    let valid = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/playbooks/valid/07-shop.json");
    let valid = valid.to_str().unwrap();
    let at = |file: &str| directory.join(file).to_str().unwrap().to_owned();
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
    match name {
        "blocks" => words(&["blocks", &at("page.html")]),
        "check" => words(&["check", valid, "--format", "json"]),
        "compile" => words(&["compile", valid, "-o", &at("compiled.bin")]),
        "consent" => words(&["consent", "--region", "NL", "--cookie", "a=b"]),
        "decide" | "explain" | "rewrite" => words(&[name, valid, "--request", &at("visit.json")]),
        "diff" => words(&["diff", valid, valid, "--visitors", "10"]),
        "init" => words(&["init", &at("init"), "--force"]),
        "keygen" => words(&["keygen", &at("another")]),
        "schema" | "signals" | "help" => words(&[name]),
        "serve" => words(&["serve", valid, "--port", "0", "--origin", "http://127.0.0.1:9"]),
        "simulate" => words(&["simulate", valid, "--visitors", "10"]),
        "verify" => words(&["verify", &at("signed.bin"), "--key", &at("shop.pub")]),
        other => panic!("`parvis {other}` needs a row here"),
    }
}

fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("pipes-{name}"));
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    fs::write(directory.join("page.html"), "<div data-block=hero>old</div>").unwrap();
    fs::write(directory.join("visit.json"), VISIT).unwrap();
    let at = |file: &str| directory.join(file).to_str().unwrap().to_owned();
    let valid = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/playbooks/valid/07-shop.json");
    for words in [
        vec!["keygen".to_owned(), at("shop")],
        ["compile", valid.to_str().unwrap(), "-o", &at("signed.bin"), "--sign", &at("shop.key")]
            .map(str::to_owned)
            .to_vec(),
    ] {
        let made = Command::new(env!("CARGO_BIN_EXE_parvis")).args(&words).output().unwrap();
        assert!(made.status.success(), "{words:?}: {}", String::from_utf8_lossy(&made.stderr));
    }
    directory
}

/// A pipe whose other end is closed already.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

/// Starts a command with what it asks for on standard input.
fn started(words: &[String], out: Stdio, err: Stdio) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_parvis"))
        .args(words)
        .stdin(Stdio::piped())
        .stdout(out)
        .stderr(err)
        .spawn()
        .unwrap();
    // It may end before it has read this.
    let _ = child.stdin.take().unwrap().write_all(b"<div data-block=hero>old</div>");
    child
}

/// Asks the server, which prints with each request, several times.
fn ask(child: &mut Child) {
    let (mut said, mut stderr) = (String::new(), child.stderr.take().unwrap());
    while !said.ends_with('\n') || !said.contains("listening on http://") {
        let mut byte = [0];
        assert_eq!(stderr.read(&mut byte).unwrap(), 1, "it never listened: {said}");
        said.push(char::from(byte[0]));
    }
    let address = said.split("http://").last().unwrap().trim().trim_end_matches('/').to_owned();
    for _ in 0..3 {
        let mut connection = TcpStream::connect(&address).unwrap();
        connection.write_all(b"GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n").unwrap();
        let mut page = Vec::new();
        connection.read_to_end(&mut page).unwrap();
        assert!(page.starts_with(b"HTTP/1.1 502"), "{}", String::from_utf8_lossy(&page));
    }
    child.stderr = Some(stderr);
}

#[test]
fn every_command_ends_quietly_where_nobody_reads_its_output() {
    let directory = directory("output");
    let all = subcommands();
    assert!(all.len() > 12, "{all:?}");
    for name in all {
        let words = arguments(&name, &directory);
        let mut child = started(&words, closed(), Stdio::piped());
        if name == "serve" {
            ask(&mut child);
            assert!(child.try_wait().unwrap().is_none(), "pages do not wait for a reader of records");
            child.kill().unwrap();
            continue;
        }
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(0), "{name}: {said}");
        assert!(!said.contains("panicked") && !said.to_lowercase().contains("pipe"), "{name}: {said}");
    }
}

#[test]
fn no_command_fails_where_nobody_reads_what_it_tells_beside_its_output() {
    let directory = directory("notices");
    for name in subcommands().iter().filter(|name| *name != "serve") {
        let ended =
            started(&arguments(name, &directory), Stdio::null(), closed()).wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(0), "{name}");
    }
    let broken = directory.join("broken.json");
    fs::write(&broken, "{").unwrap();
    let words = ["check".to_owned(), broken.to_str().unwrap().to_owned()];
    assert_eq!(started(&words, Stdio::null(), closed()).wait_with_output().unwrap().status.code(), Some(1));
}

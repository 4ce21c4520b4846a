//! Keys, signed playbooks and whose they are, by the command; and that a server takes no other where it has a key.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn parvis(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_parvis")).args(arguments).output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// An empty directory of this test.
fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("signature-{name}"));
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    directory
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// The playbook of the examples, compiled to `name` in `directory`, signed with the key of this name.
fn compiled(directory: &Path, name: &str, key: Option<&str>) -> String {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/playbooks/valid/50-fatigue.json");
    let file = text(&directory.join(name));
    let key = key.map(|key| text(&directory.join(key)));
    let mut words = vec!["compile".to_owned(), text(&source), "-o".to_owned(), file.clone()];
    words.extend(key.into_iter().flat_map(|key| ["--sign".to_owned(), key]));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let output = parvis(&words);
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(told(&output).contains("\"signed_by\":\"parvis-public-key:"), words.len() > 4);
    file
}

#[test]
fn keys_are_made_once_and_the_private_one_is_private() {
    let directory = directory("keys");
    let name = text(&directory.join("shop"));
    assert!(parvis(&["keygen", &name]).status.success());
    let private = fs::read_to_string(directory.join("shop.key")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(directory.join("shop.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let again = parvis(&["keygen", &name]);
    assert_eq!(again.status.code(), Some(1));
    assert!(told(&again).contains("cannot write the key"), "{}", told(&again));
    assert_eq!(fs::read_to_string(directory.join("shop.key")).unwrap(), private, "it is not replaced");
    assert!(parvis(&["keygen", &text(&directory.join("other"))]).status.success());
    assert_ne!(fs::read_to_string(directory.join("other.key")).unwrap(), private);
}

#[test]
fn what_was_signed_is_told_from_what_was_not() {
    let directory = directory("verify");
    for name in ["shop", "other"] {
        assert!(parvis(&["keygen", &text(&directory.join(name))]).status.success());
    }
    let (signed, plain) =
        (compiled(&directory, "signed", Some("shop.key")), compiled(&directory, "plain", None));
    let (shop, other) = (text(&directory.join("shop.pub")), text(&directory.join("other.pub")));
    let verify = |file: &str, key: &str| {
        let output = parvis(&["verify", file, "--key", key]);
        (output.status.code(), told(&output))
    };
    let (code, says) = verify(&signed, &shop);
    assert!(code == Some(0) && says.contains("and not altered since"), "{says}");
    let (code, says) = verify(&signed, &other);
    let public = fs::read_to_string(&shop).unwrap();
    assert!(code == Some(1) && says.contains("claims to be with") && says.contains(public.trim()), "{says}");
    let (code, says) = verify(&plain, &shop);
    assert!(code == Some(1) && says.contains("it is not signed"), "{says}");
    let mut bytes = fs::read(&signed).unwrap();
    let at = bytes.len() / 2;
    *bytes.get_mut(at).unwrap() ^= 1;
    let altered = text(&directory.join("altered"));
    fs::write(&altered, bytes).unwrap();
    let (code, says) = verify(&altered, &shop);
    assert!(code == Some(1) && says.contains("altered"), "{says}");
    let (code, says) = verify(&signed, &text(&directory.join("shop.key")));
    assert!(code == Some(1) && says.contains("holds no public key"), "{says}");
    let draft =
        text(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/playbooks/valid/01-smallest.json"));
    let (code, says) = verify(&draft, &shop);
    assert!(code == Some(1) && says.contains("no compiled playbook"), "{says}");
    let wrong = parvis(&["compile", &draft, "-o", &altered, "--sign", &shop]);
    assert!(
        wrong.status.code() == Some(1) && told(&wrong).contains("holds no private key"),
        "{}",
        told(&wrong)
    );
}

#[test]
fn a_server_with_a_key_takes_no_other_playbook_and_serves_on() {
    let directory = directory("serve");
    assert!(parvis(&["keygen", &text(&directory.join("shop"))]).status.success());
    let (signed, plain) =
        (compiled(&directory, "signed", Some("shop.key")), compiled(&directory, "plain", None));
    let public = text(&directory.join("shop.pub"));
    // Whether the server says, before it listens, that every page passes through untouched.
    let refuses = |file: &str, more: &[&str]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_parvis"))
            .args(["serve", file, "--quiet", "--port", "0", "--origin", "http://127.0.0.1:9"])
            .args(more)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said: Vec<String> = Vec::new();
        for line in lines.map(Result::unwrap) {
            let listens = line.contains("listening on");
            said.push(line);
            if listens {
                break;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let said = said.join("\n");
        assert!(said.contains("listening on"), "{said}");
        said.lines().find(|line| line.contains("passes through untouched")).map(str::to_owned)
    };
    assert_eq!(refuses(&signed, &["--signed-by", &public]), None);
    assert_eq!(refuses(&plain, &[]), None);
    assert_eq!(refuses(&signed, &[]), None, "without a key signatures are not looked at");
    let unsigned = refuses(&plain, &["--signed-by", &public]).unwrap();
    assert!(unsigned.contains("it is not signed"), "{unsigned}");
    let mut bytes = fs::read(&signed).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&signed, bytes).unwrap();
    let altered = refuses(&signed, &["--signed-by", &public]).unwrap();
    assert!(altered.contains("its signature does not fit"), "{altered}");
}

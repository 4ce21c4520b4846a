//! Examples print what is shown: `<!-- file: NAME -->` writes the block below it to a file, and `<!-- run -->` runs the commands of
//! the block below it in the folder of these files and compares what they print.
//!
//! `<!-- run: exit 1 -->` is for commands that end with another status than 0.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::command;
use super::document::{self, Block, Document};

#[test]
fn the_examples_print_what_is_shown() {
    let (mut documents, mut files, mut commands) = (0, 0, 0);
    for document in document::all() {
        let played = play(&document);
        documents += usize::from(played.1 > 0);
        files += played.0;
        commands += played.1;
    }
    assert!(documents >= 4 && files >= 7 && commands >= 7, "{documents}, {files}, {commands}");
}

#[test]
fn no_marker_and_no_output_is_without_its_partner() {
    for document in document::all() {
        let blocks = document.blocks();
        let path = &document.path;
        for block in &blocks {
            let runs = block.marker.is_some_and(|marker| status(marker).is_some());
            let shows = block.text.lines().any(|line| line.starts_with("$ parvis"));
            assert_eq!(runs, shows, "{path}:{}: a block that runs `$ parvis` is marked as one", block.line);
        }
        // A comment that is a marker stands in front of a fence.
        let markers = document.prose().lines().filter(|line| is_marker(line)).count();
        let marked = blocks.iter().filter(|block| block.marker.is_some_and(is_marker_text)).count();
        assert_eq!(markers, marked, "{path}: a marker stands alone");
    }
}

/// Runs the examples of a document; the numbers of its files and commands.
fn play(document: &Document) -> (usize, usize) {
    let path = &document.path;
    let folder = folder(path);
    let mut files = BTreeSet::new();
    let mut said = String::new();
    let mut commands = 0;
    for block in document.blocks() {
        let Some(marker) = block.marker else { continue };
        if let Some(name) = marker.strip_prefix("file: ") {
            fs::write(folder.join(name), &block.text).unwrap();
            assert!(files.insert(name.to_owned()), "{path}:{}: there is a `{name}` already", block.line);
        } else if let Some(status) = status(marker) {
            said.push_str(&block.text);
            commands += run(path, &block, &folder, status);
        }
    }
    for name in &files {
        assert!(said.split_whitespace().any(|word| word == name), "{path}: no command reads `{name}`");
    }
    (files.len(), commands)
}

/// Runs the commands of a block, each of which ends with `status`; the number of them.
fn run(path: &str, block: &Block<'_>, folder: &Path, status: i32) -> usize {
    let mut commands = 0;
    for part in block.text.split("$ ").skip(1) {
        let (line, expected) = part.split_once('\n').unwrap();
        let mut words = words(line);
        let place = format!("{path}:{}: {line}", block.line);
        assert_eq!(words.remove(0), "parvis", "{place}: only `parvis` is run here");
        let input = words.iter().position(|word| word == "<").map(|at| words.split_off(at)[1].clone());
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut command = command(&words);
        command.current_dir(folder);
        if let Some(file) = input {
            command.stdin(fs::File::open(folder.join(file)).unwrap());
        }
        let output = command.output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(printed.trim_end(), expected.trim_end(), "{place}");
        assert_eq!(output.status.code(), Some(status), "{place}");
        commands += 1;
    }
    commands
}

/// The words of a command as a shell takes them, as far as single quotes go.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (at, piece) in line.split('\'').enumerate() {
        if at % 2 == 1 {
            words.last_mut().unwrap().push_str(piece);
            continue;
        }
        for (number, word) in piece.split(' ').enumerate() {
            if number > 0 {
                words.push(String::new());
            }
            words.last_mut().unwrap().push_str(word);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The status with which the commands below this marker end, if it is one that runs.
fn status(marker: &str) -> Option<i32> {
    if marker == "run" { Some(0) } else { marker.strip_prefix("run: exit ")?.parse().ok() }
}

fn is_marker(line: &str) -> bool {
    line.strip_prefix("<!-- ").is_some_and(is_marker_text)
}

fn is_marker_text(marker: &str) -> bool {
    ["file", "run"].iter().any(|word| marker.starts_with(word))
}

/// An empty folder for the files of a document.
fn folder(path: &str) -> PathBuf {
    let name = path.replace(['/', '.'], "-");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("readme-{name}"));
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn quotes_keep_words_together() {
    assert_eq!(
        words("parvis consent --cookie 'a=1; b=2' < x"),
        ["parvis", "consent", "--cookie", "a=1; b=2", "<", "x"]
    );
    assert_eq!((status("run"), status("run: exit 1"), status("file: a")), (Some(0), Some(1), None));
}

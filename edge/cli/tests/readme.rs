//! The README's first screen is true: its files are written out, its commands run, and what they print is compared.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn the_example_prints_what_the_readme_shows() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    fs::create_dir_all(&folder).unwrap();
    let mut files = 0;
    for part in readme.split("<!-- file: ").skip(1) {
        let (name, rest) = part.split_once(" -->").unwrap();
        fs::write(folder.join(name), block(rest)).unwrap();
        files += 1;
    }
    assert_eq!(files, 3);
    let shown = block(readme.split("<!-- run -->").nth(1).unwrap());
    let mut commands = 0;
    for part in shown.split("$ parvis ").skip(1) {
        let (words, expected) = part.split_once('\n').unwrap();
        let (words, input) =
            words.split_once(" < ").map_or((words, None), |(words, file)| (words, Some(file)));
        let mut command = Command::new(env!("CARGO_BIN_EXE_parvis"));
        command.args(words.split(' ')).current_dir(&folder);
        if let Some(file) = input {
            command.stdin(fs::File::open(folder.join(file)).unwrap());
        }
        let output = command.output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(printed.trim_end(), expected.trim_end(), "parvis {words}");
        commands += 1;
    }
    assert_eq!(commands, 2);
}

/// The contents of the first fenced block of `text`.
fn block(text: &str) -> &str {
    let (_, rest) = text.split_once("```").unwrap();
    let (_, rest) = rest.split_once('\n').unwrap();
    rest.split_once("```").unwrap().0
}

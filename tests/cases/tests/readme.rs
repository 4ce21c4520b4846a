//! `fixtures/cases/README.md` shows a case as it is, and has a row for each folder.

use std::collections::BTreeSet;
use std::fs;

use parvis_cases::case;

fn readme() -> String {
    fs::read_to_string(case::fixtures().join("cases/README.md")).unwrap()
}

#[test]
fn the_example_is_a_case_word_for_word() {
    let readme = readme();
    let (_, rest) = readme.split_once("<!-- case: ").unwrap();
    let (name, rest) = rest.split_once(" -->\n```json\n").unwrap();
    let (example, _) = rest.split_once("```\n").unwrap();
    let file = fs::read_to_string(case::fixtures().join(format!("cases/{name}.json"))).unwrap();
    assert_eq!(example, file);
}

#[test]
fn every_folder_has_a_row_and_every_row_a_folder() {
    let readme = readme();
    let rows = readme.lines().filter_map(|line| line.strip_prefix("| [`")?.split_once('`'));
    let rows: BTreeSet<String> = rows.map(|(folder, _)| folder.to_owned()).collect();
    let folders = fs::read_dir(case::fixtures().join("cases")).unwrap().map(|entry| entry.unwrap());
    let folders = folders.filter(|entry| entry.path().is_dir());
    let folders: BTreeSet<String> = folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
    assert_eq!(rows, folders);
}

//! Engine, model and file agree: the naive model answers every step of `fixtures/cases` as the file expects.
//!
//! `tests/cases` holds the engine to the same files, so that no expectation stands there because the engine once answered it.
//! What the model does not say is the closed table `parvis_model::golden::UNSAID`; how often that is, is counted here and held
//! against the files. `PARVIS_GOLDEN=dismissals/dismissed-visit` compares the cases alone whose names begin so, and `PARVIS_CASES` names
//! another folder of cases.

mod altered;
mod files;
mod replay;

use std::collections::BTreeMap;

use files::File;
use parvis_model::golden::{Difference, UNSAID, compared};
use serde_json::Value as Json;

/// Steps whose answers say what became of a signal or of a stored opt-out, which the consent tests settle.
const SIGNALS: [(&str, usize); 18] = [
    ("consent/an-opt-out-does-not-age", 1),
    ("consent/conflicting-duplicates", 12),
    ("consent/conflicting-duplicates", 13),
    ("consent/opt-outs-well-formed", 3),
    ("consent/opt-outs-well-formed", 5),
    ("consent/refused-without-a-click", 1),
    ("consent/refused-without-a-click", 2),
    ("consent/refused-without-a-click", 4),
    ("gpc/a-stored-opt-out-is-told", 1),
    ("gpc/a-stored-opt-out-is-told", 2),
    ("gpc/gpc-variants", 9),
    ("gpc/gpc-variants", 10),
    ("gpc/gpc-variants", 11),
    ("gpc/what-became-of-the-signal", 3),
    ("gpc/what-became-of-the-signal", 4),
    ("gpc/what-became-of-the-signal", 5),
    ("gpc/what-became-of-the-signal", 10),
    ("gpc/what-became-of-the-signal", 11),
];

#[test]
fn files_and_model_agree() {
    let only = std::env::var("PARVIS_GOLDEN").unwrap_or_default();
    let files: Vec<File> = files::all().into_iter().filter(|file| file.name.starts_with(&only)).collect();
    assert!(!files.is_empty(), "no case begins with `{only}`");
    let (mut failed, mut steps, mut wholly) = (Vec::new(), 0, 0);
    let mut unsaid: BTreeMap<&str, Vec<(&str, usize)>> = BTreeMap::new();
    for file in &files {
        let found = match compared(&file.case, &file.playbook, &file.told) {
            Ok(found) => found,
            Err(why) => {
                failed.push(file.failed(&why));
                continue;
            }
        };
        for (index, names) in found.unsaid.iter().enumerate() {
            steps += 1;
            wholly += usize::from(names.iter().all(|name| name == "allowed"));
            for (name, _) in UNSAID {
                let times = names.iter().filter(|one| *one == name).count();
                unsaid.entry(name).or_default().extend(vec![(file.name.as_str(), index + 1); times]);
            }
        }
        let lines: Vec<String> = found.differences.iter().map(Difference::to_string).collect();
        if !lines.is_empty() {
            failed.push(file.failed(&lines.join("\n")));
        }
    }
    println!("{steps} steps of {} cases; of {wholly} all is confirmed but what is allowed", files.len());
    unsaid.iter().for_each(|(name, places)| println!("`{name}` is left unsaid {} times", places.len()));
    assert!(failed.is_empty(), "{} of {} cases differ\n{}", failed.len(), files.len(), failed.join("\n"));
    assert_eq!(steps, files.iter().map(|file| file.told.len()).sum::<usize>(), "every step is compared");
    if only.is_empty() {
        held_against(&files, &unsaid);
    }
}

/// What is left unsaid is exactly what the files say of it.
fn held_against(files: &[File], unsaid: &BTreeMap<&str, Vec<(&str, usize)>>) {
    let told = || files.iter().flat_map(|file| &file.told);
    let lists = |told: &Json| {
        usize::from(told["record"]["allowed"].is_array()) + usize::from(told["browser"]["allowed"].is_array())
    };
    let kept = |told: &Json| told["record"]["consent"].as_object().map_or(0, serde_json::Map::len);
    assert_eq!(unsaid["allowed"].len(), told().map(lists).sum::<usize>());
    assert_eq!(unsaid["consent"].len(), told().map(kept).sum::<usize>());
    assert_eq!(unsaid["signal"], SIGNALS);
}

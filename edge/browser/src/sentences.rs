//! Writes `js/sentences.js`, `js/names.js` and `js/records.js` from the engine's tables, so that the module itself carries no sentence and the
//! JavaScript layer no name of its own.
//!
//! The files are committed; these tests fail when one differs, and `PARVIS_WRITE=1 cargo test -p parvis-browser` writes it.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use core::fmt::Write as _;
use std::path::Path;

use parvis::author::explain::{LANGUAGES, Language};
use parvis::consent::purpose::{Purpose, PurposeSet};
use parvis::consent::resolve::ON_DEVICE;
use parvis::consent::settings::{NAMES, Slot, Store};
use parvis::consent::stored::StoredSettings;
use parvis::names::{self, Place, TIMING};
use parvis::signal::registry::Signal;

use crate::records::{Answer, Decision, Question, Record};

/// How the files begin.
const WRITTEN: &str =
    "// Written by `PARVIS_WRITE=1 cargo test -p parvis-browser` from the engine's tables. Do not edit.\n";

/// Purposes that nobody has to choose.
const FREE: PurposeSet = PurposeSet::EMPTY.with(Purpose::Necessary).with(Purpose::Contextual);

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn file() -> String {
    let mut js = String::from(WRITTEN);
    js.push_str(
        "\n/** The purpose of each signal. @type {Record<string, string>} */\nexport const signals = {\n",
    );
    for signal in Signal::ALL {
        let entry = signal.entry();
        writeln!(js, "  {}: {},", quoted(entry.name), quoted(entry.purpose.name())).unwrap();
    }
    js.push_str("};\n\n/** Sentences, by language, table and name. @type {Record<string, Record<string, Record<string, string>>>} */\n");
    js.push_str("export const languages = {\n");
    let english = Language::named("en").unwrap();
    for (code, _) in LANGUAGES {
        writeln!(js, "  {}: {{", quoted(code)).unwrap();
        let own = Language::named(code).unwrap();
        for ((table, sentences), (_, known)) in own.tables().into_iter().zip(english.tables()) {
            writeln!(js, "    {}: {{", quoted(table)).unwrap();
            // What a language leaves out is English, which the page takes from there.
            let left_out =
                |(name, sentence): &(&String, &String)| code != "en" && known.get(*name) == Some(*sentence);
            for (name, sentence) in sentences.iter().filter(|entry| !left_out(entry)) {
                writeln!(js, "      {}: {},", quoted(name), quoted(sentence)).unwrap();
            }
            js.push_str("    },\n");
        }
        js.push_str("  },\n");
    }
    js.push_str("};\n");
    js
}

/// The usual names of cookies that are flags, as regular expressions: `*` stands for any end, `#` for one of letters and digits.
fn flags() -> impl Iterator<Item = String> {
    let stored = |slot: Slot| !matches!(slot.store(), Store::WebStorage | Store::Script);
    let cookies = NAMES.iter().filter(move |(name, slot)| stored(*slot) && !name.starts_with('@'));
    cookies.map(|(name, _)| name.replace('*', ".+").replace('#', "[^\\W_]+"))
}

/// What `js/names.js` holds: what is ours and scripts may see, keys of web storage, and keys of what scripts of the page report.
fn names() -> String {
    let mut js = String::from(WRITTEN);
    let mut constant = |what: &str, name: &str, value: String| {
        writeln!(js, "\n/** {what} */\nexport const {name} = {value};").unwrap();
    };
    for own in names::ALL.iter().filter(|own| own.place != Place::HiddenCookie) {
        constant(own.meaning, own.constant, quoted(own.name));
    }
    let stored = NAMES.iter().filter(|(_, slot)| matches!(slot.store(), Store::WebStorage | Store::Both));
    let stored: Vec<String> = stored.map(|(name, _)| quoted(name)).collect();
    constant(
        "Whether a cookie of this name may hold a visitor's choice, where the playbook names no other.",
        "FLAG",
        format!("/^(?:{})$/", flags().collect::<Vec<_>>().join("|")),
    );
    let all = Purpose::ALL.iter().fold(PurposeSet::EMPTY, |all, purpose| all.with(*purpose));
    let denied = all.without(FREE);
    let device = PurposeSet::EMPTY.with(Purpose::DeviceStorage);
    let session = PurposeSet::EMPTY.with(Purpose::SessionPersonalization);
    let persistent = PurposeSet::EMPTY.with(Purpose::PersistentPersonalization);
    for (what, name, set) in [
        ("The bits of all purposes that can be denied.", "ALL", denied),
        ("The bit of device storage.", "DEVICE", device),
        ("The bits of purposes that are nothing without it.", "ON_DEVICE", ON_DEVICE),
        ("The bit of the visit.", "SESSION", session),
        ("The bit of visitor memory.", "PERSISTENT", persistent),
    ] {
        constant(what, name, format!("{:#x}", set.bits()));
    }
    let purposes: Vec<String> = Purpose::ALL.iter().map(|purpose| quoted(purpose.name())).collect();
    constant("The purposes, in the order of their bits.", "PURPOSES", format!("[{}]", purposes.join(", ")));
    constant(
        "Days for which a denial is written where no engine can say it.",
        "DENIAL_DAYS",
        "365".to_owned(),
    );
    constant(
        "Keys of web storage in which banners keep a choice.",
        "STORAGE",
        format!("[{}]", stored.join(", ")),
    );
    for (key, _) in NAMES {
        if let Some(name) = key.strip_prefix('@') {
            let constant_name = name.replace('-', "_").to_uppercase();
            constant("The key of what a script of the page reports.", &constant_name, quoted(key));
        }
    }
    js
}

/// What `js/records.js` holds: the fields of both texts in their order, and the codes of records.
fn records() -> String {
    let mut js = String::from(WRITTEN);
    let (question, answer, decision) = (Question::NAMES, Answer::NAMES, Decision::NAMES);
    for (list, fields) in [(question.0, &question.1[..]), (answer.0, &answer.1), (decision.0, &decision.1)] {
        let fields: Vec<String> = fields.iter().map(|field| quoted(&field.to_lowercase())).collect();
        let what = format!("/** The fields of {}, in their order. */", list.to_lowercase());
        write!(js, "\n{what}\nexport const {} = [{}];\n", list.to_uppercase(), fields.join(", ")).unwrap();
    }
    for (constant, code, meaning) in Record::ALL {
        write!(js, "\n/** {meaning} */\nexport const {constant} = {};\n", quoted(&code.to_string())).unwrap();
    }
    js
}

/// Compares a file of the package with what the engine's tables make of it, or writes it.
#[track_caller]
fn up_to_date(name: &str, file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("js").join(name);
    if std::env::var_os("PARVIS_WRITE").is_some() {
        std::fs::write(&path, file).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == file, "js/{name} is out of date: run `PARVIS_WRITE=1 cargo test -p parvis-browser`");
}

#[test]
fn the_sentences_of_the_package_are_the_engines() {
    up_to_date("sentences.js", &file());
}

#[test]
fn the_names_of_the_package_are_the_engines() {
    up_to_date("names.js", &names());
}

#[test]
fn the_records_of_the_package_are_those_of_the_module() {
    up_to_date("records.js", &records());
    let mut codes: Vec<char> = Record::ALL.iter().map(|(_, code, _)| *code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), Record::ALL.len(), "two records have one code");
}

/// Constants alone do not help: no other file of the layer has one of the names.
#[test]
fn no_file_of_the_package_writes_a_name_by_hand() {
    let own = names::ALL.iter().map(|own| own.name);
    // `parvis` is also the name of a channel, of a policy and of a timing entry.
    let names: Vec<&str> =
        own.filter(|name| *name != TIMING).chain(NAMES.iter().map(|(name, _)| *name)).collect();
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("js")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for name in names.iter().filter(|_| !path.ends_with("names.js")) {
            for quote in ['"', '\'', '`'] {
                let literal = format!("{quote}{name}{quote}");
                assert!(!text.contains(&literal), "{} has {literal}: take it from names.js", path.display());
            }
        }
    }
}

/// What is matched there is what the engine reads by default, and no name of ours that is none.
#[test]
fn every_usual_name_of_a_flag_is_matched_and_no_other() {
    let js = names();
    let written = js.lines().find_map(|line| line.strip_prefix("export const FLAG = /^(?:")).unwrap();
    let all: Vec<&str> = written.trim_end_matches(")$/;").split('|').collect();
    let cookies =
        NAMES.iter().filter(|(name, slot)| slot.store() != Store::WebStorage && !name.starts_with('@'));
    assert_eq!(all.len(), cookies.count());
    for own in [names::VISIT, names::MEMORY, names::STORED_MEMORY, "cookie_test", "privacy"] {
        assert!(!all.contains(&own), "`{own}`");
        assert_eq!(StoredSettings::default().slot(own), None, "`{own}`");
    }
}

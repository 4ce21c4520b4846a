//! Writes `js/sentences.js` from the engine's tables, so that the module itself carries no sentence.
//!
//! The file is committed; this test fails when it differs, and `PARVIS_WRITE=1 cargo test -p parvis-browser` writes it.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use core::fmt::Write as _;
use std::path::Path;

use parvis::consent::purpose::Purpose;
use parvis::reason::Reason;
use parvis::signal::registry::Signal;

/// What a purpose is, for a visitor.
const fn sentence(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Necessary => "what the page needs to work: security, the basket, your choice itself",
        Purpose::Contextual => {
            "choosing content from this request alone; nothing is read from or written to your device"
        }
        Purpose::DeviceStorage => "keeping something on your device, or reading it there",
        Purpose::SessionPersonalization => "using what you do in this visit",
        Purpose::PersistentPersonalization => "remembering your interests from one visit to the next",
        Purpose::Profile => "joining this with your account or your history as a customer",
        Purpose::PreciseGeo => "using where you are to within 500 meters",
        Purpose::Measurement => "counting what is shown and clicked",
        Purpose::Experimentation => "comparing variants with one another",
        Purpose::SaleShare => "passing data to others",
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn file() -> String {
    let mut js = String::from(
        "// Written by `PARVIS_WRITE=1 cargo test -p parvis-browser` from the engine's tables. Do not edit.\n",
    );
    js.push_str("\n/** @type {Record<string, string>} */\nexport const reasons = {\n");
    for reason in Reason::ALL {
        writeln!(js, "  {}: {},", quoted(reason.code()), quoted(reason.sentence())).unwrap();
    }
    js.push_str("};\n\n/** @type {Record<string, string>} */\nexport const purposes = {\n");
    for purpose in Purpose::ALL {
        writeln!(js, "  {}: {},", quoted(purpose.name()), quoted(sentence(purpose))).unwrap();
    }
    js.push_str("};\n\n/** Purpose and sentence. @type {Record<string, [string, string]>} */\nexport const signals = {\n");
    for signal in Signal::ALL {
        let entry = signal.entry();
        let (purpose, sentence) = (quoted(entry.purpose.name()), quoted(signal.sentence()));
        writeln!(js, "  {}: [{purpose}, {sentence}],", quoted(entry.name)).unwrap();
    }
    js.push_str("};\n");
    js
}

#[test]
fn the_sentences_of_the_package_are_the_engines() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("js/sentences.js");
    if std::env::var_os("PARVIS_WRITE").is_some() {
        std::fs::write(&path, file()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == file(),
        "js/sentences.js is out of date: run `PARVIS_WRITE=1 cargo test -p parvis-browser`"
    );
}

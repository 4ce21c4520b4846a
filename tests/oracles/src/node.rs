//! What the IAB's JavaScript libraries read: one Node process, a line of JSON each way.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};
use serde_json::{Value, json};

use crate::make::Kind;
use crate::traits;
use crate::view::Outcome;

/// What `@iabtechlabtcf/core` and `@iabgpp/cmpapi` make of these strings, in their order.
///
/// # Errors
///
/// When Node or the packages are missing, and when the script does not answer every line.
pub fn read(strings: &[(Kind, String)]) -> anyhow::Result<Vec<Outcome>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    if !folder.join("node_modules").is_dir() {
        bail!("no npm packages in `tests/oracles`: run `cargo xtask setup`, or `npm ci` there");
    }
    let mut child = Command::new("node")
        .arg("decode.mjs")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start `node`: install Node 20.19 or newer")?;
    // A header of a few characters can name millions of ids or thousands of groups, which `@iabgpp/cmpapi` lists, the
    // groups that are not there again and again, until Node's memory is gone.
    let endless = |kind, text: &str| {
        let traits = traits::of(kind, text);
        kind == Kind::Gpp && (traits.contains("header-far-ids") || traits.contains("header-many-groups"))
    };
    let asked = strings.iter().filter(|(kind, text)| !endless(*kind, text)).count();
    let mut input = String::new();
    for (kind, text) in strings.iter().filter(|(kind, text)| !endless(*kind, text)) {
        input.push_str(&json!({ "kind": kind.name(), "text": text }).to_string());
        input.push('\n');
    }
    let mut pipe = child.stdin.take().context("a pipe to node")?;
    let writer = std::thread::spawn(move || pipe.write_all(input.as_bytes()));
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "`node decode.mjs` failed ({}); its message is above", output.status);
    writer.join().ok().context("the writer ended early")??;
    let lines = String::from_utf8(output.stdout)?;
    let mut answers = lines.lines();
    ensure!(lines.lines().count() == asked, "{} answers to {asked} strings", lines.lines().count());
    strings
        .iter()
        .map(|(kind, text)| {
            if endless(*kind, text) {
                return Ok(Outcome::Panicked("not asked: its memory would not do".to_owned()));
            }
            answer(answers.next().context("an answer for each string")?)
        })
        .collect()
}

fn answer(line: &str) -> anyhow::Result<Outcome> {
    let answer: Value = serde_json::from_str(line).with_context(|| format!("no JSON from node: {line}"))?;
    if let Some(message) = answer["refused"].as_str() {
        return Ok(Outcome::Refused(message.to_owned()));
    }
    let fields = answer["read"].as_object().with_context(|| format!("neither read nor refused: {line}"))?;
    Ok(Outcome::Read(fields.iter().map(|(name, value)| (name.clone(), value.clone())).collect()))
}

//! Writing what the engine answered into the cases: `cargo run -p parvis-cases -- accept [NAME...]`, then read the diff.
//!
//! What is written is exact. It is as right as the eyes that read it before it is committed.

use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::agrees::agrees;
use crate::engine::Direct;
use crate::{Case, Host, case, counts, differ, story};

/// What became of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// The file says already what the engine answers.
    Unchanged,
    /// It was written; what changed, by step.
    Written(String),
    /// It was left alone, and why.
    Refused(String),
}

/// Accepts all cases in `folder` with one of `names` in theirs, or all if there are no `names`, and tells each that changed.
///
/// # Errors
/// How many could not be accepted; the others are.
pub fn all(folder: &Path, names: &[String], mut tell: impl FnMut(String)) -> Result<()> {
    let mut refused = 0;
    let files = case::files(folder)?;
    for part in names {
        let known = files.iter().any(|path| case::name(path).contains(part.as_str()));
        ensure!(known, "no case has `{part}` in its name");
    }
    let wanted = |name: &str| names.is_empty() || names.iter().any(|part| name.contains(part.as_str()));
    let host = Direct::default();
    for path in files {
        let name = case::name(&path);
        if !wanted(&name) {
            continue;
        }
        match one(&path, &host) {
            Ok(Accepted::Unchanged) => {}
            Ok(Accepted::Written(changes)) => tell(format!("{name}: {changes}")),
            Ok(Accepted::Refused(why)) => {
                refused += 1;
                tell(format!("{name}: not written, the model says otherwise: {why}"));
            }
            Err(error) => {
                refused += 1;
                tell(format!("{name}: not written: {error:#}"));
            }
        }
    }
    if counts::write(folder)? {
        tell(format!("{}: counted anew", counts::file(folder).display()));
    }
    if refused > 0 {
        bail!("{refused} cases were not written");
    }
    Ok(())
}

/// Accepts one case.
///
/// # Errors
/// It cannot be read, played or written.
pub fn one(path: &Path, host: &dyn Host) -> Result<Accepted> {
    let mut file: Value = serde_json::from_slice(&std::fs::read(path)?)?;
    let case = Case::from_json(path, file.clone())?;
    let (mut changes, mut answers) = (Vec::new(), Vec::new());
    story(&case, host, |index, step, got| {
        let got = serde_json::to_value(got)?;
        if step.expect.is_null() {
            changes.push(format!("step {} is new", index + 1));
            answers.push(got);
            return Ok(());
        }
        let differences = differ::all(&step.expect, &got);
        if !differences.is_empty() {
            let paths: Vec<String> = differences.into_iter().map(|difference| difference.path).collect();
            changes.push(format!("step {} {}", index + 1, paths.join(", ")));
        }
        answers.push(got);
        Ok(())
    })?;
    if changes.is_empty() {
        return Ok(Accepted::Unchanged);
    }
    let playbook = serde_json::from_slice(&std::fs::read(case.playbook_file())?)?;
    if let Err(why) = agrees(&file, &playbook, &answers) {
        return Ok(Accepted::Refused(why));
    }
    for (index, answer) in answers.into_iter().enumerate() {
        let step = file.pointer_mut(&format!("/steps/{index}")).and_then(Value::as_object_mut);
        step.context("the step is not in the file")?.insert("expect".to_owned(), answer);
    }
    std::fs::write(path, serde_json::to_string_pretty(&file)? + "\n")?;
    Ok(Accepted::Written(changes.join("; ")))
}

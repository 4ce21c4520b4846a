//! The mutants there are: cargo-mutants makes them, a seed draws a sample evenly by file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde_json::Value;

/// One change of the source that a test should notice.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// The file, from the root of the repository.
    pub file: String,
    /// File, place and change in a line, as cargo-mutants names it.
    pub name: String,
    /// The same without the place, so that it holds when lines move: `replace < with <= in rest`.
    pub change: String,
    /// The line of the source that is changed, trimmed.
    pub line: String,
    /// The kind of change, in the words of cargo-mutants.
    pub genre: String,
    /// What stands there instead.
    pub replacement: String,
    /// Where it begins: line and column, both from 1.
    pub start: (usize, usize),
    /// Where it ends.
    pub end: (usize, usize),
    /// The type that the function returns, as it is written.
    returns: String,
}

impl Mutant {
    /// Whether the function hides the type that it returns: another expression would be another type.
    pub fn returns_impl(&self) -> bool {
        self.returns.contains("impl ")
    }

    /// Whether that hidden type is an iterator and no more.
    pub fn returns_iterator(&self) -> bool {
        self.returns.trim_start_matches("->").trim_start().starts_with("impl Iterator<")
    }

    /// The same mutant of a function that returns this.
    #[cfg(test)]
    pub fn returning(self, returns: &str) -> Mutant {
        Mutant { returns: returns.to_owned(), ..self }
    }

    /// What the list of accepted survivors names it by.
    pub fn key(&self) -> (String, String, String) {
        (self.file.clone(), self.change.clone(), self.line.clone())
    }

    /// A mutant that cargo-mutants does not list.
    pub fn own(
        file: &str,
        source: &str,
        genre: &str,
        change: String,
        replacement: String,
        start: (usize, usize),
        end: (usize, usize),
    ) -> Mutant {
        let line = source.lines().nth(start.0 - 1).unwrap_or_default().trim().to_owned();
        let (file, genre, returns) = (file.to_owned(), genre.to_owned(), String::new());
        let name = format!("{file}:{}:{}: {change}", start.0, start.1);
        Mutant { file, name, change, line, genre, replacement, start, end, returns }
    }

    fn read(value: &Value, root: &Path) -> anyhow::Result<Mutant> {
        let text = |at: &str| {
            value
                .pointer(at)
                .and_then(Value::as_str)
                .map(str::to_owned)
                .with_context(|| format!("no {at} in {value}"))
        };
        let place = |end: &str| -> anyhow::Result<(usize, usize)> {
            let number = |what: &str| {
                let at = format!("/span/{end}/{what}");
                let number =
                    value.pointer(&at).and_then(Value::as_u64).with_context(|| format!("no {at}"))?;
                anyhow::Ok(usize::try_from(number)?)
            };
            Ok((number("line")?, number("column")?))
        };
        let (file, name, start) = (text("/file")?, text("/name")?, place("start")?);
        let change = name.splitn(4, ':').nth(3).unwrap_or_default().trim().to_owned();
        let source = std::fs::read_to_string(root.join(&file))?;
        let line = source.lines().nth(start.0 - 1).unwrap_or_default().trim().to_owned();
        Ok(Mutant {
            change,
            line,
            genre: text("/genre")?,
            replacement: text("/replacement")?,
            start,
            end: place("end")?,
            returns: text("/function/return_type").unwrap_or_default(),
            file,
            name,
        })
    }
}

/// All mutants of the engine in files whose path begins with one of `places`, in the order of their names.
pub fn all(tool: &Path, root: &Path, places: &[String]) -> anyhow::Result<Vec<Mutant>> {
    let mut command = Command::new(tool);
    command.args(["mutants", "--list", "--json", "--package", "parvis"]).current_dir(root);
    let output = command.output().context("cargo-mutants does not start")?;
    ensure!(
        output.status.success(),
        "cargo-mutants cannot list the mutants:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let list: Vec<Value> = serde_json::from_slice(&output.stdout)?;
    let wanted =
        |file: &str| places.is_empty() || places.iter().any(|place| file.starts_with(place.as_str()));
    let mut mutants = Vec::new();
    for value in &list {
        if value.get("file").and_then(Value::as_str).is_some_and(wanted) {
            mutants.push(Mutant::read(value, root)?);
        }
    }
    let files: BTreeSet<String> = mutants.iter().map(|mutant| mutant.file.clone()).collect();
    for file in files {
        let source = std::fs::read_to_string(root.join(&file))?;
        // A module of tests alone, behind a condition that cargo-mutants does not understand.
        if source.contains("#[test]") && !source.contains("#[cfg(test)]") {
            mutants.retain(|mutant| mutant.file != file);
            continue;
        }
        mutants.extend(crate::weave::own(&file, &source).with_context(|| file.clone())?);
    }
    Ok(mutants)
}

/// Draws `count` of `mutants`: one of every file in turn, in an order that `seed` settles.
pub fn sample(mutants: Vec<Mutant>, count: usize, seed: &str) -> Vec<Mutant> {
    let mut files: BTreeMap<String, Vec<Mutant>> = BTreeMap::new();
    for mutant in mutants {
        files.entry(mutant.file.clone()).or_default().push(mutant);
    }
    let mut ranked: Vec<(usize, u64, Mutant)> = Vec::new();
    for (_, mut list) in files {
        list.sort_by_key(|mutant| hash(&[seed, &mutant.name]));
        ranked.extend(list.into_iter().enumerate().map(|(turn, one)| (turn, hash(&[seed, &one.file]), one)));
    }
    ranked.sort_by_key(|(turn, file, _)| (*turn, *file));
    ranked.into_iter().take(count).map(|(.., mutant)| mutant).collect()
}

/// FNV-1a over the texts, with a byte between them.
pub fn hash(texts: &[&str]) -> u64 {
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0]));
    let mixed = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    // The low bytes of FNV-1a carry the last letters only a little.
    mixed ^ (mixed >> 32)
}

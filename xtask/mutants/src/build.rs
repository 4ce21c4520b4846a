//! Builds the engine with all mutants in it, and leaves out those that do not compile.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::list::Mutant;
use crate::say;
use crate::weave::weave;

/// The tests that are asked: those of packages that finish in seconds and read nothing outside of the repository.
pub const TESTS: [&str; 6] =
    ["parvis", "parvis-cases", "parvis-model", "parvis-cli", "parvis-browser", "parvis-fuzz-targets"];
/// How many of these are asked where there is little time: those that find most.
pub const QUICK: usize = 2;

/// A program of tests.
#[derive(Clone, Debug)]
pub struct Program {
    /// What cargo calls it.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// The folder that its tests run in.
    pub folder: PathBuf,
    /// How many names it takes at once: programs with a harness of their own take one.
    pub at_once: usize,
}

/// What became of a build with every mutant in it.
pub struct Built {
    /// The programs of tests.
    pub programs: Vec<Program>,
    /// Numbers of mutants that do not compile.
    pub broken: BTreeSet<usize>,
    /// Numbers of mutants that cannot be switched.
    pub left: BTreeSet<usize>,
    /// Numbers of mutants that may be computed at compile time.
    pub early: BTreeSet<usize>,
}

/// Makes `copy` what the repository is now, but for what is built; files that are the same keep their times.
pub fn copy(root: &Path, copy: &Path) -> anyhow::Result<()> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .context("git does not start")?;
    let mut kept = BTreeSet::new();
    for name in String::from_utf8(output.stdout)?.split('\0').filter(|name| !name.is_empty()) {
        let (from, to) = (root.join(name), copy.join(name));
        if !from.is_file() {
            continue;
        }
        put(&to, &fs::read(from)?)?;
        kept.insert(to);
    }
    prune(copy, &kept)
}

/// Removes files of an earlier copy that are no longer there.
fn prune(folder: &Path, kept: &BTreeSet<PathBuf>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let built = ["target", "node_modules", ".git"].iter().any(|name| path.ends_with(name));
        if path.is_dir() && !built {
            prune(&path, kept)?;
        } else if path.is_file() && !kept.contains(&path) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Gives the copy the dependencies that are built already, so that only our own packages are built again.
pub fn seed(root: &Path, copy: &Path) -> anyhow::Result<()> {
    let (from, to) = (root.join("target/debug"), copy.join("target/debug"));
    if to.exists() || !from.join("deps").is_dir() {
        return Ok(());
    }
    fs::create_dir_all(to.join("deps"))?;
    let script = "cp -a .fingerprint build \"$0\" && find deps -maxdepth 1 -type f \\( -name '*.rlib' -o -name '*.rmeta' \
        -o -name '*.so' -o -name '*.d' \\) -exec cp -a -t \"$0/deps\" {} +";
    let done = Command::new("sh").args(["-c", script]).arg(&to).current_dir(&from).status();
    // Without them the build takes longer, and that is all.
    if !done.is_ok_and(|status| status.success()) {
        fs::remove_dir_all(copy.join("target"))?;
    }
    Ok(())
}

/// A number for the files below `folder` that a build depends on.
pub fn state(copy: &Path, folder: &str) -> anyhow::Result<String> {
    let mut files = Vec::new();
    list(&copy.join(folder), &mut files)?;
    files.sort();
    let mut hash = String::new();
    for file in files {
        let bytes = fs::read(&file)?;
        let bytes = String::from_utf8_lossy(&bytes);
        let name = file.strip_prefix(copy).unwrap_or(&file).to_string_lossy().into_owned();
        hash = format!("{:016x}", crate::list::hash(&[&hash, &name, &bytes]));
    }
    Ok(hash)
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let text = path.to_string_lossy();
        let built = ["target", "node_modules", ".git"].iter().any(|name| path.ends_with(name));
        if path.is_dir() && !built {
            list(&path, files)?;
        } else if [".rs", ".json", ".mjs", ".toml", ".lock", ".html"].iter().any(|end| text.ends_with(end))
            && !text.ends_with("src/mutant.rs")
        {
            files.push(path);
        }
    }
    Ok(())
}

/// Writes a file, unless it has these bytes.
pub fn put(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if fs::read(path).is_ok_and(|found| found == bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// Weaves the mutants into the copy and builds the tests.
pub fn build(root: &Path, copy: &Path, packages: &[&str], mutants: &[Mutant]) -> anyhow::Result<Built> {
    let mut broken = BTreeSet::new();
    for round in 1..=30 {
        let (places, left, early) = write(root, copy, mutants, &broken)?;
        let (programs, errors) = cargo(copy, packages)?;
        if errors.is_empty() {
            return Ok(Built { programs, broken, left, early });
        }
        let before = broken.len();
        for (file, at, text) in &errors {
            let woven = places.get(file).map_or(&[][..], Vec::as_slice);
            let hit: Vec<usize> = woven
                .iter()
                .filter(|(_, place)| place.start < at.end && at.start < place.end.max(place.start + 1))
                .map(|(number, _)| *number)
                .collect();
            if hit.is_empty() {
                // The message points beside the change: the nearest one is it.
                let nearest = woven.iter().min_by_key(|(_, place)| place.start.abs_diff(at.start));
                let (number, _) =
                    nearest.with_context(|| format!("the copy does not build: {file}: {text}"))?;
                broken.insert(*number);
            }
            broken.extend(hit);
        }
        say(format!("round {round}: {} mutants do not compile", broken.len()));
        if broken.len() == before {
            bail!("the copy does not build: {}", errors.first().map_or("", |(.., text)| text));
        }
    }
    bail!("the copy does not build after 30 rounds")
}

type Places = BTreeMap<String, Vec<(usize, Range<usize>)>>;

fn write(
    root: &Path,
    copy: &Path,
    mutants: &[Mutant],
    broken: &BTreeSet<usize>,
) -> anyhow::Result<(Places, BTreeSet<usize>, BTreeSet<usize>)> {
    let mut files: BTreeMap<&str, Vec<(usize, &Mutant)>> = BTreeMap::new();
    for (index, mutant) in mutants.iter().enumerate() {
        let list = files.entry(&mutant.file).or_default();
        if !broken.contains(&(index + 1)) {
            list.push((index + 1, mutant));
        }
    }
    let (mut places, mut left, mut early) = (Places::new(), BTreeSet::new(), BTreeSet::new());
    for (file, list) in files {
        let source = fs::read_to_string(root.join(file))?;
        let woven = weave(&source, &list).with_context(|| file.to_owned())?;
        put(&copy.join(file), woven.text.as_bytes())?;
        places.insert(file.to_owned(), woven.places);
        left.extend(woven.left);
        early.extend(woven.early);
    }
    put(&copy.join("src/mutant.rs"), include_bytes!("mutant.rs.txt"))?;
    let entry = fs::read_to_string(copy.join("src/lib.rs"))?;
    if !entry.contains("mod mutant;") {
        let switched = entry.replacen(
            "#![no_std]",
            "#![no_std]\n#![feature(core_intrinsics, const_eval_select)]\n#![allow(internal_features, arithmetic_overflow, unconditional_panic)]",
            1,
        ) + "\nmod mutant;\n";
        put(&copy.join("src/lib.rs"), switched.as_bytes())?;
    }
    Ok((places, left, early))
}

/// A compiler error: the file, the bytes it points at, and its first line.
type Fault = (String, Range<usize>, String);

/// The build of the tests in `copy`: its programs, or what is wrong.
pub fn cargo(copy: &Path, packages: &[&str]) -> anyhow::Result<(Vec<Program>, Vec<Fault>)> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(["test", "--locked", "--no-run", "--message-format=json"])
        .args(["--lib", "--bins", "--tests"])
        .args(packages.iter().flat_map(|name| ["--package", name]))
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", copy.join("target"))
        .env("RUSTC_BOOTSTRAP", "parvis")
        .stderr(Stdio::piped());
    let output = command.output().context("cargo does not start")?;
    let (mut programs, mut errors) = (Vec::new(), Vec::new());
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
        let text = |at: &str| message.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
        if message.pointer("/profile/test") == Some(&Value::Bool(true)) && !text("/executable").is_empty() {
            let manifest = PathBuf::from(text("/manifest_path"));
            let folder = manifest.parent().unwrap_or(copy).to_path_buf();
            let package =
                folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let name = format!("{package}/{}", text("/target/name"));
            programs.push(Program { name, path: text("/executable").into(), folder, at_once: 1 });
        }
        if text("/message/level") == "error" {
            let spans = message.pointer("/message/spans").and_then(Value::as_array);
            let spans: Vec<&Value> = spans.into_iter().flatten().collect();
            let primary = spans.iter().filter(|span| span["is_primary"] == true);
            for span in primary {
                let number =
                    |name: &str| span[name].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
                let file = span["file_name"].as_str().unwrap_or_default().to_owned();
                errors.push((file, number("byte_start")..number("byte_end"), text("/message/message")));
            }
        }
    }
    if errors.is_empty() && !output.status.success() {
        bail!("the copy does not build:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok((programs, errors))
}

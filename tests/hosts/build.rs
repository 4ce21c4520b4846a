//! Lists the files of `src/runtimes`, one for each host, so that a new host is a new file and a change of none.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let variable = |name: &str| env::var_os(name).map(PathBuf::from).ok_or(io::ErrorKind::NotFound);
    let folder = variable("CARGO_MANIFEST_DIR")?.join("src/runtimes");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<PathBuf> =
        fs::read_dir(&folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|end| end == "rs"));
    files.sort();
    fs::write(variable("OUT_DIR")?.join("runtimes.rs"), modules(&files))
}

/// A module for each file, and the list of all hosts.
fn modules(files: &[PathBuf]) -> String {
    let name = |file: &Path| file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut text = String::new();
    for file in files {
        let _ = writeln!(text, "#[path = {:?}]\npub mod {};", file.display().to_string(), name(file));
    }
    let hosts: Vec<String> = files.iter().map(|file| format!("{}::HOST", name(file))).collect();
    let _ = writeln!(
        text,
        "/// Every host, in the order of their names.\npub const ALL: [crate::host::Kind; {}] = [{}];",
        hosts.len(),
        hosts.join(", ")
    );
    text
}

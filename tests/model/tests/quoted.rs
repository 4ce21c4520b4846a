//! Commands that are quoted, in what tests print, in comments and in documents, are such as can be run: their package, their
//! test, their step of `cargo xtask` and the variables in front of them are there, and a name that they filter by is a test's.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders in which commands are quoted, and the endings of files that are read.
const FOLDERS: [&str; 6] = ["README.md", "src", "tests", "edge", "web-demo", "xtask"];
const ENDINGS: [&str; 4] = ["rs", "md", "mjs", "js"];

/// A quoted command.
struct Quoted {
    place: String,
    /// `PARVIS_…` in front of it.
    variables: Vec<String>,
    words: Vec<String>,
}

#[test]
fn quoted_commands_name_what_is_there() {
    let files: Vec<(PathBuf, String)> =
        FOLDERS.iter().flat_map(|folder| read(&root().join(folder))).collect();
    let sources: String = files.iter().map(|(_, text)| text.as_str()).collect();
    let packages = packages(root());
    let quoted: Vec<Quoted> = files.iter().flat_map(|(path, text)| quoted(path, text)).collect();
    let mut wrong = Vec::new();
    for command in &quoted {
        let found = match command.words[1].as_str() {
            "test" => test(&command.words[2..], &packages),
            _ => xtask(&command.words[2..]),
        };
        let unread = command.variables.iter().find(|name| !is_read(name, &sources));
        let unread = unread.map_or(Ok(()), |name| Err(format!("nothing reads `{name}`")));
        if let Err(why) = found.and(unread) {
            wrong.push(format!("{}: `{}`: {why}", command.place, command.words.join(" ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The walk itself must find them: those of this package are known.
    let own = |words: &str| quoted.iter().any(|command| command.words.join(" ").starts_with(words));
    assert!(own("cargo test -p parvis-model --test golden files_and_model_agree"));
    assert!(own("cargo xtask test"));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the workspace")
}

/// All files in a folder that are read, with their text.
fn read(path: &Path) -> Vec<(PathBuf, String)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if path.is_dir() && !["target", "node_modules", "dist", "pkg", ".git"].contains(&name.as_str()) {
        let entries = fs::read_dir(path).expect("a folder");
        return entries.flat_map(|entry| read(&entry.expect("a file").path())).collect();
    }
    let ending = path.extension().unwrap_or_default().to_string_lossy().into_owned();
    let text = ENDINGS.contains(&ending.as_str()).then(|| fs::read_to_string(path).ok()).flatten();
    text.map(|text| (path.to_owned(), text)).into_iter().collect()
}

/// The commands in a text: from `cargo` on, as far as they are quoted.
fn quoted(path: &Path, text: &str) -> Vec<Quoted> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for begin in ["cargo test", "cargo xtask "] {
            for (at, _) in line.match_indices(begin) {
                // Only what stands in marks, is printed, or is shown behind a prompt is meant to be run.
                let before = &line[..at];
                let behind = before.trim_end_matches(|sign: char| !"`\"$'".contains(sign));
                let given = before[behind.len()..].split_whitespace();
                let given: Vec<&str> = given.filter(|word| word.starts_with("PARVIS_")).collect();
                if behind.is_empty() && !before.contains("alone: ") {
                    continue;
                }
                let end = line[at..]
                    .find(['`', '"', '#', '\'', '(', ')', ',', ':', ';', '\\'])
                    .unwrap_or(line.len() - at);
                let words =
                    line[at..at + end].split_whitespace().map(|word| word.trim_end_matches('.').to_owned());
                found.push(Quoted {
                    place: format!("{}:{}", path.strip_prefix(root()).unwrap_or(path).display(), number + 1),
                    variables: given
                        .iter()
                        .filter_map(|word| Some(word.split_once('=')?.0.to_owned()))
                        .collect(),
                    words: words.collect(),
                });
            }
        }
    }
    found
}

/// The names of all packages with their folders.
fn packages(folder: &Path) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a file").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !["target", "node_modules", ".git"].contains(&name.as_str()) {
            found.extend(packages(&path));
        } else if name == "Cargo.toml" {
            let text = fs::read_to_string(&path).expect("text");
            let package = text.split("[package]\n").nth(1).unwrap_or_default().lines();
            let mut names = package.filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
            found.extend(names.next().map(|name| (name.to_owned(), folder.to_owned())));
        }
    }
    found
}

/// Whether `cargo test` with these words runs something.
fn test(words: &[String], packages: &[(String, PathBuf)]) -> Result<(), String> {
    let behind = |flag: &str| words.iter().position(|word| word == flag).and_then(|at| words.get(at + 1));
    let folder = match behind("-p") {
        Some(package) => {
            let found = packages.iter().find(|(name, _)| name == package);
            &found.ok_or_else(|| format!("there is no package `{package}`"))?.1
        }
        None => root(),
    };
    let Some(target) = behind("--test") else { return Ok(()) };
    let tests = folder.join("tests");
    let mut files = read(&tests.join(format!("{target}.rs")));
    files.extend(if tests.join(target).is_dir() { read(&tests.join(target)) } else { Vec::new() });
    if files.is_empty() {
        return Err(format!("there is no test `{target}`"));
    }
    let own: Vec<&String> = words.iter().take_while(|word| *word != "--").collect();
    let value = |at: usize| at > 0 && ["-p", "--test", "--features"].contains(&own[at - 1].as_str());
    let names = own.iter().enumerate().filter(|(at, word)| !word.starts_with('-') && !value(*at));
    for (_, name) in names {
        if !files.iter().any(|(_, text)| text.contains(&format!("fn {name}"))) {
            return Err(format!("no test in `{target}` begins with `{name}`"));
        }
    }
    Ok(())
}

/// Whether `cargo xtask` knows the command, and its step where one is named.
fn xtask(words: &[String]) -> Result<(), String> {
    let text = |file: &str| fs::read_to_string(root().join("xtask/src").join(file)).expect("a file of xtask");
    let command = words.first().map_or("", String::as_str);
    let mut variant = command.to_owned();
    if let Some(first) = variant.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let known = text("main.rs")
        .lines()
        .any(|line| line.trim().trim_end_matches(',').split('(').next() == Some(&variant));
    if !command.chars().all(|sign| sign.is_ascii_lowercase()) || command.is_empty() {
        return Ok(());
    }
    if !known {
        return Err(format!("xtask has no `{command}`"));
    }
    let step = words.iter().position(|word| word == "--only").and_then(|at| words.get(at + 1));
    let named = step.filter(|step| {
        command == "test" && step.chars().all(|sign| sign.is_ascii_lowercase()) && *step != "list"
    });
    let steps: String = read(&root().join("xtask/src")).into_iter().map(|(_, text)| text).collect();
    match named.filter(|step| !steps.contains(&format!("\"{step}"))) {
        Some(step) => Err(format!("`cargo xtask test` has no step `{step}`")),
        None => Ok(()),
    }
}

/// Whether a variable is read somewhere: quoted as a name, or taken from Node's environment.
fn is_read(name: &str, sources: &str) -> bool {
    sources.contains(&format!("\"{name}\"")) || sources.contains(&format!("env.{name}"))
}

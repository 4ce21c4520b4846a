//! Mutants that cannot be switched, and patches: each is put into a copy of its own, which is built and tested.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, ensure};

use crate::build::{self, Program};
use crate::list::Mutant;
use crate::run::{self, Ended};
use crate::{Fate, Log, say};

/// Seconds that the tests of one program may take.
const PATIENCE: Duration = Duration::from_secs(240);

/// Tries each of `mutants` in a copy.
pub fn all(
    root: &Path,
    copy: &Path,
    mutants: &[&Mutant],
    jobs: usize,
    fates: &mut Log,
    late: &dyn Fn() -> bool,
) -> anyhow::Result<()> {
    if mutants.is_empty() {
        return Ok(());
    }
    say(format!("{} mutants that cannot be switched are built one at a time", mutants.len()));
    fs::create_dir_all(copy)?;
    build::copy(root, copy)?;
    build::seed(root, copy)?;
    for mutant in mutants {
        if late() {
            break;
        }
        let file = copy.join(&mutant.file);
        let sound = fs::read_to_string(root.join(&mutant.file))?;
        build::put(&file, crate::weave::replaced(&sound, mutant).as_bytes())?;
        let fate = one(copy, jobs);
        build::put(&file, sound.as_bytes())?;
        fates.write(mutant, fate?)?;
    }
    Ok(())
}

/// Tries each patch of a folder.
pub fn patches(root: &Path, copy: &Path, folder: &Path, jobs: usize) -> anyhow::Result<()> {
    fs::create_dir_all(copy)?;
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
    files.retain(|file| file.extension().is_some_and(|end| end == "patch"));
    files.sort();
    build::seed(root, copy)?;
    let mut survivors = Vec::new();
    for file in &files {
        build::copy(root, copy)?;
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        // Without a repository of its own, git would look for the files in the one around the copy.
        let applied = Command::new("git")
            .args(["apply", "--unidiff-zero", "--recount"])
            .arg(file.canonicalize()?)
            .current_dir(copy)
            .env("GIT_CEILING_DIRECTORIES", copy.parent().unwrap_or(copy))
            .output()
            .context("git does not start")?;
        if !applied.status.success() {
            println!("does not apply  {name}: {}", String::from_utf8_lossy(&applied.stderr).trim());
            continue;
        }
        match one(copy, jobs)? {
            Fate::Killed(by) => println!("killed          {name}: {by}"),
            Fate::Unviable => println!("does not build  {name}"),
            Fate::Survived(_) | Fate::Untried => {
                println!("SURVIVED        {name}");
                survivors.push(name);
            }
        }
    }
    build::copy(root, copy)?;
    ensure!(
        survivors.is_empty(),
        "{} of {} patches survive: {}",
        survivors.len(),
        files.len(),
        survivors.join(", ")
    );
    Ok(())
}

/// Builds the copy as it is and runs its tests until one fails.
fn one(copy: &Path, jobs: usize) -> anyhow::Result<Fate> {
    // Most are killed by tests of the engine, without a build of the rest.
    let mut asked = BTreeSet::new();
    for packages in [&build::TESTS[..1], &build::TESTS[..]] {
        let (programs, errors) = build::cargo(copy, packages)?;
        if !errors.is_empty() {
            return Ok(Fate::Unviable);
        }
        for program in order(programs) {
            if !asked.insert(program.name.clone()) {
                continue;
            }
            let ended = whole(&program, jobs)?;
            if ended != Ended::Passed {
                let late = if ended == Ended::Late { " (ran for too long)" } else { "" };
                return Ok(Fate::Killed(format!("{}{late}", program.name)));
            }
        }
    }
    Ok(Fate::Survived(asked.len()))
}

/// The programs that finish soon first.
fn order(mut programs: Vec<Program>) -> Vec<Program> {
    let slow = |program: &Program| {
        ["agree", "interference", "html_chunks", "smoke"].iter().any(|name| program.name.ends_with(name))
    };
    programs.sort_by_key(|program| (slow(program), program.name.clone()));
    programs
}

fn whole(program: &Program, jobs: usize) -> anyhow::Result<Ended> {
    run::run_with(program, &["--test-threads", &jobs.to_string()], "0", PATIENCE)
}

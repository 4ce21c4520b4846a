//! Runs tests: which mutants each one passes, and whether those that pass a mutant notice it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::build::Program;
use crate::say;

/// How many tests of a program are asked at once, the quickest first.
const AT_ONCE: usize = 40;
/// Kilobytes of memory that a test may take: a mutant can make it want all there is.
const MEMORY: &str = "6000000";

/// A test: its program by number, its name, how long it takes, and the mutants that it passes.
#[derive(Clone, Debug)]
pub struct Test {
    /// The program, by its place in the list.
    pub program: usize,
    /// The name.
    pub name: String,
    /// How long it takes alone.
    pub took: Duration,
    /// The numbers of mutants that it passes.
    pub reaches: BTreeSet<usize>,
}

/// How a run of tests ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Every test passed.
    Passed,
    /// A test failed.
    Failed,
    /// It ran for too long.
    Late,
}

/// Finds out how many names each program takes at once.
pub fn measure(programs: &mut [Program]) -> anyhow::Result<()> {
    for program in programs {
        let mut command = Command::new(&program.path);
        let output =
            command.args(["--list", "no such test", "nor this one"]).current_dir(&program.folder).output();
        let takes_several =
            output.with_context(|| format!("{} does not start", program.name))?.status.success();
        program.at_once = if takes_several { AT_ONCE } else { 1 };
    }
    Ok(())
}

/// Runs each test alone and notes what it passes.
///
/// A test that takes longer than `longest` is not asked again: what it alone would notice counts as not noticed.
pub fn reach(
    programs: &[Program],
    scratch: &Path,
    jobs: usize,
    longest: Duration,
) -> anyhow::Result<Vec<Test>> {
    let mut names = Vec::new();
    for (index, program) in programs.iter().enumerate() {
        let output = Command::new(&program.path)
            .args(["--list", "--format", "terse"])
            .current_dir(&program.folder)
            .output()
            .with_context(|| format!("{} does not start", program.name))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let tests = text.lines().filter_map(|line| line.strip_suffix(": test"));
        names.extend(tests.map(|name| (index, name.to_owned())));
    }
    say(format!(
        "{} tests in {} programs are run once each, to see which mutants they pass",
        names.len(),
        programs.len()
    ));
    let found = Mutex::new(Vec::new());
    each(&names, jobs, "tests", |number, (index, name)| {
        let file = scratch.join(format!("reach-{number}"));
        let _ = fs::remove_file(&file);
        let began = Instant::now();
        let Some(program) = programs.get(*index) else { return Ok(()) };
        let ended = run(program, &[name.as_str()], &format!("reach:{}", file.display()), longest * 2)?;
        let took = began.elapsed();
        if ended != Ended::Passed || took > longest {
            let why = if ended == Ended::Failed { "fails without any mutant" } else { "takes too long" };
            say(format!("left out, since it {why}: {}: {name}", program.name));
            return Ok(());
        }
        let text = fs::read_to_string(&file).unwrap_or_default();
        let reaches = text.lines().filter_map(|line| line.parse().ok()).collect();
        let _ = fs::remove_file(&file);
        let test = Test { program: *index, name: name.clone(), took, reaches };
        found.lock().map_err(|_| anyhow::anyhow!("a thread ended"))?.push(test);
        Ok(())
    })?;
    let mut tests = found.into_inner().map_err(|_| anyhow::anyhow!("a thread ended"))?;
    tests.sort_by(|one, other| (one.took, &one.name).cmp(&(other.took, &other.name)));
    Ok(tests)
}

/// Whether the tests that pass mutant `number` notice it, and which ones failed first.
pub fn noticed(programs: &[Program], tests: &[Test], number: usize) -> anyhow::Result<Option<String>> {
    let passing: Vec<&Test> = tests.iter().filter(|test| test.reaches.contains(&number)).collect();
    let mut rounds: Vec<BTreeMap<usize, Vec<&Test>>> = Vec::new();
    // The quickest of all programs first: most mutants end there.
    for (round, tests) in passing.chunks(AT_ONCE).enumerate() {
        rounds.resize_with(rounds.len().max(round + 1), BTreeMap::new);
        for test in tests {
            if let Some(round) = rounds.get_mut(round) {
                round.entry(test.program).or_default().push(test);
            }
        }
    }
    for round in rounds {
        for (index, tests) in round {
            let Some(program) = programs.get(index) else { continue };
            for tests in tests.chunks(program.at_once) {
                let usual: Duration = tests.iter().map(|test| test.took).sum();
                let names: Vec<&str> = tests.iter().map(|test| test.name.as_str()).collect();
                let ended = run(program, &names, &number.to_string(), Duration::from_secs(20) + usual * 5)?;
                if ended != Ended::Passed {
                    let late = if ended == Ended::Late { " (ran for too long)" } else { "" };
                    let more = names.len() - 1;
                    let others = if more > 0 { format!(" or one of {more} more") } else { String::new() };
                    let first = names.first().unwrap_or(&"");
                    return Ok(Some(format!("{}: {first}{others}{late}", program.name)));
                }
            }
        }
    }
    Ok(None)
}

/// Runs the tests of these names.
pub fn run(program: &Program, names: &[&str], switch: &str, patience: Duration) -> anyhow::Result<Ended> {
    let words: Vec<&str> = ["--exact", "--test-threads", "1"].iter().chain(names).copied().collect();
    run_with(program, &words, switch, patience)
}

/// Runs a program of tests with these words.
pub fn run_with(
    program: &Program,
    words: &[&str],
    switch: &str,
    patience: Duration,
) -> anyhow::Result<Ended> {
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\"")])
        .arg(&program.path)
        .arg("-q")
        .args(words)
        .current_dir(&program.folder)
        .env("PARVIS_MUTANT", switch)
        .env("PROPTEST_FAILURE_PERSISTENCE", "off")
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // What a test started ends with it: a mutant may leave a child that never does.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().with_context(|| format!("{} does not start", program.name))?;
    let began = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(if status.success() { Ended::Passed } else { Ended::Failed });
        }
        if began.elapsed() > patience {
            let group = format!("-{}", child.id());
            let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
            child.kill()?;
            child.wait()?;
            return Ok(Ended::Late);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// Does `work` for each item on `jobs` threads, with a line of progress every 15 seconds.
pub fn each<T: Sync>(
    items: &[T],
    jobs: usize,
    what: &str,
    work: impl Fn(usize, &T) -> anyhow::Result<()> + Sync,
) -> anyhow::Result<()> {
    let (next, done, began) = (AtomicUsize::new(0), AtomicUsize::new(0), Instant::now());
    let (failed, said) = (Mutex::new(None), Mutex::new(Instant::now()));
    std::thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(number) else { return };
                    if let Err(error) = work(number, item) {
                        if let Ok(mut failed) = failed.lock() {
                            *failed = Some(error);
                        }
                        return;
                    }
                    let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                    if let Ok(mut said) = said.lock()
                        && said.elapsed() > Duration::from_secs(15)
                    {
                        *said = Instant::now();
                        say(format!("{done} of {} {what}, {} s", items.len(), began.elapsed().as_secs()));
                    }
                }
            });
        }
    });
    failed.into_inner().ok().flatten().map_or(Ok(()), Err)
}

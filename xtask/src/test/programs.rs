//! Test programs: all built by one command, so that each crate is built once, with one set of features; then run, several at a
//! time.
//!
//! `cargo test -p PACKAGE` for each step would build the engine and all that stands on it again for each set of features, and
//! `cargo test` runs programs one after the other, which leaves cores idle.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::demo;
use crate::once::Once;
use crate::paths;
use crate::run::{Log, captured, cargo, elapsed, printed, program, run, say};

/// Packages without tests, or for Wasm alone.
const WITHOUT: [&str; 6] =
    ["parvis-fastly", "xtask-probe", "xtask-bench", "xtask-bench-guest", "xtask-bench-wasm", "xtask-bindgen"];
/// Programs that take longest: they begin first, so that nobody waits for one of them alone.
const LONG: [&str; 7] = ["html_judged", "html_chunks", "agree", "interference", "matrix", "cases", "smoke"];

/// What `--quick` builds: the engine with its laws, and the cases on it.
const QUICK: [&str; 2] = ["parvis", "parvis-cases"];

/// A program of tests.
#[derive(Clone, Debug, PartialEq)]
struct Tests {
    package: String,
    /// How `cargo test` names it: `--lib`, `--bin parvis` or `--test html`.
    target: String,
    name: String,
    executable: PathBuf,
    /// The package's folder, in which cargo runs tests.
    folder: PathBuf,
}

/// Builds every test program and the `parvis` command.
pub fn build() -> anyhow::Result<()> {
    built().map(drop)
}

/// Runs the programs of packages that `chosen` names, with the environment of `like`; says how many tests passed.
pub fn test(chosen: impl Fn(&str) -> bool, like: &std::process::Command) -> anyhow::Result<()> {
    all(built()?.into_iter().filter(|tests| chosen(&tests.package)).collect(), like)
}

/// Builds the programs of the engine and its cases alone, and runs all but the longest of them.
pub fn quick(like: &std::process::Command) -> anyhow::Result<()> {
    let mut command = cargo("test --locked --no-run --lib --tests --message-format json-render-diagnostics");
    command.args(QUICK.iter().flat_map(|name| ["-p", name]));
    let (mut programs, _) = compiled(&mut command)?;
    let long: Vec<Tests> = programs.extract_if(.., |tests| LONG.contains(&tests.name.as_str())).collect();
    for tests in long {
        say(format!(
            "{} takes long and is left out: cargo test -p {} {}",
            tests.name, tests.package, tests.target
        ));
    }
    all(programs, like)
}

fn all(mut programs: Vec<Tests>, like: &std::process::Command) -> anyhow::Result<()> {
    programs.sort_by_key(|tests| LONG.iter().position(|name| *name == tests.name).unwrap_or(LONG.len()));
    let (next, log) = (AtomicUsize::new(0), Log::here());
    let counts = Mutex::new(Counts::default());
    std::thread::scope(|threads| {
        for _ in 0..cores() {
            threads.spawn(|| {
                Log::during(log.clone(), || {
                    while let Some(tests) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let result = Core::taken(|| one(tests, like));
                        let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
                        match result {
                            Ok(these) => counts.add(&these),
                            Err(error) => {
                                say(format!("{error:#}"));
                                counts.broken.push(tests.name.clone());
                            }
                        }
                    }
                });
            });
        }
    });
    let counts = counts.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (passed, ignored) = (counts.passed, counts.ignored);
    say(format!("{} programs: {passed} tests passed, {ignored} are run only by name", programs.len()));
    ensure!(counts.broken.is_empty(), "{} failed", counts.broken.join(", "));
    ensure!(passed > 0, "no test ran");
    Ok(())
}

/// Runs the examples in the documentation of these packages.
pub fn documentation(like: &std::process::Command) -> anyhow::Result<()> {
    let mut command = cargo("test --locked --quiet --no-fail-fast --doc --workspace");
    command.args(WITHOUT.iter().flat_map(|name| ["--exclude", name]));
    run(with_environment(&mut command, like))
}

fn one(tests: &Tests, like: &std::process::Command) -> anyhow::Result<Counts> {
    let started = Instant::now();
    let mut command = program(&tests.executable);
    command.current_dir(&tests.folder).env("CARGO_MANIFEST_DIR", &tests.folder);
    let (passed, text) = captured(with_environment(&mut command, like))?;
    let counts = Counts::read(&text);
    if passed {
        let (name, package) = (&tests.name, &tests.package);
        say(format!("{name} of {package}: {} passed ({})", counts.passed, elapsed(started)));
        return Ok(counts);
    }
    let again: Vec<String> = failures(&text).iter().map(|name| replay(tests, name)).collect();
    let again = if again.is_empty() { vec![replay(tests, "")] } else { again };
    anyhow::bail!("{}\n{}\nAgain:\n    {}", tests.executable.display(), text.trim_end(), again.join("\n    "))
}

/// How one test is run again.
fn replay(tests: &Tests, name: &str) -> String {
    let exact = if name.is_empty() { String::new() } else { format!(" -- --exact {name}") };
    format!("cargo test -p {} {}{exact}", tests.package, tests.target)
}

fn with_environment<'c>(
    command: &'c mut std::process::Command,
    like: &std::process::Command,
) -> &'c mut std::process::Command {
    command.envs(like.get_envs().filter_map(|(name, value)| Some((name, value?))))
}

/// The example that compiles a playbook for the tests of the browser package. The tests build it with everything else.
static COMPILER: Once = Once::new();

/// Where that example is; built where the tests were not.
pub fn compiler() -> anyhow::Result<PathBuf> {
    COMPILER.get(|| {
        run(&mut cargo("build --locked -p parvis-browser --example compile"))?;
        Ok(paths::target().join("debug/examples").join(format!("compile{}", std::env::consts::EXE_SUFFIX)))
    })
}

/// The program that starts any host for tests in another language. The tests build it with everything else.
static HOST: Once = Once::new();

/// Where that program is; built where the tests were not.
pub fn host() -> anyhow::Result<PathBuf> {
    HOST.get(|| {
        run(&mut cargo("build --locked -p parvis-host-tests --bin parvis-host"))?;
        Ok(paths::target().join("debug").join(format!("parvis-host{}", std::env::consts::EXE_SUFFIX)))
    })
}

fn built() -> anyhow::Result<Vec<Tests>> {
    static PROGRAMS: Mutex<Option<Result<Vec<Tests>, String>>> = Mutex::new(None);
    let mut programs = PROGRAMS.lock().unwrap_or_else(PoisonError::into_inner);
    let result = programs.get_or_insert_with(|| compile().map_err(|error| format!("{error:#}")));
    result.clone().map_err(anyhow::Error::msg)
}

fn compile() -> anyhow::Result<Vec<Tests>> {
    let mut command = cargo("test --locked --workspace --no-run --message-format json-render-diagnostics");
    command.args(WITHOUT.iter().flat_map(|name| ["--exclude", name]));
    let (mut programs, others) = compiled(&mut command)?;
    for (name, executable) in others {
        match name.as_str() {
            // It has the features of all tests, which `parvis serve` turns none of on.
            "parvis" => demo::COMMAND.get(|| Ok(executable))?,
            "compile" => COMPILER.get(|| Ok(executable))?,
            "parvis-host" => HOST.get(|| Ok(executable))?,
            _ => continue,
        };
    }
    programs.sort_by(|one, other| (&one.package, &one.target).cmp(&(&other.package, &other.target)));
    Ok(programs)
}

/// Test programs, and other programs by name.
type Programs = (Vec<Tests>, Vec<(String, PathBuf)>);

/// The test programs that `command` builds, and the other programs by name.
fn compiled(command: &mut std::process::Command) -> anyhow::Result<Programs> {
    let messages = printed(command)?;
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let (mut programs, mut others) = (Vec::new(), Vec::new());
    for message in messages.filter(|message| message.get("executable").is_some_and(Value::is_string)) {
        if message.pointer("/profile/test") == Some(&Value::Bool(true)) {
            programs.push(tests(&message).with_context(|| format!("cargo said {message}"))?);
        } else {
            let name = text(&message, "/target/name").to_owned();
            others.push((name, PathBuf::from(text(&message, "/executable"))));
        }
    }
    ensure!(!programs.is_empty(), "cargo built no tests");
    Ok((programs, others))
}

/// What cargo says of a built test program.
fn tests(message: &Value) -> Option<Tests> {
    let (place, version) = text(message, "/package_id").rsplit_once('#')?;
    // The name is left out where the folder has it.
    let package = version.split_once('@').map_or(place.rsplit('/').next()?, |(name, _)| name).to_owned();
    let name = text(message, "/target/name").to_owned();
    let target = match text(message, "/target/kind/0") {
        kind @ ("test" | "bin" | "example" | "bench") => format!("--{kind} {name}"),
        _ => "--lib".to_owned(),
    };
    let folder = Path::new(text(message, "/manifest_path")).parent()?.to_path_buf();
    Some(Tests { package, target, name, executable: text(message, "/executable").into(), folder })
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// What came of the tests of some programs.
#[derive(Debug, Default, PartialEq)]
struct Counts {
    passed: usize,
    ignored: usize,
    broken: Vec<String>,
}

impl Counts {
    /// The numbers in `test result: ok. 5 passed; 0 failed; 1 ignored; …`.
    fn read(text: &str) -> Counts {
        let mut counts = Counts::default();
        for line in text.lines().filter(|line| line.starts_with("test result: ")) {
            let number = |what: &str| {
                let before = line.split(what).next().unwrap_or_default().trim_end();
                before.rsplit([' ', '.', ';']).next().and_then(|number| number.parse().ok()).unwrap_or(0)
            };
            counts.passed += number(" passed");
            counts.ignored += number(" ignored");
        }
        counts
    }

    fn add(&mut self, other: &Counts) {
        self.passed += other.passed;
        self.ignored += other.ignored;
    }
}

/// The names in the last list of failures.
fn failures(text: &str) -> Vec<&str> {
    let Some((_, list)) = text.rsplit_once("\nfailures:\n") else { return Vec::new() };
    list.lines().map_while(|line| line.strip_prefix("    ")).collect()
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The right to run one test program: steps side by side together run as many as there are cores.
struct Core;

impl Core {
    fn taken<T>(work: impl FnOnce() -> T) -> T {
        static TAKEN: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());
        let taken = TAKEN.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = TAKEN.1.wait_while(taken, |taken| *taken >= cores());
        *waited.unwrap_or_else(PoisonError::into_inner) += 1;
        let result = work();
        *TAKEN.0.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        TAKEN.1.notify_one();
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_read_and_can_be_run_again() {
        let text = "running 2 tests\nfailures:\n\n---- a::b stdout ----\nfailures:\n    no\n\n\nfailures:\n    a::b\n    c\n\n\
            test result: FAILED. 5 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.0s\n";
        assert_eq!(failures(text), ["a::b", "c"]);
        assert_eq!(Counts::read(text), Counts { passed: 5, ignored: 1, broken: Vec::new() });
        let message = serde_json::json!({
            "package_id": "path+file:///r/tests/hosts#parvis-host-tests@0.1.0", "manifest_path": "/r/tests/hosts/Cargo.toml",
            "target": {"kind": ["test"], "name": "cases"}, "executable": "/r/target/debug/deps/cases-0"
        });
        let tests = super::tests(&message).expect("a program");
        assert_eq!(replay(&tests, "a::b"), "cargo test -p parvis-host-tests --test cases -- --exact a::b");
        assert_eq!(tests.folder, Path::new("/r/tests/hosts"));
        let root = serde_json::json!({
            "package_id": "path+file:///r/parvis#0.1.0", "manifest_path": "/r/parvis/Cargo.toml",
            "target": {"kind": ["lib"], "name": "parvis"}, "executable": "/r/target/debug/deps/parvis-0"
        });
        assert_eq!(replay(&super::tests(&root).expect("a program"), ""), "cargo test -p parvis --lib");
    }
}

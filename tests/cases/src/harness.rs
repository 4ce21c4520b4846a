//! Each case as a test of its own, in the manner of the usual test harness, and the command that replays it.

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use serde_json::Value;

use crate::{Case, Host, Missing, case, check, counts};

/// All cases on one host.
#[derive(Clone)]
pub struct Suite {
    /// The name of the host, as cases have it in `hosts`.
    pub host: &'static str,
    /// What stands in front of the names of its tests.
    pub prefix: &'static str,
    /// The package of the tests.
    pub package: &'static str,
    /// The target of the tests.
    pub target: &'static str,
    /// Where the cases are.
    pub folder: PathBuf,
    /// The host.
    pub player: Arc<dyn Host>,
}

impl Suite {
    /// A test for each case of the host, and one that counts them.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn trials(&self) -> Result<Vec<Trial>> {
        let mut trials = Vec::new();
        // A host runs one playbook: those of one stand together, and a file that cannot be read stands first.
        let mut files: Vec<_> =
            case::files(&self.folder)?.into_iter().map(|path| (Case::read(&path), path)).collect();
        files.sort_by_cached_key(|(case, _)| {
            case.as_ref().ok().map(|case| (case.playbook.clone(), case.keys))
        });
        for (case, path) in files {
            // A file that cannot be read fails as a test of its own, on every host.
            if case.is_ok_and(|case| !case.runs_on(self.host)) {
                continue;
            }
            let (suite, name) = (self.clone(), self.test(&path));
            trials.push(Trial::ignorable_test(name, move || suite.attempt(&path)));
        }
        let folder = self.folder.clone();
        let count = move || counts::check(&folder).map_err(|error| Failed::from(format!("{error:#}")));
        trials.push(Trial::test(format!("{}counts", self.prefix), count));
        Ok(trials)
    }

    /// Plays the case of a file; a failure tells how to replay it.
    ///
    /// # Errors
    /// Each difference and the command.
    pub fn attempt(&self, path: &Path) -> Result<Completion, Failed> {
        let played = catch_unwind(AssertUnwindSafe(|| check(&Case::read(path)?, self.player.as_ref())));
        let mut failure = match played {
            Ok(Ok(())) => return Ok(Completion::Completed),
            Ok(Err(error)) => match error.downcast_ref::<Missing>() {
                Some(missing) => return Ok(Completion::ignored_with(missing)),
                None => format!("{error:#}"),
            },
            Err(panic) => format!("panicked: {}", said(panic.as_ref())),
        };
        let _ = write!(failure, "\nreplay: {}", self.replay(path));
        Err(failure.into())
    }

    /// The command that plays the case of a file again, from the root of the repository.
    pub fn replay(&self, path: &Path) -> String {
        let elsewhere = if self.folder == case::fixtures().join("cases") {
            String::new()
        } else {
            format!("PARVIS_CASES={} ", self.folder.display())
        };
        let (package, target, name) = (self.package, self.target, self.test(path));
        format!("{elsewhere}cargo test -p {package} --test {target} -- --exact {name}")
    }

    fn test(&self, path: &Path) -> String {
        format!("{}{}", self.prefix, case::name(path))
    }

    /// Plants a fault in a copy of the case `name`, sees it fail, and runs the command that the failure prints.
    ///
    /// # Errors
    /// The fault was not found, or the command did not find it in the same way.
    pub fn replays(&self, name: &str) -> Result<Completion> {
        let planted = tempdir(self.host)?;
        let original = case::fixtures().join("cases").join(format!("{name}.json"));
        let mut file: Value = serde_json::from_slice(&std::fs::read(original)?)?;
        *file.pointer_mut("/steps/0/expect/status").context("the first step has no status")? = 599.into();
        let path = plant(&planted, name, &file)?;
        let failure = match (Suite { folder: planted.clone(), ..self.clone() }).attempt(&path) {
            Ok(Completion::Ignored { reason }) => return Ok(Completion::Ignored { reason }),
            Ok(Completion::Completed) => anyhow::bail!("the planted fault was not found"),
            Err(failure) => failure.message().unwrap_or_default().to_owned(),
        };
        let (said, command) = failure.split_once("\nreplay: ").context("no command was printed")?;
        let root = case::fixtures().join("..");
        let mut shell = Command::new("sh");
        // What cargo told this test would make another cargo build again what depends on it.
        let told = std::env::vars_os().map(|(name, _)| name).filter(|name| {
            let name = name.to_string_lossy();
            name == "CARGO" || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        });
        told.for_each(|name| {
            shell.env_remove(name);
        });
        let output = shell.args(["-c", command]).current_dir(root).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        std::fs::remove_dir_all(&planted)?;
        ensure!(!output.status.success(), "`{command}` passes:\n{text}");
        ensure!(text.contains("running 1 test\n"), "`{command}` does not run one test:\n{text}");
        ensure!(text.contains(said), "`{command}` fails, but not so:\n{said}\nbut so:\n{text}");
        Ok(Completion::Completed)
    }
}

/// Runs tests as the arguments of the process say.
pub fn main(trials: Result<Vec<Trial>>) -> ExitCode {
    match trials {
        Ok(trials) => libtest_mimic::run(&Arguments::from_args(), trials).exit_code(),
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Writes a case into a folder of cases, as `FEATURE/NAME`, and tells where it is.
///
/// # Errors
/// It cannot be written.
pub fn plant(folder: &Path, name: &str, case: &Value) -> Result<PathBuf> {
    let path = folder.join(format!("{name}.json"));
    std::fs::create_dir_all(path.parent().context("it lies in a folder")?)?;
    std::fs::write(&path, serde_json::to_string_pretty(case)? + "\n")?;
    Ok(path)
}

/// A new folder for one test's files.
///
/// # Errors
/// It cannot be made.
pub fn tempdir(name: &str) -> Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("parvis-cases-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn said(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a word")
}

//! `cargo xtask test`: everything CI runs, in steps side by side; a failed step does not stop the ones that do not need it.

mod changed;
mod programs;
mod schedule;
mod skips;
mod steps;

use std::time::{Duration, Instant};

use anyhow::{bail, ensure};

use crate::run::{elapsed, log, say, spoken};
use crate::{limits, paths};
use schedule::{Ended, Task};
use steps::{STEPS, Step, TIMED, VICEROY};

/// Installs what is missing and runs every check and test, as CI does.
#[derive(clap::Args)]
pub struct Arguments {
    /// Many more random cases (PARVIS_LONG=1)
    #[arg(long)]
    long: bool,
    /// Only what a small change of the engine breaks first: format, lints, unit tests, laws with few cases, cases on the engine
    #[arg(long, conflicts_with = "long")]
    quick: bool,
    /// Only the steps that files changed since a revision can break, work in progress included
    #[arg(long, value_name = "REVISION", num_args = 0..=1, default_missing_value = "HEAD")]
    changed: Option<String>,
    /// Only the steps whose name begins so; `list` prints the names
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
}

/// Whether `--only` with this word chooses any step.
pub fn is_step(only: &str) -> bool {
    STEPS.iter().any(|step| step.name.starts_with(only))
}

/// Runs the command.
pub fn test(arguments: &Arguments) -> anyhow::Result<()> {
    if arguments.only.iter().any(|only| only == "list") {
        for Step { name, what, .. } in &STEPS {
            println!("{name:<10}{what}");
        }
        return Ok(());
    }
    for only in &arguments.only {
        ensure!(is_step(only), "no step begins with `{only}`: see `cargo xtask test --only list`");
    }
    let broken = arguments.changed.as_deref().map(changed::since).transpose()?;
    if let Some(broken) = &broken {
        let names: Vec<&str> = broken.iter().copied().collect();
        say(format!("what changed can break: {}", names.join(", ")));
        if names.is_empty() {
            return Ok(());
        }
    }
    let wanted = |name: &str| {
        let broken = broken.as_ref().is_none_or(|broken| broken.contains(name));
        let chosen = arguments.only.is_empty() || arguments.only.iter().any(|only| name.starts_with(only));
        broken && chosen && (!arguments.quick || steps::QUICK.contains(&name))
    };
    let tasks: Vec<Task> = STEPS
        .iter()
        .filter(|step| wanted(step.name))
        .map(|step| Task {
            name: step.name,
            what: step.what,
            needs: step.needs,
            aside: step.name == VICEROY,
            first: TIMED.contains(&step.name),
            work: Box::new(|| (step.work)(arguments)),
        })
        .collect();
    // Whoever stops this sees what was done until then.
    ctrlc::set_handler(|| {
        schedule::show_unfinished();
        std::process::exit(130);
    })?;
    let started = Instant::now();
    let places = std::thread::available_parallelism().map_or(1, usize::from).min(4);
    let ended = schedule::run(&tasks, places)?;
    let minutes = usize::try_from(started.elapsed().as_secs().div_ceil(60))?;
    let result = summarize(&tasks, &ended, started, arguments);
    if tasks.len() == STEPS.len() && !arguments.long && !arguments.quick {
        let limit = limits::limit(limits::TESTS)?;
        let above = limit.hold(minutes).err().map(|error| error.to_string()).or_else(|| limit.gap(minutes));
        say(format!("{minutes} minutes; {}", above.unwrap_or_else(|| "the goal is met".to_owned())));
    }
    result
}

/// Prints how each step ended, what it took and what was skipped; an error where a step failed or checks are missing.
fn summarize(tasks: &[Task], ended: &[Ended], started: Instant, arguments: &Arguments) -> anyhow::Result<()> {
    say("── summary: step, time, processor time");
    let mut passed = Vec::new();
    for (task, ended) in tasks.iter().zip(ended) {
        let verdict = match &ended.result {
            Ok(()) => {
                passed.push(task.name);
                "ok".to_owned()
            }
            Err(error) => format!("FAILED: {}", format!("{error:#}").lines().next().unwrap_or_default()),
        };
        let (took, processor) = (spoken(ended.took), spoken(ended.processor));
        say(format!("{:<10}{took:>14}{processor:>14}  {verdict}", task.name));
    }
    let all: Duration = ended.iter().map(|ended| ended.took).sum();
    say(format!(
        "{:<10}{:>14}{:>14}  one after the other {}",
        "total",
        elapsed(started),
        spoken(log::processor()),
        spoken(all)
    ));
    let failed = tasks.len() - passed.len();
    // A part of a step makes a part of its checks.
    let skips = if arguments.quick { Ok(()) } else { skips(&passed, arguments.long) };
    println!("{} passed, {failed} failed", passed.len());
    if failed > 0 {
        bail!("{failed} steps failed; run one alone with `cargo xtask test --only STEP`");
    }
    skips
}

/// Prints what was skipped; an error where that may not be, or where checks are missing without a word.
fn skips(passed: &[&str], long: bool) -> anyhow::Result<()> {
    let told = skips::told(passed, long)?;
    if !told.skips.is_empty() {
        let checks: usize = told.skips.iter().map(|skip| skip.checks).sum();
        println!("skipped: {} times, which cost {checks} checks", told.skips.len());
        for skip in &told.skips {
            println!("  {}: {} {}: {}", skip.name, skip.checks, skip.what, skip.why);
        }
    }
    told.outdated.iter().for_each(|row| println!("note: {row}"));
    told.wrong.iter().for_each(|what| println!("wrong: {what}"));
    ensure!(told.wrong.is_empty(), "checks are missing: {} lines above say which", told.wrong.len());
    ensure!(
        told.skips.is_empty() || !paths::in_ci(),
        "{} skips: where CI is set nothing may be",
        told.skips.len()
    );
    Ok(())
}

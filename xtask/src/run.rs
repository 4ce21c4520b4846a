//! Runs other programs: says what it runs, how long it usually takes and how long it took.
//!
//! What a thread says, and what its programs print, goes to its [`Log`] if it has one: so steps of `cargo xtask test` run side
//! by side, and each is shown whole.

pub mod log;

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

pub use log::{Log, say, show};

use crate::paths;

/// `1.2 s`, or `3 min 04 s`.
pub fn elapsed(since: Instant) -> String {
    spoken(since.elapsed())
}

/// A duration as people say it.
pub fn spoken(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 60.0 {
        format!("{seconds:.1} s")
    } else {
        let whole = duration.as_secs();
        format!("{} min {:02} s", whole / 60, whole % 60)
    }
}

/// A program in the repository's root folder.
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(paths::root());
    command
}

/// The cargo that runs us, with these words as arguments.
pub fn cargo(arguments: &str) -> Command {
    let mut command = program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments.split_whitespace());
    // What cargo told *us* about our own package would confuse the build scripts of others.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs `command` with its output shown; an error names the command and how it ended.
pub fn run(command: &mut Command) -> anyhow::Result<()> {
    let started = Instant::now();
    say(format!("$ {}", spelled(command)));
    log::direct(command)?;
    let mut child = Running(command.stdin(Stdio::null()).spawn().with_context(|| cannot_start(command))?);
    let status = log::wait(&mut child.0)?;
    if !status.success() {
        bail!("`{}` failed ({status}) after {}", spelled(command), elapsed(started));
    }
    Ok(())
}

/// Runs `command` with its errors shown, and returns what it printed.
pub fn printed(command: &mut Command) -> anyhow::Result<String> {
    let started = Instant::now();
    say(format!("$ {}", spelled(command)));
    log::direct(command)?;
    let file = log::unnamed()?;
    let mut child = Running(
        command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .spawn()
            .with_context(|| cannot_start(command))?,
    );
    let status = log::wait(&mut child.0)?;
    if !status.success() {
        bail!("`{}` failed ({status}) after {}", spelled(command), elapsed(started));
    }
    log::read(file)
}

/// Runs `command` and returns whether it succeeded, with everything that it printed.
pub fn captured(command: &mut Command) -> anyhow::Result<(bool, String)> {
    let file = log::unnamed()?;
    command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file.try_clone()?);
    let mut child = Running(command.spawn().with_context(|| cannot_start(command))?);
    let status = log::wait(&mut child.0)?;
    Ok((status.success(), log::read(file)?))
}

/// Runs `command` and returns what it printed; what it says on standard error is shown only when it fails.
pub fn output(command: &mut Command) -> anyhow::Result<String> {
    let (printed, said) = (log::unnamed()?, log::unnamed()?);
    command.stdin(Stdio::null()).stdout(printed.try_clone()?).stderr(said.try_clone()?);
    let mut child = Running(command.spawn().with_context(|| cannot_start(command))?);
    let status = log::wait(&mut child.0)?;
    if !status.success() {
        bail!("`{}` failed ({status}):\n{}", spelled(command), log::read(said)?.trim_end());
    }
    log::read(printed)
}

/// Whether `command` starts and succeeds; prints nothing.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
}

/// Runs a long, silent command with a line of progress every 15 seconds.
///
/// `counted` is a word that begins each step in the command's output, such as `Compiling`, and `of` how many there are.
pub fn with_heartbeat(command: &mut Command, what: &str, counted: &str, of: usize) -> anyhow::Result<()> {
    const BEAT: Duration = Duration::from_secs(15);
    let started = Instant::now();
    say(format!("$ {}", spelled(command)));
    let mut child = Running(
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| cannot_start(command))?,
    );
    let steps = Arc::new(AtomicUsize::new(0));
    let tail = Arc::new(Mutex::new(Vec::new()));
    let follow = |stream: Option<Box<dyn Read + Send>>| {
        let (steps, tail, counted) = (Arc::clone(&steps), Arc::clone(&tail), counted.to_owned());
        std::thread::spawn(move || {
            for line in
                stream.into_iter().flat_map(|stream| BufReader::new(stream).lines().map_while(Result::ok))
            {
                if line.trim_start().starts_with(&counted) {
                    steps.fetch_add(1, Ordering::Relaxed);
                }
                if let Ok(mut tail) = tail.lock() {
                    tail.push(line);
                    let surplus = tail.len().saturating_sub(30);
                    tail.drain(..surplus);
                }
            }
        })
    };
    let readers = [
        follow(child.0.stdout.take().map(|stream| Box::new(stream) as _)),
        follow(child.0.stderr.take().map(|stream| Box::new(stream) as _)),
    ];
    let mut said = Instant::now();
    let status = log::wait_with(&mut child.0, || {
        if said.elapsed() >= BEAT {
            said = Instant::now();
            let done = steps.load(Ordering::Relaxed);
            say(format!("{what}: {}, {done} of about {of} steps", elapsed(started)));
        }
    })?;
    for reader in readers {
        let _ = reader.join();
    }
    if !status.success() {
        let tail = tail.lock().map(|lines| lines.join("\n")).unwrap_or_default();
        bail!("`{}` failed ({status}) after {}; its last lines:\n{tail}", spelled(command), elapsed(started));
    }
    say(format!("{what}: done in {}", elapsed(started)));
    Ok(())
}

/// A started program that ends when this value goes.
pub struct Running(pub Child);

impl Running {
    /// Starts `command` in the background.
    pub fn start(command: &mut Command) -> anyhow::Result<Running> {
        say(format!("$ {} &", spelled(command)));
        log::direct(command)?;
        command.stdin(Stdio::null()).spawn().map(Running).with_context(|| cannot_start(command))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The command as one would type it in the repository.
pub fn spelled(command: &Command) -> String {
    let word = |text: &OsStr| {
        let shown = paths::show(Path::new(text));
        if shown.is_empty() || shown.contains([' ', '"', '\'', '*', '[']) {
            format!("{shown:?}")
        } else {
            shown
        }
    };
    let program = Path::new(command.get_program());
    let name = if program.is_absolute() && !program.starts_with(paths::root()) {
        program.file_name().unwrap_or(program.as_os_str())
    } else {
        program.as_os_str()
    };
    std::iter::once(word(name)).chain(command.get_args().map(word)).collect::<Vec<_>>().join(" ")
}

fn cannot_start(command: &Command) -> String {
    format!("cannot start `{}`: is it installed and on the PATH?", command.get_program().to_string_lossy())
}

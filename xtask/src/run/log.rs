//! Where a thread's words and its programs' output go, and how much processor time the programs took.

use std::cell::RefCell;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, Write as _};
use std::process::{Child, Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use crate::paths;

thread_local! {
    static LOG: RefCell<Option<Log>> = const { RefCell::new(None) };
}

/// What is said and printed by one step, in the order in which it came, and the processor time of its programs.
#[derive(Clone)]
pub struct Log {
    file: Option<Arc<File>>,
    hundredths: Arc<AtomicU64>,
    /// Its programs let those of others go first.
    yields: bool,
}

impl Log {
    /// A log that keeps everything until [`Log::text`].
    pub fn kept() -> anyhow::Result<Log> {
        Ok(Log { file: Some(Arc::new(unnamed()?)), ..Log::shown() })
    }

    /// A log that shows everything at once, and only counts processor time.
    pub fn shown() -> Log {
        Log { file: None, hundredths: Arc::default(), yields: false }
    }

    /// The same log, whose programs let those of others go first.
    pub fn yielding(self) -> Log {
        Log { yields: true, ..self }
    }

    /// What was said and printed.
    pub fn text(&self) -> anyhow::Result<String> {
        self.file.as_ref().map_or(Ok(String::new()), |file| read(file.try_clone()?))
    }

    /// The processor time of programs that ended.
    pub fn processor(&self) -> Duration {
        Duration::from_millis(self.hundredths.load(Ordering::Relaxed) * 10)
    }

    /// The log of this thread.
    pub fn here() -> Option<Log> {
        LOG.with_borrow(Clone::clone)
    }

    /// Does `work` with this log, or with none.
    pub fn during<T>(log: Option<Log>, work: impl FnOnce() -> T) -> T {
        let before = LOG.replace(log);
        let result = work();
        LOG.set(before);
        result
    }

    fn write(&self, text: &str) -> bool {
        let written = self.file.as_ref().map(|file| (&mut &**file).write_all(format!("{text}\n").as_bytes()));
        written.is_some_and(|written| written.is_ok())
    }
}

/// A line of progress.
pub fn say(text: impl AsRef<str>) {
    let text = format!("xtask: {}", text.as_ref());
    if !Log::here().is_some_and(|log| log.write(&text)) {
        eprintln!("{text}");
    }
}

/// A line of a result.
pub fn show(text: impl AsRef<str>) {
    if !Log::here().is_some_and(|log| log.write(text.as_ref())) {
        println!("{}", text.as_ref());
    }
}

/// Lets what `command` prints go where this thread's words go.
pub(super) fn direct(command: &mut Command) -> anyhow::Result<()> {
    if let Some(file) = Log::here().and_then(|log| log.file) {
        command.stdout(file.try_clone()?).stderr(file.try_clone()?);
    }
    Ok(())
}

/// A file that nobody else has, open for appending and reading, and gone when it is closed.
pub(super) fn unnamed() -> std::io::Result<File> {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let folder = paths::target().join("xtask");
    std::fs::create_dir_all(&folder)?;
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let path = folder.join(format!("output-{}-{number}", std::process::id()));
    let file = OpenOptions::new().create_new(true).read(true).append(true).open(&path)?;
    std::fs::remove_file(path)?;
    Ok(file)
}

/// Everything in such a file.
pub(super) fn read(mut file: File) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Waits for a program, and adds its processor time to the log of this thread.
pub(super) fn wait(child: &mut Child) -> std::io::Result<ExitStatus> {
    wait_with(child, || ())
}

/// The same, with something to do now and then meanwhile.
pub(super) fn wait_with(child: &mut Child, mut meanwhile: impl FnMut()) -> std::io::Result<ExitStatus> {
    let (log, mut spent) = (Log::here(), 0);
    if log.as_ref().is_some_and(|log| log.yields) {
        // What it starts inherits that. Where there is no `renice`, it only takes longer elsewhere.
        let renice = &mut Command::new("renice");
        super::succeeds(renice.args(["-n", "10", "-p", &child.id().to_string()]));
    }
    let mut pause = Duration::from_millis(1);
    loop {
        // What a program spends after the last look is lost: at most a twentieth of a second.
        spent = hundredths(&child.id().to_string()).unwrap_or(spent).max(spent);
        if let Some(status) = child.try_wait()? {
            if let Some(log) = log {
                log.hundredths.fetch_add(spent, Ordering::Relaxed);
            }
            return Ok(status);
        }
        meanwhile();
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

/// The processor time of this program and of all that it waited for.
pub fn processor() -> Duration {
    Duration::from_millis(hundredths("self").unwrap_or_default() * 10)
}

/// Processor time of a process and of what it waited for, in hundredths of a second; `None` where there is no /proc.
fn hundredths(process: &str) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The second column is a name in brackets, in which anything may stand.
    let columns = text.rsplit_once(") ")?.1.split(' ').skip(11).take(4);
    columns.map(|column| column.parse::<u64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_step_says_and_prints_stays_in_order() {
        let log = Log::kept().expect("a file");
        Log::during(Some(log.clone()), || {
            say("first");
            super::super::run(Command::new("sh").args(["-c", "echo out; echo err >&2"])).expect("sh");
            show("last");
        });
        assert!(Log::here().is_none());
        let text = log.text().expect("text");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            ["xtask: first", "xtask: $ sh -c \"echo out; echo err >&2\"", "out", "err", "last"]
        );
    }

    #[test]
    fn processor_time_of_programs_is_counted() {
        let log = Log::kept().expect("a file");
        let busy = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";
        Log::during(Some(log.clone()), || {
            super::super::run(Command::new("sh").args(["-c", busy])).expect("sh")
        });
        let expected = cfg!(target_os = "linux");
        assert_eq!(log.processor() > Duration::ZERO, expected);
        assert_eq!(processor() > Duration::ZERO, expected);
    }
}

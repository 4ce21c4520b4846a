//! A host under test: which one, what it is given, and what it logged.

use std::any::Any;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use parvis_cases::own::Table;
use serde_json::Value;

use crate::client::{self, Reply};
use crate::runtimes;

/// How long a record may come after its response.
const PATIENCE: Duration = Duration::from_secs(10);

/// An edge host: how tests start it, and in what it differs from others. One file of `src/runtimes` implements it.
pub trait Runtime: Sync {
    /// In what it differs, as far as a test can see it.
    fn traits(&self) -> Traits;

    /// Starts it; `None` where its runtime is not installed, which is a counted skip.
    ///
    /// # Errors
    ///
    /// It is installed and does not start.
    fn start(&self, setting: &Setting, records: &Records) -> Result<Option<Running>>;
}

/// In what hosts differ where a test can see it.
#[derive(Clone, Copy, Debug)]
pub struct Traits {
    /// Its name.
    pub name: &'static str,
    /// Its folder in `edge/`.
    pub folder: &'static str,
    /// The codings in which it reads pages, as it asks the origin for them where a page may change.
    pub reads: &'static str,
    /// Whether it compresses what it changed.
    pub compresses: bool,
    /// Whether it asks the platform to, with `X-Compress-Hint`.
    pub hints: bool,
    /// Whether header lines of one name come to it as one, as the Fetch standard has them.
    pub joins: bool,
    /// Whether [`Setting::cache`] turns a cache of its own on and off.
    pub caches: bool,
    /// Whether the host that can be staged is the one that is deployed, and not another build of it.
    pub stages_itself: bool,
    /// The status where the origin cannot be reached.
    pub unreachable: u16,
    /// Header lines of its own.
    pub own: Table,
}

/// A host.
#[derive(Clone, Copy)]
pub struct Kind(&'static dyn Runtime);

impl Kind {
    /// `parvis-native`, in this process.
    pub const NATIVE: Kind = runtimes::native::HOST;
    /// The deployed Fastly module under Viceroy.
    pub const FASTLY: Kind = runtimes::fastly::HOST;

    /// Every host: what holds for all is tested on each.
    pub const ALL: [Kind; runtimes::ALL.len()] = runtimes::ALL;

    /// The host that is started so.
    pub const fn of(runtime: &'static dyn Runtime) -> Kind {
        Kind(runtime)
    }

    /// The host of this name.
    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.traits().name == name)
    }

    /// In what it differs from others.
    pub fn traits(self) -> Traits {
        self.0.traits()
    }

    /// Whether it reads pages in this coding.
    pub fn reads(self, coding: &str) -> bool {
        coding == "identity" || self.traits().reads.split(", ").any(|known| known == coding)
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.traits().name)
    }
}

/// Something in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    /// There is no such store or file.
    NoStore,
    /// The store has no such entry.
    NoEntry,
    /// The entry has these bytes.
    Bytes(Vec<u8>),
}

/// What a host is given.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Where the origin listens.
    pub origin: SocketAddr,
    /// The compiled playbook.
    pub playbook: Stored,
    /// The keys of visitor memory.
    pub keys: Stored,
    /// Country and subdivision of all visitors.
    pub place: Option<(String, String)>,
    /// How long the host waits for the origin's head, and between pieces of its body.
    pub patience: Duration,
    /// Whether requests may stage their own time, entropy and place.
    pub staged: bool,
    /// Whether a host with a cache of its own keeps pages.
    pub cache: bool,
    /// Whether Viceroy tells of each host call, for [`Host::calls`]; it is slower then.
    pub traced: bool,
    /// A Fastly module that runs in place of ours.
    pub module: Option<PathBuf>,
}

impl Setting {
    /// An origin and nothing else; visitors are in Lisbon.
    pub fn new(origin: SocketAddr) -> Setting {
        Setting {
            origin,
            playbook: Stored::NoStore,
            keys: Stored::NoStore,
            place: Some(("PT".to_owned(), "11".to_owned())),
            patience: Duration::from_secs(10),
            staged: false,
            cache: false,
            traced: false,
            module: None,
        }
    }
}

/// A running host; it stops when it is dropped.
pub struct Host {
    /// Where it listens.
    pub address: SocketAddr,
    /// Which host it is.
    pub kind: Kind,
    records: Records,
    // Held for its `Drop`.
    _running: Box<dyn Any + Send + Sync>,
}

/// What a host that was started is: where it listens, and what ends it when it is dropped.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Ends it when it is dropped.
    pub held: Box<dyn Any + Send + Sync>,
}

impl Host {
    /// Starts a host; `None` where its runtime is not installed, which is a counted skip.
    pub fn start(kind: Kind, setting: &Setting) -> Result<Option<Host>> {
        let records = Records::default();
        let running = kind.0.start(setting, &records)?;
        Ok(running.map(|Running { address, held }| Host { address, kind, records, _running: held }))
    }

    /// Asks for a path and gives the reply with its record.
    pub fn get(&self, path: &str, headers: &[&str]) -> Result<(Reply, Value)> {
        self.ask("GET", path, headers, b"")
    }

    /// Sends a request and gives the reply with its record.
    pub fn ask(&self, method: &str, path: &str, headers: &[&str], body: &[u8]) -> Result<(Reply, Value)> {
        let reply = client::ask(self.address, method, path, headers, body)?;
        let line =
            self.records.next().with_context(|| format!("{method} {path} left no record: {reply:?}"))?;
        let record =
            serde_json::from_str(&line).with_context(|| format!("the record is not JSON: {line}"))?;
        Ok((reply, record))
    }

    /// Host calls since the last time that this was asked, where Viceroy tells of them.
    pub fn calls(&self) -> usize {
        // The last ones of a request come behind its record.
        std::thread::sleep(Duration::from_millis(100));
        self.records.calls.swap(0, Ordering::Relaxed)
    }

    /// The next record, for requests that were sent in another way.
    pub fn record(&self) -> Option<String> {
        self.records.next()
    }

    /// Its records, for somebody who reads them beside the host.
    pub fn records(&self) -> Records {
        self.records.clone()
    }
}

/// A new folder for one host's files.
///
/// # Errors
///
/// It cannot be made.
pub fn folder() -> Result<PathBuf> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("parvis-host-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Records in the order they were written.
#[derive(Clone, Default)]
pub struct Records {
    lines: Arc<(Mutex<Vec<String>>, Condvar)>,
    calls: Arc<AtomicUsize>,
}

impl Records {
    /// Adds a record.
    pub fn push(&self, line: &str) {
        self.lines.0.lock().unwrap_or_else(PoisonError::into_inner).push(line.to_owned());
        self.lines.1.notify_all();
    }

    /// Counts a host call.
    pub fn count_call(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }

    /// The next record; `None` if none came for some time.
    pub fn next(&self) -> Option<String> {
        let lines = self.lines.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = self.lines.1.wait_timeout_while(lines, PATIENCE, |lines| lines.is_empty());
        let (mut lines, _) = wait.unwrap_or_else(PoisonError::into_inner);
        (!lines.is_empty()).then(|| lines.remove(0))
    }
}

#[cfg(test)]
mod tests {
    use parvis_cases::own::without;

    use super::*;

    fn line(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    /// A host that nobody tests would be a folder without a file in `runtimes`.
    #[test]
    #[expect(clippy::unwrap_used, reason = "a test may panic")]
    fn the_hosts_are_the_folders_of_edge() {
        let mut names = Kind::ALL.map(|kind| kind.traits().folder).to_vec();
        names.sort_unstable();
        names.dedup();
        let edge = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../edge");
        let folders = std::fs::read_dir(edge).unwrap().map(|entry| entry.unwrap().file_name());
        let mut folders: Vec<_> = folders.map(|name| name.into_string().unwrap()).collect();
        // The command hosts the native server, and the browser's tests are in its own folder.
        folders.retain(|name| !["cli", "browser"].contains(&name.as_str()));
        folders.sort_unstable();
        assert_eq!(names, folders);
    }

    /// Lines of a host's own are taken out, one for each entry of its table, and no other.
    #[test]
    fn a_line_that_is_not_in_the_table_of_a_host_stays() {
        let engine = vec![line("content-type", "text/html"), line("accept-encoding", "identity")];
        for (kind, host) in [(Kind::NATIVE, "127.0.0.1:8080"), (Kind::FASTLY, "shop.example")] {
            let Table { response, request } = kind.traits().own;
            for (table, own) in [
                (response, line("date", "Sat, 21 Nov 2026 12:00:00 GMT")),
                (response, line("content-length", "12")),
                (response, line("connection", "close")),
                (response, line("vary", "accept-encoding")),
                (request, line("host", host)),
            ] {
                let with = |lines: &[&(String, String)]| {
                    let more = lines.iter().map(|line| (*line).clone());
                    without(table, engine.iter().cloned().chain(more).collect())
                };
                assert_eq!(with(&[&own]), engine, "{own:?} is the host's own");
                assert_eq!(with(&[&own, &own]).len(), 3, "a second {own:?} is not");
                let (name, value) = &own;
                assert_eq!(with(&[&line(name, &format!("{value}, x"))]).len(), 3, "another {name} is not");
                assert_eq!(with(&[&line(&format!("x-{name}"), value)]).len(), 3, "another name is not");
            }
            let decodes =
                vec![line("content-type", "text/html"), line("accept-encoding", "gzip, deflate, br, zstd")];
            assert_eq!(without(request, decodes.clone()), engine);
            assert_eq!(without(response, decodes.clone()), decodes);
        }
    }
}

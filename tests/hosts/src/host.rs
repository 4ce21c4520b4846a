//! A host under test: which one, what it is given, and what it logged.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::client::{self, Reply};
use crate::{native, viceroy};

/// How long a record may come after its response.
const PATIENCE: Duration = Duration::from_secs(10);

/// The hosts there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `parvis-native`, in this process.
    Native,
    /// The deployed Fastly module under Viceroy.
    Fastly,
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
    /// Whether requests may stage their own time, entropy and place; on Fastly that is another module.
    pub staged: bool,
    /// Whether the native host keeps pages; Fastly has a cache of its own.
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
    records: Records,
    // Held for its `Drop`.
    _running: Running,
}

pub(crate) enum Running {
    Native { _server: native::Server },
    Fastly { _process: viceroy::Process },
}

impl Host {
    /// Starts a host; `None` where its runtime is not installed, which is a counted skip.
    pub fn start(kind: Kind, setting: &Setting) -> Result<Option<Host>> {
        let records = Records::default();
        let started = match kind {
            Kind::Native => {
                let server = native::start(setting, &records)?;
                Some((server.address, Running::Native { _server: server }))
            }
            Kind::Fastly => viceroy::start(setting, &records)?
                .map(|process| (process.address, Running::Fastly { _process: process })),
        };
        Ok(started.map(|(address, running)| Host { address, records, _running: running }))
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
}

/// Records in the order they were written.
#[derive(Clone, Default)]
pub(crate) struct Records {
    lines: Arc<(Mutex<Vec<String>>, Condvar)>,
    calls: Arc<AtomicUsize>,
}

impl Records {
    pub(crate) fn push(&self, line: &str) {
        self.lines.0.lock().unwrap_or_else(PoisonError::into_inner).push(line.to_owned());
        self.lines.1.notify_all();
    }

    pub(crate) fn count_call(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }

    fn next(&self) -> Option<String> {
        let lines = self.lines.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = self.lines.1.wait_timeout_while(lines, PATIENCE, |lines| lines.is_empty());
        let (mut lines, _) = wait.unwrap_or_else(PoisonError::into_inner);
        (!lines.is_empty()).then(|| lines.remove(0))
    }
}

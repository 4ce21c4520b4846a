//! The playbook and the keys from files: read at the start, read again when they change, the last good one kept.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{PoisonError, RwLock};
use std::time::SystemTime;

use parvis::engine::Engine;
use parvis::limits;
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis::visitor::keyring::Keyring;

use crate::config::{Config, Refusal};

/// The engine of new requests.
pub(crate) struct Current(RwLock<Engine>);

impl Current {
    pub(crate) fn new(engine: Engine) -> Current {
        Current(RwLock::new(engine))
    }

    /// The current engine; a request keeps it until its end.
    pub(crate) fn engine(&self) -> Engine {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replace(&self, engine: Engine) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = engine;
    }
}

/// The files as last read.
#[derive(Default)]
pub(crate) struct Watch {
    playbook: Seen,
    keys: Seen,
    /// The last keys that could be read, which stay in use.
    good: Option<Keyring>,
}

/// Detects the change of a file without reading it: by its modification time and length.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Seen(Option<(SystemTime, u64)>);

impl Watch {
    /// The initial engine: without a valid playbook it passes everything through, and writes a notice.
    pub(crate) fn start(config: &Config) -> (Engine, Watch) {
        let mut watch = Watch::look(config);
        let playbook = match &config.playbook {
            None => Err(Refusal { reason: Reason::NoPlaybook, message: "no playbook was named".to_owned() }),
            Some(path) => playbook(path, config),
        };
        if let Err(refusal) = &playbook {
            (config.notices)(&format!("every page passes through untouched: {}", refusal.message));
        }
        let keys = watch.keys(config);
        (Engine::new(playbook.map_err(|refusal| refusal.reason), keys), watch)
    }

    /// The keys of the file, else the last good ones; without any, nothing is remembered between visits.
    fn keys(&mut self, config: &Config) -> Result<Keyring, Reason> {
        let path = config.keys.as_ref().ok_or(Reason::KeysAbsent)?;
        match keys(path) {
            Ok(keys) => {
                self.good = Some(keys.clone());
                Ok(keys)
            }
            Err((reason, why)) => {
                let stays = if self.good.is_some() {
                    "the last good keys stay in use"
                } else {
                    "nothing is remembered between visits"
                };
                (config.notices)(&format!("{stays}: the keys in `{}`: {why}", path.display()));
                self.good.clone().ok_or(reason)
            }
        }
    }

    /// Checks the files and replaces the engine if they changed and are valid.
    pub(crate) fn refresh(&mut self, config: &Config, current: &Current) {
        let good = self.good.clone();
        let before = std::mem::replace(self, Watch { good, ..Watch::look(config) });
        if before.playbook == self.playbook && before.keys == self.keys {
            return;
        }
        let Some(path) = &config.playbook else { return };
        match playbook(path, config) {
            Ok(playbook) => {
                current.replace(Engine::new(Ok(playbook), self.keys(config)));
                (config.notices)(&format!("`{}` is in use", path.display()));
            }
            Err(refusal) if current.engine().playbook().is_ok() => {
                (config.notices)(&format!("the last good playbook stays in use: {}", refusal.message));
            }
            Err(refusal) => {
                (config.notices)(&format!("every page passes through untouched: {}", refusal.message));
                current.replace(Engine::new(Err(refusal.reason), self.keys(config)));
            }
        }
    }

    fn look(config: &Config) -> Watch {
        Watch { playbook: seen(config.playbook.as_deref()), keys: seen(config.keys.as_deref()), good: None }
    }
}

fn seen(path: Option<&Path>) -> Seen {
    let metadata = path.and_then(|path| fs::metadata(path).ok());
    Seen(metadata.and_then(|metadata| Some((metadata.modified().ok()?, metadata.len()))))
}

fn playbook(path: &Path, config: &Config) -> Result<Playbook, Refusal> {
    let refuse = |reason, why: &dyn std::fmt::Display| Refusal {
        reason,
        message: format!("cannot take the playbook `{}`: {why}", path.display()),
    };
    let bytes = read(path, limits::PLAYBOOK_BYTES).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => refuse(Reason::NoPlaybook, &error),
        io::ErrorKind::FileTooLarge => refuse(Reason::PlaybookTooLarge, &error),
        _ => refuse(Reason::StoreFailed, &error),
    })?;
    if let Some(key) = config.signed_by {
        // Verified before it is parsed: the file may be an attacker's.
        key.verify(&bytes).map_err(|problem| refuse(Reason::PlaybookDamaged, &problem.sentence()))?;
    }
    (config.reader)(bytes).map_err(|refusal| refuse(refusal.reason, &refusal.message))
}

/// The keys in a file, or why there are none, for records and as a sentence.
fn keys(path: &Path) -> Result<Keyring, (Reason, String)> {
    let secret = read(path, limits::KEYRING_BYTES).map_err(|error| match error.kind() {
        io::ErrorKind::FileTooLarge => (Reason::KeysTooLarge, error.to_string()),
        _ => (Reason::KeysAbsent, error.to_string()),
    })?;
    Keyring::parse(&secret).map_err(|reason| (reason, reason.sentence().to_owned()))
}

/// The file's bytes, if there are at most `bound`.
fn read(path: &Path, bound: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(bound).unwrap_or(u64::MAX).saturating_add(1);
    fs::File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    if bytes.len() > bound {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is longer than {bound} bytes")));
    }
    Ok(bytes)
}

//! `parvis/edge` in one of the runtimes that it is for: a program of `tests/hosts/workers` with a configuration.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use parvis_cases::own::Table;
use serde_json::json;

use crate::host::{Records, Running, Setting, Stored, Traits, folder};

/// How long a runtime may take to compile the module and listen.
const PATIENCE: Duration = Duration::from_secs(60);
/// The patience of a host that is given none: then bodies that are not rewritten are handed on.
const USUAL: Duration = Duration::from_secs(10);

/// In what a runtime differs, beside its name and header lines: none compresses or keeps pages, and each is asked for bytes as they
/// are.
pub const fn traits(name: &'static str, own: Table) -> Traits {
    Traits {
        name,
        folder: "workers",
        reads: "identity",
        compresses: false,
        hints: false,
        joins: true,
        caches: false,
        stages_itself: true,
        unreachable: 502,
        own,
    }
}

/// Where the runtimes of `package.json` are installed, and their programs.
pub fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("workers").join(path)
}

/// Where `cargo xtask workers` puts the module.
fn dist() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../edge/workers/dist")
}

/// Starts a runtime; `None` where it or the module is missing, which is a counted skip of the whole test program.
///
/// `command` is given the path of the configuration, and its program prints `listening ADDRESS`, then each record as `record LINE`.
///
/// # Errors
///
/// It is installed and does not start.
pub fn start(
    name: &str,
    runtime: &Path,
    setting: &Setting,
    records: &Records,
    command: impl Fn(&Path) -> Result<Command>,
) -> Result<Option<Running>> {
    let counted = format!("{} {name}", parvis_skip::program());
    if !(runtime.exists() && dist().join("edge.wasm").is_file()) {
        parvis_skip::skip(&counted, "the runtime or the module is missing: `cargo xtask test` installs both");
        return Ok(None);
    }
    let folder = folder()?;
    let config = folder.join("config.json");
    fs::write(&config, told(setting, &folder)?)?;
    let mut child = command(&config)?
        .stdout(Stdio::piped())
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("{name} does not start"))?;
    let output = child.stdout.take().context("it has no output")?;
    let process = Process { child, folder };
    let (tell, listens) = mpsc::channel();
    let log = records.clone();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(record) = line.strip_prefix("record ") {
                log.push(record);
            } else if let Some(address) = line.strip_prefix("listening ") {
                let _ = tell.send(address.to_owned());
            }
        }
    });
    let address = listens.recv_timeout(PATIENCE).map_err(|_| anyhow!("{name} ended, or does not listen"))?;
    let address: SocketAddr = address.parse().with_context(|| format!("{name} listens on `{address}`"))?;
    parvis_skip::ran(&counted, 1);
    Ok(Some(Running { address, held: Box::new(process) }))
}

/// A running runtime.
struct Process {
    child: Child,
    folder: PathBuf,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The configuration of a program.
fn told(setting: &Setting, folder: &Path) -> Result<String> {
    let file = |name: &str, stored: &Stored| -> Result<Option<PathBuf>> {
        let Stored::Bytes(bytes) = stored else { return Ok(None) };
        let path = folder.join(name);
        fs::write(&path, bytes)?;
        Ok(Some(path))
    };
    let region = setting.place.as_ref().map(|(country, subdivision)| match subdivision.as_str() {
        "" => country.clone(),
        subdivision => format!("{country}-{subdivision}"),
    });
    let patience = (setting.patience != USUAL).then_some(setting.patience.as_millis());
    let config = json!({
        "dist": dist(),
        "origin": format!("http://{}", setting.origin),
        "playbook": file("playbook.bin", &setting.playbook)?,
        "keys": file("keys", &setting.keys)?,
        "region": region,
        "patience": patience.map(u64::try_from).transpose()?,
        "staged": setting.staged,
    });
    Ok(config.to_string())
}

//! The server of the standard library alone, in a process of its own.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context as _, Result, ensure};
use parvis_cases::own::Form::{Address, Is, Number};
use parvis_cases::own::Own::Adds;
use parvis_cases::own::Table;

use crate::host::{Kind, Records, Running, Runtime, Setting, Stored, Traits, folder};

/// `parvis-plain`, in a process of its own.
pub const HOST: Kind = Kind::of(&Plain);

struct Plain;

impl Runtime for Plain {
    fn traits(&self) -> Traits {
        Traits {
            name: "plain",
            reads: "identity",
            compresses: false,
            caches: false,
            stages_itself: true,
            unreachable: 502,
            withheld: &[],
            own: OWN,
        }
    }

    fn start(&self, setting: &Setting, records: &Records) -> Result<Option<Running>> {
        let folder = folder()?;
        let place =
            setting.place.as_ref().map_or_else(String::new, |(country, part)| format!("{country}-{part}"));
        let mut command = Command::new(program()?);
        command.arg(setting.origin.to_string());
        command.arg(store(&folder, "playbook.bin", &setting.playbook)?).arg(store(
            &folder,
            "keys",
            &setting.keys,
        )?);
        command.arg(place).arg(setting.patience.as_millis().to_string());
        command.args(setting.staged.then_some("staged"));
        let mut process = Process { child: command.stdout(Stdio::piped()).spawn()?, folder };
        let mut lines = BufReader::new(process.child.stdout.take().context("it has an output")?).lines();
        let first = lines.next().context("it ended at once")??;
        let address = first.strip_prefix("listening ").context("it does not listen")?.parse()?;
        let log = records.clone();
        thread::spawn(move || lines.map_while(Result::ok).for_each(|line| log.push(&line)));
        Ok(Some(Running { address, held: Box::new(process) }))
    }
}

/// Header lines of its own.
const OWN: Table = Table {
    response: &[
        Adds("connection", Is("close")),
        Adds("content-length", Number),
        Adds("transfer-encoding", Is("chunked")),
    ],
    request: &[
        Adds("host", Address),
        Adds("x-forwarded-for", Is("127.0.0.1")),
        Adds("x-forwarded-host", Is("shop.example")),
        Adds("x-forwarded-proto", Is("http")),
    ],
};

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

fn store(folder: &Path, name: &str, stored: &Stored) -> Result<PathBuf> {
    let path = folder.join(name);
    if let Stored::Bytes(bytes) = stored {
        fs::write(&path, bytes)?;
    }
    Ok(path)
}

/// The program, built as tests need it.
fn program() -> Result<PathBuf> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/plain");
    let mut build = Command::new("cargo");
    build.args(["build", "--quiet", "--locked", "-p", "parvis-plain", "--features", "cases", "--target-dir"]);
    ensure!(build.arg(&target).status()?.success(), "it does not build");
    Ok(target.join("debug/parvis-plain"))
}

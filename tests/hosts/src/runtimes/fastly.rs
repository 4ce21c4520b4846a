//! The deployed module under Viceroy, with a `fastly.toml` of its own.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use parvis_cases::own::Form::{Date, Is, Number};
use parvis_cases::own::Own::{Adds, Says};
use parvis_cases::own::Table;

use crate::host::{Kind, Records, Running, Runtime, Setting, Stored, Traits, folder};

/// How long Viceroy may take to compile the module and listen.
const PATIENCE: Duration = Duration::from_secs(60);

/// The deployed Fastly module under Viceroy.
pub const HOST: Kind = Kind::of(&Viceroy);

struct Viceroy;

impl Runtime for Viceroy {
    fn traits(&self) -> Traits {
        Traits {
            name: "fastly",
            folder: "fastly",
            reads: "identity",
            compresses: false,
            hints: true,
            joins: false,
            caches: false,
            stages_itself: false,
            unreachable: 503,
            own: OWN,
        }
    }

    fn start(&self, setting: &Setting, records: &Records) -> Result<Option<Running>> {
        let started = start(setting, records)?;
        Ok(started.map(|(address, process)| Running { address, held: Box::new(process) }))
    }
}

/// Header lines of its own.
const OWN: Table = Table {
    response: &[
        // Of the connection with the client.
        Adds("date", Date),
        Adds("connection", Is("close")),
        Adds("content-length", Number),
        Adds("transfer-encoding", Is("chunked")),
        // The platform is asked to compress.
        Adds("x-compress-hint", Is("on")),
        Adds("vary", Is("accept-encoding")),
    ],
    request: &[
        // Of the connection with the origin; Viceroy gives every request a body, which is empty.
        Adds("connection", Is("close")),
        Adds("content-length", Is("0")),
        // The client's, which the engine is not told.
        Adds("host", Is("shop.example")),
        // Who asked, as a proxy says it.
        Adds("x-forwarded-for", Is("127.0.0.1")),
        // It decodes what it asks for; the engine asks for bytes as they are.
        Says("accept-encoding", "identity", "gzip, deflate, br, zstd"),
    ],
};

/// A running Viceroy.
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

/// Starts Viceroy; `None` where it or the module is missing, which is a counted skip of the whole test program.
fn start(setting: &Setting, records: &Records) -> Result<Option<(SocketAddr, Process)>> {
    let (viceroy, module) = (
        place("PARVIS_VICEROY", cached()),
        if let Some(module) = &setting.module {
            Some(module.clone())
        } else if setting.staged {
            place("PARVIS_CASES_MODULE", built("cases.wasm"))
        } else {
            place("PARVIS_MODULE", built("main.wasm"))
        },
    );
    let (Some(viceroy), Some(module)) = (viceroy, module) else {
        let name = format!("{} viceroy", parvis_skip::program());
        parvis_skip::skip(&name, "Viceroy or the module is missing: `cargo xtask test` builds both");
        return Ok(None);
    };
    let folder = folder()?;
    let config = folder.join("fastly.toml");
    fs::write(&config, manifest(setting, &folder)?)?;
    // Somebody else may take the port in between; then Viceroy ends, which is seen below.
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
    let level = if setting.traced { "warn,viceroy_lib=trace" } else { "warn" };
    let mut child = Command::new(&viceroy)
        .env("RUST_LOG", level)
        .args(["serve", "--addr", &address.to_string(), "-C"])
        .arg(&config)
        .arg(&module)
        .current_dir(&folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("`{}` does not start", viceroy.display()))?;
    let output = child.stdout.take().context("Viceroy has no output")?;
    let log = records.clone();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(record) = line.strip_prefix("parvis :: ") {
                log.push(record);
            } else if line.contains(":wiggle abi{") && line.contains("}: result=") {
                log.count_call();
            }
        }
    });
    let mut process = Process { child, folder };
    let started = Instant::now();
    while TcpStream::connect(address).is_err() {
        if let Some(status) = process.child.try_wait()? {
            bail!("Viceroy stopped before it listened ({status})");
        }
        ensure!(started.elapsed() < PATIENCE, "Viceroy does not listen");
        thread::sleep(Duration::from_millis(20));
    }
    parvis_skip::ran(&format!("{} viceroy", parvis_skip::program()), 1);
    Ok(Some((address, process)))
}

fn manifest(setting: &Setting, folder: &Path) -> Result<String> {
    let mut text =
        String::from("manifest_version = 3\nname = \"parvis\"\nlanguage = \"rust\"\n\n[local_server]\n\n");
    let patience = setting.patience.as_millis();
    writeln!(text, "[local_server.backends.origin]\nurl = \"http://{}\"", setting.origin)?;
    writeln!(text, "first_byte_timeout_ms = {patience}\nbetween_bytes_timeout_ms = {patience}\n")?;
    store(&mut text, folder, "kv_stores", "playbook", &setting.playbook)?;
    store(&mut text, folder, "secret_stores", "keys", &setting.keys)?;
    text.push_str("[local_server.geolocation]\nformat = \"inline-toml\"\nuse_default_loopback = false\n");
    if let Some((country, subdivision)) = &setting.place {
        writeln!(text, "\n[local_server.geolocation.addresses.\"127.0.0.1\"]")?;
        writeln!(text, "{GEO}country_code = \"{country}\"\nregion = \"{subdivision}\"")?;
    }
    Ok(text)
}

/// What else Fastly's library wants to know of a place.
const GEO: &str = "as_name = \"local\"\nas_number = 64512\narea_code = 0\ncity = \"?\"\nconn_speed = \"broadband\"\n\
    conn_type = \"wired\"\ncontinent = \"EU\"\ncountry_code3 = \"???\"\ncountry_name = \"?\"\nlatitude = 0.0\n\
    longitude = 0.0\nmetro_code = 0\npostal_code = \"?\"\nproxy_description = \"?\"\nproxy_type = \"?\"\n\
    utc_offset = 0\n";

fn store(text: &mut String, folder: &Path, kind: &str, key: &str, stored: &Stored) -> Result<()> {
    if *stored == Stored::NoStore {
        return Ok(());
    }
    let (key, bytes) = match stored {
        Stored::Bytes(bytes) => (key, bytes.as_slice()),
        Stored::NoStore | Stored::NoEntry => ("another", b"x".as_slice()),
    };
    let file = folder.join(key);
    fs::write(&file, bytes)?;
    let file = file.display();
    writeln!(text, "[local_server.{kind}]\nparvis = [{{ key = \"{key}\", file = \"{file}\" }}]\n")?;
    Ok(())
}

fn place(variable: &str, usual: Option<PathBuf>) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).or(usual).filter(|path| path.is_file())
}

/// Where `cargo xtask` keeps Viceroy.
fn cached() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = set("PARVIS_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|cache| cache.join("parvis")))
        .or_else(|| set("HOME").map(|home| home.join(".cache/parvis")))?;
    Some(cache.join("viceroy-0.22.0/bin/viceroy"))
}

/// Where `cargo xtask fastly` puts the modules.
fn built(name: &str) -> Option<PathBuf> {
    Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../edge/fastly/bin").join(name))
}

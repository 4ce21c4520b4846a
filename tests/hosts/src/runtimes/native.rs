//! The native server, in this process, on a runtime of its own.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use parvis_cases::own::Form::{Address, Date, Is, Number};
use parvis_cases::own::Own::{Adds, Says};
use parvis_cases::own::Table;
use parvis_native::Config;
use tokio::runtime;
use tokio::sync::oneshot;

use crate::host::{Kind, Records, Running, Runtime, Setting, Stored, Traits, folder};

/// Bytes of the page cache where a test wants one: the longest page is an eighth, more than sockets buffer.
pub const CACHE: usize = 256 << 20;

/// `parvis-native`, in this process.
pub const HOST: Kind = Kind::of(&Native);

struct Native;

impl Runtime for Native {
    fn traits(&self) -> Traits {
        Traits {
            name: "native",
            folder: "native",
            reads: "gzip, deflate, br, zstd",
            compresses: true,
            hints: false,
            joins: false,
            caches: true,
            stages_itself: true,
            unreachable: 502,
            own: OWN,
        }
    }

    fn start(&self, setting: &Setting, records: &Records) -> Result<Option<Running>> {
        start(setting, records).map(Some)
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
        // It compresses what it may, if the client takes it; `matrix` of the tests of hosts is about that.
        Adds("vary", Is("accept-encoding")),
    ],
    request: &[
        // Of the connection with the origin.
        Adds("host", Address),
        // Who asked, as a proxy says it.
        Adds("x-forwarded-for", Is("127.0.0.1")),
        Adds("x-forwarded-host", Is("shop.example")),
        Adds("x-forwarded-proto", Is("http")),
        // It decodes what it asks for; the engine asks for bytes as they are.
        Says("accept-encoding", "identity", "gzip, deflate, br, zstd"),
    ],
};

/// A running server.
struct Server {
    stop: Option<oneshot::Sender<()>>,
    runtime: Option<runtime::Runtime>,
    folder: PathBuf,
}

fn start(setting: &Setting, records: &Records) -> Result<Running> {
    let folder = folder()?;
    let mut config = Config::new(format!("http://{}", setting.origin).parse()?);
    // A host of files has no stores: a file that is named and not there is the nearest to either absence.
    config.playbook = Some(store(&folder, "playbook.bin", &setting.playbook)?);
    config.keys =
        (setting.keys != Stored::NoStore).then(|| store(&folder, "keys", &setting.keys)).transpose()?;
    (config.country, config.subdivision) = setting.place.clone().unzip();
    config.staged = setting.staged;
    config.cache_bytes = if setting.cache { CACHE } else { 0 };
    config.timeouts.first_byte = setting.patience;
    config.timeouts.between_bytes = setting.patience;
    config.reload = Duration::from_millis(20);
    let log = records.clone();
    config.records = Arc::new(move |line| {
        log.push(line);
        Ok(())
    });
    config.notices = Arc::new(|line| eprintln!("native: {line}"));
    let runtime = runtime::Runtime::new()?;
    let server = runtime.block_on(parvis_native::Server::bind(config)).map_err(anyhow::Error::msg)?;
    let address = server.address();
    let (stop, stopped) = oneshot::channel::<()>();
    runtime.spawn(async move {
        let _ = server
            .run(async {
                let _ = stopped.await;
            })
            .await;
    });
    let server = Server { stop: Some(stop), runtime: Some(runtime), folder };
    Ok(Running { address, held: Box::new(server) })
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(Duration::from_secs(1));
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn store(folder: &std::path::Path, name: &str, stored: &Stored) -> Result<PathBuf> {
    let path = folder.join(name);
    if let Stored::Bytes(bytes) = stored {
        fs::write(&path, bytes)?;
    }
    Ok(path)
}

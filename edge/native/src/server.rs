//! The server: listens, serves connections, checks files for changes, and stops without breaking a response.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::time::{sleep, timeout};

use crate::cache::Cache;
use crate::config::Config;
use crate::conversation;
use crate::origin::Origin;
use crate::playbook::{Current, Watch};
use crate::records::Records;
use crate::rooms::Rooms;

/// Longest head of a request, in bytes: Fastly accepts 69 KB, and cookies may be 32 KB of it (src/docs/security.md).
const REQUEST_HEAD_BYTES: usize = 128 * 1024;
/// Maximum number of headers of a request.
const REQUEST_HEADERS: usize = 256;

/// State shared by all requests.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) current: Current,
    pub(crate) origin: Arc<Origin>,
    /// The page cache, unless it is disabled.
    pub(crate) cache: Option<Arc<Cache>>,
    /// Reusable memory for pages that stream.
    pub(crate) rooms: Rooms,
    /// Where records go.
    pub(crate) records: Records,
}

/// A server that listens already and serves once it runs.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    shared: Arc<Shared>,
    watch: Watch,
}

/// Why the server could not start, as a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(pub(crate) String);

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl Server {
    /// Reads the files and begins to listen; a missing or invalid playbook is no error but a notice.
    ///
    /// # Errors
    ///
    /// An origin that is not an `http` or `https` URL, or an address that cannot be listened on.
    pub async fn bind(config: Config) -> Result<Server, Error> {
        let origin = Origin::new(&config)?;
        let refuse = |error| Error(format!("cannot listen on `{}`: {error}", config.listen));
        let listener = TcpListener::bind(config.listen).await.map_err(refuse)?;
        let address = listener.local_addr().map_err(refuse)?;
        let (engine, watch) = Watch::start(&config);
        let cache =
            Some(config.cache_bytes).filter(|bytes| *bytes > 0).map(|bytes| Arc::new(Cache::new(bytes)));
        let origin = Arc::new(origin);
        let records = Records::start(Arc::clone(&config.records), Arc::clone(&config.notices))
            .map_err(|error| Error(format!("cannot start threads: {error}")))?;
        let shared = Arc::new(Shared {
            config,
            current: Current::new(engine),
            origin,
            cache,
            rooms: Rooms::default(),
            records,
        });
        Ok(Server { listener, address, shared, watch })
    }

    /// The address it listens on, with the actual port.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown` is ready, then lets open requests finish, for a bounded time.
    ///
    /// # Errors
    ///
    /// None at present: a connection that fails ends alone.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Result<(), Error> {
        let Server { listener, shared, watch, .. } = self;
        let watching = tokio::spawn(keep_watching(watch, Arc::clone(&shared)));
        let purging = tokio::spawn(purge_when_told(Arc::clone(&shared)));
        let graceful = GracefulShutdown::new();
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, client)) => {
                        tokio::spawn(serve_connection(stream, client, Arc::clone(&shared), graceful.watcher()));
                    }
                    // Most likely out of file descriptors: wait until connections end.
                    Err(_) => sleep(Duration::from_millis(50)).await,
                },
            }
        }
        drop(listener);
        watching.abort();
        purging.abort();
        if timeout(shared.config.timeouts.shutdown, graceful.shutdown()).await.is_err() {
            (shared.config.notices)("stopped with requests still open");
        }
        let _ = tokio::task::spawn_blocking(move || shared.records.finish()).await;
        Ok(())
    }
}

async fn serve_connection(stream: TcpStream, client: SocketAddr, shared: Arc<Shared>, watcher: Watcher) {
    // Small pieces are sent at once; if this option fails, they are sent a little later.
    let _ = stream.set_nodelay(true);
    let patience = shared.config.timeouts.request_head;
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, Infallible>(conversation::answer(shared, client.ip(), request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_buf_size(REQUEST_HEAD_BYTES)
        .max_headers(REQUEST_HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    // A broken connection affects only its visitor.
    let _ = watcher.watch(connection).await;
}

/// Checks the files at intervals, as long as the server runs.
async fn keep_watching(mut watch: Watch, shared: Arc<Shared>) {
    loop {
        sleep(shared.config.reload).await;
        let shared = Arc::clone(&shared);
        let looked = tokio::task::spawn_blocking(move || {
            watch.refresh(&shared.config, &shared.current);
            watch
        });
        match looked.await {
            Ok(looked) => watch = looked,
            Err(_) => return,
        }
    }
}

/// Empties the page cache when the process receives `SIGHUP`, as long as the server runs.
async fn purge_when_told(shared: Arc<Shared>) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        // Also without a cache: the signal would else end the process.
        let Ok(mut told) = signal(SignalKind::hangup()) else { return };
        while told.recv().await.is_some() {
            if let Some(cache) = &shared.cache {
                cache.purge();
                (shared.config.notices)("the page cache is empty: every page is fetched anew");
            }
        }
    }
    #[cfg(not(unix))]
    drop(shared);
}

/// Ready when the process is told to stop, by Ctrl-C or by its supervisor.
pub async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// Serves until the process is told to stop, on its own runtime.
///
/// # Errors
///
/// The errors of [`Server::bind`], or that no threads can be created.
pub fn run(config: Config) -> Result<(), Error> {
    let runtime = Runtime::new().map_err(|error| Error(format!("cannot start threads: {error}")))?;
    runtime.block_on(async {
        let notices = Arc::clone(&config.notices);
        let server = Server::bind(config).await?;
        notices(&format!("listening on http://{}/", server.address()));
        server.run(interrupted()).await
    })
}

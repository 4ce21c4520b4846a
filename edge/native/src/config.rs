//! The configuration of the server.

use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hyper::Uri;
use hyper::header::HeaderName;
use parvis::facts::Place;
use parvis::playbook::Playbook;
use parvis::playbook::signature::PublicKey;
use parvis::reason::Reason;

use crate::network::Network;

/// The configuration; [`Config::new`] has a default for all fields but the origin.
#[derive(Clone)]
pub struct Config {
    /// The URL of the origin: `http://host[:port][/base]` or `https://…`.
    pub origin: Uri,
    /// The address to listen on; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The playbook's file, read again when it changes; `None` passes every page through.
    pub playbook: Option<PathBuf>,
    /// Parses the file's bytes to a playbook; by default they are a compiled one.
    pub reader: Reader,
    /// The key that the playbook's file must be signed with; without it signatures are not checked.
    pub signed_by: Option<PublicKey>,
    /// The file with the keys of visitor memory; without it nothing is stored between visits.
    pub keys: Option<PathBuf>,
    /// The visitor's country for development, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// The subdivision of that country, as in `CA` of `US-CA`.
    pub subdivision: Option<String>,
    /// The visitor's location for development.
    pub place: Option<Place>,
    /// A request header in which a trusted proxy sends the location, as `45.8,4.8`, latitude first; it overrides `place`.
    pub place_header: Option<HeaderName>,
    /// A request header in which a trusted proxy sends the country, as `PT` or `US-CA`; it overrides `country`.
    pub geo_header: Option<HeaderName>,
    /// The networks of trusted proxies in front: what they say in `X-Forwarded-*` and in the headers of country and location
    /// counts, and what others say there is replaced. Empty without a proxy: then `X-Forwarded-*` of everybody is replaced.
    pub proxies: Vec<Network>,
    /// Whether the origin gets the visitor's `Host`; otherwise its own, and the visitor's in `X-Forwarded-Host`.
    pub preserve_host: bool,
    /// A path that is answered with 200 without the origin, for health checks.
    pub health: Option<String>,
    /// Memory for cached pages of the origin, in bytes; 0 disables the cache. `SIGHUP` empties it.
    pub cache_bytes: usize,
    /// Whether requests may stage their own time, entropy and location, for tests.
    #[cfg(feature = "cases")]
    pub staged: bool,
    /// The timeouts.
    pub timeouts: Timeouts,
    /// How often files are checked for changes.
    pub reload: Duration,
    /// Writes one record per request, a line of JSON without its line end. It may block or fail: it is called from a thread of
    /// its own, and records that find the queue full or cannot be written are dropped and counted.
    pub records: Writer,
    /// Receives notices for the operator, a sentence per line.
    pub notices: Lines,
}

/// Receives lines of text; called from many threads.
pub type Lines = Arc<dyn Fn(&str) + Send + Sync>;

/// Writes a line of text.
pub type Writer = Arc<dyn Fn(&str) -> io::Result<()> + Send + Sync>;

/// Parses the bytes of the playbook's file, or returns why they are refused.
///
/// The `parvis` command compiles drafts here, which keeps the compiler out of this package.
pub type Reader = Arc<dyn Fn(Vec<u8>) -> Result<Playbook, Refusal> + Send + Sync>;

/// Why a playbook's file was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reason in records while there is no other playbook.
    pub reason: Reason,
    /// The message for the operator.
    pub message: String,
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Refusal {
        Refusal { reason, message: reason.sentence().to_owned() }
    }
}

/// Timeouts of the server.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a connection to the origin.
    pub connect: Duration,
    /// For the head of the origin's response; ten times as long when the request has a body.
    pub first_byte: Duration,
    /// Between two chunks of a body; an event stream (`text/event-stream`) may be silent for as long as the visitor stays.
    pub between_bytes: Duration,
    /// For the head of a request on a connection that was opened or kept alive.
    pub request_head: Duration,
    /// For open requests when the server is shut down.
    pub shutdown: Duration,
}

impl Default for Timeouts {
    fn default() -> Timeouts {
        Timeouts {
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(30),
            between_bytes: Duration::from_secs(30),
            request_head: Duration::from_secs(30),
            shutdown: Duration::from_secs(10),
        }
    }
}

impl Config {
    /// Whether a connection from this address is one of a trusted proxy.
    pub(crate) fn trusts(&self, client: IpAddr) -> bool {
        self.proxies.iter().any(|network| network.contains(client))
    }

    /// Whether what a connection from this address says of country and location counts: where proxies are named, nobody
    /// else's word does.
    pub(crate) fn may_place(&self, client: IpAddr) -> bool {
        self.proxies.is_empty() || self.trusts(client)
    }

    /// A server on `127.0.0.1`, any port, that passes all pages through: records to standard output.
    pub fn new(origin: Uri) -> Config {
        Config {
            origin,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            playbook: None,
            reader: Arc::new(|bytes| Playbook::open(bytes).map_err(Refusal::from)),
            signed_by: None,
            keys: None,
            country: None,
            subdivision: None,
            place: None,
            place_header: None,
            geo_header: None,
            proxies: Vec::new(),
            preserve_host: false,
            health: None,
            cache_bytes: 0,
            #[cfg(feature = "cases")]
            staged: false,
            timeouts: Timeouts::default(),
            reload: Duration::from_secs(1),
            records: Arc::new(|line| writeln!(io::stdout().lock(), "{line}")),
            notices: Arc::new(|line| eprintln!("{line}")),
        }
    }
}

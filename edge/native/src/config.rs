//! What the server is told when it starts.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hyper::Uri;
use hyper::header::HeaderName;
use parvis::facts::Place;
use parvis::playbook::Playbook;
use parvis::playbook::signature::PublicKey;
use parvis::reason::Reason;

/// Everything the server is told; [`Config::new`] has a default for all but the origin.
#[derive(Clone)]
pub struct Config {
    /// The site without us: `http://host[:port][/base]` or `https://…`.
    pub origin: Uri,
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The playbook's file, read again when it changes; `None` passes every page through.
    pub playbook: Option<PathBuf>,
    /// Turns the file's bytes into a playbook; by default they are a compiled one.
    pub reader: Reader,
    /// The key that the playbook's file must be signed with; without it signatures are not looked at.
    pub signed_by: Option<PublicKey>,
    /// The file with the keys of visitor memory; without it nothing is remembered between visits.
    pub keys: Option<PathBuf>,
    /// The country a development machine pretends to be visited from, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// The subdivision of that country, as in `CA` of `US-CA`.
    pub subdivision: Option<String>,
    /// The place a development machine pretends to be visited from.
    pub place: Option<Place>,
    /// A request header in which a trusted proxy says the place, as `45.8,4.8`, latitude first; it wins over `place`.
    pub place_header: Option<HeaderName>,
    /// A request header in which a trusted proxy says the country, as `PT` or `US-CA`; it wins over `country`.
    pub geo_header: Option<HeaderName>,
    /// Whether a trusted proxy in front writes `X-Forwarded-*`; otherwise what clients send there is replaced.
    pub behind_proxy: bool,
    /// A path that is answered with 200 without asking the origin, for health checks.
    pub health: Option<String>,
    /// How much memory pages of the origin's may take, in bytes; 0 keeps none. `SIGHUP` empties it.
    pub cache_bytes: usize,
    /// Whether requests may stage their own time, entropy and place, for tests.
    #[cfg(feature = "cases")]
    pub staged: bool,
    /// How long to wait for what.
    pub timeouts: Timeouts,
    /// How often files are looked at for changes.
    pub reload: Duration,
    /// Gets one record a request, a line of JSON without its line end.
    pub records: Lines,
    /// Gets what the operator should know, a sentence a line.
    pub notices: Lines,
}

/// Takes lines of text; called from many threads.
pub type Lines = Arc<dyn Fn(&str) + Send + Sync>;

/// Turns the bytes of the playbook's file into a playbook, or says why not.
///
/// The `parvis` command compiles drafts here, which keeps the compiler out of this package.
pub type Reader = Arc<dyn Fn(Vec<u8>) -> Result<Playbook, Refusal> + Send + Sync>;

/// Why a playbook's file was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What records say while there is no other playbook.
    pub reason: Reason,
    /// What the operator reads.
    pub message: String,
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Refusal {
        Refusal { reason, message: reason.sentence().to_owned() }
    }
}

/// How long the server waits.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a connection to the origin.
    pub connect: Duration,
    /// For the head of the origin's answer; ten times as long when the request has a body.
    pub first_byte: Duration,
    /// For the next bytes of a body that has begun.
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
    /// A server on `127.0.0.1`, any port, that passes everything through: records to standard output.
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
            behind_proxy: false,
            health: None,
            cache_bytes: 0,
            #[cfg(feature = "cases")]
            staged: false,
            timeouts: Timeouts::default(),
            reload: Duration::from_secs(1),
            records: Arc::new(|line| println!("{line}")),
            notices: Arc::new(|line| eprintln!("{line}")),
        }
    }
}

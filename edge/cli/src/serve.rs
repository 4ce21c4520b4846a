//! `parvis serve`: runs the native host in front of an origin.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;
use parvis::facts::Place;
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis_native::{Config, Network, Refusal, Uri};

use crate::out::tell;
use crate::{check, out, signature};

/// Serve a site with its blocks personalized: an HTTP server in front of the origin.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The playbook, as JSON or compiled; read again when it changes. Without one every page passes through.
    playbook: Option<PathBuf>,
    /// The URL of the origin.
    #[arg(long, value_name = "URL")]
    origin: Uri,
    /// The port to listen on; 0 takes any free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
    /// The public key that the playbook must be signed with, as `parvis keygen` writes it; without it signatures are not
    /// checked.
    #[arg(long, value_name = "FILE")]
    signed_by: Option<PathBuf>,
    /// Keys of visitor memory, one `ID:64 HEX DIGITS` per line; without them nothing is stored between visits.
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// The visitor's country for development, as `PT` or `US-CA`.
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// A request header in which a trusted proxy sends the country, as `PT` or `US-CA`.
    #[arg(long, value_name = "NAME")]
    geo_header: Option<String>,
    /// The visitor's location for development, as `45.8,4.8`, latitude first.
    #[arg(long, value_name = "PLACE", allow_hyphen_values = true)]
    place: Option<String>,
    /// A request header in which a trusted proxy sends the location, as `45.8,4.8`.
    #[arg(long, value_name = "NAME")]
    place_header: Option<String>,
    /// Networks of trusted proxies in front, as `10.0.0.0/8,::1`: only what they say in `X-Forwarded-*`, `--geo-header` and
    /// `--place-header` counts.
    #[arg(long, value_name = "NETWORKS", value_delimiter = ',')]
    behind_proxy: Vec<Network>,
    /// Send the visitor's `Host` to the origin, in place of the origin's own.
    #[arg(long)]
    preserve_host: bool,
    /// Seconds that the origin has for the head of a response; ten times as many if the request has a body.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    first_byte_timeout: u64,
    /// Seconds that the origin may be silent within a body; streams of events have no such limit.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    between_bytes_timeout: u64,
    /// A path that is answered with 200 without the origin, for health checks.
    #[arg(long, value_name = "PATH")]
    health: Option<String>,
    /// Megabytes of memory for pages of the origin that a shared cache may store (`Cache-Control: max-age`, `s-maxage`,
    /// `Expires`); 0 disables the cache. SIGHUP empties it.
    #[arg(long, value_name = "MB", default_value_t = 64)]
    cache: usize,
    /// Do not print a record for each request.
    #[arg(long)]
    quiet: bool,
}

/// Serves until it is interrupted.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mut config = Config::new(arguments.origin.clone());
    config.listen = SocketAddr::new(arguments.address, arguments.port);
    config.playbook.clone_from(&arguments.playbook);
    config.reader = Arc::new(read);
    config.signed_by = arguments.signed_by.as_deref().map(signature::public_key).transpose()?;
    config.keys.clone_from(&arguments.keys);
    config.cache_bytes = arguments.cache.saturating_mul(1 << 20);
    config.health.clone_from(&arguments.health);
    if let Some(region) = &arguments.region {
        let (country, subdivision) =
            region.split_once('-').map_or((region.as_str(), None), |(c, s)| (c, Some(s)));
        config.country = Some(country.to_ascii_uppercase());
        config.subdivision = subdivision.map(str::to_ascii_uppercase);
    }
    if let Some(name) = &arguments.geo_header {
        config.geo_header = Some(name.parse().with_context(|| format!("`{name}` is not a header name"))?);
    }
    if let Some(place) = &arguments.place {
        let read = Place::from_pair(place);
        config.place =
            Some(read.with_context(|| format!("`{place}` is not a place; write it as `45.8,4.8`"))?);
    }
    if let Some(name) = &arguments.place_header {
        config.place_header = Some(name.parse().with_context(|| format!("`{name}` is not a header name"))?);
    }
    config.proxies.clone_from(&arguments.behind_proxy);
    config.preserve_host = arguments.preserve_host;
    config.timeouts.first_byte = Duration::from_secs(arguments.first_byte_timeout);
    config.timeouts.between_bytes = Duration::from_secs(arguments.between_bytes_timeout);
    config.records = Arc::new(out::record);
    config.notices = Arc::new(|line| tell!("{line}"));
    if arguments.quiet {
        config.records = Arc::new(|_| Ok(()));
    }
    parvis_native::run(config).context("cannot serve")?;
    Ok(ExitCode::SUCCESS)
}

/// Parses a file with a compiled playbook or a draft.
fn read(bytes: Vec<u8>) -> Result<Playbook, Refusal> {
    if Playbook::looks_compiled(&bytes) {
        return Ok(Playbook::open(bytes)?);
    }
    let refuse = |message: String| Refusal { reason: Reason::PlaybookDamaged, message };
    let source =
        String::from_utf8(bytes).map_err(|_| refuse("it is neither compiled nor UTF-8 text".to_owned()))?;
    let path = PathBuf::from("the playbook");
    let compiled = check::compile_or_explain(&source, &path).map_err(|error| refuse(format!("{error:#}")))?;
    Ok(Playbook::open(compiled)?)
}

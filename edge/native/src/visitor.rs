//! The facts of one request: those of the visitor's headers, and those that only the server or a trusted proxy may set.

use std::net::IpAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use hyper::header::{HeaderMap, HeaderName};
use hyper::http::request::Parts;
use parvis::base::calendar::Millis;
use parvis::facts::{Facts, Place, region};

use crate::config::Config;

/// The facts of the visitor's request.
pub(crate) fn facts(request: &Parts, client: IpAddr, config: &Config) -> Facts {
    let trusted = config.may_place(client);
    let (country, subdivision) = region_of(&request.headers, trusted, config);
    #[cfg_attr(not(feature = "cases"), expect(unused_mut, reason = "only a test stages facts"))]
    let mut facts = Facts {
        country,
        subdivision,
        place: place_of(&request.headers, trusted, config),
        now: now(),
        entropy: entropy(),
        ..Facts::from_headers(
            request.method.as_str(),
            request.uri.path(),
            request.uri.query().unwrap_or_default(),
            &|name| values(&request.headers, name),
        )
    };
    #[cfg(feature = "cases")]
    if let Some(staged) = request.headers.get(parvis::facts::staged::HEADER).filter(|_| config.staged) {
        parvis::facts::staged::apply(staged.to_str().unwrap_or_default(), &mut facts);
    }
    facts
}

fn values(headers: &HeaderMap, name: &'static str) -> Vec<String> {
    headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
}

/// Country and subdivision: from the header of a trusted proxy where one is configured, else what the machine pretends. What is
/// said twice or wrong is unknown.
fn region_of(headers: &HeaderMap, trusted: bool, config: &Config) -> (Option<String>, Option<String>) {
    let said = said(headers, trusted, config.geo_header.as_ref());
    said.map_or_else(|| (config.country.clone(), config.subdivision.clone()), region)
}

/// The place, in the same way.
fn place_of(headers: &HeaderMap, trusted: bool, config: &Config) -> Option<Place> {
    said(headers, trusted, config.place_header.as_ref()).map_or(config.place, Place::from_pair)
}

/// What the header says; empty where it says several things, or none that can be read, or somebody else says it.
fn said<'h>(headers: &'h HeaderMap, trusted: bool, name: Option<&HeaderName>) -> Option<&'h str> {
    let mut values = headers.get_all(name?).iter();
    let first = values.next()?;
    Some(first.to_str().ok().filter(|_| trusted && values.next().is_none()).unwrap_or_default())
}

fn now() -> Option<Millis> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok().map(Millis)
}

/// 32 bytes of the operating system's entropy.
fn entropy() -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).ok().map(|()| bytes)
}

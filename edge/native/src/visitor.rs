//! The facts of one request: what a visitor sends, and what only the server or a trusted proxy may say.

use std::time::{SystemTime, UNIX_EPOCH};

use hyper::Method as Verb;
use hyper::header::{ACCEPT_LANGUAGE, COOKIE, HeaderMap, HeaderName, REFERER, USER_AGENT};
use hyper::http::request::Parts;
use parvis::base::calendar::Millis;
use parvis::consent::gpc;
use parvis::facts::{Connection, Facts, Method, Place, region};

use crate::config::Config;

const SEC_GPC: HeaderName = HeaderName::from_static("sec-gpc");
const DNT: HeaderName = HeaderName::from_static("dnt");
const SAVE_DATA: HeaderName = HeaderName::from_static("save-data");
const ECT: HeaderName = HeaderName::from_static("ect");

/// Everything the engine is told about the visitor's request.
pub(crate) fn facts(request: &Parts, config: &Config) -> Facts {
    let (country, subdivision) = region_of(&request.headers, config);
    #[cfg_attr(not(feature = "cases"), expect(unused_mut, reason = "only a test stages facts"))]
    let mut facts = Facts {
        method: match request.method {
            Verb::GET => Method::Get,
            Verb::HEAD => Method::Head,
            _ => Method::Other,
        },
        path: request.uri.path().to_owned(),
        query: request.uri.query().unwrap_or_default().to_owned(),
        cookies: values(&request.headers, &COOKIE),
        sec_gpc: values(&request.headers, &SEC_GPC),
        dnt: values(&request.headers, &DNT).iter().any(|field| gpc::asks(field)),
        user_agent: values(&request.headers, &USER_AGENT).into_iter().next().unwrap_or_default(),
        accept_language: values(&request.headers, &ACCEPT_LANGUAGE).join(","),
        referrer: values(&request.headers, &REFERER).into_iter().next().unwrap_or_default(),
        country,
        subdivision,
        place: place_of(&request.headers, config),
        connection: Connection::of(&values(&request.headers, &SAVE_DATA), &values(&request.headers, &ECT)),
        now: now(),
        entropy: entropy(),
        ..Facts::default()
    };
    #[cfg(feature = "cases")]
    if let Some(staged) = request.headers.get(parvis::facts::staged::HEADER).filter(|_| config.staged) {
        parvis::facts::staged::apply(staged.to_str().unwrap_or_default(), &mut facts);
    }
    facts
}

fn values(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
}

/// Country and subdivision: from the header of a trusted proxy where one is configured, else what the machine pretends.
fn region_of(headers: &HeaderMap, config: &Config) -> (Option<String>, Option<String>) {
    let said = said(headers, config.geo_header.as_ref());
    said.map_or_else(|| (config.country.clone(), config.subdivision.clone()), region)
}

/// The place, in the same way; what such a proxy says wrong is no place.
fn place_of(headers: &HeaderMap, config: &Config) -> Option<Place> {
    said(headers, config.place_header.as_ref()).map_or(config.place, Place::from_pair)
}

fn said<'h>(headers: &'h HeaderMap, name: Option<&HeaderName>) -> Option<&'h str> {
    name.and_then(|name| headers.get(name)).and_then(|value| value.to_str().ok())
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

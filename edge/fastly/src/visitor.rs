//! The facts of one request, from Fastly's own interfaces: no header a client sends can pretend to be the host's.

use std::time::{SystemTime, UNIX_EPOCH};

use fastly::Request;
use fastly::geo::geo_lookup;
use fastly::http::Method as Verb;
use parvis::facts::{Facts, Method, Millis};

/// Everything the engine is told about the visitor's request.
pub(crate) fn facts(request: &Request) -> Facts {
    let (country, subdivision) = place(request).unwrap_or_default();
    Facts {
        method: match *request.get_method() {
            Verb::GET => Method::Get,
            Verb::HEAD => Method::Head,
            _ => Method::Other,
        },
        path: request.get_path().to_owned(),
        query: request.get_query_str().unwrap_or_default().to_owned(),
        cookies: values(request, "cookie"),
        sec_gpc: values(request, "sec-gpc"),
        user_agent: values(request, "user-agent").into_iter().next().unwrap_or_default(),
        country,
        subdivision,
        now: now(),
        entropy: entropy(),
        ..Facts::default()
    }
}

fn values(request: &Request, name: &str) -> Vec<String> {
    request.get_header_all(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
}

/// Country and subdivision, where Fastly knows them.
fn place(request: &Request) -> Option<(Option<String>, Option<String>)> {
    let geo = geo_lookup(request.get_client_ip_addr()?)?;
    let country = geo.country_code().to_ascii_uppercase();
    if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    // Documented as `US-CA` and seen as `CA`.
    let subdivision = geo
        .region()
        .map(|region| region.split_once('-').map_or(region, |(_, subdivision)| subdivision))
        .filter(|subdivision| (1..=3).contains(&subdivision.len()))
        .filter(|subdivision| subdivision.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .map(str::to_ascii_uppercase);
    Some((Some(country), subdivision))
}

fn now() -> Option<Millis> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok().map(Millis)
}

/// 32 bytes from the host's `random_get`.
fn entropy() -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).ok().map(|()| bytes)
}

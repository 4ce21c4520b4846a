//! The facts of one request, from Fastly's own interfaces: no header a client sends can pretend to be the host's.

use std::time::{SystemTime, UNIX_EPOCH};

use fastly::geo::geo_lookup;
use fastly::handle::RequestHandle;
use fastly::http::HeaderName;
use parvis::facts::{Facts, Method, Millis};
use parvis::limits;

/// Longest method and URL that are looked at, in bytes; Fastly takes URLs of 8 KB (facts/trust.md §3).
const METHOD: usize = 64;
const URL: usize = 16 * 1024;
/// Longest `User-Agent` and `Sec-GPC` that are looked at, in bytes.
const SHORT: usize = 1024;

/// Everything the engine is told about the visitor's request.
pub(crate) fn facts(request: &RequestHandle) -> Facts {
    let method = request.get_method(METHOD).ok();
    // A URL beyond what Fastly documents is not ours to change.
    let (method, url) = match request.get_url(URL) {
        Ok(url) => (method, Some(url)),
        Err(_) => (None, None),
    };
    let (country, subdivision) = place(request).unwrap_or_default();
    #[cfg_attr(not(feature = "cases"), expect(unused_mut, reason = "only a test stages facts"))]
    let mut facts = Facts {
        method: match method.as_ref().map(|method| method.as_str()) {
            Some("GET") => Method::Get,
            Some("HEAD") => Method::Head,
            _ => Method::Other,
        },
        path: url.as_ref().map_or("/", |url| url.path()).to_owned(),
        query: url.as_ref().and_then(|url| url.query()).unwrap_or_default().to_owned(),
        cookies: values(request, "cookie", limits::COOKIE_HEADER_BYTES),
        sec_gpc: values(request, "sec-gpc", SHORT),
        user_agent: values(request, "user-agent", SHORT).into_iter().next().unwrap_or_default(),
        country,
        subdivision,
        now: now(),
        entropy: entropy(),
        ..Facts::default()
    };
    #[cfg(feature = "cases")]
    if let Some(staged) = values(request, parvis::facts::staged::HEADER, SHORT).first() {
        parvis::facts::staged::apply(staged, &mut facts);
    }
    facts
}

/// The values of a header of the visitor's; those over the bound, in bytes, count as absent.
fn values(request: &RequestHandle, name: &'static str, bound: usize) -> Vec<String> {
    let name = HeaderName::from_static(name);
    let values = request.get_header_values(&name, bound);
    // The first that does not fit is also the last that the host gives.
    values.map_while(Result::ok).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
}

/// Country and subdivision, where Fastly knows them.
fn place(request: &RequestHandle) -> Option<(Option<String>, Option<String>)> {
    let geo = geo_lookup(request.client_ip_addr()?)?;
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

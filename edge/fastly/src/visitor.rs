//! The facts of one request, from Fastly's own interfaces: headers of clients cannot replace those of the host.

use std::net::IpAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use fastly::handle::RequestHandle;
use fastly::http::HeaderName;
use parvis::base::calendar::Millis;
use parvis::facts::{Facts, Place, region};
use parvis::limits;
use parvis_fastly_abi as abi;

use crate::head;

/// Longest method and URL that are read, in bytes; Fastly accepts URLs of 8 KB (src/docs/security.md).
const METHOD: usize = 64;
const URL: usize = 16 * 1024;
/// Longest geolocation response that is read, in bytes.
const PLACE: usize = 4096;
/// Longest `User-Agent`, `Accept-Language`, `Save-Data`, `ECT`, `Sec-GPC` and `DNT` that are read, in bytes.
pub(crate) const SHORT: usize = 1024;

/// What the host says of the request of a client. It says so of this one request, and ends the instance where it is asked about a
/// copy of it, so that it is asked once.
pub(crate) struct Client {
    /// The URL; `None` if it is longer than Fastly documents.
    pub(crate) url: Option<String>,
    /// The address that it was sent from.
    pub(crate) address: Option<IpAddr>,
}

impl Client {
    /// Asks the host.
    pub(crate) fn of(request: &RequestHandle) -> Client {
        Client { url: abi::url(request.as_u32(), URL), address: request.client_ip_addr() }
    }
}

/// The facts of the visitor's request.
pub(crate) fn facts(request: &RequestHandle, client: &Client) -> Facts {
    let method = request.get_method(METHOD).ok();
    let target = client.url.as_deref().and_then(target);
    // A request with a URL longer than Fastly documents is passed through.
    let method = method.filter(|_| target.is_some());
    let (path, query) = target.unwrap_or_default();
    let known = client.address.and_then(|address| abi::place(address, PLACE)).unwrap_or_default();
    let (country, subdivision) = region_in(&known).unwrap_or_default();
    #[cfg_attr(not(feature = "cases"), expect(unused_mut, reason = "only a test stages facts"))]
    let mut facts = Facts {
        country,
        subdivision,
        place: place_in(&known),
        now: now(),
        entropy: entropy(),
        ..Facts::from_headers(method.as_ref().map_or("", |method| method.as_str()), path, query, &|name| {
            values(request, name, bound(name))
        })
    };
    #[cfg(feature = "cases")]
    if let Some(staged) = values(request, parvis::facts::staged::HEADER, SHORT).first() {
        parvis::facts::staged::apply(staged, &mut facts);
    }
    facts
}

/// Longest value of a header that is read, in bytes.
fn bound(name: &str) -> usize {
    match name {
        "cookie" => limits::COOKIE_HEADER_BYTES,
        "referer" => URL,
        _ => SHORT,
    }
}

/// The values of a request header of the visitor; those over the bound, in bytes, count as absent.
pub(crate) fn values(request: &RequestHandle, name: &'static str, bound: usize) -> Vec<String> {
    let values = head::asked(request, &HeaderName::from_static(name), bound);
    values.iter().flatten().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
}

/// Path and query of a URL, undecoded.
fn target(url: &str) -> Option<(&str, &str)> {
    let (_, rest) = url.split_once("://")?;
    let rest = rest.find(['/', '?', '#']).and_then(|at| rest.get(at..)).unwrap_or_default();
    let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    Some((if path.is_empty() { "/" } else { path }, query))
}

/// Country and subdivision, if Fastly provides them.
fn region_in(known: &str) -> Option<(Option<String>, Option<String>)> {
    let country = code(known, "\"country_code\"")?;
    // Documented as `US-CA` and seen as `CA`.
    let subdivision = code(known, "\"region\"").and_then(|region| region.rsplit('-').next());
    Some(region(
        &subdivision.map_or_else(|| country.to_owned(), |subdivision| [country, "-", subdivision].concat()),
    ))
}

/// The coordinates, if Fastly provides them and reports no proxy, whose location is not that of the visitor.
fn place_in(known: &str) -> Option<Place> {
    let proxy = code(known, "\"proxy_type\"");
    let place = Place::parse(code(known, "\"latitude\"")?, code(known, "\"longitude\"")?);
    place.filter(|_| proxy.is_none())
}

/// The value of a member of a JSON object: letters, digits, dashes and points; `None` for any other value, such as `"?"`.
///
/// The quotes around `name` prevent a match inside a value, where they would be escaped.
fn code<'j>(json: &'j str, name: &str) -> Option<&'j str> {
    let (_, after) = json.split_once(name)?;
    let value = after.trim_start().strip_prefix(':')?.trim_start();
    let value = value.strip_prefix('"').unwrap_or(value).split(['"', ',', '}']).next()?.trim_end();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    Some(value).filter(|value| !value.is_empty() && value.bytes().all(plain))
}

/// The time.
pub(crate) fn now() -> Option<Millis> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok().map(Millis)
}

/// 32 bytes from the host's `random_get`.
fn entropy() -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).ok().map(|()| bytes)
}

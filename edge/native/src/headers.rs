//! Headers on their way through: hop-by-hop ones, our own and those of hosts end here, `Host` and `X-Forwarded-*` are the server's to say.

use std::borrow::Cow;
use std::net::IpAddr;

use hyper::header::{
    CONNECTION, COOKIE, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue, TE, TRAILER, TRANSFER_ENCODING,
    UPGRADE,
};
use parvis::effect::{HeadEdits, RequestEdits};
use parvis::http::withheld;
use parvis::visitor::upstream::{Upstream, is_withheld};

use crate::config::Config;

const FORWARDED_FOR: HeaderName = HeaderName::from_static(withheld::FORWARDED_FOR);
pub(crate) const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
pub(crate) const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Headers of one connection only (RFC 9110 section 7.6.1, and those that older software sends).
const HOP_BY_HOP: [HeaderName; 8] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("proxy-authorization"),
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// Headers in the form that the engine reads.
pub(crate) fn fields(headers: &HeaderMap) -> Vec<(&str, &[u8])> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect()
}

/// Removes hop-by-hop headers: those of the standard and those listed in `Connection`.
pub(crate) fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let listed: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in listed.iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
}

/// Makes a visitor's request headers those of a request to the origin.
pub(crate) fn to_origin(
    headers: &mut HeaderMap,
    origin: &HeaderValue,
    client: IpAddr,
    config: &Config,
    upstream: Upstream<'_>,
) {
    remove_hop_by_hop(headers);
    // This server has answered `Expect: 100-continue` itself when it reads the body.
    headers.remove(EXPECT);
    let behind_proxy = config.trusts(client);
    let trusted = config.may_place(client);
    let lines = headers.get_all(&FORWARDED_FOR).iter().filter(|_| behind_proxy);
    let said: Option<Vec<&str>> = lines.map(|value| value.to_str().ok()).collect();
    let client = client.to_string();
    let chain = said.into_iter().flatten().chain([client.as_str()]).collect::<Vec<_>>().join(", ");
    *headers = passed_on(headers, config, trusted, upstream);
    let host =
        if config.preserve_host { headers.get(HOST).cloned() } else { headers.insert(HOST, origin.clone()) };
    if let Ok(chain) = HeaderValue::from_str(&chain) {
        headers.insert(FORWARDED_FOR, chain);
    }
    if behind_proxy && headers.contains_key(&FORWARDED_PROTO) {
        return;
    }
    headers.insert(FORWARDED_PROTO, HeaderValue::from_static("http"));
    match host {
        Some(host) => headers.insert(FORWARDED_HOST, host),
        None => headers.remove(&FORWARDED_HOST),
    };
}

/// What does not end here, in the order in which it came, whatever ends between.
fn passed_on(headers: &HeaderMap, config: &Config, trusted: bool, upstream: Upstream<'_>) -> HeaderMap {
    // What a trusted proxy says of place is no client's word.
    let said = [config.geo_header.as_ref(), config.place_header.as_ref()];
    let mut passed = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        let is_said = said.contains(&Some(name));
        if if is_said { !trusted } else { is_withheld(name.as_str()) } {
            continue;
        }
        let others = if name == COOKIE { others(value, upstream) } else { Some(value.clone()) };
        if let Some(value) = others {
            passed.append(name.clone(), value);
        }
    }
    passed
}

/// A line of cookies without ours; `None` where there are no others.
fn others(line: &HeaderValue, upstream: Upstream<'_>) -> Option<HeaderValue> {
    match upstream.cookies(line.as_bytes())? {
        Cow::Borrowed(_) => Some(line.clone()),
        Cow::Owned(others) => HeaderValue::from_bytes(&others).ok(),
    }
}

/// Carries out the engine's edits to the request.
pub(crate) fn edit_request(headers: &mut HeaderMap, edits: &RequestEdits) {
    for name in edits.remove {
        headers.remove(*name);
    }
    for (name, value) in edits.set {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}

/// Applies the engine's edits to the head of the response.
pub(crate) fn edit_head(headers: &mut HeaderMap, edits: &HeadEdits) {
    let lines = edits.lines(&fields(headers));
    for (name, value) in lines {
        headers.remove(name.as_str());
        let value = value.and_then(|value| HeaderValue::from_str(value.as_str()).ok());
        if let (Ok(name), Some(value)) = (HeaderName::try_from(name), value) {
            headers.insert(name, value);
        }
    }
    for (name, value) in &edits.append {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value.as_str())) {
            headers.append(name, value);
        }
    }
}

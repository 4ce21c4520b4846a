//! Forwarding of headers: hop-by-hop ones are removed, `Host` and `X-Forwarded-*` are set by the server.

use std::borrow::Cow;
use std::net::IpAddr;

use hyper::header::{
    CONNECTION, COOKIE, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue, TE, TRAILER, TRANSFER_ENCODING,
    UPGRADE,
};
use parvis::effect::{HeadEdits, RequestEdits};
use parvis::visitor::upstream;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
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

/// Converts a visitor's request headers to those of a request to the origin.
pub(crate) fn to_origin(headers: &mut HeaderMap, origin: &HeaderValue, client: IpAddr, behind_proxy: bool) {
    remove_hop_by_hop(headers);
    // This server has answered `Expect: 100-continue` itself when it reads the body.
    headers.remove(EXPECT);
    let host = headers.insert(HOST, origin.clone());
    let client = client.to_string();
    let said = headers.get(&FORWARDED_FOR).and_then(|value| value.to_str().ok()).filter(|_| behind_proxy);
    let chain = said.map_or_else(|| client.clone(), |said| format!("{said}, {client}"));
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

/// Applies the engine's edits to the request, and removes our cookies from it.
pub(crate) fn edit_request(headers: &mut HeaderMap, edits: &RequestEdits) {
    let mut cut = false;
    let mut others = Vec::new();
    for value in headers.get_all(COOKIE) {
        match upstream::others(value.as_bytes()) {
            Some(Cow::Borrowed(_)) => others.push(value.clone()),
            Some(Cow::Owned(rest)) => {
                cut = true;
                others.extend(HeaderValue::from_bytes(&rest));
            }
            None => cut = true,
        }
    }
    if cut {
        headers.remove(COOKIE);
        others.into_iter().for_each(|value| {
            headers.append(COOKIE, value);
        });
    }
    for name in edits.remove {
        headers.remove(*name);
    }
    for (name, value) in edits.set {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}

/// Applies the engine's edits to the head of the response.
pub(crate) fn edit_head(headers: &mut HeaderMap, edits: &HeadEdits) {
    for name in edits.remove {
        headers.remove(*name);
    }
    for (name, value) in &edits.set {
        if let Ok(value) = HeaderValue::from_str(value.as_str()) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    for (name, value) in &edits.append {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value.as_str())) {
            headers.append(name, value);
        }
    }
}

//! Heads of requests and responses: reading them, storing them, and applying the engine's edits.

use std::borrow::Cow;
use std::net::IpAddr;

use fastly::handle::{RequestHandle, ResponseHandle};
use fastly::http::{HeaderName, HeaderValue};
use parvis::effect::{HeadEdits, RequestEdits};
use parvis::http::headers::Value;
use parvis::http::withheld::FORWARDED_FOR;
use parvis::visitor::upstream::{Upstream, is_withheld};

/// Longest header of the origin that is read, in bytes; a longer one counts as absent.
const HEADER: usize = 1024;
/// Longest header, and longest list of names, of a cached page, in bytes.
const KEPT: usize = 16 * 1024;

/// Longest `Cookie` header that reaches the origin, and longest list of names, in bytes: Fastly takes 69 KB of headers
/// in all (src/docs/security.md).
const REQUEST: usize = 69 * 1024;

/// A header: its name in lower case, and its value.
pub(crate) type Line = (String, Vec<u8>);

/// Headers in the form that the engine reads.
pub(crate) fn fields(lines: &[Line]) -> Vec<(&str, &[u8])> {
    lines.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect()
}

/// All headers of a response; `None` if one is too long to be stored.
pub(crate) fn of_response(response: &ResponseHandle) -> Option<Vec<Line>> {
    let mut lines = Vec::new();
    for name in response.get_header_names(KEPT) {
        let name = name.ok()?;
        for value in said(response, &name, KEPT) {
            lines.push((name.as_str().to_owned(), value?.as_bytes().to_vec()));
        }
    }
    Some(lines)
}

/// All headers of a response, whatever their length; a value that is too long is empty.
fn every_line(response: &ResponseHandle) -> Vec<Line> {
    let names: Vec<HeaderName> = response.get_header_names(REQUEST).filter_map(Result::ok).collect();
    let values = |name: &HeaderName| {
        let values = said(response, name, HEADER);
        values.into_iter().map(|value| value.map_or_else(Vec::new, |value| value.as_bytes().to_vec()))
    };
    let lines =
        |name: &HeaderName| values(name).map(|value| (name.as_str().to_owned(), value)).collect::<Vec<_>>();
    names.iter().flat_map(lines).collect()
}

/// All headers of a request, with the values of those that `wanted` names; `None` if there are too many.
pub(crate) fn of_request(request: &RequestHandle, wanted: fn(&str) -> bool) -> Option<Vec<Line>> {
    let mut lines = Vec::new();
    for name in request.get_header_names(KEPT) {
        let name = name.ok()?;
        if !wanted(name.as_str()) {
            lines.push((name.as_str().to_owned(), Vec::new()));
            continue;
        }
        for value in asked(request, &name, KEPT) {
            lines.push((name.as_str().to_owned(), value?.as_bytes().to_vec()));
        }
    }
    Some(lines)
}

/// The values of a request header; the first one over the bound, in bytes, is `None` and the last.
pub(crate) fn asked(request: &RequestHandle, name: &HeaderName, bound: usize) -> Vec<Option<HeaderValue>> {
    request.get_header_values(name, bound).map(Result::ok).collect()
}

/// The values of a response header; the first one over the bound, in bytes, is `None` and the last.
fn said(response: &ResponseHandle, name: &HeaderName, bound: usize) -> Vec<Option<HeaderValue>> {
    response.get_header_values(name, bound).map(Result::ok).collect()
}

/// Values joined with commas; an unreadable value is present but matches nothing that can be rewritten.
fn joined(values: &mut dyn Iterator<Item = Option<&[u8]>>) -> Option<String> {
    let mut joined: Option<String> = None;
    for value in values {
        let value = value.and_then(|value| std::str::from_utf8(value).ok());
        let value = value.filter(|value| value.is_ascii()).unwrap_or("unreadable");
        joined = Some(joined.map_or_else(|| value.to_owned(), |before| [&before, value].join(",")));
    }
    joined
}

/// The values of a header of the origin, joined with commas.
pub(crate) fn value(response: &ResponseHandle, name: &'static str) -> Option<String> {
    let values = said(response, &HeaderName::from_static(name), HEADER);
    joined(&mut values.iter().map(|value| value.as_ref().map(HeaderValue::as_bytes)))
}

/// The values of a header of a cached page, joined with commas.
pub(crate) fn kept_value(lines: &[Line], wanted: &str) -> Option<String> {
    joined(&mut lines.iter().filter(|(name, _)| name == wanted).map(|(_, value)| Some(value.as_slice())))
}

/// Carries out the engine's edits to the request, and keeps here what ends here.
pub(crate) fn edit_request(
    request: &mut RequestHandle,
    edits: &RequestEdits,
    upstream: Upstream<'_>,
    address: Option<IpAddr>,
) {
    withhold(request, address);
    keep_ours(request, upstream);
    for name in edits.remove {
        request.remove_header(&HeaderName::from_static(name));
    }
    for (name, value) in edits.set {
        request.insert_header(&HeaderName::from_static(name), &HeaderValue::from_static(value));
    }
}

/// Cuts what a client says in headers of ours and of hosts, and says which address asked: Fastly does not, of itself.
fn withhold(request: &mut RequestHandle, address: Option<IpAddr>) {
    let names: Vec<HeaderName> = request.get_header_names(REQUEST).filter_map(Result::ok).collect();
    names.iter().filter(|name| is_withheld(name.as_str())).for_each(|name| {
        request.remove_header(name);
    });
    if let Some(address) = address.and_then(|address| HeaderValue::try_from(address.to_string()).ok()) {
        request.insert_header(&HeaderName::from_static(FORWARDED_FOR), &address);
    }
}

/// Cuts our cookies from the request; a `Cookie` header that is too long to be looked at does not leave either.
fn keep_ours(request: &mut RequestHandle, upstream: Upstream<'_>) {
    let name = HeaderName::from_static("cookie");
    let values = asked(request, &name, REQUEST);
    let others: Vec<_> = values.iter().map(|value| upstream.cookies(value.as_ref()?.as_bytes())).collect();
    if others.iter().all(|value| matches!(value, Some(Cow::Borrowed(_)))) {
        return;
    }
    request.remove_header(&name);
    for value in others.iter().flatten().filter_map(|value| HeaderValue::from_bytes(value).ok()) {
        request.append_header(&name, &value);
    }
}

/// Applies the engine's edits to the head of the response.
pub(crate) fn edit(edits: &HeadEdits, response: &mut ResponseHandle) {
    let head = if edits.changes_lines() { every_line(response) } else { Vec::new() };
    for (name, value) in edits.lines(&fields(&head)) {
        let Ok(name) = HeaderName::try_from(name) else { continue };
        match value.and_then(|value| HeaderValue::from_str(value.as_str()).ok()) {
            Some(value) => response.insert_header(&name, &value),
            None => {
                response.remove_header(&name);
            }
        }
    }
    append(&edits.append, response);
}

/// Lets the platform compress text whose origin was asked for an unencoded body.
pub(crate) fn may_be_compressed(response: &mut ResponseHandle, kind: Option<&str>, codings: Option<&str>) {
    if codings.is_none() && kind.is_some_and(|kind| kind.starts_with("text/")) {
        response.insert_header(&HeaderName::from_static("x-compress-hint"), &HeaderValue::from_static("on"));
        response
            .append_header(&HeaderName::from_static("vary"), &HeaderValue::from_static("accept-encoding"));
    }
}

/// A response with these headers, edited: headers that the edits remove are left out.
pub(crate) fn response(lines: &[Line], edits: &HeadEdits) -> ResponseHandle {
    let mut response = ResponseHandle::new();
    let edited = edits.lines(&fields(lines));
    let stays = |name: &str| !edited.iter().any(|(other, _)| other == name);
    for (name, value) in lines.iter().filter(|(name, _)| stays(name)) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::from_bytes(value)) {
            response.append_header(&name, &value);
        }
    }
    let set = edited.into_iter().filter_map(|(name, value)| Some((name, value?)));
    append(&set.collect::<Vec<_>>(), &mut response);
    append(&edits.append, &mut response);
    response
}

/// Adds headers beside the existing ones.
pub(crate) fn append(edits: &[(impl AsRef<str>, Value)], response: &mut ResponseHandle) {
    for (name, value) in edits.iter().filter_map(pair) {
        response.append_header(&name, &value);
    }
}

fn pair((name, value): &(impl AsRef<str>, Value)) -> Option<(HeaderName, HeaderValue)> {
    let name = HeaderName::from_bytes(name.as_ref().as_bytes()).ok()?;
    Some((name, HeaderValue::from_str(value.as_str()).ok()?))
}

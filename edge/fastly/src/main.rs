//! Parvis on Fastly Compute: one instance answers one request, moves its bytes and asks the engine what to do.
//!
//! Everything that can fail happens before the head is sent. Whatever fails in the stores, the visitor gets the
//! origin's own page. An origin that dies in mid-body leaves a response that is visibly broken, never a short page that
//! looks whole. What the service needs, with names and ways to try it, is in `fastly.toml` beside this package.
//!
//! It uses the handles of Fastly's library and not its `Request` and `Response`: headers and bodies that nobody looks at
//! stay with the host, and the module is half as large.

mod stores;
mod visitor;

use std::borrow::Cow;
use std::io::{ErrorKind, Read, Write};

use fastly::handle::{
    BodyHandle, RequestHandle, ResponseHandle, StreamingBodyHandle, client_request_and_body,
};
use fastly::http::{HeaderName, HeaderValue, StatusCode};
use parvis::effect::{Answer, Body, Effect, HeadEdits, OriginHead, RequestEdits, Supply};
use parvis::engine::Engine;
use parvis::exchange::Exchange;
use parvis::http::headers::Value;

/// The backend that serves the site without us.
const ORIGIN: &str = "origin";
/// The log endpoint that gets one record a request, as a line of JSON.
const LOG: &str = "parvis";
/// Bytes of the origin's body that are read at a time.
const BUFFER: usize = 16 * 1024;
/// Longest header of the origin's that is looked at, in bytes; a longer one counts as absent.
const HEADER: usize = 1024;
/// What only Fastly may say of a client: what clients themselves say under these names does not reach the origin.
const HOST_OWNED: [&str; 3] = ["fastly-client-ip", "fastly-geo-country", "fastly-geo-region"];

fn main() {
    let (mut request, body) = client_request_and_body();
    for name in HOST_OWNED {
        request.remove_header(&HeaderName::from_static(name));
    }
    let playbook = stores::playbook();
    #[cfg(feature = "cases")]
    let playbook =
        if visitor::stages(&request, "store=slow") { stores::slow().map_or(playbook, Err) } else { playbook };
    let keys = match &playbook {
        Ok(_) => stores::keys(),
        Err(reason) => Err(*reason),
    };
    let engine = Engine::new(playbook, keys);
    let mut exchange = engine.begin(visitor::facts(&request));
    match exchange.step() {
        Effect::Answer(answer) => own(&answer),
        Effect::Fetch(edits) => from_origin(&mut exchange, request, body, &edits),
        Effect::Fail(edits) => unavailable(&edits.append),
        Effect::Send(_) => unavailable(&[]),
    }
    log(&exchange.record().to_json());
}

/// Asks the origin and answers with what it said, edited as the engine wants it.
fn from_origin(
    exchange: &mut Exchange<'_>,
    mut request: RequestHandle,
    body: BodyHandle,
    edits: &RequestEdits,
) {
    for name in edits.remove {
        request.remove_header(&HeaderName::from_static(name));
    }
    for (name, value) in edits.set {
        request.insert_header(&HeaderName::from_static(name), &HeaderValue::from_static(value));
    }
    // Through the host's cache: the page there is the origin's own, before anything is personal.
    let Ok((mut response, body)) = request.send(body, ORIGIN) else {
        exchange.supply(Supply::Failed);
        let Effect::Fail(edits) = exchange.step() else { return unavailable(&[]) };
        return unavailable(&edits.append);
    };
    exchange.supply(Supply::Head(OriginHead {
        status: response.get_status().as_u16(),
        content_type: header(&response, "content-type").as_deref(),
        content_encoding: header(&response, "content-encoding").as_deref(),
    }));
    // The origin was asked for its bytes as they are, which the platform codes again for a visitor who takes that.
    let text = header(&response, "content-type").is_some_and(|kind| kind.starts_with("text/"));
    let ours = text && !edits.set.is_empty() && header(&response, "content-encoding").is_none();
    let Effect::Send(edits) = exchange.step() else { return unavailable(&[]) };
    apply(&edits, &mut response);
    if ours {
        response.insert_header(&HeaderName::from_static("x-compress-hint"), &HeaderValue::from_static("on"));
        response
            .append_header(&HeaderName::from_static("vary"), &HeaderValue::from_static("accept-encoding"));
    }
    match edits.body {
        // The host moves this body itself; not one byte of it enters the guest.
        Body::Copy => response.send_to_client(body),
        // `Splice` is for stored pages only.
        Body::Rewrite | Body::Splice { .. } => {
            rewrite(exchange, body, response.stream_to_client(BodyHandle::new()))
        }
    }
}

/// The values of a header of the origin's, joined with commas.
fn header(response: &ResponseHandle, name: &'static str) -> Option<String> {
    let name = HeaderName::from_static(name);
    let mut joined: Option<String> = None;
    for value in response.get_header_values(&name, HEADER) {
        // What cannot be read is something, and nothing that anybody knows how to rewrite.
        let value = value.ok();
        let value = value.as_ref().and_then(|value| value.to_str().ok()).unwrap_or("unreadable");
        joined = Some(joined.map_or_else(|| value.to_owned(), |before| [&before, value].join(",")));
    }
    joined
}

fn apply(edits: &HeadEdits, response: &mut ResponseHandle) {
    for name in edits.remove {
        response.remove_header(&HeaderName::from_static(name));
    }
    for (name, value) in edits.set.iter().filter_map(pair) {
        response.insert_header(&name, &value);
    }
    append(&edits.append, response);
}

fn append(edits: &[(impl AsRef<str>, Value)], response: &mut ResponseHandle) {
    for (name, value) in edits.iter().filter_map(pair) {
        response.append_header(&name, &value);
    }
}

fn pair((name, value): &(impl AsRef<str>, Value)) -> Option<(HeaderName, HeaderValue)> {
    let name = HeaderName::from_bytes(name.as_ref().as_bytes()).ok()?;
    Some((name, HeaderValue::from_str(value.as_str()).ok()?))
}

/// Streams the body through the engine.
///
/// If the origin or the visitor dies, the body is dropped without its end, and the response breaks off visibly.
fn rewrite(exchange: &mut Exchange<'_>, mut body: BodyHandle, mut client: StreamingBodyHandle) {
    let mut buffer = vec![0; BUFFER];
    let mut out = Vec::with_capacity(BUFFER);
    loop {
        let Some(bytes) = read(&mut body, &mut buffer) else { return exchange.supply(Supply::Failed) };
        let last = bytes.is_empty();
        if last {
            exchange.end(&mut out);
        } else {
            exchange.push(bytes, &mut out);
        }
        if client.write_all(&out).is_err() {
            return;
        }
        if last {
            // A visitor who left just now has no use for a well-formed end.
            let _ = client.finish();
            return;
        }
        out.clear();
    }
}

/// The next bytes of a body; none at its end, `None` when it broke off.
fn read<'b>(body: &mut BodyHandle, buffer: &'b mut [u8]) -> Option<&'b [u8]> {
    loop {
        match body.read(buffer) {
            Ok(length) => return buffer.get(..length),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}

/// Sends an answer of the engine's own.
fn own(answer: &Answer) {
    let mut response = ResponseHandle::new();
    response.set_status(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    append(&answer.headers, &mut response);
    response.send_to_client(BodyHandle::from(answer.body.as_slice()));
}

/// Sends what the visitor sees when the origin does not answer, with what the engine adds to its head.
fn unavailable(more: &[(Cow<'static, str>, Value)]) {
    let mut response = ResponseHandle::new();
    response.set_status(StatusCode::SERVICE_UNAVAILABLE);
    for (name, value) in [("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store")] {
        response.insert_header(&HeaderName::from_static(name), &HeaderValue::from_static(value));
    }
    append(more, &mut response);
    response.send_to_client(BodyHandle::from("The site is not available at the moment.\n"));
}

/// One line for one request; a log that fails costs the visitor nothing.
fn log(record: &str) {
    if let Ok(mut endpoint) = fastly::log::Endpoint::try_from_name(LOG) {
        let _ = endpoint.write_all(record.as_bytes());
    }
}

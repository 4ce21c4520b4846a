//! Parvis on Fastly Compute: one instance answers one request, moves its bytes and carries out the engine's effects.
//!
//! Everything that can fail happens before the head is sent. If a store fails, the visitor gets the origin's own page. If
//! the origin fails in the middle of a body the response is visibly broken, never a short page that looks whole. The
//! resources of the service, with names and ways to try it, are in `fastly.toml` beside this package.
//!
//! It uses the handles of Fastly's library and not its `Request` and `Response`: headers and bodies that are not read
//! stay with the host, and the module is half as large.

mod cache;
mod head;
#[cfg(feature = "cases")]
mod staged;
mod stores;
mod visitor;

use std::borrow::Cow;
use std::io::{ErrorKind, Read, Write};

use fastly::handle::{BodyHandle, ResponseHandle, StreamingBodyHandle, client_request_and_body};
use fastly::http::{HeaderName, HeaderValue, StatusCode};
use parvis::effect::{Answer, Body, Effect, OriginHead, Piece, Stored, Supply};
use parvis::engine::Engine;
use parvis::exchange::Exchange;
use parvis::facts::{Facts, Method};
use parvis::http::headers::Value;

use cache::{Asking, Kept, Source, Turn};
use visitor::Client;

/// The backend of the origin.
const ORIGIN: &str = "origin";
/// The log endpoint that gets one record a request, as a line of JSON.
const LOG: &str = "parvis";
/// Bytes of the origin's body that are read at a time.
const BUFFER: usize = 16 * 1024;

fn main() {
    let (request, body) = client_request_and_body();
    #[cfg(feature = "cases")]
    let measurement = staged::begin(&request);
    #[cfg(feature = "cases")]
    if staged::stages(&request, "pass=bytes") {
        return log(&measurement.end(staged::pass(request, body)));
    }
    let playbook = stores::playbook();
    #[cfg(feature = "cases")]
    staged::purge(&request);
    #[cfg(feature = "cases")]
    let playbook = staged::playbook(&request, playbook);
    let keys = match &playbook {
        Ok(_) => stores::keys(),
        Err(reason) => Err(*reason),
    };
    let engine = Engine::new(playbook, keys);
    let client = Client::of(&request);
    let facts = visitor::facts(&request, &client);
    let record = converse(&engine, facts.clone(), (request, body), &client, true)
        .or_else(|asking| converse(&engine, facts, asking, &client, false))
        .unwrap_or_default();
    #[cfg(feature = "cases")]
    let record = measurement.end(record);
    log(&record);
}

/// Answers one request and returns its record. If the cache failed before anything was sent, returns the request, to be
/// answered without the cache.
fn converse(
    engine: &Engine,
    facts: Facts,
    asking: Asking,
    client: &Client,
    cached: bool,
) -> Result<String, Asking> {
    let get = facts.method == Method::Get;
    let mut exchange = engine.begin(facts);
    match exchange.step() {
        Effect::Answer(answer) => own(&answer),
        Effect::Fetch(edits) => {
            let (mut request, body) = asking;
            #[cfg(feature = "cases")]
            let staged = staged::told(&request);
            head::edit_request(&mut request, &edits, engine.upstream(), client.address);
            let url = client.url.as_deref();
            let plain = !edits.set.is_empty();
            // Only a rewritten page benefits from a plan; all others are moved by the host, from its own cache.
            let changes = exchange.outcome().is_some_and(|outcome| cached && get && outcome.changes());
            let playbook = engine.playbook().ok().filter(|_| changes);
            let key =
                playbook.zip(url).and_then(|(playbook, url)| cache::key(&request, playbook.digest(), url));
            match cache::page((request, body), key, url.unwrap_or_default()) {
                Some(Source::Origin(response, body, turn)) => {
                    from_origin(&mut exchange, response, body, turn, plain)
                }
                Some(Source::Kept(kept, asking)) => {
                    #[cfg(feature = "cases")]
                    let kept = staged::spoiled(kept, &staged);
                    if !from_cache(&mut exchange, kept) {
                        return Err(asking);
                    }
                }
                None => {
                    exchange.supply(Supply::Failed);
                    match exchange.step() {
                        Effect::Fail(edits) => unavailable(&edits.append),
                        _ => unavailable(&[]),
                    }
                }
            }
        }
        Effect::Fail(edits) => unavailable(&edits.append),
        Effect::Send(_) => unavailable(&[]),
    }
    Ok(exchange.record().to_json())
}

/// Sends the origin's response, with the engine's edits, and stores it if this is its turn; `plain` if an unencoded body
/// was requested.
fn from_origin(
    exchange: &mut Exchange,
    mut response: ResponseHandle,
    body: BodyHandle,
    turn: Option<Turn>,
    plain: bool,
) {
    let (kind, codings) =
        (head::value(&response, "content-type"), head::value(&response, "content-encoding"));
    let origin = OriginHead {
        status: response.get_status().as_u16(),
        content_type: kind.as_deref(),
        content_encoding: codings.as_deref(),
    };
    exchange.supply(match turn {
        Some(_) => Supply::Page(origin, Stored::default()),
        None => Supply::Head(origin),
    });
    let Effect::Send(edits) = exchange.step() else { return unavailable(&[]) };
    head::edit(&edits, &mut response);
    if plain {
        head::may_be_compressed(&mut response, kind.as_deref(), codings.as_deref());
    }
    match edits.body {
        // The host moves this body itself; its bytes do not enter the guest.
        Body::Copy => {
            response.send_to_client(body);
            if let Some(turn) = turn {
                turn.refuse();
            }
        }
        // `Splice` is for stored pages only.
        Body::Rewrite | Body::Splice { .. } => {
            rewrite(exchange, body, response.stream_to_client(BodyHandle::new()), turn)
        }
    }
}

/// Sends a cached page, with the engine's edits; false, with nothing sent, if it cannot be read.
fn from_cache(exchange: &mut Exchange, kept: Kept) -> bool {
    let (kind, codings) = (kept.value("content-type"), kept.value("content-encoding"));
    let origin =
        OriginHead { status: 200, content_type: kind.as_deref(), content_encoding: codings.as_deref() };
    exchange.supply(Supply::Page(origin, Stored { version: kept.version(), plan: kept.plan(), page: None }));
    let Effect::Send(edits) = exchange.step() else { return false };
    let body = match edits.body {
        Body::Splice { .. } => put_together(exchange, &kept),
        Body::Copy | Body::Rewrite => kept.whole(),
    };
    let Some(body) = body else { return false };
    let mut response = head::response(&kept.lines(), &edits);
    head::may_be_compressed(&mut response, kind.as_deref(), codings.as_deref());
    match edits.body {
        Body::Copy => response.send_to_client(body),
        Body::Rewrite => rewrite(exchange, body, response.stream_to_client(BodyHandle::new()), None),
        Body::Splice { .. } => {
            // `content-length` is not set: the platform may compress it.
            response.send_to_client(body);
            exchange.end(&mut Vec::new());
        }
    }
    true
}

/// Assembles the body from the engine's pieces; the page's bytes do not enter the guest. `None` if the host does not have
/// them all.
fn put_together(exchange: &Exchange, kept: &Kept) -> Option<BodyHandle> {
    let mut body = BodyHandle::new();
    for piece in exchange.pieces() {
        match piece {
            Piece::Page { from, to } => body.append(kept.range(from, to)?),
            Piece::Content(content) => body.write_all(content).ok()?,
        }
    }
    Some(body)
}

/// Streams the body through the engine.
///
/// If the origin or the visitor disconnects, the body is dropped without its end, and the response is visibly broken.
/// With its turn it stores a completely received page.
fn rewrite(
    exchange: &mut Exchange,
    mut body: BodyHandle,
    mut client: StreamingBodyHandle,
    mut turn: Option<Turn>,
) {
    let mut buffer = vec![0; BUFFER];
    let mut out = Vec::with_capacity(BUFFER);
    loop {
        let Some(bytes) = read(&mut body, &mut buffer) else { return exchange.supply(Supply::Failed) };
        let last = bytes.is_empty();
        if last {
            exchange.end(&mut out);
        } else {
            turn = turn.and_then(|turn| turn.take(bytes));
            exchange.push(bytes, &mut out);
        }
        turn = turn.and_then(|turn| turn.unless_slow(&client));
        if client.write_all(&out).is_err() {
            return;
        }
        if last {
            // If the visitor disconnected just now, the error does not matter.
            let _ = client.finish();
            if let Some(turn) = turn {
                let plan = turn.version().and_then(|version| exchange.plan(version));
                turn.keep(plan);
            }
            return;
        }
        out.clear();
    }
}

/// The next bytes of a body; empty at its end, `None` if it was truncated.
fn read<'b>(body: &mut BodyHandle, buffer: &'b mut [u8]) -> Option<&'b [u8]> {
    loop {
        match body.read(buffer) {
            Ok(length) => return buffer.get(..length),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}

/// Sends a response of the engine's own.
fn own(answer: &Answer) {
    let mut response = ResponseHandle::new();
    response.set_status(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    head::append(&answer.headers, &mut response);
    response.send_to_client(BodyHandle::from(answer.body.as_slice()));
}

/// Sends the error page for an origin that does not respond, with the headers that the engine adds.
fn unavailable(more: &[(Cow<'static, str>, Value)]) {
    let mut response = ResponseHandle::new();
    response.set_status(StatusCode::SERVICE_UNAVAILABLE);
    for (name, value) in [("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store")] {
        response.insert_header(&HeaderName::from_static(name), &HeaderValue::from_static(value));
    }
    head::append(more, &mut response);
    response.send_to_client(BodyHandle::from("The site is not available at the moment.\n"));
}

/// Writes one line to the log; if it fails the visitor is not affected.
fn log(record: &str) {
    if let Ok(mut endpoint) = fastly::log::Endpoint::try_from_name(LOG) {
        let _ = endpoint.write_all(record.as_bytes());
    }
}

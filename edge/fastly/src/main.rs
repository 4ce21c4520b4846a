//! Parvis on Fastly Compute: one instance answers one request, moves its bytes and asks the engine what to do.
//!
//! Everything that can fail happens before the head is sent. Whatever fails in the stores, the visitor gets the
//! origin's own page. An origin that dies in mid-body leaves a response that is visibly broken, never a short page that
//! looks whole. What the service needs, with names and ways to try it, is in `fastly.toml` beside this package.
//!
//! It uses the handles of Fastly's library and not its `Request` and `Response`: headers and bodies that nobody looks at
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

/// The backend that serves the site without us.
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
    let url = visitor::url(&request);
    let facts = visitor::facts(&request, url.as_deref());
    let record = converse(&engine, facts.clone(), (request, body), url.as_deref(), true)
        .or_else(|asking| converse(&engine, facts, asking, url.as_deref(), false))
        .unwrap_or_default();
    #[cfg(feature = "cases")]
    let record = measurement.end(record);
    log(&record);
}

/// Answers one request and gives its record; gives the request back if the cache failed, before anything was sent, and it
/// has to be done without.
fn converse(
    engine: &Engine,
    facts: Facts,
    asking: Asking,
    url: Option<&str>,
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
            head::edit_request(&mut request, &edits, engine.upstream());
            let plain = !edits.set.is_empty();
            // Only what is rewritten gains by a plan; everything else the host moves without us, from a cache of its own.
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

/// Answers with what the origin said, edited as the engine wants it, and keeps it if this is its turn; `plain` if it was asked
/// for its bytes as they are.
fn from_origin(
    exchange: &mut Exchange<'_>,
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
        // The host moves this body itself; not one byte of it enters the guest.
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

/// Answers with a kept page, edited as the engine wants it; false, with nothing sent, if it cannot be read.
fn from_cache(exchange: &mut Exchange<'_>, kept: Kept) -> bool {
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
            // Its length is known and not said: the platform may compress it.
            response.send_to_client(body);
            exchange.end(&mut Vec::new());
        }
    }
    true
}

/// The body as the engine wants it; not one byte of the page enters the guest. `None` if the host does not have them all.
fn put_together(exchange: &Exchange<'_>, kept: &Kept) -> Option<BodyHandle> {
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
/// If the origin or the visitor dies, the body is dropped without its end, and the response breaks off visibly. With its
/// turn it keeps a page that came whole.
fn rewrite(
    exchange: &mut Exchange<'_>,
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
            // A visitor who left just now has no use for a well-formed end.
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
    head::append(&answer.headers, &mut response);
    response.send_to_client(BodyHandle::from(answer.body.as_slice()));
}

/// Sends what the visitor sees when the origin does not answer, with what the engine adds to its head.
fn unavailable(more: &[(Cow<'static, str>, Value)]) {
    let mut response = ResponseHandle::new();
    response.set_status(StatusCode::SERVICE_UNAVAILABLE);
    for (name, value) in [("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store")] {
        response.insert_header(&HeaderName::from_static(name), &HeaderValue::from_static(value));
    }
    head::append(more, &mut response);
    response.send_to_client(BodyHandle::from("The site is not available at the moment.\n"));
}

/// One line for one request; a log that fails costs the visitor nothing.
fn log(record: &str) {
    if let Ok(mut endpoint) = fastly::log::Endpoint::try_from_name(LOG) {
        let _ = endpoint.write_all(record.as_bytes());
    }
}

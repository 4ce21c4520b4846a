//! Parvis on Fastly Compute: one instance answers one request, moves its bytes and asks the engine what to do.
//!
//! Everything that can fail happens before the head is sent. Whatever fails in the stores, the visitor gets the
//! origin's own page. An origin that dies in mid-body leaves a response that is visibly broken, never a short page that
//! looks whole. What the service needs, with names and ways to try it, is in `fastly.toml` beside this package.

mod stores;
mod visitor;

use std::io::{Read, Write};

use fastly::http::StatusCode;
use fastly::http::body::StreamingBody;
use fastly::{Body as Bytes, Request, Response};
use parvis::effect::{Answer, Body, Effect, HeadEdits, OriginHead, RequestEdits, Sink, Supply};
use parvis::engine::Engine;
use parvis::exchange::Exchange;

/// The backend that serves the site without us.
const ORIGIN: &str = "origin";
/// The log endpoint that gets one record a request, as a line of JSON.
const LOG: &str = "parvis";
/// Bytes of the origin's body that are in the guest at a time.
const BUFFER: usize = 16 * 1024;
/// What only Fastly may say of a client; what a client says of itself under these names does not reach the origin.
const HOST_OWNED: [&str; 3] = ["fastly-client-ip", "fastly-geo-country", "fastly-geo-region"];

fn main() {
    let mut request = Request::from_client();
    for name in HOST_OWNED {
        request.remove_header(name);
    }
    let playbook = stores::playbook();
    let keys = if playbook.is_ok() { stores::keys() } else { stores::no_keys() };
    let engine = Engine::new(playbook, keys);
    let mut exchange = engine.begin(visitor::facts(&request));
    match exchange.step() {
        Effect::Answer(answer) => own(answer).send_to_client(),
        Effect::Fetch(edits) => from_origin(&mut exchange, request, &edits),
        Effect::Send(_) | Effect::Fail => unavailable(),
    }
    log(&exchange.record().to_json());
}

/// Asks the origin and answers with what it said, edited as the engine wants it.
fn from_origin(exchange: &mut Exchange<'_>, mut request: Request, edits: &RequestEdits) {
    for name in edits.remove {
        request.remove_header(*name);
    }
    for (name, value) in edits.set {
        request.set_header(*name, *value);
    }
    let Ok(mut response) = request.send(ORIGIN) else {
        exchange.supply(Supply::Failed);
        return unavailable();
    };
    supply(exchange, &response);
    match exchange.step() {
        Effect::Send(edits) => {
            apply(&edits, &mut response);
            match edits.body {
                // The host moves this body itself; not one byte of it enters the guest.
                Body::Copy => response.send_to_client(),
                Body::Rewrite => rewrite(exchange, response),
            }
        }
        Effect::Answer(_) | Effect::Fetch(_) | Effect::Fail => unavailable(),
    }
}

/// Tells the engine as much of the origin's head as it wants to know.
fn supply(exchange: &mut Exchange<'_>, response: &Response) {
    let content_type = response.get_header("content-type").and_then(|value| value.to_str().ok());
    let codings: Vec<&str> = response
        .get_header_all("content-encoding")
        .map(|value| value.to_str().unwrap_or("unreadable"))
        .collect();
    let codings = codings.join(",");
    exchange.supply(Supply::Head(OriginHead {
        status: response.get_status().as_u16(),
        content_type,
        content_encoding: (!codings.is_empty()).then_some(codings.as_str()),
    }));
}

fn apply(edits: &HeadEdits, response: &mut Response) {
    for name in edits.remove {
        response.remove_header(*name);
    }
    for (name, value) in &edits.set {
        response.set_header(*name, value.as_str());
    }
    for (name, value) in &edits.append {
        response.append_header(*name, value.as_str());
    }
}

/// Sends the head and streams the body through the engine.
fn rewrite(exchange: &mut Exchange<'_>, mut response: Response) {
    let mut body = response.take_body();
    let mut client = Client { body: response.stream_to_client(), gone: false };
    let mut buffer = vec![0; BUFFER];
    while !client.gone {
        match read(&mut body, &mut buffer) {
            Some([]) => {
                exchange.end(&mut client);
                return client.finish();
            }
            Some(bytes) => exchange.push(bytes, &mut client),
            None => break,
        }
    }
    // The origin or the client died: dropping the body without finishing it breaks the response off.
}

/// The next bytes of a body; none at its end, `None` when it broke off.
fn read<'b>(body: &mut Bytes, buffer: &'b mut [u8]) -> Option<&'b [u8]> {
    loop {
        match body.read(buffer) {
            Ok(length) => return buffer.get(..length),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}

/// The visitor's connection; once it fails nothing more is written to it.
struct Client {
    body: StreamingBody,
    gone: bool,
}

impl Client {
    fn finish(self) {
        if !self.gone {
            // A client that left just now has no use for a well-formed end.
            let _ = self.body.finish();
        }
    }
}

impl Sink for Client {
    fn write(&mut self, bytes: &[u8]) {
        if !self.gone && !bytes.is_empty() {
            self.gone = self.body.write_all(bytes).is_err();
        }
    }
}

/// An answer of the engine's own.
fn own(answer: Answer) -> Response {
    let mut response = Response::from_body(answer.body);
    response.set_status(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    for (name, value) in &answer.headers {
        response.append_header(*name, value.as_str());
    }
    response
}

/// What the visitor sees when the origin does not answer.
fn unavailable() {
    Response::from_status(StatusCode::SERVICE_UNAVAILABLE)
        .with_header("cache-control", "no-store")
        .with_body_text_plain("The site is not available at the moment.\n")
        .send_to_client();
}

/// One line for one request; a log that fails costs the visitor nothing.
fn log(record: &str) {
    if let Ok(mut endpoint) = fastly::log::Endpoint::try_from_name(LOG) {
        let _ = endpoint.write_all(record.as_bytes());
    }
}

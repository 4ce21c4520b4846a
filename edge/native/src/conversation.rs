//! One request from its head to the last byte of its response: the host's side of an exchange.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use hyper::body::{Body as _, Incoming};
use hyper::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, UPGRADE,
};
use hyper::http::{request, response};
use hyper::{Method, Request, Response, StatusCode, Version};
use parvis::effect::{
    Answer, Body, Effect, HeadEdits, OriginHead, Piece, RequestEdits, Sink, Stored, Supply,
};
use parvis::engine::Engine;
use parvis::exchange::Exchange;
use parvis::http::coding::Coding;
use tokio::sync::{mpsc, oneshot};

use crate::cache::{Cache, Content};
use crate::coding::{self, Coder, Encoder, Wish};
use crate::fetch::{self, Source};
use crate::outgoing::Outgoing;
use crate::server::Shared;
use crate::{headers, visitor};

/// Answers one request.
pub(crate) async fn answer(
    shared: Arc<Shared>,
    client: IpAddr,
    request: Request<Incoming>,
) -> Response<Outgoing> {
    if shared.config.health.as_deref() == Some(request.uri().path()) {
        return plain(StatusCode::OK, "ok\n");
    }
    if !understood(&request) {
        return plain(StatusCode::NOT_IMPLEMENTED, "This server cannot do that.\n");
    }
    let (commit, committed) = oneshot::channel();
    // An exchange borrows its engine, so one task holds both until the last byte.
    tokio::spawn(converse(shared, client, request, commit));
    committed.await.unwrap_or_else(|_| bad_gateway())
}

/// Whether the request is for a path, and asks for no other protocol that the origin would have to speak.
fn understood(request: &Request<Incoming>) -> bool {
    let websocket = request
        .headers()
        .get(UPGRADE)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"));
    request.method() != Method::CONNECT && request.uri().path().starts_with('/') && !websocket
}

type Commit = oneshot::Sender<Response<Outgoing>>;

async fn converse(shared: Arc<Shared>, client: IpAddr, request: Request<Incoming>, commit: Commit) {
    let engine: Arc<Engine> = shared.current.engine();
    let (parts, body) = request.into_parts();
    let mut exchange = engine.begin(visitor::facts(&parts, &shared.config));
    match exchange.step() {
        Effect::Answer(answer) => send(commit, own(answer)),
        Effect::Fetch(edits) => {
            let wish = Wish::of(&parts, &edits);
            let request = to_origin(&shared, client, parts, body, &edits, &wish);
            from_origin(&shared, &mut exchange, request, &wish, commit).await;
        }
        Effect::Fail(edits) => send(commit, failed(&edits)),
        Effect::Send(_) => send(commit, bad_gateway()),
    }
    (shared.config.records)(&exchange.record().to_json());
}

/// The visitor's request as the origin gets it; `None` when its target cannot be written down.
fn to_origin(
    shared: &Shared,
    client: IpAddr,
    mut parts: request::Parts,
    body: Incoming,
    edits: &RequestEdits,
    wish: &Wish,
) -> Option<Request<Incoming>> {
    parts.uri = shared.origin.target(parts.uri.path_and_query()?.as_str())?;
    parts.version = Version::HTTP_11;
    headers::to_origin(&mut parts.headers, shared.origin.host(), client, shared.config.behind_proxy);
    headers::edit_request(&mut parts.headers, edits);
    wish.ask(&mut parts);
    #[cfg(feature = "cases")]
    visitor::spoil(shared, &parts);
    Some(Request::from_parts(parts, body))
}

/// Asks the origin and answers with what it said, edited as the engine wants it.
async fn from_origin(
    shared: &Shared,
    exchange: &mut Exchange<'_>,
    request: Option<Request<Incoming>>,
    wish: &Wish,
    mut commit: Commit,
) {
    let asked = async {
        let (mut head, source) = fetch::page(&shared.origin, shared.cache.as_ref(), request?).await?;
        let source = wish.open(&mut head, source).await;
        Some((head, source))
    };
    let response = tokio::select! {
        // The visitor left before there was an answer; nobody is waiting for one.
        () = commit.closed() => None,
        response = asked => response,
    };
    let Some((mut head, mut source)) = response else {
        exchange.supply(Supply::Failed);
        let Effect::Fail(edits) = exchange.step() else { return send(commit, bad_gateway()) };
        return send(commit, failed(&edits));
    };
    supply(exchange, &head, &mut source);
    let Effect::Send(edits) = exchange.step() else { return send(commit, bad_gateway()) };
    let page = match &source {
        Source::Kept(page, _) => Some(Arc::clone(page)),
        _ => None,
    };
    let (ours, length) = (wish.chooses(&head), coding::length(&head, &source, wish.is_head()));
    headers::edit_head(&mut head.headers, &edits);
    let stitched = page.as_ref().is_some_and(|page| page.stitched().is_some());
    let coding = ours.then(|| wish.choose(&mut head.headers, length, stitched)).flatten();
    if edits.body != Body::Copy || coding.is_some() {
        head.headers.remove(CONTENT_LENGTH);
    }
    if wish.is_head() && ours {
        return send(commit, Response::from_parts(head, Outgoing::Whole(None)));
    }
    if let Some((parts, length)) =
        coding.and_then(|coding| stitch(exchange, edits.body, page.as_deref(), coding))
    {
        exchange.end(&mut Out(Vec::new()));
        return send(commit, Response::from_parts(head, Outgoing::Spliced(parts, length)));
    }
    let encoder = coding.and_then(Encoder::new);
    if coding.is_some() && encoder.is_none() {
        head.headers.remove(CONTENT_ENCODING);
    }
    let body = match (edits.body, page, encoder) {
        (Body::Copy, _, None) => Outgoing::Source(source),
        (Body::Splice { length }, Some(page), None) => {
            Outgoing::Spliced(put_together(exchange, &page.body), length)
        }
        (Body::Splice { .. }, Some(page), encoder) => {
            Outgoing::Coded(put_together(exchange, &page.body), encoder)
        }
        (_, _, encoder) => {
            // One piece in flight: the origin is read as fast as the visitor reads, and no faster.
            let (pieces, receiver) = mpsc::channel(1);
            send(commit, Response::from_parts(head, Outgoing::Rewritten(receiver)));
            return rewrite(exchange, source, shared.cache.as_ref(), Coder::new(encoder), pieces).await;
        }
    };
    exchange.end(&mut Out(Vec::new()));
    send(commit, Response::from_parts(head, body));
}

/// The body of a kept page from pieces that are compressed already, where there are such pieces.
fn stitch(
    exchange: &Exchange<'_>,
    body: Body,
    page: Option<&Content>,
    coding: Coding,
) -> Option<(VecDeque<Bytes>, u64)> {
    let page = page.filter(|_| coding == Coding::Gzip)?;
    let stitched = page.stitched()?;
    match body {
        Body::Copy => stitched.join([Piece::Page { from: 0, to: page.body.len() }].into_iter()),
        Body::Splice { .. } => stitched.join(exchange.pieces()),
        Body::Rewrite => None,
    }
}

/// The pieces of a body; none of the page's bytes are copied.
fn put_together(exchange: &Exchange<'_>, page: &Bytes) -> VecDeque<Bytes> {
    let piece = |piece| match piece {
        Piece::Page { from, to } => page.slice_ref(page.get(from..to).unwrap_or_default()),
        Piece::Content(content) => Bytes::copy_from_slice(content),
    };
    exchange.pieces().map(piece).collect()
}

/// Tells the engine as much of the origin's head as it wants to know, and what is kept of the page.
fn supply(exchange: &mut Exchange<'_>, head: &response::Parts, source: &mut Source) {
    let codings = headers::joined(&head.headers, &CONTENT_ENCODING);
    let origin = OriginHead {
        status: head.status.as_u16(),
        content_type: head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()),
        content_encoding: codings.as_deref(),
    };
    match source {
        Source::Origin(_) | Source::Opened(_) => exchange.supply(Supply::Head(origin)),
        Source::Coming(_) => exchange.supply(Supply::Page(origin, Stored::default())),
        Source::Kept(page, _) => {
            let (version, plan) = (Some(page.version), page.plan());
            exchange.supply(Supply::Page(origin, Stored { version, plan: &plan, page: Some(&page.body) }));
        }
    }
}

type Pieces = mpsc::Sender<io::Result<Bytes>>;

/// Streams the body through the engine; returns early when the visitor has left.
async fn rewrite(
    exchange: &mut Exchange<'_>,
    mut body: Source,
    cache: Option<&Arc<Cache>>,
    mut coder: Coder,
    pieces: Pieces,
) {
    loop {
        let mut source = Pin::new(&mut body);
        let at_once = poll_fn(|context| Poll::Ready(source.as_mut().poll_frame(context))).await;
        let frame = match at_once {
            Poll::Ready(frame) => frame,
            Poll::Pending => {
                // There is no more for the moment: what came until now leaves.
                if !forward(coder.flush(), &pieces).await {
                    return;
                }
                tokio::select! {
                    () = pieces.closed() => return,
                    frame = poll_fn(|context| source.as_mut().poll_frame(context)) => frame,
                }
            }
        };
        let mut out = Out(Vec::new());
        let last = match frame {
            Some(Ok(frame)) => {
                // Trailers describe the origin's bytes and end here.
                if let Ok(bytes) = frame.into_data() {
                    exchange.push(&bytes, &mut out);
                }
                false
            }
            Some(Err(error)) => {
                exchange.supply(Supply::Failed);
                // Without its end the response is visibly broken, which a short page that looks whole would not be.
                let _ = pieces.send(Err(error)).await;
                return;
            }
            None => {
                exchange.end(&mut out);
                if let (Some(page), Some(cache)) = (body.kept(), cache)
                    && let Some(plan) = exchange.plan(page.version)
                {
                    cache.note(page, plan);
                }
                true
            }
        };
        if last {
            forward(coder.end(out.0), &pieces).await;
            return;
        }
        if !forward(coder.push(out.0), &pieces).await {
            return;
        }
    }
}

/// Hands a piece over; false when there is nothing more to hand over.
async fn forward(piece: io::Result<Vec<u8>>, pieces: &Pieces) -> bool {
    match piece {
        Ok(bytes) if bytes.is_empty() => !pieces.is_closed(),
        Ok(bytes) => pieces.send(Ok(Bytes::from(bytes))).await.is_ok(),
        Err(error) => {
            let _ = pieces.send(Err(error)).await;
            false
        }
    }
}

/// Bytes on their way out.
struct Out(Vec<u8>);

impl Sink for Out {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
}

fn send(commit: Commit, response: Response<Outgoing>) {
    // A visitor who has left needs no answer.
    let _ = commit.send(response);
}

/// An answer of the engine's own.
fn own(answer: Answer) -> Response<Outgoing> {
    let mut response = Response::new(Outgoing::Whole(Some(Bytes::from(answer.body))));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &answer.headers {
        if let Ok(value) = HeaderValue::from_str(value.as_str()) {
            response.headers_mut().append(HeaderName::from_static(name), value);
        }
    }
    response
}

/// The same, with what the engine asks of its head.
fn failed(edits: &HeadEdits) -> Response<Outgoing> {
    let mut response = bad_gateway();
    headers::edit_head(response.headers_mut(), edits);
    response
}

/// What the visitor sees when the origin does not answer.
fn bad_gateway() -> Response<Outgoing> {
    plain(StatusCode::BAD_GATEWAY, "The site is not available at the moment.\n")
}

fn plain(status: StatusCode, text: &'static str) -> Response<Outgoing> {
    let mut response = Response::new(Outgoing::Whole(Some(Bytes::from_static(text.as_bytes()))));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

//! One request from its head to the last byte of its response: the host's side of an exchange.

use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use hyper::body::{Body as _, Incoming};
use hyper::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue, UPGRADE};
use hyper::http::{request, response};
use hyper::{Method, Request, Response, StatusCode, Version};
use parvis::effect::{Answer, Effect, HeadEdits, OriginHead, RequestEdits, Sink, Stored, Supply};
use parvis::engine::Engine;
use parvis::exchange::Exchange;
use parvis::visitor::upstream::Upstream;
use tokio::sync::{mpsc, oneshot};

use crate::cache::Cache;
use crate::coding::{self, Coder, Sent, Wish};
use crate::fetch::{self, Source};
use crate::outgoing::{Outgoing, Pieces, forward};
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
    // One task owns the exchange until the last byte.
    tokio::spawn(converse(shared, client, request, commit));
    committed.await.unwrap_or_else(|_| bad_gateway())
}

/// Whether the target is a path, and the request needs no protocol upgrade.
fn understood(request: &Request<Incoming>) -> bool {
    let websocket = request
        .headers()
        .get(UPGRADE)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"));
    request.method() != Method::CONNECT && request.uri().path().starts_with('/') && !websocket
}

type Commit = oneshot::Sender<Response<Outgoing>>;

async fn converse(shared: Arc<Shared>, client: IpAddr, request: Request<Incoming>, commit: Commit) {
    let engine: Engine = shared.current.engine();
    let (parts, body) = request.into_parts();
    let mut exchange = engine.begin(visitor::facts(&parts, client, &shared.config));
    match exchange.step() {
        Effect::Answer(answer) => send(commit, own(answer)),
        Effect::Fetch(edits) => {
            let wish = Wish::of(&parts, &edits);
            let request = to_origin(&shared, client, (parts, body), &edits, engine.upstream(), &wish);
            from_origin(&shared, &mut exchange, request, &wish, commit).await;
        }
        Effect::Fail(edits) => send(commit, failed(&edits)),
        Effect::Send(_) => send(commit, bad_gateway()),
    }
    shared.records.put(exchange.record().to_json());
    exchange.into_room().into_iter().for_each(|room| shared.rooms.give(room));
}

/// The request to the origin; `None` if its target is not a valid URL.
fn to_origin(
    shared: &Shared,
    client: IpAddr,
    (mut parts, body): (request::Parts, Incoming),
    edits: &RequestEdits,
    upstream: Upstream<'_>,
    wish: &Wish,
) -> Option<Request<Incoming>> {
    #[cfg(feature = "cases")]
    let plan = Cache::staged(&parts);
    parts.uri = shared.origin.target(parts.uri.path_and_query()?.as_str())?;
    parts.version = Version::HTTP_11;
    headers::to_origin(&mut parts.headers, shared.origin.host(), client, &shared.config, upstream);
    headers::edit_request(&mut parts.headers, edits);
    wish.ask(&mut parts);
    #[cfg(feature = "cases")]
    shared.cache.iter().filter(|_| shared.config.staged).for_each(|cache| cache.spoil(&parts, plan));
    Some(Request::from_parts(parts, body))
}

/// Fetches from the origin and sends its response, with the engine's edits.
async fn from_origin(
    shared: &Shared,
    exchange: &mut Exchange,
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
        // The visitor disconnected before there was a response.
        () = commit.closed() => None,
        response = asked => response,
    };
    let Some((mut head, mut source)) = response else {
        exchange.supply(Supply::Failed);
        let Effect::Fail(edits) = exchange.step() else { return send(commit, bad_gateway()) };
        return send(commit, failed(&edits));
    };
    supply(shared, exchange, &head, &mut source);
    let Effect::Send(edits) = exchange.step() else { return send(commit, bad_gateway()) };
    match coding::sent(exchange, &mut head, source, &edits, wish) {
        Sent::Ready(body) => {
            exchange.end(&mut Out(Vec::new()));
            send(commit, Response::from_parts(head, body));
        }
        Sent::Through(source, coder) => {
            // One piece in flight: the origin is read only as fast as the visitor reads.
            let (pieces, receiver) = mpsc::channel(1);
            send(commit, Response::from_parts(head, Outgoing::Rewritten(receiver)));
            rewrite(exchange, source, shared.cache.as_ref(), coder, pieces).await;
        }
    }
}

/// Supplies the origin's head to the engine, and the stored page with its plan.
fn supply(shared: &Shared, exchange: &mut Exchange, head: &response::Parts, source: &mut Source) {
    let room = || shared.rooms.take();
    let codings = coding::joined(&head.headers, &CONTENT_ENCODING);
    let origin = OriginHead {
        status: head.status.as_u16(),
        content_type: head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()),
        content_encoding: codings.as_deref(),
    };
    match source {
        Source::Origin(_) | Source::Opened(_) => exchange.supply_in(Supply::Head(origin), &room),
        Source::Coming(_) => exchange.supply_in(Supply::Page(origin, Stored::default()), &room),
        Source::Kept(page, _) => {
            let (version, plan) = (Some(page.version), page.plan());
            let stored = Stored { version, plan: &plan, page: Some(&page.body) };
            exchange.supply_in(Supply::Page(origin, stored), &room);
        }
    }
}

/// Streams the body through the engine; returns early if the visitor disconnects.
async fn rewrite(
    exchange: &mut Exchange,
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
                // No more input for now: the output so far is sent.
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
                // Trailers describe the origin's bytes and are dropped.
                if let Ok(bytes) = frame.into_data() {
                    exchange.push(&bytes, &mut out);
                }
                false
            }
            Some(Err(error)) => {
                exchange.supply(Supply::Failed);
                // Without its end the response is visibly broken; a short page would look whole.
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

/// Buffer for output.
struct Out(Vec<u8>);

impl Sink for Out {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
}

fn send(commit: Commit, response: Response<Outgoing>) {
    // If the visitor has disconnected the error does not matter.
    let _ = commit.send(response);
}

/// A response of the engine's own.
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

/// The same, with the headers that the engine adds.
fn failed(edits: &HeadEdits) -> Response<Outgoing> {
    let mut response = bad_gateway();
    headers::edit_head(response.headers_mut(), edits);
    response
}

/// The error page for an origin that does not respond.
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

//! One request from its head to the last byte of its response: the host's side of an exchange.

use std::future::poll_fn;
use std::io;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body as _, Frame, Incoming, SizeHint};
use hyper::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
    UPGRADE,
};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode, Version};
use parvis::effect::{Answer, Body, Effect, OriginHead, RequestEdits, Sink, Supply};
use parvis::engine::Engine;
use parvis::exchange::Exchange;
use tokio::sync::{mpsc, oneshot};

use crate::origin::OriginBody;
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
            let request = to_origin(&shared, client, parts, body, &edits);
            from_origin(&shared, &mut exchange, request, commit).await;
        }
        Effect::Send(_) | Effect::Fail => send(commit, bad_gateway()),
    }
    (shared.config.records)(&exchange.record().to_json());
}

/// The visitor's request as the origin gets it; `None` when its target cannot be written down.
fn to_origin(
    shared: &Shared,
    client: IpAddr,
    mut parts: Parts,
    body: Incoming,
    edits: &RequestEdits,
) -> Option<Request<Incoming>> {
    parts.uri = shared.origin.target(parts.uri.path_and_query()?.as_str())?;
    parts.version = Version::HTTP_11;
    headers::to_origin(&mut parts.headers, shared.origin.host(), client, shared.config.behind_proxy);
    headers::edit_request(&mut parts.headers, edits);
    Some(Request::from_parts(parts, body))
}

/// Asks the origin and answers with what it said, edited as the engine wants it.
async fn from_origin(
    shared: &Shared,
    exchange: &mut Exchange<'_>,
    request: Option<Request<Incoming>>,
    mut commit: Commit,
) {
    let asked = async {
        match request {
            Some(request) => shared.origin.ask(request).await,
            None => None,
        }
    };
    let response = tokio::select! {
        // The visitor left before there was an answer; nobody is waiting for one.
        () = commit.closed() => None,
        response = asked => response,
    };
    let Some(mut response) = response.filter(|response| !response.status().is_informational()) else {
        exchange.supply(Supply::Failed);
        return send(commit, bad_gateway());
    };
    headers::remove_hop_by_hop(response.headers_mut());
    supply(exchange, &response);
    let Effect::Send(edits) = exchange.step() else { return send(commit, bad_gateway()) };
    headers::edit_head(response.headers_mut(), &edits);
    match edits.body {
        Body::Copy => send(commit, response.map(Outgoing::Origin)),
        Body::Rewrite | Body::Splice { .. } => {
            response.headers_mut().remove(CONTENT_LENGTH);
            let (head, body) = response.into_parts();
            // One piece in flight: the origin is read as fast as the visitor reads, and no faster.
            let (pieces, receiver) = mpsc::channel(1);
            send(commit, Response::from_parts(head, Outgoing::Rewritten(receiver)));
            rewrite(exchange, body, pieces).await;
        }
    }
}

/// Tells the engine as much of the origin's head as it wants to know.
fn supply(exchange: &mut Exchange<'_>, response: &Response<OriginBody>) {
    let headers = response.headers();
    let codings = joined(headers, &CONTENT_ENCODING);
    exchange.supply(Supply::Head(OriginHead {
        status: response.status().as_u16(),
        content_type: headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()),
        content_encoding: codings.as_deref(),
    }));
}

fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let values: Vec<&str> =
        headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("unreadable")).collect();
    (!values.is_empty()).then(|| values.join(","))
}

type Pieces = mpsc::Sender<io::Result<Bytes>>;

/// Streams the body through the engine; returns early when the visitor has left.
async fn rewrite(exchange: &mut Exchange<'_>, body: OriginBody, pieces: Pieces) {
    let mut body = pin!(body);
    loop {
        let frame = tokio::select! {
            () = pieces.closed() => return,
            frame = poll_fn(|context| body.as_mut().poll_frame(context)) => frame,
        };
        let mut out = Piece(Vec::new());
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
                true
            }
        };
        if !out.0.is_empty() && pieces.send(Ok(Bytes::from(out.0))).await.is_err() || last {
            return;
        }
    }
}

/// Bytes on their way out.
struct Piece(Vec<u8>);

impl Sink for Piece {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
}

/// A body of a response.
pub(crate) enum Outgoing {
    /// Known whole.
    Whole(Option<Bytes>),
    /// The origin's, as it is.
    Origin(OriginBody),
    /// The origin's, rewritten.
    Rewritten(mpsc::Receiver<io::Result<Bytes>>),
}

impl hyper::body::Body for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.get_mut() {
            Outgoing::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Outgoing::Origin(body) => Pin::new(body).poll_frame(context),
            Outgoing::Rewritten(pieces) => {
                pieces.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Outgoing::Whole(bytes) => bytes.is_none(),
            Outgoing::Origin(body) => body.is_end_stream(),
            Outgoing::Rewritten(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Outgoing::Whole(bytes) => {
                let length = bytes.as_ref().map_or(0, Bytes::len);
                SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
            }
            Outgoing::Origin(body) => body.size_hint(),
            Outgoing::Rewritten(_) => SizeHint::default(),
        }
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

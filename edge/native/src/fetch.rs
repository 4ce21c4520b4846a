//! Gets the page for a prepared request: from the cache if possible, else from the origin.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{Either, Empty};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::ETAG;
use hyper::http::{request, response};
use hyper::{Method, Request, Response, StatusCode};
use parvis::http::csp_nonce::Nonces;
use parvis::http::{conditional, freshness};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::cache::page::lifetime;
use crate::cache::{Cache, Content, Found, Page, Turn, judged};
use crate::coding::{self, Opened, open};
use crate::headers::{self, fields};
use crate::origin::{Origin, OriginBody};

/// How often a request waits for others that fetch the same page, before it fetches itself.
const WAITS: usize = 3;
/// Bytes of a cached page that are sent at once.
const SLICE: usize = 64 * 1024;

/// The source of a page.
pub(crate) enum Source {
    /// From the origin, not cached.
    Origin(Opened<OriginBody>),
    /// From the origin, being written to the cache.
    Coming(Coming),
    /// From the cache.
    Kept(Arc<Content>, Bytes),
    /// Any of these, decoded for this visitor.
    Opened(Box<Opened<Source>>),
}

/// A page that is being written to the cache and sent to a visitor.
pub(crate) struct Coming {
    pieces: mpsc::Receiver<io::Result<Bytes>>,
    length: SizeHint,
    kept: oneshot::Receiver<Arc<Content>>,
}

/// Gets a page; `None` if the origin refuses, disconnects or times out.
pub(crate) async fn page(
    origin: &Arc<Origin>,
    cache: Option<&Arc<Cache>>,
    request: Request<Incoming>,
) -> Option<(response::Parts, Source)> {
    let Some(cache) = cache else { return direct(origin, request).await };
    let may = freshness::may_answer(request.method().as_str(), &fields(request.headers()));
    if !may || !request.body().is_end_stream() {
        let bare = request.body().is_end_stream();
        let (parts, body) = request.into_parts();
        if let Some(page) = bare.then(|| at_hand(cache, &parts)).flatten() {
            let (head, body) = judged(&page, &parts);
            return Some((head, Source::Kept(Arc::clone(page.content()), body)));
        }
        let answer = direct(origin, Request::from_parts(parts.clone(), body)).await;
        let wrote = ![Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE].contains(&parts.method);
        if wrote && answer.as_ref().is_some_and(|(head, _)| !head.status.is_client_error()) {
            cache.forget_all(&parts);
        }
        return answer;
    }
    let (parts, _) = request.into_parts();
    let mut confirmed = freshness::wants_new(&fields(&parts.headers));
    for _ in 0..WAITS {
        match cache.find(&parts, confirmed) {
            Found::Fresh(page) => return Some(kept(&page, page.head())),
            Found::Ask(turn, stale) => return ask(origin, cache, parts, turn, stale).await,
            Found::Wait(mut over) => {
                // It ends with an error, because nothing is ever sent. A slow page delays no other request.
                if timeout(origin.patience(), over.changed()).await.is_err() {
                    break;
                }
                // A page that was fetched just now needs no revalidation.
                confirmed = false;
            }
        }
    }
    arrived(&parts, origin.ask(again(&parts)).await?).await
}

/// The cached page for a conditional, range or HEAD request.
fn at_hand(cache: &Cache, request: &request::Parts) -> Option<Arc<Page>> {
    let asked = fields(&request.headers);
    let may = conditional::may_answer(request.method.as_str(), &asked) && !freshness::wants_new(&asked);
    may.then(|| cache.peek(request)).flatten()
}

async fn direct(origin: &Origin, request: Request<Incoming>) -> Option<(response::Parts, Source)> {
    let (parts, body) = request.into_parts();
    let answer = origin.ask(Request::from_parts(parts.clone(), Either::Left(body))).await?;
    arrived(&parts, answer).await
}

/// The response to be passed on: a body that is to be read here is decoded, if possible.
async fn arrived(
    request: &request::Parts,
    response: Response<OriginBody>,
) -> Option<(response::Parts, Source)> {
    let (mut head, body) = response.into_parts();
    headers::remove_hop_by_hop(&mut head.headers);
    if head.status.is_informational() {
        return None;
    }
    let (body, decoded) = match coding::to_read(request, &head) {
        None => (Opened::Plain(body), false),
        Some(_) if request.method == Method::HEAD => (Opened::Plain(body), true),
        Some(coding) => open(body, coding).await,
    };
    if decoded {
        // The validator is kept: it is for revalidation with the origin, and is not sent to visitors.
        let etag = head.headers.get(ETAG).cloned();
        coding::as_decoded(&mut head.headers);
        etag.and_then(|etag| head.headers.insert(ETAG, etag));
    }
    Some((head, Source::Origin(body)))
}

/// The same request without a body.
fn again(parts: &request::Parts) -> Request<Either<Incoming, Empty<Bytes>>> {
    Request::from_parts(parts.clone(), Either::Right(Empty::new()))
}

fn kept(page: &Page, head: response::Parts) -> (response::Parts, Source) {
    let content = Arc::clone(page.content());
    let body = content.body.clone();
    (head, Source::Kept(content, body))
}

/// Fetches a page, or revalidates a stale one, for all requests that wait.
async fn ask(
    origin: &Arc<Origin>,
    cache: &Arc<Cache>,
    parts: request::Parts,
    turn: Turn,
    stale: Option<Arc<Page>>,
) -> Option<(response::Parts, Source)> {
    let mut question = again(&parts);
    let asked = stale.filter(|page| page.ask_for_confirmation(question.headers_mut()));
    let (mut head, mut source) = arrived(&parts, origin.ask(question).await?).await?;
    if let (StatusCode::NOT_MODIFIED, Some(page)) = (head.status, &asked) {
        if let Some(confirmed) = page.confirmed(&head) {
            match page.renewed(&parts, confirmed.clone()) {
                Some(renewed) => cache.keep(&parts, Arc::new(renewed)),
                None => cache.forget(&parts),
            }
            return Some(kept(page, confirmed));
        }
        // The origin confirmed a page that is not here.
        cache.forget(&parts);
        (head, source) = arrived(&parts, origin.ask(again(&parts)).await?).await?;
    }
    // A server error does not change whether the page may be stored.
    if !head.status.is_server_error() {
        cache.forget(&parts);
    }
    let Source::Origin(body) = source else { return Some((head, source)) };
    let longest = cache.longest();
    let fits = body.size_hint().lower() <= u64::try_from(longest).unwrap_or(u64::MAX);
    let Some(lifetime) = lifetime(&head).filter(|_| fits) else {
        return Some((head, Source::Origin(body)));
    };
    let (to_visitor, pieces) = mpsc::channel(1);
    let (tell, told) = oneshot::channel();
    let length = body.size_hint();
    let filling = Filling { request: parts, head: head.clone(), lifetime, turn, tell };
    tokio::spawn(fill(Arc::clone(cache), body, to_visitor, filling));
    Some((head, Source::Coming(Coming { pieces, length, kept: told })))
}

/// The state that is needed to store a page once it is complete.
struct Filling {
    request: request::Parts,
    head: response::Parts,
    lifetime: Duration,
    turn: Turn,
    tell: oneshot::Sender<Arc<Content>>,
}

/// Reads a page from the origin as fast as possible, and sends it to the visitor as fast as that one reads.
///
/// A page that is too long, or has a nonce, is not stored, and from then on read only as fast as the visitor reads.
async fn fill(
    cache: Arc<Cache>,
    body: Opened<OriginBody>,
    to_visitor: mpsc::Sender<io::Result<Bytes>>,
    filling: Filling,
) {
    let mut body = pin!(body);
    let mut collected = Vec::new();
    let mut nonces = Nonces::default();
    let mut filling = Some(filling);
    let mut waiting: VecDeque<io::Result<Bytes>> = VecDeque::new();
    let mut ended = false;
    let mut left = false;
    while !ended || !waiting.is_empty() {
        tokio::select! {
            permit = to_visitor.reserve(), if !left && !waiting.is_empty() => match (permit, waiting.pop_front()) {
                (Ok(permit), Some(piece)) => permit.send(piece),
                _ => left = true,
            },
            frame = poll_fn(|context| body.as_mut().poll_frame(context)),
                if !ended && (filling.is_some() || waiting.is_empty()) => match frame {
                // Trailers describe this transfer and are dropped.
                Some(Ok(frame)) => if let Ok(bytes) = frame.into_data() {
                    nonces.push(&bytes);
                    let may_take = |filling: &mut Filling| !nonces.found() && filling.turn.may_take(bytes.len());
                    if filling.as_mut().is_some_and(may_take) {
                        collected.extend_from_slice(&bytes);
                    } else {
                        // Waiting requests then fetch for themselves.
                        filling = None;
                        collected = Vec::new();
                    }
                    waiting.push_back(Ok(bytes));
                },
                Some(Err(error)) => {
                    ended = true;
                    filling = None;
                    waiting.push_back(Err(error));
                }
                None => {
                    ended = true;
                    if let Some(filling) = filling.take() {
                        filling.keep(&cache, Bytes::from(std::mem::take(&mut collected)));
                    }
                }
            },
        }
        if left {
            waiting.clear();
            if filling.is_none() {
                return;
            }
        }
    }
}

impl Filling {
    fn keep(self, cache: &Cache, body: Bytes) {
        let Filling { request, head, lifetime, turn, tell } = self;
        if let Some(page) = Page::new(&request, head, body, lifetime) {
            // If the visitor disconnected no plan is needed.
            let _ = tell.send(Arc::clone(page.content()));
            cache.keep(&request, Arc::new(page));
        }
        drop(turn);
    }
}

impl Source {
    /// The page in the cache, if it is complete.
    pub(crate) fn kept(&mut self) -> Option<Arc<Content>> {
        match self {
            Source::Origin(_) | Source::Opened(_) => None,
            Source::Coming(coming) => coming.kept.try_recv().ok(),
            Source::Kept(content, _) => Some(Arc::clone(content)),
        }
    }
}

impl Body for Source {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.get_mut() {
            Source::Origin(body) => Pin::new(body).poll_frame(context),
            Source::Opened(body) => Pin::new(body.as_mut()).poll_frame(context),
            Source::Coming(coming) => {
                coming.pieces.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
            }
            Source::Kept(_, rest) if rest.is_empty() => Poll::Ready(None),
            Source::Kept(_, rest) => {
                let slice = rest.split_to(rest.len().min(SLICE));
                Poll::Ready(Some(Ok(Frame::data(slice))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Source::Origin(body) => body.is_end_stream(),
            Source::Opened(body) => body.is_end_stream(),
            Source::Coming(_) => false,
            Source::Kept(_, rest) => rest.is_empty(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Source::Origin(body) => body.size_hint(),
            Source::Opened(body) => body.size_hint(),
            Source::Coming(coming) => coming.length,
            Source::Kept(_, rest) => SizeHint::with_exact(u64::try_from(rest.len()).unwrap_or(u64::MAX)),
        }
    }
}

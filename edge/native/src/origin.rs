//! The origin: one pool of connections, timeouts, and the base URL of requests.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{Either, Empty};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::http::uri::PathAndQuery;
use hyper::{Request, Response, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use tokio::time::{Instant, Sleep, sleep, timeout};

use crate::config::{Config, Timeouts};
use crate::server::Error;

/// The body of a request to the origin: the visitor's, or none.
type Question = Either<Incoming, Empty<Bytes>>;

/// The type of a stream of events (WHATWG HTML, server-sent events).
const EVENTS: &str = "text/event-stream";

/// Client of the origin.
pub(crate) struct Origin {
    address: Uri,
    host: HeaderValue,
    timeouts: Timeouts,
    client: Client<HttpsConnector<HttpConnector>, Question>,
}

impl Origin {
    pub(crate) fn new(config: &Config) -> Result<Origin, Error> {
        let address = &config.origin;
        let refuse = |why: &str| Error(format!("cannot use the origin `{address}`: {why}"));
        let https = match address.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(refuse("it must begin with `http://` or `https://`")),
        };
        if address.query().is_some() {
            return Err(refuse("it must not have a query"));
        }
        let authority = address.authority().ok_or_else(|| refuse("it names no host"))?;
        let without_user = authority.as_str().rsplit('@').next().unwrap_or_default();
        let host = HeaderValue::from_str(without_user).map_err(|error| refuse(&error.to_string()))?;
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(config.timeouts.connect));
        let builder = HttpsConnectorBuilder::new();
        let connector = if https {
            builder.with_native_roots().map_err(|error| refuse(&format!("no root certificates: {error}")))?
        } else {
            // Never used to verify anything, because only `http` is requested.
            builder.with_tls_config(no_roots().map_err(|error| refuse(&error.to_string()))?)
        };
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            // Below the 5 s after which Node closes an idle connection: a request must not use a connection that is being
            // closed.
            .pool_idle_timeout(Duration::from_secs(4))
            .http1_max_headers(256)
            .build(connector.https_or_http().enable_http1().wrap_connector(http));
        Ok(Origin { address: address.clone(), host, timeouts: config.timeouts, client })
    }

    /// The `Host` header of requests.
    pub(crate) const fn host(&self) -> &HeaderValue {
        &self.host
    }

    /// Timeout for the head of a response.
    pub(crate) const fn patience(&self) -> Duration {
        self.timeouts.first_byte
    }

    /// The URL of a request for `path`.
    pub(crate) fn target(&self, path: &str) -> Option<Uri> {
        let base = self.address.path().trim_end_matches('/');
        let mut parts = self.address.clone().into_parts();
        parts.path_and_query = Some(PathAndQuery::try_from(format!("{base}{path}")).ok()?);
        Uri::from_parts(parts).ok()
    }

    /// Sends a request and waits for the head of the response; `None` if the origin refuses, disconnects or times out.
    pub(crate) async fn ask(&self, request: Request<Question>) -> Option<Response<OriginBody>> {
        let patience = if request.body().is_end_stream() {
            self.timeouts.first_byte
        } else {
            self.timeouts.first_byte.saturating_mul(10)
        };
        let response = timeout(patience, self.client.request(request)).await.ok()?.ok()?;
        let kind = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
        let streams_events =
            kind.get(..EVENTS.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(EVENTS.as_bytes()));
        // Events may be hours apart, and who no longer listens is noticed by the connection.
        let patience = if streams_events { Duration::MAX } else { self.timeouts.between_bytes };
        Some(response.map(|body| OriginBody::new(body, patience)))
    }
}

/// A body of the origin that fails if no bytes arrive for too long.
pub(crate) struct OriginBody {
    body: Incoming,
    patience: Duration,
    deadline: Pin<Box<Sleep>>,
}

impl OriginBody {
    fn new(body: Incoming, patience: Duration) -> OriginBody {
        OriginBody { body, patience, deadline: Box::pin(sleep(patience)) }
    }
}

impl Body for OriginBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(frame) => {
                let next = Instant::now().checked_add(self.patience);
                if let Some(next) = next {
                    self.deadline.as_mut().reset(next);
                }
                Poll::Ready(frame.map(|frame| frame.map_err(io::Error::other)))
            }
            Poll::Pending => self
                .deadline
                .as_mut()
                .poll(context)
                .map(|()| Some(Err(io::Error::from(io::ErrorKind::TimedOut)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A TLS configuration without trusted roots, for origins that are contacted without TLS.
fn no_roots() -> Result<ClientConfig, rustls::Error> {
    Ok(ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}

//! Content-coding negotiation: by the origin and the visitor, or by this server for both.
//!
//! For a page that it may change, the engine requests an unencoded body. This host instead requests any coding that it
//! decodes, and encodes the response for the visitor. Otherwise `Accept-Encoding` goes to the origin unchanged.

use hyper::Method;
use hyper::body::Body as _;
use hyper::header::{
    ACCEPT_ENCODING, ACCEPT_RANGES, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, VARY,
};
use hyper::http::{request, response};
use parvis::effect::{OriginHead, RequestEdits};
use parvis::http::coding::{Accepted, Applied, Coding, applied};
use parvis::http::content::rewritable;

use super::{MADE, open};
use crate::fetch::Source;

/// `Accept-Encoding` for the origin: exactly the codings that can be decoded here.
const ASKED: HeaderValue = HeaderValue::from_static("gzip, deflate, br, zstd");
/// Bytes of a page up to which encoding it saves no packet.
const SMALL: u64 = 1024;
/// Order of preference for a page that has compressed pieces.
const STITCHED: [Coding; 3] = [Coding::Gzip, Coding::Zstd, Coding::Brotli];

/// Extension of a request whose coding this server negotiates, with the path of the visitor's request.
#[derive(Clone, Debug)]
pub(crate) struct Ours {
    path: String,
}

/// The visitor's `Accept-Encoding`.
pub(crate) struct Wish {
    ours: Option<Ours>,
    accept: Option<String>,
    head: bool,
}

impl Wish {
    /// The visitor's coding preferences in this request, to which the engine makes these edits.
    pub(crate) fn of(request: &request::Parts, edits: &RequestEdits) -> Wish {
        let ours = edits.set.iter().any(|(name, _)| *name == ACCEPT_ENCODING);
        Wish {
            ours: ours.then(|| Ours { path: request.uri.path().to_owned() }),
            accept: joined(&request.headers, &ACCEPT_ENCODING),
            head: request.method == Method::HEAD,
        }
    }

    /// Requests the codings that can be decoded, if this server negotiates.
    pub(crate) fn ask(&self, request: &mut request::Parts) {
        if let Some(ours) = &self.ours {
            request.headers.insert(ACCEPT_ENCODING, ASKED);
            request.extensions.insert(ours.clone());
        }
    }

    /// The body as this visitor can read it: a coding that we requested and they do not accept is decoded. This applies
    /// also to visitors who refuse unencoded bodies, because all clients can read those.
    pub(crate) async fn open(&self, head: &mut response::Parts, source: Source) -> Source {
        let refused = match applied(joined(&head.headers, &CONTENT_ENCODING).as_deref()) {
            Applied::One(coding) if self.ours.is_some() && self.accepted().weight(coding) == 0 => coding,
            _ => return source,
        };
        let bodiless = head.status.as_u16() == 304 || head.headers.contains_key(CONTENT_RANGE);
        if bodiless {
            return source;
        }
        let (source, decoded) = if self.head {
            (source, true)
        } else {
            let (opened, decoded) = open(source, refused).await;
            (Source::Opened(Box::new(opened)), decoded)
        };
        if decoded {
            as_decoded(&mut head.headers);
            vary(&mut head.headers);
        }
        source
    }

    /// Whether this server negotiates the coding of this response: a page that the engine may change.
    pub(crate) fn chooses(&self, head: &response::Parts) -> bool {
        let transformable = || {
            let control = joined(&head.headers, &CACHE_CONTROL).unwrap_or_default();
            !control.split(',').any(|directive| directive.trim().eq_ignore_ascii_case("no-transform"))
        };
        self.ours.as_ref().is_some_and(|ours| is_page(head, ours, false)) && transformable()
    }

    /// Chooses the coding of a page of `length` bytes, and sets it in the head.
    pub(crate) fn choose(
        &self,
        headers: &mut HeaderMap,
        length: Option<u64>,
        stitched: bool,
    ) -> Option<Coding> {
        vary(headers);
        if length.is_some_and(|length| length < SMALL) && self.accepted().takes_identity() {
            return None;
        }
        let coding = self.accepted().best(if stitched { &STITCHED } else { &MADE })?;
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
        Some(coding)
    }

    /// Whether the response has no body.
    pub(crate) const fn is_head(&self) -> bool {
        self.head
    }

    fn accepted(&self) -> Accepted<'_> {
        Accepted::new(self.accept.as_deref())
    }
}

/// The coding of the origin's page, if it has to be read here.
pub(crate) fn to_read(request: &request::Parts, head: &response::Parts) -> Option<Coding> {
    request.extensions.get::<Ours>().filter(|ours| is_page(head, ours, true))?;
    match applied(joined(&head.headers, &CONTENT_ENCODING).as_deref()) {
        Applied::One(coding) => Some(coding),
        Applied::Identity | Applied::Other => None,
    }
}

/// Whether this server negotiates the coding of responses to these requests.
pub(crate) fn is_ours(request: &request::Parts) -> bool {
    request.extensions.get::<Ours>().is_some()
}

/// Whether the engine may change this page; `coded` if its coding is ignored.
fn is_page(head: &response::Parts, ours: &Ours, coded: bool) -> bool {
    let codings = joined(&head.headers, &CONTENT_ENCODING).filter(|_| !coded);
    let origin = OriginHead {
        status: head.status.as_u16(),
        content_type: head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()),
        content_encoding: codings.as_deref(),
    };
    rewritable(&origin, &ours.path).is_ok()
}

/// Removes headers that describe the coded bytes, and makes the validator weak.
pub(crate) fn as_decoded(headers: &mut HeaderMap) {
    let digests = ["content-md5", "digest", "content-digest", "repr-digest"].map(HeaderName::from_static);
    for name in [CONTENT_ENCODING, CONTENT_LENGTH, ACCEPT_RANGES].into_iter().chain(digests) {
        headers.remove(name);
    }
    let Some(etag) = headers.get(ETAG).filter(|etag| etag.as_bytes().starts_with(b"\"")) else { return };
    if let Ok(weak) = HeaderValue::from_bytes(&[b"W/", etag.as_bytes()].concat()) {
        headers.insert(ETAG, weak);
    }
}

/// Adds `Accept-Encoding` to `Vary`.
fn vary(headers: &mut HeaderMap) {
    let said = joined(headers, &VARY).unwrap_or_default();
    let said = |name: &str| said.split(',').any(|one| one.trim().eq_ignore_ascii_case(name));
    if !said("*") && !said(ACCEPT_ENCODING.as_str()) {
        headers.append(VARY, HeaderValue::from_name(ACCEPT_ENCODING));
    }
}

/// The values of a header joined by commas; an unreadable one becomes an unknown value.
pub(crate) fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let values: Vec<&str> =
        headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("unreadable")).collect();
    (!values.is_empty()).then(|| values.join(","))
}

/// The length of a page, if it is known before it is sent.
pub(crate) fn length(head: &response::Parts, source: &Source, is_head: bool) -> Option<u64> {
    let said = head.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    said.or_else(|| source.size_hint().exact().filter(|_| !is_head))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use super::*;

    #[test]
    fn the_origin_is_asked_for_exactly_what_can_be_decoded() {
        assert_eq!(ASKED, Coding::ALL.map(Coding::name).join(", "));
        assert!(Coding::ALL.into_iter().all(|coding| super::super::decode::Decoder::new(coding).is_ok()));
    }

    #[test]
    fn a_decoded_head_says_nothing_of_the_coded_bytes() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("etag", "\"a\""),
            ("content-encoding", "gzip"),
            ("content-length", "9"),
            ("accept-ranges", "bytes"),
            ("repr-digest", "x"),
            ("vary", "Accept-Language"),
            ("x-other", "1"),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        as_decoded(&mut headers);
        vary(&mut headers);
        vary(&mut headers);
        assert_eq!(headers.get("etag").unwrap(), "W/\"a\"");
        assert_eq!(joined(&headers, &VARY).unwrap(), "Accept-Language,accept-encoding");
        assert_eq!(headers.len(), 4, "{headers:?}");
        as_decoded(&mut headers);
        assert_eq!(headers.get("etag").unwrap(), "W/\"a\"");
    }
}

//! How a body is sent: unchanged, assembled, or through an encoder.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use hyper::http::response;
use parvis::effect::{Body, HeadEdits, Piece};
use parvis::exchange::Exchange;
use parvis::http::coding::Coding;

use super::wish::length;
use super::{Coder, Encoder, Wish};
use crate::cache::Content;
use crate::fetch::Source;
use crate::headers;
use crate::outgoing::Outgoing;

/// A body to be sent.
pub(crate) enum Sent {
    /// Without passing it through the engine.
    Ready(Outgoing),
    /// Through the engine, and then through this coder.
    Through(Source, Coder),
}

/// Edits the head of a response and decides how its body is sent; after that only the origin can fail.
pub(crate) fn sent(
    exchange: &Exchange,
    head: &mut response::Parts,
    source: Source,
    edits: &HeadEdits,
    wish: &Wish,
) -> Sent {
    let page = match &source {
        Source::Kept(page, _) => Some(Arc::clone(page)),
        _ => None,
    };
    let (ours, length) = (wish.chooses(head), length(head, &source, wish.is_head()));
    headers::edit_head(&mut head.headers, edits);
    let stitched = page.as_ref().is_some_and(|page| page.stitched().is_some());
    let coding = ours.then(|| wish.choose(&mut head.headers, length, stitched)).flatten();
    if edits.body != Body::Copy || coding.is_some() {
        head.headers.remove(CONTENT_LENGTH);
    }
    if wish.is_head() && ours {
        return Sent::Ready(Outgoing::Whole(None));
    }
    if let Some((parts, length)) =
        coding.and_then(|coding| stitch(exchange, edits.body, page.as_deref(), coding))
    {
        return Sent::Ready(Outgoing::Spliced(parts, length));
    }
    let encoder = coding.and_then(Encoder::new);
    if encoder.is_none() && coding.is_some() {
        head.headers.remove(CONTENT_ENCODING);
    }
    Sent::Ready(match (edits.body, page, encoder) {
        (Body::Copy, _, None) => Outgoing::Source(source),
        (Body::Splice { length }, Some(page), None) => {
            Outgoing::Spliced(put_together(exchange, &page.body), length)
        }
        (Body::Splice { .. }, Some(page), encoder) => {
            Outgoing::Coded(put_together(exchange, &page.body), encoder)
        }
        (_, _, encoder) => return Sent::Through(source, Coder::new(encoder)),
    })
}

/// The body of a cached page from its compressed pieces, if it has any.
fn stitch(
    exchange: &Exchange,
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

/// The pieces of a body; the page's bytes are not copied.
fn put_together(exchange: &Exchange, page: &Bytes) -> VecDeque<Bytes> {
    let piece = |piece| match piece {
        Piece::Page { from, to } => page.slice_ref(page.get(from..to).unwrap_or_default()),
        Piece::Content(content) => Bytes::copy_from_slice(content),
    };
    exchange.pieces().map(piece).collect()
}

//! Response bodies, in the form of the HTTP library.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use tokio::sync::mpsc;

use crate::coding::Encoder;
use crate::fetch::Source;

/// Bytes of a cached page that are encoded at once.
const SLICE: usize = 64 * 1024;

/// A body of a response.
pub(crate) enum Outgoing {
    /// Complete in memory.
    Whole(Option<Bytes>),
    /// The origin's, as it is.
    Source(Source),
    /// The origin's, rewritten.
    Rewritten(mpsc::Receiver<io::Result<Bytes>>),
    /// Assembled from a cached page; with the number of remaining bytes.
    Spliced(VecDeque<Bytes>, u64),
    /// The same, encoded while it is sent; the encoder is `None` when it has ended.
    Coded(VecDeque<Bytes>, Option<Encoder>),
}

/// The next encoded output of these pieces.
fn code(pieces: &mut VecDeque<Bytes>, encoder: &mut Option<Encoder>) -> io::Result<Option<Bytes>> {
    while let Some(at_work) = encoder {
        let coded = match pieces.front_mut() {
            Some(piece) => {
                let slice = piece.split_to(piece.len().min(SLICE));
                if piece.is_empty() {
                    pieces.pop_front();
                }
                at_work.push(&slice)?
            }
            None => encoder.take().map(Encoder::end).transpose()?.unwrap_or_default(),
        };
        if !coded.is_empty() {
            return Ok(Some(coded.into()));
        }
    }
    Ok(None)
}

/// Receives the pieces of a rewritten body.
pub(crate) type Pieces = mpsc::Sender<io::Result<Bytes>>;

/// Sends a piece; false if no further piece can be sent.
pub(crate) async fn forward(piece: io::Result<Vec<u8>>, pieces: &Pieces) -> bool {
    match piece {
        Ok(bytes) if bytes.is_empty() => !pieces.is_closed(),
        Ok(bytes) => pieces.send(Ok(Bytes::from(bytes))).await.is_ok(),
        Err(error) => {
            let _ = pieces.send(Err(error)).await;
            false
        }
    }
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
            Outgoing::Source(body) => Pin::new(body).poll_frame(context),
            Outgoing::Rewritten(pieces) => {
                pieces.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
            }
            Outgoing::Spliced(pieces, left) => {
                let piece = pieces.pop_front();
                let length = piece.as_ref().map_or(0, Bytes::len);
                *left = left.saturating_sub(u64::try_from(length).unwrap_or(u64::MAX));
                Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
            }
            Outgoing::Coded(pieces, encoder) => {
                let coded = code(pieces, encoder);
                if coded.is_err() {
                    *encoder = None;
                }
                Poll::Ready(coded.map(|coded| coded.map(Frame::data)).transpose())
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Outgoing::Whole(bytes) => bytes.is_none(),
            Outgoing::Source(body) => body.is_end_stream(),
            Outgoing::Rewritten(_) => false,
            Outgoing::Spliced(pieces, _) => pieces.is_empty(),
            Outgoing::Coded(_, encoder) => encoder.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Outgoing::Whole(bytes) => {
                let length = bytes.as_ref().map_or(0, Bytes::len);
                SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
            }
            Outgoing::Source(body) => body.size_hint(),
            Outgoing::Rewritten(_) | Outgoing::Coded(..) => SizeHint::default(),
            Outgoing::Spliced(_, left) => SizeHint::with_exact(*left),
        }
    }
}

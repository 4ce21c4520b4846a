//! A body that is decoded while it is read, if possible.

use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes, BytesMut};
use hyper::body::{Body, Frame, SizeHint};
use parvis::http::coding::Coding;

use super::decode::Decoder;

/// Bytes that are decoded at once.
const PIECE: usize = 32 * 1024;
/// Coded bytes without decoded output, after which a body counts as unreadable.
const PATIENCE: u64 = 64 * 1024;

/// A body, decoded or not.
pub(crate) enum Opened<B> {
    /// Not decoded.
    Plain(B),
    /// Decoded.
    Decoded(Box<Decoded<B>>),
    /// Not decoded, after a failed attempt: first the bytes that the attempt has read.
    Again(Box<Again<B>>),
}

/// A body that passes through a decoder.
pub(crate) struct Decoded<B> {
    body: B,
    decoder: Decoder,
    pending: Bytes,
    /// Whether the decoder has more output than there was space for.
    more: bool,
    ended: bool,
    over: bool,
    first: Option<Bytes>,
    /// The bytes read so far, while they may have to be read again.
    seen: Option<BytesMut>,
}

pub(crate) struct Again<B> {
    seen: Bytes,
    error: Option<io::Error>,
    /// The length of the body before the attempt.
    length: SizeHint,
    body: B,
}

/// Decodes a body, if its beginning can be decoded; returns whether it is decoded.
///
/// It waits for the first decoded byte, so that a wrong `Content-Encoding` is detected before the head is sent.
pub(crate) async fn open<B>(body: B, coding: Coding) -> (Opened<B>, bool)
where
    B: Body<Data = Bytes, Error = io::Error> + Unpin,
{
    let Ok(decoder) = Decoder::new(coding) else { return (Opened::Plain(body), false) };
    let length = body.size_hint();
    let mut decoded = Decoded {
        body,
        decoder,
        pending: Bytes::new(),
        more: false,
        ended: false,
        over: false,
        first: None,
        seen: Some(BytesMut::new()),
    };
    match poll_fn(|context| decoded.poll_bytes(context)).await {
        Some(Err(error)) => {
            let seen = decoded.seen.take().unwrap_or_default().freeze();
            // An error of the decoder is ours only; an error of the origin's connection is also passed to the visitor.
            let error = (error.kind() != ErrorKind::InvalidData && !decoded.ended).then_some(error);
            (Opened::Again(Box::new(Again { seen, error, length, body: decoded.body })), false)
        }
        first => {
            decoded.first = first.and_then(Result::ok);
            decoded.seen = None;
            (Opened::Decoded(Box::new(decoded)), true)
        }
    }
}

impl<B: Body<Data = Bytes, Error = io::Error> + Unpin> Decoded<B> {
    /// The next piece of the page.
    fn poll_bytes(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        if self.over {
            return Poll::Ready(None);
        }
        let next = ready!(self.poll_next(context));
        self.over = !matches!(next, Some(Ok(_)));
        Poll::Ready(next)
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        loop {
            match self.decode() {
                Ok(Some(piece)) => return Poll::Ready(Some(Ok(piece))),
                Ok(None) => {}
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
            if self.ended {
                let whole = self.decoder.is_complete() && self.pending.is_empty();
                let broken = || io::Error::new(ErrorKind::UnexpectedEof, "the coded body broke off");
                return Poll::Ready((!whole).then(|| Err(broken())));
            }
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                None => self.ended = true,
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                // Trailers describe the coded body and are dropped.
                Some(Ok(frame)) => {
                    let Ok(bytes) = frame.into_data() else { continue };
                    if let Some(seen) = &mut self.seen {
                        seen.extend_from_slice(&bytes);
                    }
                    self.pending = if self.pending.is_empty() {
                        bytes
                    } else {
                        // At most one byte, which alone does not distinguish the two forms of `deflate`.
                        [self.pending.as_ref(), &bytes].concat().into()
                    };
                }
            }
        }
    }

    /// Decodes the pending bytes; `None` if there is no output yet.
    fn decode(&mut self) -> io::Result<Option<Bytes>> {
        while self.more || !self.pending.is_empty() {
            let mut output = vec![0; PIECE];
            let step = self.decoder.step(&self.pending, &mut output)?;
            self.pending.advance(step.taken);
            self.more = step.made == output.len();
            if step.made > 0 {
                output.truncate(step.made);
                return Ok(Some(output.into()));
            }
            if step.taken == 0 {
                break;
            }
        }
        if self.seen.is_some() && self.decoder.taken() > PATIENCE {
            return Err(io::Error::new(ErrorKind::InvalidData, "nothing comes out of it"));
        }
        Ok(None)
    }
}

impl<B: Body<Data = Bytes, Error = io::Error> + Unpin> Body for Opened<B> {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.get_mut() {
            Opened::Plain(body) => Pin::new(body).poll_frame(context),
            Opened::Decoded(decoded) => {
                decoded.poll_bytes(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
            }
            Opened::Again(again) => {
                if !again.seen.is_empty() {
                    return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut again.seen)))));
                }
                match again.error.take() {
                    Some(error) => Poll::Ready(Some(Err(error))),
                    None => Pin::new(&mut again.body).poll_frame(context),
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Opened::Plain(body) => body.is_end_stream(),
            Opened::Decoded(decoded) => decoded.over && decoded.first.is_none(),
            Opened::Again(again) => {
                again.seen.is_empty() && again.error.is_none() && again.body.is_end_stream()
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Opened::Plain(body) => body.size_hint(),
            Opened::Decoded(_) => SizeHint::default(),
            Opened::Again(again) if again.seen.is_empty() => again.body.size_hint(),
            Opened::Again(again) => again.length,
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "a failing test may panic")]

    use std::collections::VecDeque;

    use super::super::tests::{coded, text};
    use super::*;

    /// A body in pieces, which may end in an error.
    struct Pieces(VecDeque<io::Result<Bytes>>);

    impl Body for Pieces {
        type Data = Bytes;
        type Error = io::Error;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
            Poll::Ready(self.get_mut().0.pop_front().map(|piece| piece.map(Frame::data)))
        }
    }

    fn pieces(body: &[u8], size: usize) -> VecDeque<io::Result<Bytes>> {
        body.chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect()
    }

    fn reset() -> io::Result<Bytes> {
        Err(io::Error::from(ErrorKind::ConnectionReset))
    }

    async fn read(mut body: Opened<Pieces>) -> (Vec<u8>, Option<ErrorKind>) {
        let mut bytes = Vec::new();
        loop {
            match poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
                None => return (bytes, None),
                Some(Err(error)) => return (bytes, Some(error.kind())),
                Some(Ok(frame)) => bytes.extend(frame.into_data().unwrap_or_else(|_| panic!("no data"))),
            }
        }
    }

    #[tokio::test]
    async fn a_coded_body_is_opened_and_what_is_none_comes_as_it_is() {
        let text = text(100_000);
        for (name, coding, body) in coded(&text) {
            for size in [1, 1000, 200_000] {
                let (opened, decoded) = open(Pieces(pieces(&body, size)), coding).await;
                assert!(decoded && read(opened).await == (text.clone(), None), "{name} {size}");
                // What is no such body is found out at once, or breaks visibly where it makes no sense any more.
                let (opened, decoded) = open(Pieces(pieces(&text, size)), coding).await;
                let (bytes, error) = read(opened).await;
                assert!(if decoded { error.is_some() } else { bytes == text }, "{name} {size}");
                assert!(!decoded || coding == Coding::Brotli, "{name} {size}");
            }
            let (opened, decoded) = open(Pieces(VecDeque::new()), coding).await;
            assert!(decoded && read(opened).await == (Vec::new(), None), "{name}");
        }
    }

    #[tokio::test]
    async fn a_body_that_dies_dies_visibly_wherever_that_is() {
        let text = text(100_000);
        for (name, coding, body) in coded(&text) {
            for kept in [0, 1, 5, 100, body.len() / 2, body.len() - 1] {
                for dies in [true, false] {
                    let mut short = pieces(body.get(..kept).unwrap(), 1000);
                    if dies {
                        short.push_back(reset());
                    }
                    let (opened, decoded) = open(Pieces(short), coding).await;
                    let (bytes, error) = read(opened).await;
                    let case = format!("{name} {kept} {dies}: {decoded} {error:?}");
                    if decoded {
                        assert!(text.starts_with(&bytes), "{case}");
                        assert_eq!(error.is_some(), dies || kept > 0, "{case}");
                    } else {
                        // The coded bytes themselves, for the visitor's browser to refuse.
                        assert!(body.starts_with(&bytes) && bytes.len() == kept, "{case}");
                        assert_eq!(error.is_some(), dies, "{case}");
                    }
                }
            }
        }
    }
}

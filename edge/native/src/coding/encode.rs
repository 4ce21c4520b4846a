//! Encodes rewritten bodies in a stream.

use std::io::{self, Write as _};
use std::mem;

use brotli::CompressorWriter;
use flate2::Compression;
use flate2::write::GzEncoder;
use parvis::http::coding::Coding;

/// The codings that are made here, in order of preference: of two that a visitor accepts equally, the cheaper one.
pub(crate) const MADE: [Coding; 3] = [Coding::Zstd, Coding::Brotli, Coding::Gzip];

/// Levels of about the same cost, at which text is compressed to about a fifth.
const ZSTD_LEVEL: i32 = 4;
const BROTLI_LEVEL: u32 = 5;
/// Window of brotli as a power of two: pages are rarely longer, and each visitor's encoder needs a few times as much
/// memory.
const BROTLI_WINDOW: u32 = 19;
const BROTLI_BUFFER: usize = 4096;

/// An encoder for one body.
pub(crate) enum Encoder {
    Gzip(Box<GzEncoder<Vec<u8>>>),
    Brotli(Box<CompressorWriter<Vec<u8>>>),
    Zstd(zstd::stream::write::Encoder<'static, Vec<u8>>),
}

impl Encoder {
    /// An encoder, if this coding is [`MADE`] here and there is memory for it.
    pub(crate) fn new(coding: Coding) -> Option<Encoder> {
        match coding {
            Coding::Gzip => Some(Encoder::Gzip(Box::new(GzEncoder::new(Vec::new(), Compression::default())))),
            Coding::Brotli => {
                let writer = CompressorWriter::new(Vec::new(), BROTLI_BUFFER, BROTLI_LEVEL, BROTLI_WINDOW);
                Some(Encoder::Brotli(Box::new(writer)))
            }
            Coding::Zstd => zstd::stream::write::Encoder::new(Vec::new(), ZSTD_LEVEL).ok().map(Encoder::Zstd),
            Coding::Deflate => None,
        }
    }

    /// Reads bytes and returns the output that is ready, which may be empty.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Encoder::Gzip(encoder) => encoder.write_all(bytes)?,
            Encoder::Brotli(encoder) => encoder.write_all(bytes)?,
            Encoder::Zstd(encoder) => encoder.write_all(bytes)?,
        }
        Ok(self.take())
    }

    /// Returns the output of all bytes read so far.
    pub(crate) fn flush(&mut self) -> io::Result<Vec<u8>> {
        match self {
            Encoder::Gzip(encoder) => encoder.flush()?,
            Encoder::Brotli(encoder) => encoder.flush()?,
            Encoder::Zstd(encoder) => encoder.flush()?,
        }
        Ok(self.take())
    }

    /// Ends the body and returns the rest of the output.
    pub(crate) fn end(self) -> io::Result<Vec<u8>> {
        match self {
            Encoder::Gzip(encoder) => encoder.finish(),
            Encoder::Brotli(encoder) => Ok(encoder.into_inner()),
            Encoder::Zstd(encoder) => encoder.finish(),
        }
    }

    fn take(&mut self) -> Vec<u8> {
        match self {
            Encoder::Gzip(encoder) => mem::take(encoder.get_mut()),
            Encoder::Brotli(encoder) => mem::take(encoder.get_mut()),
            Encoder::Zstd(encoder) => mem::take(encoder.get_mut()),
        }
    }
}

/// An optional encoder, for bodies with or without a coding.
pub(crate) struct Coder {
    encoder: Option<Encoder>,
    /// Whether bytes were read since the last flush.
    holds: bool,
}

impl Coder {
    /// A coder with this encoder, or without one.
    pub(crate) const fn new(encoder: Option<Encoder>) -> Coder {
        Coder { encoder, holds: false }
    }

    /// Reads bytes and returns the output that is ready.
    pub(crate) fn push(&mut self, bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        let Some(encoder) = &mut self.encoder else { return Ok(bytes) };
        self.holds |= !bytes.is_empty();
        encoder.push(&bytes)
    }

    /// Returns the output that was held back.
    pub(crate) fn flush(&mut self) -> io::Result<Vec<u8>> {
        match &mut self.encoder {
            Some(encoder) if self.holds => {
                self.holds = false;
                encoder.flush()
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Reads the last bytes and ends the body.
    pub(crate) fn end(mut self, bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        let mut out = self.push(bytes)?;
        if let Some(encoder) = self.encoder {
            out.extend(encoder.end()?);
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use super::super::decode::Decoder;
    use super::super::tests::text;
    use super::*;

    #[test]
    fn what_was_flushed_can_be_read_before_the_end() {
        let text = text(50_000);
        for coding in MADE {
            let mut encoder = Encoder::new(coding).unwrap();
            let mut decoder = Decoder::new(coding).unwrap();
            let (mut read, mut room) = (Vec::new(), vec![0; 100_000]);
            let mut look = |bytes: &[u8], decoder: &mut Decoder| {
                let step = decoder.step(bytes, &mut room).unwrap();
                assert_eq!(step.taken, bytes.len());
                read.extend_from_slice(room.get(..step.made).unwrap());
                read.len()
            };
            let mut sent = 0;
            for piece in text.chunks(7_000) {
                let first = encoder.push(piece).unwrap();
                look(&first, &mut decoder);
                let rest = encoder.flush().unwrap();
                sent += piece.len();
                assert_eq!(look(&rest, &mut decoder), sent, "{coding:?}");
            }
            look(&encoder.end().unwrap(), &mut decoder);
            assert!(decoder.is_complete() && read == text, "{coding:?}");
        }
        assert!(Encoder::new(Coding::Deflate).is_none());
    }
}

//! Decodes bodies of the origin in a stream, with constant memory however long the decoded body is.
//!
//! A body that is truncated or invalid ends in an error: its visitor gets a broken response, never a short page that
//! looks whole.

use std::io::{self, ErrorKind};

use brotli::enc::StandardAlloc;
use brotli::{BrotliDecompressStream, BrotliResult, BrotliState};
use flate2::{Decompress, FlushDecompress, Status};
use parvis::http::coding::Coding;
use zstd::stream::raw::{DParameter, Operation as _};

/// Maximum ratio of a body to its coded form. Text has 5 or 10; a decompression bomb has thousands.
const RATIO: u64 = 256;
/// Decoded bytes that are allowed whatever the ratio.
const HARMLESS: u64 = 16 << 20;
/// The largest window of zstd, as a power of two: what RFC 9659 allows in HTTP.
const ZSTD_WINDOW: u32 = 23;
/// The first byte of a member of a gzip file.
const GZIP: u8 = 0x1f;

/// A decoder for one body.
pub(super) struct Decoder {
    kind: Kind,
    coding: Coding,
    /// Bytes read and bytes written.
    taken: u64,
    made: u64,
    /// Whether the coded form may end here.
    complete: bool,
}

type Brotli = BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>;

enum Kind {
    /// `deflate`, before it is known whether it is zlib or raw deflate.
    Undecided,
    Inflate(Decompress),
    Brotli(Box<Brotli>),
    Zstd(zstd::stream::raw::Decoder<'static>),
    /// The body has ended; further bytes are ignored, as browsers do.
    Over,
}

/// The result of a step.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// Bytes of the input that were read.
    pub(super) taken: usize,
    /// Bytes of the output that were written.
    pub(super) made: usize,
}

impl Decoder {
    pub(super) fn new(coding: Coding) -> io::Result<Decoder> {
        let alloc = StandardAlloc::default;
        let kind = match coding {
            Coding::Gzip => Kind::Inflate(Decompress::new_gzip(15)),
            Coding::Deflate => Kind::Undecided,
            Coding::Brotli => Kind::Brotli(Box::new(Brotli::new_strict(alloc(), alloc(), alloc()))),
            Coding::Zstd => {
                let mut decoder = zstd::stream::raw::Decoder::new()?;
                decoder.set_parameter(DParameter::WindowLogMax(ZSTD_WINDOW))?;
                Kind::Zstd(decoder)
            }
        };
        // Some origins send an empty body for an empty page.
        Ok(Decoder { kind, coding, taken: 0, made: 0, complete: true })
    }

    /// Bytes read so far.
    pub(super) const fn taken(&self) -> u64 {
        self.taken
    }

    /// Whether the body may end here.
    pub(super) const fn is_complete(&self) -> bool {
        self.complete
    }

    /// Decodes as much of `input` as there is, or as fits into `output`; reads and writes nothing if it needs more input.
    pub(super) fn step(&mut self, input: &[u8], output: &mut [u8]) -> io::Result<Step> {
        let step = self.advance(input, output)?;
        self.taken = self.taken.saturating_add(count(step.taken));
        self.made = self.made.saturating_add(count(step.made));
        if self.made > HARMLESS && self.made / RATIO > self.taken {
            return Err(bad("it decodes to far more than a page"));
        }
        Ok(step)
    }

    fn advance(&mut self, input: &[u8], output: &mut [u8]) -> io::Result<Step> {
        match &mut self.kind {
            Kind::Undecided => {
                self.complete &= input.is_empty();
                let Some(start) = input.first_chunk::<2>() else { return Ok(Step { taken: 0, made: 0 }) };
                self.kind = Kind::Inflate(Decompress::new(is_zlib(*start)));
                self.advance(input, output)
            }
            Kind::Inflate(inflate) => {
                self.complete &= input.is_empty();
                let (before_in, before_out) = (inflate.total_in(), inflate.total_out());
                let status = inflate.decompress(input, output, FlushDecompress::None).map_err(bad)?;
                let step = Step {
                    taken: length(inflate.total_in(), before_in),
                    made: length(inflate.total_out(), before_out),
                };
                if status == Status::StreamEnd {
                    self.kind = Kind::Over;
                    self.complete = true;
                }
                Ok(step)
            }
            Kind::Brotli(state) => {
                self.complete &= input.is_empty();
                let (mut left, mut taken, mut room, mut made) = (input.len(), 0, output.len(), 0);
                let result = BrotliDecompressStream(
                    &mut left, &mut taken, input, &mut room, &mut made, output, &mut 0, state,
                );
                match result {
                    BrotliResult::ResultFailure => return Err(bad("it is not brotli")),
                    BrotliResult::ResultSuccess => {
                        self.kind = Kind::Over;
                        self.complete = true;
                    }
                    BrotliResult::NeedsMoreInput | BrotliResult::NeedsMoreOutput => {}
                }
                Ok(Step { taken, made })
            }
            Kind::Zstd(decoder) => {
                let status = decoder.run_on_buffers(input, output).map_err(bad)?;
                if status.bytes_read > 0 || status.bytes_written > 0 {
                    // Zero means that a frame has just ended; another may follow.
                    self.complete = status.remaining == 0;
                }
                Ok(Step { taken: status.bytes_read, made: status.bytes_written })
            }
            Kind::Over if self.coding == Coding::Gzip && input.first() == Some(&GZIP) => {
                self.kind = Kind::Inflate(Decompress::new_gzip(15));
                self.advance(input, output)
            }
            Kind::Over => Ok(Step { taken: input.len(), made: 0 }),
        }
    }
}

/// Whether these begin a zlib stream (RFC 1950 section 2.2), as `deflate` is defined; else it is raw deflate.
fn is_zlib([method, flags]: [u8; 2]) -> bool {
    method & 0x8f == 0x08 && u16::from_be_bytes([method, flags]) % 31 == 0
}

fn bad(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why)
}

fn count(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

fn length(to: u64, from: u64) -> usize {
    usize::try_from(to.saturating_sub(from)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

    use super::super::tests::{coded, text};
    use super::*;

    /// Decodes a body that comes in pieces of `size` bytes, with room for `room` bytes at a time.
    fn decoded(coding: Coding, body: &[u8], size: usize, room: usize) -> io::Result<Vec<u8>> {
        let mut decoder = Decoder::new(coding)?;
        let mut out = Vec::new();
        let mut pending = Vec::new();
        for piece in body.chunks(size) {
            pending.extend_from_slice(piece);
            loop {
                let mut output = vec![0; room];
                let step = decoder.step(&pending, &mut output)?;
                out.extend_from_slice(&output[..step.made]);
                pending.drain(..step.taken);
                if step == (Step { taken: 0, made: 0 }) {
                    break;
                }
            }
        }
        let whole = decoder.is_complete() && pending.is_empty();
        whole.then_some(out).ok_or_else(|| bad("it broke off"))
    }

    #[test]
    fn every_coding_comes_out_however_it_is_cut() {
        let text = text(40_000);
        for (name, coding, body) in coded(&text) {
            for (size, room) in [(1, 1000), (13, 7), (1400, 1), (70_000, 70_000), (1, 1)] {
                assert!(decoded(coding, &body, size, room).unwrap() == text, "{name} {size} {room}");
            }
            assert_eq!(decoded(coding, b"", 1, 10).unwrap(), b"", "{name}");
        }
    }

    #[test]
    fn what_breaks_off_or_makes_no_sense_is_an_error() {
        let text = text(3_000);
        for (name, coding, body) in coded(&text) {
            for end in 1..body.len() {
                assert!(decoded(coding, &body[..end], 100, 1000).is_err(), "{name}: {end} of {}", body.len());
            }
            assert!(decoded(coding, &text, 100, 1000).is_err(), "{name}: the page itself");
        }
        // What has a checksum shows every change.
        for (name, coding, body) in coded(&text) {
            if name == "gzip" || name == "zlib" {
                for at in 10..body.len() {
                    let mut changed = body.clone();
                    changed[at] ^= 1;
                    let read = decoded(coding, &changed, 100, 1000);
                    assert!(read.is_err() || read.unwrap() == text, "{name}: {at} of {}", body.len());
                }
            }
        }
    }

    #[test]
    fn what_follows_is_another_member_or_nothing() {
        let text = text(500);
        for (name, coding, body) in coded(&text) {
            let twice = [body.clone(), body.clone()].concat();
            if matches!(coding, Coding::Gzip | Coding::Zstd) {
                assert!(
                    decoded(coding, &twice, 7, 100).unwrap() == [text.clone(), text.clone()].concat(),
                    "{name}"
                );
            }
            if coding != Coding::Zstd {
                let padded = [body.as_slice(), &[0; 600]].concat();
                assert!(decoded(coding, &padded, 7, 100).unwrap() == text, "{name}");
            }
        }
    }

    #[test]
    fn a_bomb_is_noticed_and_a_long_page_is_not_one() {
        let bomb = vec![b'a'; usize::try_from(HARMLESS + (1 << 20)).unwrap()];
        for (name, coding, body) in coded(&bomb) {
            let error = decoded(coding, &body, 1000, 32 * 1024).unwrap_err().to_string();
            assert!(error.contains("far more"), "{name}: {error}");
        }
        let long = text(usize::try_from(HARMLESS + (1 << 20)).unwrap());
        for (name, coding, body) in coded(&long) {
            assert!(decoded(coding, &body, 16_000, 32 * 1024).unwrap() == long, "{name}");
        }
    }
}

//! Assembles gzip bodies from pieces that were compressed once, when the page was received.
//!
//! A page is cut at the offsets where its splice plan may splice. Each piece is compressed independently of its neighbors
//! and ends on a byte boundary, so that any sequence of pieces is a deflate stream; the checksum of the whole is combined
//! from theirs. A cache hit compresses only the content of its blocks. The price is a body that is somewhat longer than
//! one compressed as a whole. Pieces without a common window also prevent compression side channels: no length depends on
//! how similar a secret in one piece is to a text in another.

use std::cell::RefCell;
use std::collections::VecDeque;

use bytes::Bytes;
use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use parvis::effect::Piece;

/// Gzip header: deflate, no name, no time, unknown system (RFC 1952 section 2.3).
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// The last block of deflate, empty (RFC 1951 section 3.2.6).
const LAST: [u8; 2] = [3, 0];
/// Level for a cached page, where time hardly matters, and for the content of a single visitor.
const PAGE_LEVEL: u32 = 9;
const CONTENT_LEVEL: u32 = 6;
/// Content up to this many bytes is stored uncompressed: compressing it saves less than it costs.
const SHORT: usize = 128;
/// Most bytes of one stored block.
const STORED: usize = 65_535;

/// A page in compressed pieces.
#[derive(Debug)]
pub struct Stitched {
    /// In the order of the page, without gaps.
    segments: Vec<Segment>,
    /// All of them, concatenated.
    packed: Bytes,
}

#[derive(Debug)]
struct Segment {
    /// Its offset in the page and in `packed`.
    from: usize,
    packed_from: usize,
    sum: Sum,
}

/// A checksum with the length that it covers.
#[derive(Clone, Copy, Debug)]
struct Sum {
    crc: u32,
    length: usize,
    /// The factor for a checksum of preceding bytes when this follows.
    shift: u32,
}

impl Stitched {
    /// Compresses the pieces of a page between `cuts`, which must be in order and inside the page; takes as long as
    /// compressing the page. `None` if they are not.
    ///
    /// ```
    /// use parvis::effect::Piece;
    /// use parvis_native::stitch::Stitched;
    ///
    /// let stitched = Stitched::new(b"<p>Hello, you</p>", &[10, 13]).unwrap();
    /// let pieces = [Piece::Page { from: 0, to: 10 }, Piece::Content(b"Ada"), Piece::Page { from: 13, to: 17 }];
    /// let (body, length) = stitched.join(pieces.into_iter()).unwrap();
    /// assert_eq!(body.iter().map(|part| part.len() as u64).sum::<u64>(), length);
    /// ```
    pub fn new(page: &[u8], cuts: &[usize]) -> Option<Stitched> {
        let mut compress = Compress::new(Compression::new(PAGE_LEVEL), false);
        let (mut segments, mut packed) = (Vec::with_capacity(cuts.len().saturating_add(1)), Vec::new());
        let mut from = 0;
        for to in cuts.iter().copied().chain([page.len()]) {
            let piece = page.get(from..to).filter(|piece| !piece.is_empty() || page.is_empty())?;
            segments.push(Segment { from, packed_from: packed.len(), sum: Sum::of(piece) });
            pack(&mut compress, piece, &mut packed)?;
            from = to;
        }
        Some(Stitched { segments, packed: packed.into() })
    }

    /// Its memory in bytes.
    pub fn bytes(&self) -> usize {
        self.segments.len().saturating_mul(size_of::<Segment>()).saturating_add(self.packed.len())
    }

    /// A gzip body of these pieces of the page and of content, in parts that share this memory, and its length.
    ///
    /// `None` if a piece of the page does not begin and end at a cut.
    pub fn join<'p>(&self, pieces: impl Iterator<Item = Piece<'p>>) -> Option<(VecDeque<Bytes>, u64)> {
        let mut parts = VecDeque::from([Bytes::from_static(&HEAD)]);
        let mut whole = Sum { crc: 0, length: 0, shift: ONE };
        for piece in pieces {
            match piece {
                Piece::Page { from, to } => {
                    let (first, behind) = (self.cut(from)?, self.cut(to)?);
                    for segment in self.segments.get(first..behind)? {
                        whole = whole.then(segment.sum);
                    }
                    parts.push_back(self.packed.slice(self.packed_at(first)..self.packed_at(behind)));
                }
                Piece::Content(content) => {
                    whole = whole.then(Sum::of(content));
                    parts.push_back(compressed(content)?.into());
                }
            }
        }
        let mut end = Vec::with_capacity(10);
        end.extend_from_slice(&LAST);
        end.extend_from_slice(&whole.crc.to_le_bytes());
        // The length is kept modulo 2 to the 32nd, as the format has it.
        end.extend_from_slice(whole.length.to_le_bytes().first_chunk::<4>()?);
        parts.push_back(end.into());
        let length = parts.iter().map(|part| u64::try_from(part.len()).unwrap_or(u64::MAX));
        let length = length.fold(0, u64::saturating_add);
        Some((parts, length))
    }

    /// The index of the segment that begins at this byte of the page; at its end, the number of segments.
    fn cut(&self, at: usize) -> Option<usize> {
        let last = self.segments.last()?;
        if at == last.from.saturating_add(last.sum.length) {
            return Some(self.segments.len());
        }
        self.segments.binary_search_by_key(&at, |segment| segment.from).ok()
    }

    fn packed_at(&self, segment: usize) -> usize {
        self.segments.get(segment).map_or(self.packed.len(), |segment| segment.packed_from)
    }
}

thread_local! {
    /// Creating one takes longer than compressing the content of a block.
    static CONTENT: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(CONTENT_LEVEL), false));
}

/// Compresses content as one piece.
fn compressed(content: &[u8]) -> Option<Vec<u8>> {
    let mut packed = Vec::with_capacity(content.len() / 2);
    if content.len() <= SHORT {
        store(content, &mut packed);
        return Some(packed);
    }
    CONTENT.with_borrow_mut(|compress| pack(compress, content, &mut packed))?;
    Some(packed)
}

/// Adds a compressed piece that does not refer to earlier ones and ends on a byte boundary.
fn pack(compress: &mut Compress, piece: &[u8], packed: &mut Vec<u8>) -> Option<()> {
    let before = packed.len();
    // Deflate output may be longer than its input by a few bytes each 16 KB; then it is not used.
    packed.reserve(piece.len().saturating_add(piece.len() / 1000).saturating_add(64));
    compress.reset();
    let status = compress.compress_vec(piece, packed, FlushCompress::Sync).ok()?;
    let all = usize::try_from(compress.total_in()) == Ok(piece.len());
    let stored = piece.len().saturating_add(piece.len().div_ceil(STORED).saturating_mul(5));
    if status != Status::Ok || !all || packed.len().saturating_sub(before) >= stored {
        packed.truncate(before);
        store(piece, packed);
    }
    Some(())
}

/// Adds a stored (uncompressed) piece (RFC 1951 section 3.2.4).
fn store(piece: &[u8], packed: &mut Vec<u8>) {
    for block in piece.chunks(STORED) {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        packed.push(0);
        packed.extend_from_slice(&length.to_le_bytes());
        packed.extend_from_slice(&(!length).to_le_bytes());
        packed.extend_from_slice(block);
    }
}

// A checksum is a polynomial over two elements, the highest power in the lowest bit, modulo the one of IEEE 802.3. Bytes
// that follow multiply what came before by a power of x, which depends on their number alone.

/// The modulus without its highest power.
const MODULUS: u32 = 0xEDB8_8320;
/// The polynomial 1.
const ONE: u32 = 1 << 31;
/// The polynomial x to the 8th: one byte.
const BYTE: u32 = 1 << 23;

impl Sum {
    fn of(bytes: &[u8]) -> Sum {
        let mut crc = Crc::new();
        crc.update(bytes);
        let (mut shift, mut power, mut left) = (ONE, BYTE, bytes.len());
        while left > 0 {
            if left % 2 == 1 {
                shift = product(shift, power);
            }
            power = product(power, power);
            left /= 2;
        }
        Sum { crc: crc.sum(), length: bytes.len(), shift }
    }

    /// The sum of these bytes followed by others.
    fn then(self, next: Sum) -> Sum {
        Sum {
            crc: product(self.crc, next.shift) ^ next.crc,
            length: self.length.wrapping_add(next.length),
            shift: product(self.shift, next.shift),
        }
    }
}

/// The product of two polynomials.
fn product(one: u32, mut other: u32) -> u32 {
    let mut product = 0;
    for bit in (0..32).rev() {
        if one >> bit & 1 == 1 {
            product ^= other;
        }
        // Times x.
        other = other >> 1 ^ if other & 1 == 1 { MODULUS } else { 0 };
    }
    product
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

    use std::io::Read as _;

    use flate2::bufread::GzDecoder;

    use super::super::tests::text;
    use super::*;

    /// Decoded by a reader of whole files, which looks at the checksum, the length and what may follow.
    fn read((parts, length): (VecDeque<Bytes>, u64)) -> Vec<u8> {
        let body: Vec<u8> = parts.iter().flatten().copied().collect();
        assert_eq!(body.len() as u64, length);
        let mut decoder = GzDecoder::new(body.as_slice());
        let mut text = Vec::new();
        decoder.read_to_end(&mut text).unwrap();
        assert!(decoder.into_inner().is_empty(), "something follows");
        text
    }

    #[test]
    fn any_row_of_pieces_reads_as_it_was_written() {
        let page = text(200_000);
        let cuts = [1, 2, 40, 3_000, 3_001, 70_000, 150_000, 199_999];
        let stitched = Stitched::new(&page, &cuts).unwrap();
        let bounds: Vec<usize> = [0].into_iter().chain(cuts).chain([page.len()]).collect();
        let long = text(70_000);
        for content in [&b""[..], b"x", b"Back to the lamp?", &long[..SHORT], &long[..SHORT + 1], &long] {
            for first in 0..bounds.len() {
                for second in first..bounds.len() {
                    // What lies between the two is replaced.
                    let (from, to) = (bounds[first], bounds[second]);
                    let mut pieces = vec![Piece::Content(content)];
                    if from > 0 {
                        pieces.insert(0, Piece::Page { from: 0, to: from });
                    }
                    if to < page.len() {
                        pieces.push(Piece::Page { from: to, to: page.len() });
                    }
                    let expected = [&page[..from], content, &page[to..]].concat();
                    assert!(read(stitched.join(pieces.into_iter()).unwrap()) == expected, "{from} {to}");
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_compressed_is_stored_and_what_is_not_cut_is_refused() {
        let mut state = 1_u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .take(200_000)
        .collect();
        let stitched = Stitched::new(&noise, &[70_000]).unwrap();
        assert!(stitched.bytes() < noise.len() + 200, "{}", stitched.bytes());
        let whole = || [Piece::Page { from: 0, to: noise.len() }].into_iter();
        assert!(read(stitched.join(whole()).unwrap()) == noise);
        for (from, to) in [(1, 70_000), (0, 69_999), (70_000, 0), (70_000, 200_001)] {
            assert!(stitched.join([Piece::Page { from, to }].into_iter()).is_none(), "{from} {to}");
        }
        assert!(Stitched::new(&noise, &[200_001]).is_none() && Stitched::new(&noise, &[5, 5]).is_none());
        assert!(Stitched::new(&noise, &[7, 5]).is_none() && Stitched::new(&noise, &[0]).is_none());
        assert_eq!(read(Stitched::new(b"", &[]).unwrap().join([].into_iter()).unwrap()), b"");
    }
}

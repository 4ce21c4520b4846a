//! Content codings: decodes bodies of the origin in order to read them, and encodes bodies to be sent.

mod decode;
mod encode;
mod opened;
mod sent;
pub mod stitch;
mod wish;

pub(crate) use encode::{Coder, Encoder, MADE};
pub(crate) use opened::{Opened, open};
pub(crate) use sent::{Sent, sent};
pub(crate) use wish::{Wish, as_decoded, is_ours, joined, to_read};

#[cfg(test)]
pub(crate) mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use parvis::http::coding::Coding;

    use super::Encoder;

    /// Text like that of a page: repetitive, but not too much.
    pub(crate) fn text(length: usize) -> Vec<u8> {
        let mut state = 7_u32;
        let mut text = Vec::with_capacity(length + 40);
        while text.len() < length {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            writeln!(text, "<li class=item>{} of {}</li>", state >> 16, state >> 24).unwrap();
        }
        text.truncate(length);
        text
    }

    /// The text in every coding, made by the libraries alone.
    pub(crate) fn coded(text: &[u8]) -> Vec<(&'static str, Coding, Vec<u8>)> {
        let level = Compression::default;
        let mut gzip = GzEncoder::new(Vec::new(), level());
        let mut zlib = ZlibEncoder::new(Vec::new(), level());
        let mut raw = DeflateEncoder::new(Vec::new(), level());
        gzip.write_all(text).unwrap();
        zlib.write_all(text).unwrap();
        raw.write_all(text).unwrap();
        let mut brotli = Encoder::new(Coding::Brotli).unwrap();
        let mut begun = brotli.push(text).unwrap();
        begun.extend(brotli.end().unwrap());
        vec![
            ("gzip", Coding::Gzip, gzip.finish().unwrap()),
            ("zlib", Coding::Deflate, zlib.finish().unwrap()),
            ("deflate", Coding::Deflate, raw.finish().unwrap()),
            ("br", Coding::Brotli, begun),
            ("zstd", Coding::Zstd, zstd::bulk::compress(text, 3).unwrap()),
        ]
    }
}

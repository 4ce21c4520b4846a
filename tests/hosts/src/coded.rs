//! Content codings as an origin makes them and a browser reads them, by libraries for whole files.

use std::io::{Read as _, Write as _};

use anyhow::{Result, bail};
use flate2::Compression;
use flate2::read::{GzDecoder, ZlibDecoder};
use flate2::write::{GzEncoder, ZlibEncoder};

/// A coding that nobody knows.
pub const UNKNOWN: &str = "x-own";
/// All that an origin may send.
pub const CODINGS: [&str; 6] = ["identity", "gzip", "deflate", "br", "zstd", UNKNOWN];

/// `bytes` in this coding.
pub fn code(coding: &str, bytes: &[u8]) -> Result<Vec<u8>> {
    Ok(match coding {
        "identity" => bytes.to_vec(),
        "gzip" => {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(bytes)?;
            encoder.finish()?
        }
        "deflate" => {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(bytes)?;
            encoder.finish()?
        }
        "br" => {
            let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 20);
            encoder.write_all(bytes)?;
            encoder.into_inner()
        }
        "zstd" => zstd::bulk::compress(bytes, 3)?,
        UNKNOWN => bytes.iter().rev().copied().collect(),
        _ => bail!("nobody knows `{coding}`"),
    })
}

/// What a browser reads in a whole body of this coding.
pub fn decode(coding: &str, body: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match coding {
        "identity" => bytes.extend_from_slice(body),
        "gzip" => drop(GzDecoder::new(body).read_to_end(&mut bytes)?),
        "deflate" => drop(ZlibDecoder::new(body).read_to_end(&mut bytes)?),
        "br" => drop(brotli::Decompressor::new(body, 4096).read_to_end(&mut bytes)?),
        "zstd" => bytes = zstd::decode_all(body)?,
        UNKNOWN => bytes.extend(body.iter().rev()),
        _ => bail!("nobody knows `{coding}`"),
    }
    Ok(bytes)
}

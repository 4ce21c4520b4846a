//! How heavy each thing may be: bytes after gzip -9 (design §10). `cargo xtask test` fails beyond.

/// One row: what is weighed, and the most it may weigh, in bytes of gzip.
pub const BOUNDS: [(&str, usize); 4] =
    [(ENGINE, 80 * KB), (FASTLY, 150 * KB), (SLIM, 22 * KB), (ALL_IN_ONE, 27 * KB)];

/// The engine alone, kept alive by `xtask/probe`.
pub const ENGINE: &str = "engine";
/// The module that is deployed to Fastly Compute.
pub const FASTLY: &str = "Fastly module";
/// What a page loads with `parvis/slim`.
pub const SLIM: &str = "slim.js + core.wasm";
/// What a page loads with `parvis`.
pub const ALL_IN_ONE: &str = "index.js (all in one)";

const KB: usize = 1024;

//! How heavy each thing may be, in bytes after gzip -9: `cargo xtask test` fails beyond its bound.
//!
//! A bound holds what is reached, with little air; a goal is the design's (§10). Where the bound is above the goal, the goal
//! is not reached yet: the whole of consent weighs about 15 KB in the browser, and the decision about as much. Splice
//! plans weigh 4 KB in the engine, parts, orders and nonces 10 KB (2 KB in the browser). Hearing what
//! banners say to scripts, mirroring it for the edge and the visitor's own choice take 5 KB beside that (6 KB all in one).
//! Signals of the request, schedules, caps over days and dismissals take 9.4 KB in the engine and 8.7 KB in the browser.
//! Variants in order of preference and dates of the visitor take 2.7 KB in the engine and 3 KB in the browser.
//! Exclusive groups, kept variants and previews take 3.5 KB, 3 KB in the browser.
//! Purchases, removals and what stands on them take 4.7 KB in the engine and 4.4 KB in the browser.
//! Pages, seconds and cost of a visit, the visit before and the connection take 0.9 KB in the engine and 0.8 KB in the browser.
//! Stores, the cart that was left and orders by interest take 6 KB in the engine and 7 KB in the browser.
//! Building the engine for speed at the edge (and not for size) takes 13 KB; the browser's modules stay small.
//! Fatigue takes 0.4 KB in the engine and 0.8 KB in the browser, all in one.
//! The profile takes 1.2 KB in the engine and as much in the browser, all in one.
//! Preferences take 2.5 KB in the engine.

/// One row: what is weighed, the most it may weigh, and the design's goal, in bytes of gzip.
pub const BOUNDS: [(&str, usize, usize); 5] = [
    (ENGINE, 151 * KB, 80 * KB),
    (FASTLY, 211 * KB, 150 * KB),
    (SLIM, 91 * KB, 22 * KB),
    (ALL_IN_ONE, 113 * KB, 27 * KB),
    (CONSENT, 16 * KB, 7 * KB),
];

/// The engine alone, kept alive by `xtask/probe`.
pub const ENGINE: &str = "engine";
/// The module that is deployed to Fastly Compute.
pub const FASTLY: &str = "Fastly module";
/// What a page loads with `parvis/slim`.
pub const SLIM: &str = "slim.js + core.wasm";
/// What a page loads with `parvis`.
pub const ALL_IN_ONE: &str = "index.js (all in one)";

/// What consent adds to a browser module, every string and banner.
pub const CONSENT: &str = "consent in the browser";

const KB: usize = 1024;

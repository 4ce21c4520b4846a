//! HTTP as the engine reads it, row by row: each row lies at the edge of one rule of RFC 9110, RFC 9111 or RFC 6265.
//!
//! What a rule says is written from the standard. A comment names where the engine is stricter than it must be.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

mod coding;
mod conditional;
mod content;
mod ending;
mod freshness;
mod policy;
mod removal;
mod request;

/// Header lines as fields: `name: value`, as often as they come.
fn fields<'a>(lines: &[&'a str]) -> Vec<(&'a str, &'a [u8])> {
    let split = lines.iter().map(|line| line.split_once(": ").unwrap());
    split.map(|(name, value)| (name, value.as_bytes())).collect()
}

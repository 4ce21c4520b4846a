//! The parts of the HTML room, row by row: each row lies at the edge of one rule.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a failing test may panic"
)]

mod escape;
mod ids;
mod markers;
mod plan;
mod planning;
mod splice;
mod template;
mod tree;

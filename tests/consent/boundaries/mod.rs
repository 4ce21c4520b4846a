//! Boundaries of consent: every leg of every rule, on both sides of where it changes its mind.
//!
//! What is expected comes from the rules (src/docs/consent.md), never from what the engine answers: strings are written bit by
//! bit from descriptions, and each sweep has its rule in one small function beside it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a failing test may panic"
)]

mod bits;
mod duty;
mod echo;
mod gpp;
mod known;
mod layouts;
mod parsers;
mod settings;
mod table;
mod tables;
pub(crate) mod tc;
mod tcf;
mod us;
mod vendors;
mod views;

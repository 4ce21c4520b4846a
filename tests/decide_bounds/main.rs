//! Deciding at its bounds: each row stands right at a bound, or one step beside it, and says what the documentation of that
//! bound promises there. What is kept is held against bytes that are written here, by the layout that `visitor::codec` documents.
//!
//! Seen red with each comparison at these bounds moved by one.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

mod campaigns;
mod counted;
mod events;
mod gates;
mod hosts;
mod interest;
mod kept;
mod memory;
mod mirror;
mod places;
mod support;

//! Journeys of one visitor across edge and page: a [`world::World`] has an edge, a browser with one jar of cookies for both,
//! and a clock.
//!
//! `names` and `others` change every name that a playbook can change; `mirror` follows what only the page hears to the edge.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a failing test may panic")]

mod flags;
mod mirror;
mod names;
mod others;
mod world;

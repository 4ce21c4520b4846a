//! The engine's consent decoders beside four libraries: the IAB's own two in JavaScript (`decode.mjs`) and two in Rust.
//!
//! [`make`] makes strings up, [`view`] is the form in which every decoder says what it read, [`ours`], [`rust`] and
//! [`node`] fill it in, and [`explain`] holds what differs against `disagreements.json`, where every difference has its
//! reason. `tests/agree.rs` runs it all. The libraries are oracles, not authorities: two of them panic, one misreads.

pub mod explain;
pub mod make;
pub mod node;
pub mod ours;
pub mod rust;
pub mod traits;
pub mod view;

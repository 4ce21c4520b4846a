//! Signals: single facts about request, visit or visitor, each with a kind and a purpose.
//!
//! [`registry`] has a row for each; `decide::signals` reads the values, after checking the permit of the row.

pub mod clock;
pub mod device;
pub mod distance;
pub mod guarded;
pub mod influence;
pub mod language;
pub mod referrer;
pub mod registry;
mod row;
pub mod zone;

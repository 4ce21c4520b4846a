//! Signals: single facts about request, visit or visitor, each with a kind and a purpose.

pub mod device;
pub mod guarded;
pub mod influence;
pub mod registry;

//! Playbooks as files: check, compile, open, damage, signatures, templates, and GrowthBook's conditions.

mod files;
mod growthbook;
mod opening;
mod signature;
mod templates;
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]
mod wire;

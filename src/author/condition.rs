//! Conditions of drafts: parsed from JSON to byte code, with their prefilter.

pub(in crate::author) mod operand;
pub mod parse;
mod prefilter_compile;

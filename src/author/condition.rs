//! Conditions of drafts: parsed from JSON to byte code, with their prefilter.

pub mod parse;
mod prefilter_compile;

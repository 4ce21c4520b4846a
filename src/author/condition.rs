//! Conditions as authors write them: parsed from JSON to bytes, with the prefilter that is asked first.

pub mod parse;
mod prefilter_compile;

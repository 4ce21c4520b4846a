//! Conditions of drafts: parsed from JSON to byte code, with their prefilter; and their JSON Schema.

pub(in crate::author) mod operand;
pub mod parse;
mod prefilter_compile;
pub(in crate::author) mod schema;

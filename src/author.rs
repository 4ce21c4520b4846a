//! Authoring (feature `author`): drafts of playbooks, checked with line and column, and compiled to the flat file.
//!
//! [`draft`] is the JSON that people write, [`check`] finds its problems, and [`compile`] writes the file that
//! [`crate::playbook`] reads. No code outside this folder imports it, so that no deployed module contains it.

mod banner_check;
pub mod banner_draft;
pub mod check;
pub mod compile;
pub mod condition;
mod consent;
pub mod consent_draft;
mod consent_names;
mod cookie_name;
pub mod date;
pub(crate) mod did_you_mean;
pub mod draft;
pub mod explain;
mod features;
mod hundredths;
pub mod memory_weight;
mod needs;
mod operators;
pub mod overlap;
mod price;
mod purpose_name;
pub mod request_file;
pub mod status;
pub mod template;
pub mod time_zone;
pub mod weights;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Checks and compiles the text of a draft.
///
/// # Errors
/// Its problems, one per line, with line and column.
pub fn compile_source(source: &str) -> Result<Vec<u8>, String> {
    let checked = check::check(source);
    let problems = match checked.draft.as_ref().map(compile::compile) {
        Some(Ok(bytes)) => return Ok(bytes),
        Some(Err(problems)) => problems,
        None => checked.diagnostics,
    };
    let line = |problem: &check::Diagnostic| {
        format!("{}:{} {} {}", problem.line, problem.column, problem.code, problem.message)
    };
    Err(problems.iter().map(line).collect::<Vec<_>>().join("\n"))
}

//! The playbook: a site's configuration, written as a draft, checked, compiled to a flat file, and read in place.
//!
//! The reading side ([`view::Playbook`]) is total and allocates nothing: any byte string either opens or names a [`Reason`],
//! and what opens answers every question without panicking. The authoring side (feature `author`) is the only way to make such
//! a file, and it compiles nothing that has an error.
//!
//! [`Reason`]: crate::reason::Reason

#[cfg(feature = "author")]
mod caps;
#[cfg(feature = "author")]
pub mod check;
#[cfg(feature = "author")]
pub mod compile;
#[cfg(feature = "author")]
mod consent;
#[cfg(feature = "author")]
pub mod date;
#[cfg(feature = "author")]
pub mod draft;
#[cfg(feature = "author")]
mod experiments;
#[cfg(feature = "author")]
mod fatigue;
#[cfg(feature = "author")]
mod hundredths;
pub mod needs;
#[cfg(feature = "author")]
mod operators;
#[cfg(feature = "author")]
mod order_by;
#[cfg(feature = "author")]
mod price;
#[cfg(feature = "author")]
mod relative;
#[cfg(feature = "signed")]
pub mod signature;
#[cfg(feature = "author")]
mod stores;
#[cfg(feature = "author")]
mod suppress;
#[cfg(feature = "author")]
pub mod template;
pub mod values;
pub mod view;
#[cfg(feature = "author")]
pub mod weights;
pub mod wire;

pub use view::Playbook;

/// Checks and compiles the text of a draft.
///
/// # Errors
/// Its problems, one a line with line and column.
#[cfg(feature = "author")]
pub fn compile_source(source: &str) -> Result<alloc::vec::Vec<u8>, alloc::string::String> {
    let checked = check::check(source);
    let problems = match checked.draft.as_ref().map(compile::compile) {
        Some(Ok(bytes)) => return Ok(bytes),
        Some(Err(problems)) => problems,
        None => checked.diagnostics,
    };
    let line = |problem: &check::Diagnostic| {
        alloc::format!("{}:{} {} {}", problem.line, problem.column, problem.code, problem.message)
    };
    Err(problems.iter().map(line).collect::<alloc::vec::Vec<_>>().join("\n"))
}

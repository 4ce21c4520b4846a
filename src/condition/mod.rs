//! Conditions: bounded boolean formulas over signals, compiled to bytes and evaluated in three values.
//!
//! The language is GrowthBook's (a Mongo-style object) over the signals of the registry. A signal that may not be read
//! makes everything that depends on it unknown, `$not` of unknown is unknown, and unknown never matches. Evaluation is
//! total: damaged code, and code that is too deep or too long, gives [`Truth::Faulty`]. It allocates nothing and depends
//! on neither clock nor playbook.

pub(crate) mod code;
pub(crate) mod compare;
pub mod eval;
pub mod prefilter;
pub mod reading;
#[cfg(feature = "explain")]
pub mod trace;

pub use eval::{Cause, Fuel, Truth, eval};
pub use reading::{Reading, SignalReader, Texts, Value};

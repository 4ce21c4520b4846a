//! Conditions: bounded boolean formulas over signals, compiled to bytes and evaluated in three values.
//!
//! The language is GrowthBook's (a Mongo-style object) over the signals of the registry. A signal that may not be read makes
//! what depends on it unknown, `$not` of unknown is unknown, and unknown never matches. Evaluating is total: damaged code,
//! too deep or too long, comes out as [`Truth::Faulty`]; it allocates nothing and knows neither clock nor playbook.

mod code;
mod compare;
pub mod eval;
#[cfg(feature = "author")]
mod guards;
#[cfg(feature = "author")]
pub(crate) mod near;
#[cfg(feature = "author")]
pub mod parse;
pub mod prefilter;
pub mod reading;

pub use eval::{Cause, Fuel, Truth, eval};
pub use reading::{Reading, Signals, Texts, Value};

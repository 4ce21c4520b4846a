//! Conditions: bounded boolean formulas over signals, compiled to bytes and evaluated in three values.
//!
//! The language is GrowthBook's (a Mongo-style object) over the signals of the registry. A signal that may not be read makes
//! what depends on it unknown, `$not` of unknown is unknown, and unknown never matches. Evaluating is total: damaged code,
//! too deep or too long, comes out as [`Truth::Faulty`]; it allocates nothing and knows neither clock nor playbook.

pub(crate) mod code;
pub(crate) mod compare;
pub mod eval;
pub mod prefilter;
pub mod reading;

pub use eval::{Cause, Fuel, Truth, eval};
pub use reading::{Reading, SignalReader, Texts, Value};

//! Consent: what the visitor's banner stored, what it permits, and why.
//!
//! Unknown is no. Only [`resolve`] makes a [`permit::Permit`], and without one no guarded value opens. Decoders read in
//! place, without allocation, and are total: a stored flag that cannot be read contributes nothing, unless it could have been
//! an opt-out of sale, which then counts as one.

mod banners;
pub mod bits;
pub mod bridge;
pub mod cmp;
mod collect;
pub mod evidence;
pub mod gpc;
pub mod gpp;
pub mod json;
pub mod permit;
pub mod purpose;
pub mod reading;
pub mod resolve;
pub mod settings;
pub mod shown;
pub mod source;
pub mod statement;
pub mod stored;
pub mod tcf;
pub mod us_privacy;

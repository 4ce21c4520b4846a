//! Consent: what the visitor's banner stored, what it permits, and why.
//!
//! Unknown is no. Only [`resolve`] makes a [`permit::Permit`], and without one no guarded value opens.

pub mod permit;
pub mod purpose;
pub mod resolve;

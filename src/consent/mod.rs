//! Consent: what the visitor's banner stored, what it permits, and why.
//!
//! Unknown is no wherever the law asks for opt-in, and a stored no is a no everywhere. Only [`resolve`] makes a
//! [`permit::Permit`], and without one no guarded value opens. Decoders read in place, without allocation, and are total: a stored
//! flag that cannot be read grants nothing, and where silence is a yes it refuses what an opt-out refuses.
//!
//! The way of a banner's cookie: `evidence` splits the `Cookie` header, the table `banners.rs` names its slot and its reader,
//! `collect.rs` calls the reader, which is a file of [`cmp`], and [`mod@resolve`] merges what all flags say.

mod banners;
pub mod bits;
pub mod bridge;
pub mod cmp;
mod collect;
mod described;
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

//! HTTP as far as personalization must understand it: cookies, header edits, cache policy, what may be rewritten.

pub mod cache;
pub mod coding;
pub mod conditional;
pub mod confirmation;
pub mod content;
pub mod cookies;
pub mod freshness;
pub mod headers;
pub mod policy;
pub mod query;

//! HTTP as far as personalization must understand it: cookies, header edits, cache policy, what may be rewritten.

pub mod content;
pub mod cookies;

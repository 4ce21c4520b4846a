//! The response: outcome, headers, cache policy, consent obligations, and log record.

pub mod cache_policy;
pub mod decided;
mod ends;
pub mod headers;
pub mod log_record;
pub(crate) mod obligations;
pub mod outcome;
pub(crate) mod timing;

//! What a response is: the outcome, its headers, its cache policy, the obligations of consent law, and its log record.

pub mod cache_policy;
pub mod decided;
pub mod headers;
pub mod log_record;
pub(crate) mod obligations;
pub mod outcome;
pub(crate) mod timing;

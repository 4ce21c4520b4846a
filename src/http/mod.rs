//! The HTTP rules of personalization: cookies, header edits, cache policy, which responses may be rewritten.

pub mod coding;
pub mod conditional;
pub mod content;
pub mod cookies;
pub mod csp_nonce;
pub mod ending;
pub mod freshness;
pub mod headers;
pub mod parameter_form;
pub mod personal;
pub mod query;
pub mod revalidation;
pub mod withheld;

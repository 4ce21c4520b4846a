//! The rules that the code follows and that no single file shows, each with its public source.
//!
//! | chapter | contents |
//! |---|---|
//! | [`consent`] | purposes, the stored flags and what each grants, how flags combine, regimes, withdrawal |
//! | [`html`] | where blocks are found, which are refused, how a page is spliced |
//! | [`memory`] | the two cookies, the layout of visitor memory, decay, counters, bucketing |
//! | [`caching`] | which responses are rewritten, what a shared cache may keep, splice plans |
//! | [`security`] | what happens on failure, bounds and their reasons, sealing, escaping |
//!
//! Comments in the code refer to these chapters or to the public source itself.

#[doc = include_str!("docs/caching.md")]
pub mod caching {}

#[doc = include_str!("docs/consent.md")]
pub mod consent {}

#[doc = include_str!("docs/html.md")]
pub mod html {}

#[doc = include_str!("docs/memory.md")]
pub mod memory {}

#[doc = include_str!("docs/security.md")]
pub mod security {}

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
///
/// [`rewritable`]: crate::http::content::rewritable
/// [HTML model]: crate::docs::html#encodings
/// [`Influence`]: crate::signal::influence::Influence
/// [`CachePolicy`]: crate::response::cache_policy::CachePolicy
/// [`lifetime`]: crate::http::freshness::lifetime
/// [`Removal`]: crate::http::headers::Removal
/// [`Ends`]: crate::http::ending::Ends
pub mod caching {}

#[doc = include_str!("docs/consent.md")]
///
/// [`Purpose`]: crate::consent::purpose::Purpose
/// [`Ruling`]: crate::consent::resolve::Ruling
/// [`layout`]: mod@crate::consent::gpp::layout
/// [`cmp`]: mod@crate::consent::cmp
/// [`settings`]: mod@crate::consent::settings
/// [`Shown::choice`]: crate::consent::shown::Shown::choice
/// [`resolve`]: fn@crate::consent::resolve::resolve
pub mod consent {}

#[doc = include_str!("docs/html.md")]
///
/// [`rewritable`]: crate::http::content::rewritable
/// [`Reason`]: crate::reason::Reason
/// [tokenizer]: mod@crate::html::blocks
/// [`TAG_BYTES`]: crate::limits::TAG_BYTES
/// [`BLOCK_BYTES`]: crate::limits::BLOCK_BYTES
/// [`Block`]: crate::html::blocks::Block
/// [part]: mod@crate::html::parts
/// [`meta`]: mod@crate::html::meta
pub mod html {}

#[doc = include_str!("docs/memory.md")]
///
/// [consent model]: crate::docs::consent
/// [`Visit`]: crate::visitor::visit::Visit
/// [`Memory`]: crate::visitor::memory::Memory
/// [`CLOCK_SKEW_MINUTES`]: crate::limits::CLOCK_SKEW_MINUTES
/// [`MEMORY_BYTES`]: crate::limits::MEMORY_BYTES
pub mod memory {}

#[doc = include_str!("docs/security.md")]
///
/// [consent model]: crate::docs::consent
/// [the seal]: crate::docs::memory#seal
/// [HTML model]: crate::docs::html
/// [splice plans]: crate::docs::caching#splice-plans
/// [`resolve`]: mod@crate::consent::resolve
/// [`Permit`]: crate::consent::permit::Permit
/// [`Guarded`]: crate::signal::guarded::Guarded
/// [`Value`]: crate::http::headers::Value
/// [`limits`]: crate::limits
/// [`withheld`]: mod@crate::http::withheld
/// [form]: mod@crate::http::parameter_form
pub mod security {}

//! Storage about a visit and a visitor: in the visitor's own cookies, bounded, and with permits only.
//!
//! | cookie | holds | who reads it |
//! |---|---|---|
//! | `parvis-visit` | [`visit::Visit`], plain and untrusted, a session cookie that is over after some minutes | edge and browser |
//! | `__Host-parvis` | [`memory::Memory`], sealed, for months | edge |
//! | the one that the playbook names in `profile` | [`profile::Profile`], written by the site alone | edge, and browser where scripts may |
//!
//! A cookie that is damaged, forged, too long, too old or sent twice counts as absent, with its reason.

mod abandoned_cart;
pub mod codec;
pub mod cookie;
pub(crate) mod counter;
pub mod date_values;
pub mod dates;
pub mod decay;
pub mod history;
pub mod keyring;
pub mod memory;
mod named;
pub mod preferred;
pub mod profile;
pub mod seal;
pub mod sticky;
pub mod upstream;
pub mod visit;

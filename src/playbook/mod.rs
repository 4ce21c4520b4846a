//! The playbook: a site's configuration, compiled to a flat file and read in place.
//!
//! Reading is total and allocates nothing: any byte string either opens or gives a [`Reason`], and an open playbook never
//! panics. [`crate::author`] is the only way to make such a file, and it compiles no playbook with an error.
//!
//! [`Reason`]: crate::reason::Reason

pub mod consent;
pub mod needs;
pub mod operators;
#[cfg(feature = "signed")]
pub mod signature;
pub mod values;
pub mod view;
pub mod wire;

pub use view::Playbook;

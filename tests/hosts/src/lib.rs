//! Hosts in their real runtimes, in front of an origin that does what a test tells it.
//!
//! [`Origin`] is scripted down to the byte, [`ask`] is a client that tells a whole response from a broken one, and a
//! [`Host`] is one of [`Kind::ALL`]: the native server in this process, or the deployed module under Viceroy. All answer the same
//! requests and give their records, so that one list of faults runs on each; a new one implements [`Runtime`]. Viceroy and the module come from `PARVIS_VICEROY` and
//! `PARVIS_MODULE`, or from where `cargo xtask` puts them; without them its tests are counted skips.

pub mod client;
pub mod coded;
pub mod host;
pub mod kept;
mod native;
pub mod origin;
pub mod sample;
mod viceroy;

pub use client::{Reply, ask};
pub use host::{Host, Kind, Records, Running, Runtime, Setting, Stored, Traits};
pub use native::CACHE;
pub use origin::{Act, Asked, Origin};

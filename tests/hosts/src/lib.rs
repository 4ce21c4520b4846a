//! Hosts in their real runtimes, in front of an origin that does what a test tells it.
//!
//! [`Origin`] is scripted down to the byte, [`ask`] is a client that tells a whole response from a broken one, and a
//! [`Host`] is one of [`Kind::ALL`]. All answer the same requests and give their records, so that one list of faults runs on
//! each. A new host is a file in `src/runtimes` that implements [`Runtime`]. Where the runtime of a host is not installed, its tests are
//! counted skips.

pub mod client;
pub mod coded;
pub mod host;
pub mod kept;
pub mod origin;
pub mod runtimes;
pub mod sample;
pub mod workers;

pub use client::{Reply, ask};
pub use host::{Host, Kind, Records, Running, Runtime, Setting, Stored, Traits};
pub use origin::{Act, Asked, Origin};
pub use runtimes::native::CACHE;

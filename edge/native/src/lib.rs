//! Parvis as an HTTP/1.1 server in front of any origin: for development, for tests and for self-hosting.
//!
//! It moves bytes and carries out the engine's effects, as every host does. On any failure of Parvis the visitor gets the
//! origin's own page. An origin that does not respond gives a 502. If the origin fails in the middle of a body, the
//! response is visibly broken. Bodies stream both ways and are never held whole, except pages that the origin lets a
//! shared cache store: these may be cached in memory, as the origin sent them, each with its splice plan. `Upgrade` is
//! not supported: a WebSocket handshake gets 501.
//!
//! ```no_run
//! # async fn example() -> Result<(), parvis_native::Error> {
//! use parvis_native::{Config, Server, interrupted};
//!
//! let mut config = Config::new("http://127.0.0.1:8080".parse().unwrap());
//! config.playbook = Some("playbook.bin".into());
//! let server = Server::bind(config).await?;
//! println!("http://{}", server.address());
//! server.run(interrupted()).await
//! # }
//! ```

mod cache;
mod coding;
mod config;
mod conversation;
mod fetch;
mod headers;
mod network;
mod origin;
mod outgoing;
mod playbook;
mod records;
mod rooms;
mod server;
mod visitor;

pub use coding::stitch;
pub use config::{Config, Lines, Reader, Refusal, Timeouts, Writer};
pub use hyper::Uri;
pub use network::{Network, NoNetwork};
pub use server::{Error, Server, interrupted, run};

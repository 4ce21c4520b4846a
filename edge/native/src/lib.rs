//! Parvis as an ordinary HTTP/1.1 server in front of any origin: for development, for tests and for self-hosting.
//!
//! It moves bytes and asks the engine, as every host does. Whatever goes wrong with us, the visitor gets the origin's
//! own page; a dead origin is a 502; an origin that dies in mid-body leaves a response that is visibly broken. Bodies
//! stream both ways and are never held whole, but for pages that the origin lets a shared cache keep: these may stay in
//! memory, as the origin sent them, each with its splice plan. `Upgrade` is not supported: a WebSocket handshake gets 501.
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
mod origin;
mod outgoing;
mod playbook;
mod rooms;
mod server;
mod visitor;

pub use coding::stitch;
pub use config::{Config, Lines, Reader, Refusal, Timeouts};
pub use hyper::Uri;
pub use server::{Error, Server, interrupted, run};

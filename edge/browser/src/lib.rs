//! The visitor's browser as the last edge: the same engine, behind a boundary of flat texts.
//!
//! `js/` finds blocks, touches storage and listens; everything that decides or interprets lives in the engine. What
//! crosses between them is one text each way ([`question`], [`answer`], with the names of [`records`]), so that no serializer has to be downloaded.
//! [`session`] is plain Rust and runs in `cargo test`; `bindings` is all that knows of Wasm.

#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

pub mod answer;
#[cfg(target_arch = "wasm32")]
mod bindings;
pub mod question;
pub mod records;
#[cfg(test)]
mod sentences;
pub mod session;

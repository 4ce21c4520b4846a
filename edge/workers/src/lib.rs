//! The engine for edges that speak fetch: Cloudflare Workers, Deno, Bun, Node, Vercel.
//!
//! `js/` moves bytes and heads between `Request`, `Response` and this module, and decides nothing. What crosses is one flat text
//! each way ([`fields`]), and the bytes of bodies, through one room for all requests. [`conversation`] is plain Rust and runs in
//! `cargo test`; `bindings` is all that knows of Wasm.

#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

#[cfg(target_arch = "wasm32")]
mod bindings;
pub mod conversation;
pub mod fields;

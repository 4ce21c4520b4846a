//! Finding blocks in HTML and rewriting them: laws, memory, and rows that lie at the edge of one rule.
//!
//! Two programs of their own run longest: `html_chunks` (`chunks.rs`) and `html_judged` (`judged.rs`).

mod blocks;
mod control;
mod memory;
mod meta;
mod plan;
mod room;
mod rows;
mod splice;
mod support;

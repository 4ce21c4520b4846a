//! HTML blocks: finding them in a page, replacing them, and escaping values for markup.
//!
//! Bytes outside a block that is to be changed are never altered. In case of doubt a block stays as the origin sent it.

mod attribute;
pub mod blocks;
mod edit;
pub mod escape;
mod fast_path;
mod foreign;
mod formatting;
mod forms;
mod group;
pub mod id;
pub mod meta;
mod names;
pub mod parts;
mod placement;
pub mod plan;
mod raw;
mod scratch;
mod simd;
pub mod splice;
mod table;
mod tag;
mod tag_in_window;
pub mod template;
mod tokenizer;
mod tree;

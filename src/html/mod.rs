//! HTML as far as blocks need it: where they are, what replaces them, and how values enter markup.
//!
//! Bytes outside a block that is to be changed are never altered, and any doubt leaves a block as the origin sent it.

mod attribute;
pub mod blocks;
mod edit;
pub mod escape;
mod foreign;
mod formatting;
mod forms;
mod group;
pub mod id;
mod lanes;
mod names;
pub mod parts;
mod place;
pub mod plan;
mod quick;
mod raw;
mod room;
mod skim;
pub mod splice;
mod table;
mod tag;
pub mod template;
mod tokenizer;
mod tree;

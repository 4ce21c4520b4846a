//! What stands between the origin's page and the visitor's: streaming, splice plans, values in markup.
//!
//! Each law is checked against something that shares no code with the engine: the definition of an operation on a whole
//! page ([`model`]), the bytes a marker must have, and html5ever's tree ([`tree`]).

mod case;
pub(crate) mod model;
mod pieces;
mod plan;
mod render;
mod stream;
mod tree;

pub(crate) use plan::splice_plan;
pub(crate) use render::template_render;
pub(crate) use stream::html_stream;

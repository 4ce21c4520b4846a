//! HTML: finding blocks, splicing, and the templates of variants.

pub mod escape;
pub mod template;
pub mod splice;

//! The draft of an order by interest.

use alloc::string::String;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The blocks of a group in the order of the visitor's interest; the others follow as the page has them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderByDraft {
    /// Whose interest: `visitor` for what was looked at most over all visits, recent ones counting more; `visit` for what was
    /// seen last in this one.
    pub interest: InterestDraft,
    /// The category that each block is about, by the id of the block; one without a category stays behind.
    pub categories: IndexMap<String, String>,
}

/// Whose interest orders blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum InterestDraft {
    /// Of the visit: the category seen last comes first.
    Visit,
    /// Of the visitor: the category looked at most comes first, recent visits counting more.
    Visitor,
}

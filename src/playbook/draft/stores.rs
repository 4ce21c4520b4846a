//! The drafts of stores, and of what asks for their stock.

use alloc::string::String;
use alloc::vec::Vec;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A store, a branch, a showroom: somewhere to go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StoreDraft {
    /// Its title.
    pub title: String,
    /// The address of its page.
    pub url: String,
    /// Degrees north of the equator, as 45.764; negative in the south.
    #[schemars(range(min = -90, max = 90))]
    pub latitude: f64,
    /// Degrees east of Greenwich, as 4.8357; negative in the west.
    #[schemars(range(min = -180, max = 180))]
    pub longitude: f64,
    /// The region it is in, as visitors call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The ids of the items it has in stock, as far as campaigns ask.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stock: Vec<String>,
}

/// An item that the nearest store must have in stock: exactly one of `item` and `item_of`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InStockDraft {
    /// The id of the item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// A signal that names it, as `page.item` or `visit.last_item`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_of: Option<String>,
}

//! The drafts of what keeps a campaign away after something happened: suppression and cooldown.

use alloc::string::String;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One thing after which a campaign is not shown for some days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SuppressDraft {
    /// What must have happened.
    pub when: HappenedDraft,
    /// To what it must have happened.
    pub what: SubjectDraft,
    /// The days, of 24 hours from the hour in which it happened.
    #[schemars(range(min = 1, max = 180))]
    pub days: u32,
    /// What the campaign is about: a signal, as `visit.last_item`, or the id of an item, a category or a campaign. Without it,
    /// the one signal of that sort which its variants show, or for `campaign` the campaign itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
}

/// What can happen to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum HappenedDraft {
    /// It was bought.
    Bought,
    /// It was taken out of the cart.
    Removed,
    /// It was waved away, or a campaign that has this rule while it was about it.
    Dismissed,
}

/// To what something can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SubjectDraft {
    /// The item that the campaign is about.
    Item,
    /// Anything of the category that the campaign is about, or of the category of its item.
    Category,
    /// The campaign itself, or the one that `of` names.
    Campaign,
}

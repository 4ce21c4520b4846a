//! The drafts of exclusive groups and of kept variants.

use alloc::string::String;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An exclusive group: its experiments share its visitors out among themselves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExclusiveDraft {
    /// The seed of the visitors' places in the group; changing it shares all of them out anew. By default the group's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<String>,
}

/// The part of an exclusive group that takes part in an experiment, as `from` 0 `to` 50 for its first half.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupDraft {
    /// The group, by its name in `exclusive`.
    pub name: String,
    /// Where its part of the group begins, in percent with at most one decimal.
    #[schemars(range(min = 0, max = 100))]
    pub from: f64,
    /// Where its part of the group ends, in percent; what begins there belongs to the next one.
    #[schemars(range(min = 0, max = 100))]
    pub to: f64,
}

/// How visitors keep their variants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StickyDraft {
    /// The version of the experiment; another one draws the variants of all visitors anew.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 255))]
    pub version: u32,
    /// The lowest version that takes part: whoever got a variant in an earlier one is left out, as after a mistake in it.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 255))]
    pub min_version: u32,
}

const fn one() -> u32 {
    1
}

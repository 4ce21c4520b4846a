//! The draft of a cooldown.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How long a campaign stays away after any purchase; days and hours add up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CooldownDraft {
    /// The days, of 24 hours from the hour of the purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 180))]
    pub days: Option<u32>,
    /// The hours, from the hour of the purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 4320))]
    pub hours: Option<u32>,
}

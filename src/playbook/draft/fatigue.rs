//! The draft of fatigue.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How long a campaign rests after a visitor has seen it: each time longer than the time before.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FatigueDraft {
    /// The hours it rests after the first time; 24 without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 4320))]
    pub rest_hours: Option<u32>,
    /// How many times as long each rest is as the one before, with at most two decimals; 2 without it, and 1 for always as long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10))]
    pub factor: Option<f64>,
    /// The hours it rests at most; without it, 720 or, where that is more, `rest_hours`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 4320))]
    pub most_hours: Option<u32>,
    /// The days, of 24 hours from the last time on, after which the times are forgotten; 60 without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 180))]
    pub forget_days: Option<u32>,
}

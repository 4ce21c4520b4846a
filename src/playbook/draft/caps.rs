//! The drafts of caps.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How often a visitor may see a campaign, or all campaigns of a group together; each that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CapDraft {
    /// Times within one visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 255))]
    pub per_visit: Option<u32>,
    /// Times within some days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_days: Option<PeriodDraft>,
    /// Times as long as the visitor is remembered, half a year at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 255))]
    pub lifetime: Option<u32>,
    /// How often the visitor may wave it away before it stays away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dismissals: Option<DismissalsDraft>,
}

/// Times within some days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodDraft {
    /// The times.
    #[schemars(range(min = 0, max = 255))]
    pub times: u32,
    /// The days, of 24 hours from the first time on; then counting begins anew.
    #[schemars(range(min = 1, max = 180))]
    pub days: u32,
}

/// How often a visitor may wave something away before it stays away, and for how long it does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DismissalsDraft {
    /// The times.
    #[schemars(range(min = 0, max = 255))]
    pub times: u32,
    /// The days, of 24 hours from the first dismissal on; without them, until the visit ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 180))]
    pub days: Option<u32>,
}

//! The draft of a schedule.

use alloc::string::String;
use alloc::vec::Vec;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// On which weekdays and at which times of day a campaign runs, on the clock of the site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScheduleDraft {
    /// The days on which it runs, `monday` to `sunday`; without it, every day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weekdays: Option<Vec<String>>,
    /// The times at which it runs, as `09:00-12:30`: the first minute is in, the last is not. `22:00-02:00` ends on the next
    /// day and belongs to the one on which it begins. Without it, all day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Vec<String>>,
}

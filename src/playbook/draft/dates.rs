//! The drafts of dates that a site declares of its visitors, and of campaigns that run around them.

use alloc::string::String;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A date that the site declares of a visitor, as that of a trip, a renewal or a birthday.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DateDraft {
    /// Whether it comes back every year, as a birthday does; then only its month and its day are kept.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub yearly: bool,
}

/// The days around a date of the visitor on which a campaign runs: `-7` to `-2` from a week to two days before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AroundDraft {
    /// The date, by its name in `dates`.
    pub date: String,
    /// The first day, counted from the date.
    #[schemars(range(min = -366, max = 366))]
    pub from_days: i32,
    /// The last day, on which it still runs.
    #[schemars(range(min = -366, max = 366))]
    pub to_days: i32,
}

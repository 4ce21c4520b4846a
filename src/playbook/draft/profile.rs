//! The draft of the site's profile.

use alloc::string::String;
use alloc::vec::Vec;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the site's own customer system says of visitors who are signed in, for campaigns that may use it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileDraft {
    /// The name of the cookie that the site writes with a visitor's tier and segments, dots between, as `gold.vip.lapsed`.
    /// Visitors can change it themselves: grant nothing of value on it.
    pub cookie: String,
    /// The tiers of its loyalty scheme that campaigns may know of, lowest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<String>,
    /// The segments that campaigns may know of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<String>,
}

impl ProfileDraft {
    /// The text that the compiled playbook has of it.
    pub(in super::super) fn text(&self) -> String {
        [self.cookie.as_str(), &self.tiers.join("."), &self.segments.join(".")].join("/")
    }
}

//! The draft of what visitors can say they prefer.

use alloc::string::String;
use alloc::vec::Vec;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something of which visitors can say what they prefer, as their sport, their size or the topic of their newsletter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PreferenceDraft {
    /// The values that a visitor can choose one of, ids as `trail-running`; nothing else is ever kept.
    pub values: Vec<String>,
}

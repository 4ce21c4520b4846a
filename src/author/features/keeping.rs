//! The draft of how long and how much is kept of a visitor.

use crate::limits;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How long and how much is kept of a visitor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MemoryDraft {
    /// For how many days visitor memory is kept, from the day of first issue; it is never extended, and a choice that has
    /// grown too old in the region ends it sooner.
    #[schemars(range(min = 7, max = 390))]
    pub life_days: u16,
    /// After how many days a view of a category counts half as much as a new one.
    #[schemars(range(min = 1, max = 90))]
    pub half_life_days: u8,
    /// How many purchases visitor memory keeps, the newest.
    #[schemars(range(min = 1, max = 32))]
    pub purchases: u8,
    /// How many items of a visit are kept, those seen last.
    #[schemars(range(min = 1, max = 16))]
    pub items: u8,
}

impl Default for MemoryDraft {
    fn default() -> MemoryDraft {
        MemoryDraft {
            life_days: limits::MEMORY_DAYS,
            half_life_days: limits::HALF_LIFE_DAYS,
            purchases: 12,
            items: 8,
        }
    }
}

impl MemoryDraft {
    /// Whether it sets nothing.
    pub(in crate::author) fn is_usual(&self) -> bool {
        *self == MemoryDraft::default()
    }
}

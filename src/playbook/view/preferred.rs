//! The preferences of a compiled playbook: a record for each value, `name=value`, in the order of the draft.

use super::Playbook;
use crate::limits;
use crate::playbook::wire::{Section, preference};

impl Playbook {
    /// Every value of every preference, as `name=value` and as the pair; none if no campaign reads them.
    pub fn preferences(&self) -> impl Iterator<Item = (&str, (&str, &str))> {
        let most = limits::PREFERENCES * limits::PREFERENCE_VALUES;
        self.records(Section::Preferences, 0, most).filter_map(|record| {
            let pair = record.text(preference::PAIR);
            Some((pair, pair.split_once('=')?))
        })
    }
}

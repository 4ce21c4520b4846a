//! Complianz: one cookie a category, `allow` or `deny`, and the id of the policy it asked under.
//!
//! The choice test is that a category cookie is there: in opt-out mode the plugin itself takes a missing cookie for consent,
//! and a reader must not. Copies that differ deny.

use crate::consent::reading::Ballot;
use crate::reason::Reason;

/// What the category cookies of one request say together.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::consent) struct Categories {
    /// The categories that one copy of a cookie allows, and those that one denies, in the order of [`NAMES`].
    allowed: u8,
    denied: u8,
    /// Whether a category has another word.
    garbled: bool,
    policy: bool,
    wrong_policy: bool,
}

/// The categories that are optional.
const NAMES: [&str; 3] = ["preferences", "statistics", "marketing"];

impl Categories {
    /// Takes the cookie of a category.
    pub(in crate::consent) fn category(&mut self, index: u8, value: &str) {
        match value {
            "allow" => self.allowed |= 1 << index,
            "deny" => self.denied |= 1 << index,
            _ => self.garbled = true,
        }
    }

    /// Takes the policy cookie.
    pub(in crate::consent) fn policy(&mut self, value: &str, wanted: &str) {
        self.policy = true;
        self.wrong_policy |= value != wanted;
    }

    /// Whether there is any cookie of it.
    pub(in crate::consent) const fn any(self) -> bool {
        self.allowed | self.denied != 0 || self.policy || self.garbled
    }

    /// What they come to.
    pub(in crate::consent) fn read(self, ballot: &mut Ballot<'_>) {
        let asked = self.allowed | self.denied;
        for (index, name) in NAMES.into_iter().enumerate() {
            if asked >> index & 1 == 1 {
                ballot.mark(name, self.denied >> index & 1 == 0);
            }
        }
        ballot.end(true, asked != 0);
        if self.garbled {
            return ballot.doubt();
        }
        let bound = !ballot.settings.complianz_policy.is_empty();
        if asked != 0 && bound && (!self.policy || self.wrong_policy) {
            ballot.answer.lapse(Reason::PolicyChanged);
        }
    }
}

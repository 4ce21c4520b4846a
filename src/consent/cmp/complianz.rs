//! Complianz: one cookie a category, `allow` or `deny`, and the id of the policy it asked under.
//!
//! The choice test is that a category cookie is there: in opt-out mode the plugin itself takes a missing cookie for consent,
//! and a reader must not. Copies that differ deny.

use crate::consent::settings::Settings;
use crate::consent::source::Banner;
use crate::consent::vote::{Marks, Verdict};
use crate::reason::Reason;

/// What the category cookies of one request say together.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::consent) struct Categories {
    marks: Marks,
    any: bool,
    policy: bool,
    wrong_policy: bool,
}

impl Categories {
    /// Takes one category cookie.
    pub(in crate::consent) fn category(&mut self, settings: &impl Settings, category: &str, value: &str) {
        if matches!(value, "allow" | "deny") {
            self.any = true;
            self.marks.mark(settings, Banner::Complianz, category, value == "allow");
        }
    }

    /// Takes the policy cookie.
    pub(in crate::consent) fn policy(&mut self, settings: &impl Settings, value: &str) {
        self.policy = true;
        self.wrong_policy |= value != settings.complianz_policy();
    }

    /// Whether there is any cookie of it.
    pub(in crate::consent) const fn any(self) -> bool {
        self.any || self.policy
    }

    /// The marks.
    pub(in crate::consent) const fn marks(self) -> Marks {
        self.marks
    }

    /// What they come to.
    pub(in crate::consent) fn verdict(self, settings: &impl Settings) -> Verdict {
        let bound = !settings.complianz_policy().is_empty();
        if self.any && bound && (!self.policy || self.wrong_policy) {
            Verdict::Fault(Reason::PolicyChanged)
        } else {
            Verdict::of(true, self.any)
        }
    }
}

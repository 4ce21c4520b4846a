//! Votes: what one stored flag says about the purposes, before it is weighed against the others.

use super::purpose::{Purpose, PurposeSet};
use super::settings::Settings;
use super::source::Banner;
use crate::facts::Millis;
use crate::reason::Reason;

/// What one stored flag grants and denies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Vote {
    /// Purposes it grants.
    pub granted: PurposeSet,
    /// Purposes it denies.
    pub denied: PurposeSet,
    /// Those of the granted that rest on legitimate interest alone.
    pub interest: PurposeSet,
    /// When the visitor chose, where the flag says so.
    pub decided_at: Option<Millis>,
}

impl Vote {
    /// The refusal of what an opt-out of sale refuses.
    pub const OPT_OUT: Vote = Vote {
        granted: PurposeSet::EMPTY,
        denied: PurposeSet::EMPTY.with(Purpose::SaleShare).with(Purpose::Profile),
        interest: PurposeSet::EMPTY,
        decided_at: None,
    };

    /// Adds a grant of `purpose`, or a denial.
    #[inline(never)]
    pub(super) fn say(&mut self, purpose: Purpose, granted: bool) {
        let set = if granted { &mut self.granted } else { &mut self.denied };
        *set = set.with(purpose);
    }
}

/// What reading one stored flag came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Why it could not be used; `None` for a flag that is in order.
    pub fault: Option<Reason>,
    /// Whether it proves that a person chose.
    pub chosen: bool,
    /// What it says; empty unless chosen, but for a malformed opt-out, which denies.
    pub vote: Vote,
}

impl Answer {
    /// A flag in order that proves a choice.
    pub const fn choice(vote: Vote) -> Answer {
        Answer { fault: None, chosen: true, vote }
    }

    /// A flag that nobody chose: it contributes nothing.
    pub const UNCHOSEN: Answer = Answer {
        fault: None,
        chosen: false,
        vote: Vote {
            granted: PurposeSet::EMPTY,
            denied: PurposeSet::EMPTY,
            interest: PurposeSet::EMPTY,
            decided_at: None,
        },
    };

    /// A flag that cannot be used: it contributes nothing.
    pub const fn fault(reason: Reason) -> Answer {
        Answer { fault: Some(reason), ..Answer::UNCHOSEN }
    }

    /// An opt-out signal that cannot be read: it denies what it could have denied (facts/consent.md §8.4).
    pub const fn malformed_opt_out(reason: Reason) -> Answer {
        Answer { fault: Some(reason), chosen: false, vote: Vote::OPT_OUT }
    }
}

/// What a banner's reader found, next to the marks it left on its ballot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A person chose: the marks count.
    Chosen,
    /// Nobody chose yet.
    Unchosen,
    /// It cannot be used.
    Fault(Reason),
}

impl Verdict {
    /// The verdict on a value that is `whole` or broken, and was `chosen` or not.
    pub(super) const fn of(whole: bool, chosen: bool) -> Verdict {
        match (whole, chosen) {
            (false, _) => Verdict::Fault(Reason::Malformed),
            (true, false) => Verdict::Unchosen,
            (true, true) => Verdict::Chosen,
        }
    }
}

/// Where a banner's reader leaves its marks.
pub(super) struct Ballot<'s, S> {
    pub(super) settings: &'s S,
    pub(super) banner: Banner,
    pub(super) marks: Marks,
    pub(super) decided_at: Option<Millis>,
}

impl<S: Settings> Ballot<'_, S> {
    /// Marks the entry named `key`, if the map has one.
    #[inline(never)]
    pub(super) fn mark(&mut self, key: &str, yes: bool) {
        self.marks.mark(self.settings, self.banner, key, yes);
    }

    /// What the marks come to, under this verdict.
    pub(super) fn answer(&self, verdict: Verdict) -> Answer {
        match verdict {
            Verdict::Chosen => Answer::choice(self.marks.vote(self.settings, self.banner, self.decided_at)),
            Verdict::Unchosen => Answer::UNCHOSEN,
            Verdict::Fault(reason) => Answer::fault(reason),
        }
    }
}

/// Yes and no to the entries of a banner's purpose map, which has at most 64.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    yes: u64,
    no: u64,
}

impl Marks {
    /// Marks the entry named `key`, if the map has one.
    pub(super) fn mark(&mut self, settings: &impl Settings, banner: Banner, key: &str, yes: bool) {
        if let Some(index) = settings.find(banner, key) {
            let bit = 1u64.checked_shl(index).unwrap_or(0);
            if yes {
                self.yes |= bit;
            } else {
                self.no |= bit;
            }
        }
    }

    /// Marks every entry that is not marked with no: for banners that list only what was accepted.
    pub(super) fn refuse_rest(&mut self) {
        self.no |= !self.yes;
    }

    /// Whether every entry of the map is marked.
    pub(super) fn complete(&self, settings: &impl Settings, banner: Banner) -> bool {
        let count = (0..64).take_while(|index| settings.entry(banner, *index).is_some()).count();
        let marked = self.yes | self.no;
        (0..count).all(|index| marked >> index & 1 == 1)
    }

    /// What the marks come to: within one banner a no wins, but device storage follows any yes.
    pub(super) fn vote(self, settings: &impl Settings, banner: Banner, decided_at: Option<Millis>) -> Vote {
        let (mut yes, mut no) = (PurposeSet::EMPTY, PurposeSet::EMPTY);
        for index in 0..64 {
            let Some((_, purposes)) = settings.entry(banner, index) else { break };
            if self.no >> index & 1 == 1 {
                no = no.union(purposes);
            } else if self.yes >> index & 1 == 1 {
                yes = yes.union(purposes);
            }
        }
        if yes.contains(Purpose::DeviceStorage) {
            no = no.without(PurposeSet::EMPTY.with(Purpose::DeviceStorage));
        }
        if banner.by_category() {
            yes = yes.without(PurposeSet::EMPTY.with(Purpose::PreciseGeo));
            if no.contains(Purpose::SessionPersonalization) {
                no = no.with(Purpose::PreciseGeo);
            }
        }
        Vote { granted: yes.without(no), denied: no, interest: PurposeSet::EMPTY, decided_at }
    }
}

//! Votes: what one stored flag says about the purposes, before it is weighed against the others.

use super::purpose::{Purpose, PurposeSet};
use super::source::Banner;
use super::stored::{Entries, StoredSettings};
use crate::base::calendar::Millis;
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

    /// Adds an opt-out of sale, which no grant of the same flag outweighs.
    pub(super) const fn opt_out(&mut self) {
        self.granted = self.granted.without(Vote::OPT_OUT.denied);
        self.denied = self.denied.union(Vote::OPT_OUT.denied);
    }
}

/// What reading one stored flag came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Why it could not be used; `None` for a flag that is in order.
    pub fault: Option<Reason>,
    /// Whether it proves that a person chose.
    pub chosen: bool,
    /// Whether it may hide a refusal: a value that cannot be read, or a refusal under a key that has no meaning here.
    /// Where a person who did not refuse is taken to agree, it refuses what an opt-out refuses.
    pub hides: bool,
    /// What it says. It grants only what was chosen; a refusal needs no proof of a click.
    pub vote: Vote,
}

impl Answer {
    /// A flag that nobody chose: it contributes nothing.
    pub const UNCHOSEN: Answer = Answer {
        fault: None,
        chosen: false,
        hides: false,
        vote: Vote {
            granted: PurposeSet::EMPTY,
            denied: PurposeSet::EMPTY,
            interest: PurposeSet::EMPTY,
            decided_at: None,
        },
    };

    /// Makes it a flag that cannot be used. What it may hide is for [`Answer::hide`] and [`Answer::fail_closed`], which readers call.
    #[cfg_attr(target_family = "wasm", inline(never))]
    fn fail(&mut self, reason: Reason) {
        *self = Answer { fault: Some(reason), ..Answer::UNCHOSEN };
    }

    /// Makes it a value that cannot be read: it grants nothing, and may hide a refusal.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn hide(&mut self, reason: Reason) {
        self.fail(reason);
        self.hides = true;
    }

    /// Makes it a choice that no longer counts as an agreement: what it refused stays refused.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn lapse(&mut self, reason: Reason) {
        self.fault = Some(reason);
        self.chosen = false;
        self.vote.granted = PurposeSet::EMPTY;
        self.vote.interest = PurposeSet::EMPTY;
        self.vote.decided_at = None;
    }

    /// Makes it an opt-out signal that cannot be read: it denies what it could have denied.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn fail_closed(&mut self, reason: Reason) {
        self.fail(reason);
        self.vote.denied = Vote::OPT_OUT.denied;
    }

    /// Makes it a flag in order that proves a choice, and denies or grants `purpose`.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn say(&mut self, purpose: Purpose, granted: bool) {
        self.chosen = true;
        let set = if granted { &mut self.vote.granted } else { &mut self.vote.denied };
        *set = set.with(purpose);
    }
}

/// Where a banner's reader leaves its marks, and what they come to.
pub(super) struct Ballot<'s> {
    pub(super) settings: &'s StoredSettings<'s>,
    pub(super) banner: Banner,
    /// The banner's part of the map, as soon as it was looked for.
    pub(super) entries: Option<Entries<'s>>,
    pub(super) marks: Marks,
    /// What was answered of entries that the map does not have.
    pub(super) unmapped: Unmapped,
    pub(super) answer: Answer,
}

impl<'s> Ballot<'s> {
    /// Makes it an empty ballot of this banner.
    pub(super) fn begin(&mut self, banner: Banner) {
        self.banner = banner;
        self.entries = None;
        self.marks = Marks::NONE;
        self.unmapped = Unmapped::default();
        self.answer = Answer::UNCHOSEN;
    }

    /// What the map says of the banner.
    pub(super) fn entries(&mut self) -> Entries<'s> {
        *self.entries.get_or_insert_with(|| self.settings.entries(self.banner))
    }

    /// The mark of the entry named `key`; none where the map does not have it.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn bit(&mut self, key: &str) -> u64 {
        self.entries().position(|(known, _)| known == key).map_or(0, mark)
    }

    /// Sets the mark of an entry; notes it where the map has none.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn set(&mut self, bit: u64, yes: bool) {
        if bit == 0 {
            let place = if yes { &mut self.unmapped.accepted } else { &mut self.unmapped.refused };
            *place = true;
        }
        let side = if yes { &mut self.marks.yes } else { &mut self.marks.no };
        *side |= bit;
    }

    /// Marks the entry named `key`; notes it where the map has none.
    pub(super) fn mark(&mut self, key: &str, yes: bool) {
        let bit = self.bit(key);
        self.set(bit, yes);
    }

    /// Refuses everything at once: what the map has, and what the visitor is asked about elsewhere.
    pub(super) const fn refuse_all(&mut self) {
        self.marks.no = u64::MAX;
        self.unmapped.refused = true;
        self.unmapped.all = true;
    }

    /// Marks every entry that is not accepted as refused, for banners that list only what was accepted.
    ///
    /// Where the list names an entry that has no meaning and the map is not the site's, the banner has other entries than the
    /// map: what is not listed is not known, and may have been refused. So it is where the map has nothing at all.
    pub(super) fn refuse_rest(&mut self) {
        let has_none = self.entries().next().is_none();
        if has_none || (self.unmapped.accepted && !self.settings.maps(self.banner)) {
            self.unmapped.refused = true;
        } else {
            self.marks.refuse_rest();
        }
    }

    /// Whether everything that the map has is marked.
    pub(super) fn is_complete(&mut self) -> bool {
        let marked = (self.marks.yes | self.marks.no).trailing_ones();
        let entries = self.entries();
        entries.zip(0..marked).count() == entries.count()
    }

    /// The end of reading: a value that is `whole` or broken, and was `chosen` or not. Only what was chosen grants; a refusal
    /// stands whoever wrote it.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn end(&mut self, whole: bool, chosen: bool) {
        if whole {
            self.count();
            if self.unmapped.all {
                self.answer.vote.denied = PurposeSet::ASKED;
            }
            self.answer.hides = self.unmapped.refused;
            if !chosen {
                self.answer.chosen = false;
                self.answer.vote.granted = PurposeSet::EMPTY;
                self.answer.vote.decided_at = None;
            }
        } else {
            self.answer.hide(Reason::Malformed);
        }
    }

    /// Makes it a value of which a part cannot be read: it grants nothing, what it refuses as far as it can be read stays refused,
    /// and it may hide a refusal.
    pub(super) fn doubt(&mut self) {
        self.answer.lapse(Reason::Malformed);
        self.answer.hides = true;
    }

    /// What the marks come to: within one banner a no wins, but device storage follows any yes.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn count(&mut self) {
        let (mut yes, mut no) = (PurposeSet::EMPTY, PurposeSet::EMPTY);
        let Marks { yes: mut accepted, no: mut refused } = self.marks;
        for (_, purposes) in self.entries() {
            if refused & 1 == 1 {
                no = no.union(purposes);
            } else if accepted & 1 == 1 {
                yes = yes.union(purposes);
            }
            (accepted, refused) = (accepted >> 1, refused >> 1);
        }
        if yes.contains(Purpose::DeviceStorage) {
            no = no.without(PurposeSet::EMPTY.with(Purpose::DeviceStorage));
        }
        if self.banner.by_category() {
            yes = yes.without(PurposeSet::EMPTY.with(Purpose::PreciseGeo));
            if no.contains(Purpose::SessionPersonalization) {
                no = no.with(Purpose::PreciseGeo);
            }
        }
        self.answer.chosen = true;
        self.answer.vote.granted = yes.without(no);
        self.answer.vote.denied = no;
    }
}

/// Whether an entry without a meaning was accepted, whether one was refused, and whether everything was refused at once.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Unmapped {
    pub(super) accepted: bool,
    pub(super) refused: bool,
    pub(super) all: bool,
}

/// Yes and no to the entries of a banner's purpose map, which has at most 64.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    pub(super) yes: u64,
    pub(super) no: u64,
}

impl Marks {
    /// No mark.
    pub(super) const NONE: Marks = Marks { yes: 0, no: 0 };

    /// Marks entry `index`; there are no more than 64.
    pub(super) fn set(&mut self, index: usize, yes: bool) {
        let side = if yes { &mut self.yes } else { &mut self.no };
        *side |= mark(index);
    }

    /// Marks every entry that is not marked with yes with no: for banners that list only what was accepted.
    pub(super) const fn refuse_rest(&mut self) {
        self.no |= !self.yes;
    }
}

/// The mark of entry `index`.
fn mark(index: usize) -> u64 {
    u32::try_from(index).ok().and_then(|index| 1u64.checked_shl(index)).unwrap_or(0)
}

//! What a TC string says about the purposes, for the publisher or for one vendor: see
//! [the table](crate::docs::consent#what-tcf-purposes-mean-here).

use crate::base::split::number;
use crate::consent::bits::Bits;
use crate::consent::purpose::{Purpose, PurposeSet};
use crate::consent::reading::Ballot;
use crate::consent::source::{Banner, Source};
use crate::reason::Reason;

use super::{Tcf, at, parse};

/// A set of purposes 1 to 24 as bits, the first in the highest, as the string has them.
type Mask = u64;

const fn purposes<const N: usize>(ids: [u8; N]) -> Mask {
    let mut mask = 0;
    let mut rest: &[u8] = &ids;
    while let [id, more @ ..] = rest {
        mask |= 1 << (24 - *id);
        rest = more;
    }
    mask
}

/// Whether `purpose` is in the set.
fn has(mask: Mask, purpose: u8) -> bool {
    mask >> (24 - purpose) & 1 == 1
}

/// Purposes that may rest on legitimate interest (TCF Policies since 2.2).
const BY_INTEREST: Mask = purposes([2, 7, 8, 9, 10, 11]);
/// Purposes that stand for one of ours.
const OURS: Mask = purposes([1, 5, 6, 8, 11]);

/// Reads a TC string; returns who it speaks for.
#[cfg_attr(target_family = "wasm", inline(never))]
pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) -> Source {
    let settings = ballot.settings;
    let mut source = if settings.vendor != 0 { Source::TCF_VENDOR } else { Source::TCF_PUBLISHER };
    match parse(text) {
        Err(reason) => ballot.answer.hide(reason),
        Ok(tcf) => {
            if settings.vendor == 0 && tcf.publisher.is_none() && settings.fallback_to_core() {
                source = Source::TCF_CORE;
            }
            match (tcf.speak(ballot), tcf.invalid()) {
                (None, None) => {}
                // What is not in force any more agrees to nothing, and what it refuses stays refused; but for location, of which a
                // string has no refusal, only no consent.
                (None, Some(reason)) => {
                    let answer = &mut ballot.answer;
                    answer.lapse(reason);
                    answer.hides = true;
                    answer.vote.denied =
                        answer.vote.denied.without(PurposeSet::EMPTY.with(Purpose::PreciseGeo));
                }
                (Some(silent), invalid) => ballot.answer.hide(invalid.unwrap_or(silent)),
            }
        }
    }
    source
}

impl Tcf<'_> {
    /// Says what the string says about the purposes, or why it says nothing.
    fn speak(&self, ballot: &mut Ballot<'_>) -> Option<Reason> {
        let settings = ballot.settings;
        let sold = self.field(at::CONSENTS, 24);
        let (mut c, mut l) = (sold, self.field(at::INTERESTS, 24));
        let mut asked = true;
        if settings.vendor != 0 {
            let Some(disclosed) = self.disclosed else { return Some(Reason::NoDisclosedVendors) };
            asked = disclosed.contains(settings.vendor) && !settings.special_purposes_only();
            self.bind(settings.vendor, asked, &mut c, &mut l);
        } else if let Some(mut publisher) = self.publisher {
            (c, l) = (publisher.take(24), publisher.take(24));
            asked = (c | l) & OURS != 0;
            custom(publisher, ballot);
        } else if !settings.fallback_to_core() {
            if !self.refuses_all() {
                return Some(Reason::NoPublisherSegment);
            }
            // The core speaks of vendors: it may refuse for the site too, and grants it nothing.
            (c, l) = (0, 0);
        }
        ballot.answer.vote.decided_at = Some(self.updated());
        if !asked && !self.refuses_all() {
            // Of the site's own purposes nothing is known: only what goes to others was asked for, if anything was.
            let answer = &mut ballot.answer;
            answer.chosen = !answer.vote.granted.union(answer.vote.denied).is_empty();
            if sold != 0 {
                answer.say(Purpose::SaleShare, has(sold, 3) && has(sold, 4));
            }
            return None;
        }
        l &= BY_INTEREST;
        let storage =
            has(c, 1) || (self.purpose_one_hidden() && settings.undisclosed_storage(self.country()));
        let profile = has(c, 5) && has(c, 6);
        let visit = storage && (has(c, 11) || profile);
        let precise = self.field(at::SPECIAL_FEATURES, 1) == 1 && (has(c, 6) || has(c, 11));
        let answer = &mut ballot.answer;
        let mut say = |purpose, granted| answer.say(purpose, granted);
        say(Purpose::DeviceStorage, storage);
        say(Purpose::SessionPersonalization, visit || (storage && has(l, 11)));
        say(Purpose::PersistentPersonalization, storage && profile);
        say(Purpose::PreciseGeo, storage && precise);
        say(Purpose::Measurement, has(c, 8) || has(l, 8));
        say(Purpose::Experimentation, storage && has(c, 8));
        say(Purpose::SaleShare, has(sold, 3) && has(sold, 4));
        if !(storage && profile) {
            say(Purpose::Profile, false);
        }
        let vote = &mut answer.vote;
        vote.granted = vote.granted.without(vote.denied);
        if !visit {
            vote.interest = vote.interest.with(Purpose::SessionPersonalization);
        }
        if !has(c, 8) {
            vote.interest = vote.interest.with(Purpose::Measurement);
        }
        vote.interest = vote.interest.intersection(vote.granted);
        None
    }

    /// Whether the visitor said no to everybody, and so to the site too, where the string does not speak of the site itself: the
    /// core has no consent to purpose 1, without which nothing that needs it can be agreed to, and somebody was told of. In a
    /// string that names no vendor nobody asked anything.
    fn refuses_all(&self) -> bool {
        let consents = self.field(at::CONSENTS, 24);
        let told = self.disclosed.is_none_or(|mut vendors| vendors.next().is_some());
        told && !has(consents, 1) && (consents == 0 || !self.purpose_one_hidden())
    }

    /// Leaves what is allowed to one vendor: `asked` for, agreed to, and not restricted by the publisher.
    fn bind(&self, vendor: u16, asked: bool, consents: &mut Mask, interests: &mut Mask) {
        if !asked || !self.vendor_consents.contains(vendor) {
            *consents = 0;
        }
        if !asked || !self.vendor_interests.contains(vendor) {
            *interests = 0;
        }
        for restriction in self.restrictions {
            if !(1..=24).contains(&restriction.purpose) || !restriction.vendors.contains(vendor) {
                continue;
            }
            let others = !purposes([restriction.purpose]);
            if matches!(restriction.kind, 0 | 2) {
                *consents &= others;
            }
            if matches!(restriction.kind, 0 | 1) {
                *interests &= others;
            }
        }
    }
}

/// What the site's own purposes say, where the settings map their numbers; `custom` is where their count stands.
fn custom(mut custom: Bits<'_>, ballot: &mut Ballot<'_>) {
    ballot.begin(Banner::TcfCustom);
    let count = u32::try_from(custom.take(6)).unwrap_or(0);
    for (index, (key, _)) in ballot.settings.entries(Banner::TcfCustom).enumerate() {
        let number = number(key).unwrap_or(0);
        if number >= 1 && number <= count {
            let mut consent = custom;
            consent.skip(usize::try_from(number - 1).unwrap_or(usize::MAX));
            ballot.marks.set(index, consent.bit());
        }
    }
    ballot.count();
}

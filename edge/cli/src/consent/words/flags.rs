//! What is said of flags that decided nothing: why they were not used, and why their silence is no agreement.

use parvis::consent::purpose::{Purpose, PurposeSet};
use parvis::consent::settings::Slot;
use parvis::consent::source::{Source, Sources};
use parvis::reason::Reason;

use super::Case;
use crate::calendar::day;
use crate::consent::report::Seen;
use crate::consent::why;

impl Case<'_> {
    /// Where a flag stands, as it was sent: `a`, or `a`, `b` and `c` of one that is spread.
    pub(super) fn place(&self, seen: &Seen) -> String {
        let evidence = self.question.evidence();
        let pairs = evidence.pairs();
        let here = |name: &str| match self.settings.slot(&seen.place) {
            _ if name == seen.place => true,
            // Names with a star stand for all cookies of the banner.
            None => self.settings.slot(name).and_then(Slot::banner) == seen.source.as_banner(),
            slot => self.settings.slot(name) == slot,
        };
        let spread = seen.value.is_empty() && seen.source.as_banner().is_some();
        let mut names: Vec<String> = pairs
            .iter()
            .filter(|(name, _)| spread && here(name))
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        names.dedup();
        match names.as_slice() {
            [] => format!("`{}`", seen.place),
            names => why::list(names),
        }
    }

    /// Why a flag cannot be used, or not any more.
    pub(super) fn fault(&self, seen: &Seen) -> String {
        let Some(fault) = seen.answer.fault else { return String::new() };
        let (tcf, banner) = (seen.source.is_tcf(), seen.source.as_banner());
        let days = self.resolution.regime().max_age_days;
        match (fault, banner) {
            (Reason::Malformed, Some(banner)) => {
                let part = if seen.answer.vote.denied.is_empty() { "it" } else { "a part of it" };
                match self.settings.own_name(banner) {
                    Some(name) => {
                        format!("{part} does not have the form that `consent.banners.{name}` describes")
                    }
                    None => format!(
                        "{part} does not have a form of {} that is known here",
                        self.named(seen.source)
                    ),
                }
            }
            (Reason::Malformed, None) => {
                let form = match seen.source {
                    _ if tcf => "a TC string",
                    Source::US_PRIVACY => "a US Privacy string",
                    Source::GPP => "a GPP string",
                    Source::API => "what Parvis writes",
                    source if source.as_section() == Some(6) => "a US Privacy string",
                    _ => "such a section",
                };
                format!("it does not have the form of {form}")
            }
            (Reason::UnsupportedVersion, Some(_)) => {
                "it does not hold the answers in a form that is known here".to_owned()
            }
            (Reason::UnsupportedVersion, None) if seen.source == Source::TCF_1 => {
                "what is stored for TCF 1 is not read any more".to_owned()
            }
            (Reason::UnsupportedVersion, None) => {
                "it does not begin as a TC string of version 2 does, and no other is read".to_owned()
            }
            (Reason::NotSiteSpecific, _) => "it was not made for this site alone, as it must be".to_owned(),
            (Reason::NoDisclosedVendors, _) => {
                "it does not list the vendors that were disclosed, as it must since 1 March 2026".to_owned()
            }
            (Reason::NoPublisherSegment, _) => "it says nothing about this site's own purposes".to_owned(),
            (Reason::FromTheFuture, _) => {
                format!("its time is later than now, so that its {days} days cannot be counted")
            }
            (fault, _) => fault.sentence().to_owned(),
        }
    }

    /// Whether a flag that cannot be used, or that holds a refusal without a meaning, refused what an opt-out refuses: it does where
    /// silence is a yes, but an opaque one only where nothing that was read beside it has its choice.
    fn opts_out(&self, seen: &Seen) -> bool {
        match seen.answer.fault {
            Some(Reason::Opaque) => self.resolution.opaque().contains(seen.source),
            _ => seen.answer.hides && !self.resolution.regime().opt_in,
        }
    }

    /// Why nothing is allowed by silence where silence is a yes.
    pub(super) fn unrefused(&self) -> String {
        let flags = || self.notebook.0.iter().filter(|seen| seen.source != Source::GPC);
        if flags().any(|seen| seen.answer.hides || seen.answer.fault.is_some()) {
            "nothing that is known here refuses it".to_owned()
        } else if flags().any(speaks) {
            "no answer refuses it".to_owned()
        } else {
            "nobody refused it".to_owned()
        }
    }

    /// Why there is no consent: a choice that expired, one that is no choice, or none at all.
    pub(super) fn silence(&self, purpose: Purpose) -> String {
        let flags = || self.notebook.0.iter();
        let days = self.resolution.regime().max_age_days;
        let agreed = |seen: &&Seen| seen.answer.vote.granted.contains(purpose);
        let of = |seen: &Seen| {
            let at = seen.answer.vote.decided_at.map(|at| format!(" of {}", day(at))).unwrap_or_default();
            format!("{}{at}", self.named(seen.source))
        };
        let old = |seen: &&Seen| seen.stale && seen.answer.vote.denied.contains(purpose);
        if let Some(seen) = flags().filter(|seen| seen.stale).find(agreed) {
            return format!(
                "the agreement in {} is older than {days} days and must be asked for again",
                of(seen)
            );
        }
        if let (Some(yes), Some(no)) =
            (flags().filter(agreed).find(|seen| !Sources::US.contains(seen.source)), flags().find(old))
        {
            return format!(
                "the agreement in {} lost to the refusal in {}, and does not come back now that the refusal is older than {days} days",
                of(yes),
                of(no)
            );
        }
        if let Some(seen) = flags().find(old) {
            return format!(
                "nothing agrees to it: the refusal in {} is older than {days} days, so that it may be asked for again",
                of(seen)
            );
        }
        if let Some(seen) = flags().filter(agreed).find(|seen| Sources::US.contains(seen.source)) {
            return format!(
                "{} answers a question of US law, which is no agreement here",
                self.named(seen.source)
            );
        }
        let answering = |seen: &&Seen| speaks(seen) && !self.asked_nothing(seen);
        let sources = flags().filter(answering).fold(Sources::NONE, |all, seen| all.with(seen.source));
        let unasked = flags().find(|seen| self.asked_nothing(seen)).map(|seen| self.not_asked(seen));
        let answers = (!sources.is_empty()).then(|| {
            format!("no answer in {} has a meaning for it", why::joined(&self.names(sources), "or"))
        });
        match (unasked, answers) {
            (Some(unasked), Some(answers)) => format!("{unasked}, and {answers}"),
            (Some(unasked), None) => format!("no answer is known: {unasked}"),
            (None, Some(answers)) => answers,
            (None, None) if flags().any(|seen| seen.answer.fault.is_some()) => {
                "nothing that can be used here agrees to it".to_owned()
            }
            (None, None) => "nobody agreed to it".to_owned(),
        }
    }

    /// Whether a TC string in order says nothing about what this site does itself: whatever else it says, it says something
    /// about the device.
    fn asked_nothing(&self, seen: &Seen) -> bool {
        let vote = &seen.answer.vote;
        seen.source.is_tcf()
            && seen.answer.fault.is_none()
            && !vote.granted.union(vote.denied).contains(Purpose::DeviceStorage)
    }

    fn not_asked(&self, seen: &Seen) -> String {
        let name = self.named(seen.source);
        match self.settings.vendor {
            0 => format!("{name} has a yes to none of this site's own purposes, as where nobody was asked"),
            vendor => format!("{name} says nothing about vendor {vendor}"),
        }
    }

    /// What there is to say of a flag that decided nothing.
    pub(super) fn unused(&self, seen: &Seen) -> Option<String> {
        let name = self.named(seen.source);
        let place = self.place(seen);
        let vote = &seen.answer.vote;
        if seen.answer.fault.is_some() {
            // A flag that refuses what an opt-out refuses, and nothing that was read in it.
            let closed = !seen.answer.hides && vote.denied == parvis::consent::reading::Vote::OPT_OUT.denied;
            let lapsed = matches!(
                seen.answer.fault,
                Some(Reason::PolicyChanged | Reason::FromTheFuture | Reason::NotNamed)
            );
            let verdict = match (vote.denied.is_empty(), self.opts_out(seen) || (closed && !lapsed)) {
                (_, true) if closed || vote.denied.is_empty() => "counts as an opt-out",
                (_, true) => "counts as an opt-out, and what it refuses stays refused",
                (true, false) => "was not used",
                (false, false) => "grants nothing, and what it refuses stays refused",
            };
            return Some(format!("{name} in {place} {verdict}: {}", self.fault(seen)));
        }
        if seen.stale
            && let Some(what) = self.aged(seen)
        {
            let days = self.resolution.regime().max_age_days;
            return Some(format!("{name} in {place} is older than {days} days: {what}"));
        }
        let speaks = !vote.granted.is_empty() || !vote.denied.is_empty();
        let inside = seen.source == Source::GPP || seen.source.as_section().is_some();
        if self.asked_nothing(seen) && !speaks {
            return Some(format!("{name} in {place} is no refusal: {}", self.not_asked(seen)));
        }
        if !seen.answer.chosen {
            return (!inside && !speaks && !self.opts_out(seen)).then(|| {
                format!("{name} in {place} is no choice: nothing in it shows that somebody answered")
            });
        }
        let banner = seen.source.as_banner().filter(|_| !speaks)?;
        Some(format!(
            "{name} in {place} is a choice, but about nothing that the playbook gives a meaning: name its entries in {}",
            self.map(banner)
        ))
    }

    /// What the age of a flag changes.
    fn aged(&self, seen: &Seen) -> Option<String> {
        let vote = &seen.answer.vote;
        let opt_in = self.resolution.regime().opt_in;
        let objection = !vote.denied.intersection(self.resolution.exempt()).is_empty();
        let refused = match (vote.denied.is_empty(), opt_in, objection) {
            (true, ..) => None,
            (false, true, false) => Some("what it refuses may be asked for again"),
            (false, true, true) => Some(
                "what it refuses may be asked for again, but for what would need no choice, which stays refused",
            ),
            (false, false, _) => Some("what it refuses stays refused"),
        };
        match (vote.granted == PurposeSet::EMPTY, refused) {
            (false, Some(refused)) => {
                Some(format!("what it agrees to does not count any more, and {refused}"))
            }
            (false, None) => Some("what it agrees to does not count any more".to_owned()),
            (true, Some(refused)) => Some(refused.to_owned()),
            (true, None) => opt_in.then(|| "the visitor may be asked again".to_owned()),
        }
    }
}

/// Whether somebody answered something in a flag, or a refusal is stored in it.
fn speaks(seen: &Seen) -> bool {
    let vote = &seen.answer.vote;
    let says = !vote.granted.is_empty() || !vote.denied.is_empty() || seen.answer.hides;
    seen.answer.fault.is_none() && (seen.answer.chosen || says)
}

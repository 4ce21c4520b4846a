//! Suppressions of a draft: what each is about, and how the flat file has it.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::draft::{CampaignDraft, Draft, HappenedDraft, SubjectDraft, SuppressDraft};
use super::template;
use super::wire::operator as tag;
use crate::assign::hash;
use crate::signal::registry::Signal;
use crate::visitor::history::Kind;

/// What a suppression is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject<'d> {
    /// What a signal names.
    Signal(Signal),
    /// What has this id.
    Id(&'d str),
}

/// Why it is about nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unclear {
    /// The variants show nothing of the sort, and nothing else is said.
    Nothing,
    /// The variants show several.
    Several(Signal, Signal),
    /// The signal names nothing of the sort.
    Another(Signal),
}

/// What `rule` is about, in a campaign of this id whose variants show these signals.
pub(super) fn subject<'d>(
    rule: &'d SuppressDraft,
    id: &'d str,
    shown: &BTreeSet<Signal>,
) -> Result<Subject<'d>, Unclear> {
    let names = |signal: Signal| match rule.what {
        SubjectDraft::Item => signal.entry().names_item,
        SubjectDraft::Category => signal.entry().names_item || signal.entry().names_category,
        SubjectDraft::Campaign => false,
    };
    if let Some(of) = &rule.of {
        return match Signal::from_name(of) {
            Some(signal) if names(signal) => Ok(Subject::Signal(signal)),
            Some(signal) => Err(Unclear::Another(signal)),
            None => Ok(Subject::Id(of)),
        };
    }
    if rule.what == SubjectDraft::Campaign {
        return Ok(Subject::Id(id));
    }
    let mut about = shown.iter().copied().filter(|signal| names(*signal));
    match (about.next(), about.next()) {
        (None, _) => Err(Unclear::Nothing),
        (Some(one), None) => Ok(Subject::Signal(one)),
        (Some(one), Some(other)) => Err(Unclear::Several(one, other)),
    }
}

/// The signals that the variants of a campaign show; `None` for templates that [`super::check`] refuses.
pub(super) fn shown(campaign: &CampaignDraft, marker: &str, blocks: &[&str]) -> Option<BTreeSet<Signal>> {
    let mut shown = BTreeSet::new();
    for variant in &campaign.variants {
        if let Some(html) = &variant.html {
            shown.extend(template::compile(html, marker, blocks).ok()?.signals);
        }
        for (key, value) in variant.parts.iter().flatten() {
            shown.extend(template::compile_part(key, value, marker).ok()?.signals);
        }
    }
    Some(shown)
}

/// What a rule asks to be remembered.
pub(super) const fn kind(rule: &SuppressDraft) -> Kind {
    match (rule.when, rule.what) {
        (HappenedDraft::Bought, _) => Kind::Bought,
        (HappenedDraft::Removed, _) => Kind::Removed,
        (HappenedDraft::Dismissed, SubjectDraft::Campaign) => Kind::Waved,
        (HappenedDraft::Dismissed, _) => Kind::Dismissed,
    }
}

/// The bodies of a campaign's suppressions, each with the signal it reads; `None` for what [`super::check`] refuses.
pub(super) fn encode(campaign: &CampaignDraft, draft: &Draft) -> Option<Vec<(Vec<u8>, Option<Signal>)>> {
    let Some(rules) = &campaign.suppress else { return Some(Vec::new()) };
    let blocks: Vec<&str> = draft.blocks.keys().map(|id| id.as_str()).collect();
    let shown = shown(campaign, &draft.site.marker, &blocks)?;
    let encode = |rule: &SuppressDraft| {
        let (flag, code, signal) = match subject(rule, &campaign.id, &shown).ok()? {
            Subject::Signal(signal) => (tag::OF_SIGNAL, u32::from(signal.code()), Some(signal)),
            Subject::Id(id) => (0, hash::code(id), None),
        };
        let by_category = if rule.what == SubjectDraft::Category { tag::BY_CATEGORY } else { 0 };
        let mut body = Vec::from([kind(rule) as u8, flag | by_category]);
        body.extend(u16::try_from(rule.days).ok()?.to_le_bytes());
        body.extend(code.to_le_bytes());
        Some((body, signal))
    };
    rules.iter().map(encode).collect()
}

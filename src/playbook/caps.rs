//! The caps of a draft as counters: which keys cookies count them under, and how the flat file has them.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::draft::{CampaignDraft, CapDraft, Draft};
use super::view::Cap;
use super::wire::operator as tag;
use crate::assign::hash;

/// The caps of a campaign, its own and its group's, those of the visit first; `None` for what [`super::check`] refuses.
///
/// Its own cap within a visit is not among them: the campaign's record has that.
pub(super) fn of(campaign: &CampaignDraft, draft: &Draft) -> Option<Vec<Cap>> {
    let mut caps = Vec::new();
    if let Some(cap) = &campaign.cap {
        caps.extend(counters(&campaign.id, &CapDraft { per_visit: None, ..cap.clone() })?);
    }
    if let Some(group) = &campaign.cap_group {
        // No id holds a space, so no campaign's counter is taken for a group's.
        caps.extend(counters(&format!("group {group}"), draft.cap_groups.get(group)?)?);
    }
    caps.sort_by_key(|cap| cap.in_memory);
    Some(caps)
}

/// The counters of one cap; `owner` is the id of a campaign or stands for a group.
pub(super) fn counters(owner: &str, cap: &CapDraft) -> Option<Vec<Cap>> {
    let counter = |name: String, times: u32, days: Option<u32>, in_memory: bool, dismissals: bool| {
        let days = u16::try_from(days.unwrap_or(0)).ok()?;
        Some(Cap { key: hash::code(&name), times: u8::try_from(times).ok()?, days, in_memory, dismissals })
    };
    let mut caps = Vec::new();
    if let Some(times) = cap.per_visit {
        caps.push(counter(owner.into(), times, None, false, false)?);
    }
    if let Some(period) = &cap.per_days {
        let name = format!("{owner} / {}", period.days);
        caps.push(counter(name, period.times, Some(period.days), true, false)?);
    }
    if let Some(times) = cap.lifetime {
        caps.push(counter(format!("{owner} / life"), times, None, true, false)?);
    }
    if let Some(dismissals) = &cap.dismissals {
        let name = match dismissals.days {
            Some(days) => format!("{owner} x / {days}"),
            None => format!("{owner} x"),
        };
        caps.push(counter(name, dismissals.times, dismissals.days, dismissals.days.is_some(), true)?);
    }
    Some(caps)
}

/// The body of a cap's operator.
pub(super) fn encode(cap: &Cap) -> Vec<u8> {
    let memory = if cap.in_memory { tag::IN_MEMORY } else { 0 };
    let dismissals = if cap.dismissals { tag::DISMISSALS } else { 0 };
    let mut body = Vec::from([memory | dismissals]);
    body.extend(cap.key.to_le_bytes());
    body.push(cap.times);
    body.extend(cap.days.to_le_bytes());
    body
}

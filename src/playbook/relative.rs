//! Operators of a draft that go by how well a visitor is known, and by dates of theirs, as the flat file has them.

use alloc::vec::Vec;

use super::draft::{CampaignDraft, Draft};
use super::operators::Operators;
use super::wire::operator as tag;
use crate::assign::hash;
use crate::signal::registry::Signal;

/// Adds what `campaign` says of them to `all`; `None` for what [`super::check`] refuses.
pub(super) fn encode(campaign: &CampaignDraft, draft: &Draft, all: &mut Operators) -> Option<()> {
    for (index, variant) in (0_u8..).zip(&campaign.variants) {
        let Some(visits) = variant.familiar else { continue };
        let [low, high] = u16::try_from(visits).ok()?.to_le_bytes();
        all.put(tag::FAMILIAR, &[index, low, high])?;
        all.signals.insert(Signal::Visits);
    }
    if let Some(around) = &campaign.around {
        let date = draft.dates.get(&around.date)?;
        let mut body = Vec::from([u8::from(date.yearly)]);
        body.extend(hash::code(&around.date).to_le_bytes());
        body.extend(i16::try_from(around.from_days).ok()?.to_le_bytes());
        body.extend(i16::try_from(around.to_days).ok()?.to_le_bytes());
        all.put(tag::AROUND, &body)?;
        all.signals.insert(Signal::Dates);
    }
    Some(())
}

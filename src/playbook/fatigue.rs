//! The fatigue of a draft as a curve, and how the flat file has it.

use alloc::vec::Vec;

use super::draft::FatigueDraft;
use super::hundredths::basis_points;
use super::view::Fatigue;

/// The curve that a draft describes, with what stands for what it leaves out; `None` for what [`super::check`] refuses.
pub(super) fn of(draft: &FatigueDraft) -> Option<Fatigue> {
    let rest = u16::try_from(draft.rest_hours.unwrap_or(24)).ok()?;
    Some(Fatigue {
        rest,
        factor: basis_points(draft.factor.unwrap_or(2.0))?,
        most: draft.most_hours.map_or(Some(rest.max(720)), |most| u16::try_from(most).ok())?,
        forget: u16::try_from(draft.forget_days.unwrap_or(60)).ok()?,
    })
}

/// The body of its operator.
pub(super) fn encode(curve: Fatigue) -> Vec<u8> {
    [curve.rest, curve.factor, curve.most, curve.forget].into_iter().flat_map(u16::to_le_bytes).collect()
}

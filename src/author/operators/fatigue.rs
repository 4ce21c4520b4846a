//! The draft of fatigue.
//!
//! The backoff curve of a draft, and its encoding.
//!
//! Checks of fatigue: contradictory curves, and rests without effect.

use crate::author::check::names::Names;
use crate::author::check::node::Node;
use crate::author::check::{Finding, Place};
use crate::author::draft::{CampaignDraft, CapDraft, Draft};
use crate::author::hundredths::basis_points;
use crate::author::operators::Operators;
use crate::playbook::operators::{Fatigue, Tag};
use alloc::format;
use alloc::vec::Vec;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// How long a campaign is hidden after each exposure: each time longer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FatigueDraft {
    /// The hours of the first rest; 24 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 4320))]
    pub backoff_hours: Option<u32>,
    /// The factor from one rest to the next, with at most two decimals; 2 by default, and 1 for rests of equal length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10))]
    pub factor: Option<f64>,
    /// Maximum hours of a rest; by default 720 or, if that is more, `backoff_hours`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 4320))]
    pub max_backoff_hours: Option<u32>,
    /// The days, of 24 hours from the last exposure, after which the count is reset; 60 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 180))]
    pub reset_after_days: Option<u32>,
}

/// The curve of a draft with defaults filled in; `None` if [`crate::author::check`] refuses it.
fn of(draft: &FatigueDraft) -> Option<Fatigue> {
    let rest = u16::try_from(draft.backoff_hours.unwrap_or(24)).ok()?;
    Some(Fatigue {
        backoff: rest,
        factor: basis_points(draft.factor.unwrap_or(2.0))?,
        max_backoff: draft.max_backoff_hours.map_or(Some(rest.max(720)), |most| u16::try_from(most).ok())?,
        reset_after_days: u16::try_from(draft.reset_after_days.unwrap_or(60)).ok()?,
    })
}

pub(super) fn encode(campaign: &CampaignDraft, _: &Draft, all: &mut Operators) -> Option<()> {
    let Some(fatigue) = &campaign.fatigue else { return Some(()) };
    let Fatigue { backoff, factor, max_backoff, reset_after_days } = of(fatigue)?;
    let numbers = [backoff, factor, max_backoff, reset_after_days];
    let body: Vec<u8> = numbers.into_iter().flat_map(u16::to_le_bytes).collect();
    all.put(Tag::Fatigue, &body)
}

/// The maximum count of a visitor's memory.
const OFTEN: u8 = u8::MAX;

pub(super) fn check(root: &Node<'_>, _: &Names<'_>, findings: &mut Vec<Finding>) {
    for campaign in root.elements("campaigns") {
        let Some(fatigue) = campaign.get("fatigue").filter(|fatigue| fatigue.value.is_object()) else {
            continue;
        };
        let factor = fatigue.get("factor").and_then(|factor| factor.value.as_f64());
        if factor.is_some_and(|factor| (1.0..=10.0).contains(&factor) && basis_points(factor).is_none()) {
            let message = "`factor` has more than two decimals";
            findings.push(Finding::error(
                "out-of-range",
                &fatigue.at("factor"),
                message,
                "round it to two decimals",
            ));
        }
        let draft = serde_json::from_value::<FatigueDraft>(fatigue.value.clone()).ok();
        let Some(curve) = draft.as_ref().and_then(of) else { continue };
        self::curve(&fatigue, curve, findings);
        controls(&campaign, &fatigue, findings);
        caps(root, &campaign, &fatigue, curve, findings);
    }
}

fn curve(fatigue: &Node<'_>, curve: Fatigue, findings: &mut Vec<Finding>) {
    let Fatigue { backoff: rest, max_backoff: most, reset_after_days: forget, .. } = curve;
    if rest > most {
        let message = format!("the first pause of {rest} hours is longer than `max_backoff_hours`, {most}");
        let help = "write a longer `max_backoff_hours` or a shorter `backoff_hours`, which is 24 where it is not written";
        findings.push(Finding::error("fatigue-curve", &fatigue.pointer, message, help).at(Place::Key));
        return;
    }
    let longest = curve.backoff_hours(OFTEN);
    if let Some(most) = fatigue.get("max_backoff_hours").filter(|_| longest < u32::from(most)) {
        let message = format!("no pause becomes longer than {longest} hours");
        findings.push(Finding::warning(
            "redundant",
            &most.pointer,
            message,
            "remove `max_backoff_hours`, or write a greater `factor`",
        ));
    }
    if longest >= u32::from(forget) * 24 {
        let message =
            format!("exposures are forgotten after {forget} days, before a pause of {longest} hours is over");
        let help = "write a shorter `max_backoff_hours`, which is 720 where it is not written, or more `reset_after_days`";
        findings.push(Finding::warning("fatigue-curve", &fatigue.pointer, message, help).at(Place::Key));
    }
}

/// Reports a campaign that is never counted and so never rests.
fn controls(campaign: &Node<'_>, fatigue: &Node<'_>, findings: &mut Vec<Finding>) {
    let mut variants = campaign.elements("variants").peekable();
    let control =
        |variant: Node<'_>| variant.get("control").is_some_and(|control| control.value == &Json::Bool(true));
    if variants.peek().is_some() && variants.all(control) {
        let id = campaign.text("id").unwrap_or_default();
        let message = format!(
            "`fatigue` of `{id}` has no effect: the campaign shows the default content, rested or not"
        );
        let help = "remove `fatigue`, or add a variant with `html` or `hide`";
        findings.push(Finding::warning("cap-never-reached", &fatigue.pointer, message, help).at(Place::Key));
    }
}

/// Reports a cap that hides the campaign for longer than its longest rest.
fn caps(
    root: &Node<'_>,
    campaign: &Node<'_>,
    fatigue: &Node<'_>,
    curve: Fatigue,
    findings: &mut Vec<Finding>,
) {
    let of_group = campaign.text("cap_group").and_then(|group| root.get("cap_groups")?.get(group));
    let keeps_away = |cap: Node<'_>| {
        let Ok(cap) = serde_json::from_value::<CapDraft>(cap.value.clone()) else { return false };
        let period = cap.per_days.filter(|period| period.times == 1).map(|period| period.days);
        cap.lifetime == Some(1)
            || period.is_some_and(|days| days.saturating_mul(24) >= curve.backoff_hours(OFTEN))
    };
    if campaign.get("cap").into_iter().chain(of_group).any(keeps_away) {
        let message = "the cap hides the campaign for longer than `fatigue` ever would";
        let help = "remove `fatigue`, or allow more times in the cap";
        findings.push(Finding::warning("redundant", &fatigue.pointer, message, help).at(Place::Key));
    }
}

//! The draft of a schedule.
//!
//! Checks of schedules.

use crate::author::check::Finding;
use crate::author::check::names::Names;
use crate::author::check::node::Node;
use crate::author::did_you_mean::suggest;
use crate::author::draft::{CampaignDraft, Draft};
use crate::author::operators::Operators;
use crate::playbook::operators::{EVERY_DAY, Schedule, Tag};
use crate::signal::clock::{DAY, WEEKDAYS};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The weekdays and times of day at which a campaign runs, in the site's local time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScheduleDraft {
    /// The days on which it runs, `monday` to `sunday`; without it, every day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weekdays: Option<Vec<String>>,
    /// The times at which it runs, as `09:00-12:30`: the first minute is included, the last is not. `22:00-02:00` ends on
    /// the next day and belongs to the one on which it begins. Without it, all day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Vec<String>>,
}

pub(super) fn encode(campaign: &CampaignDraft, _: &Draft, all: &mut Operators) -> Option<()> {
    let Some(schedule) = &campaign.schedule else { return Some(()) };
    let mut weekdays: u8 = 0;
    for name in schedule.weekdays.iter().flatten() {
        weekdays |= 1_u8.checked_shl(weekday(name)?)?;
    }
    let mut body = Vec::from([if schedule.weekdays.is_some() { weekdays } else { EVERY_DAY }]);
    for text in schedule.hours.iter().flatten() {
        let (from, to) = span(text)?;
        body.extend(from.to_le_bytes());
        body.extend(to.to_le_bytes());
    }
    all.signals.extend(Schedule::read(&body)?.signals());
    all.put(Tag::Schedule, &body)
}

/// The number of a weekday, from 0 for `monday`.
pub(in crate::author) fn weekday(name: &str) -> Option<u32> {
    WEEKDAYS.iter().position(|day| *day == name).and_then(|day| u32::try_from(day).ok())
}

/// The minutes of `09:00-12:30`: from the first to, without, the last, which may be after midnight.
fn span(text: &str) -> Option<(u16, u16)> {
    let (from, to) = text.split_once('-')?;
    let (from, mut to) = (minute(from)?, minute(to)?);
    let day = u16::try_from(DAY).ok()?;
    if from == to || from == day {
        return None;
    }
    if to < from {
        to = to.checked_add(day)?;
    }
    Some((from, to))
}

/// The minute of the day of `18:30`; `24:00` is the midnight at its end.
pub(in crate::author) fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let number = |digits: &str| {
        let two = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        if two { digits.parse::<u16>().ok() } else { None }
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    let sum = hour.checked_mul(60)?.checked_add(minute)?;
    (minute < 60 && i64::from(sum) <= DAY).then_some(sum)
}

/// Maximum number of spans: more than a schedule needs, fewer than an operator holds.
const SPANS: usize = 32;

pub(super) fn check(root: &Node<'_>, _: &Names<'_>, findings: &mut Vec<Finding>) {
    root.elements("campaigns").for_each(|campaign| check_one(&campaign, findings));
}

fn check_one(campaign: &Node<'_>, findings: &mut Vec<Finding>) {
    let Some(schedule) = campaign.get("schedule") else { return };
    for day in schedule.elements("weekdays") {
        let Some(name) = day.value.as_str().filter(|name| weekday(name).is_none()) else { continue };
        let help = suggest(name, WEEKDAYS).unwrap_or_else(|| "write `monday` to `sunday`".into());
        let message = format!("`{name}` is no day of the week");
        findings.push(Finding::error("unknown-value", &day.pointer, message, help));
    }
    for hours in schedule.elements("hours") {
        let Some(text) = hours.value.as_str().filter(|text| span(text).is_none()) else { continue };
        let message = format!("`{text}` is no span of time");
        let help =
            "write it as `09:00-12:30`; `22:00-02:00` ends on the next day, `24:00` is the end of a day";
        findings.push(Finding::error("bad-hours", &hours.pointer, message, help));
    }
    for (key, what) in [("weekdays", "weekday"), ("hours", "time of day")] {
        let Some(list) = schedule.get(key).filter(|list| list.value.is_array()) else { continue };
        match schedule.elements(key).count() {
            0 => findings.push(Finding::error(
                "never-runs",
                &list.pointer,
                format!("the schedule names no {what}, so the campaign never runs"),
                format!("name one, or remove `{key}`"),
            )),
            count if count > SPANS => findings.push(Finding::error(
                "too-many",
                &list.pointer,
                format!("the schedule has more than {SPANS} entries"),
                "join some of them",
            )),
            _ => {}
        }
    }
    if schedule.value.is_object() && schedule.get("weekdays").is_none() && schedule.get("hours").is_none() {
        findings.push(Finding::warning(
            "redundant",
            &schedule.pointer,
            "the schedule has neither `weekdays` nor `hours`, so the campaign always runs",
            "add `weekdays` or `hours`, or remove it",
        ));
    }
}

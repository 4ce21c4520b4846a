//! The drafts of declared dates, and of the around-date operator.
//!
//! Checks of declared dates, and of campaigns that run around them.

use crate::assign::hash;
use crate::author::check::names::Names;
use crate::author::check::node::Node;
use crate::author::check::site::{id_form, reference};
use crate::author::check::variant_fallback::signals;
use crate::author::check::{Finding, Place};
use crate::author::draft::{CampaignDraft, Draft};
use crate::author::operators::Operators;
use crate::limits;
use crate::playbook::operators::{BY_MINUTES, Tag, VALUES, YEARLY};
use crate::signal::registry::Signal;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A date that the site declares of a visitor, such as that of a trip, a renewal or a birthday.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DateDraft {
    /// Whether it is yearly, as a birthday is; then only its month and its day are stored, and it has no time.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub yearly: bool,
    /// The values that the site declares with it, each a text of 1 to 16 bytes; templates of campaigns that run around the date
    /// show them, as `{{date.platform}}`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<DateValueDraft>,
}

/// A value of a date. The list is closed, so that a page can tell its visitor in words what is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DateValueDraft {
    /// The platform.
    Platform,
    /// The gate.
    Gate,
    /// The seat.
    Seat,
    /// The file number, as of a booking or a contract.
    File,
}

/// The kinds of values that templates of the campaign show, a bit for each: no other is kept.
fn shown_values(campaign: &CampaignDraft) -> u8 {
    let shows = |name: &str| {
        campaign.variants.iter().any(|variant| {
            let parts = variant.parts.iter().flat_map(|parts| parts.values());
            variant.html.iter().chain(parts).any(|text| text.contains(name))
        })
    };
    let shown = Signal::DATE_VALUES.iter().rev().map(|signal| u8::from(shows(signal.entry().name)));
    shown.fold(0, |bits, bit| bits << 1 | bit)
}

/// The days, hours or minutes around a date of the visitor in which a campaign runs: `-7` to `-2` days from a week to two
/// days before it, `-20` to `0` minutes the last 20 minutes before its time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AroundDraft {
    /// The date, by its name in `dates`.
    pub date: String,
    /// The first day, counted from the date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -366, max = 366))]
    pub from_days: Option<i32>,
    /// The last day, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -366, max = 366))]
    pub to_days: Option<i32>,
    /// The first hour, counted from the time of the date, in place of days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -240, max = 240))]
    pub from_hours: Option<i32>,
    /// The hour at whose first minute it ends, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -240, max = 240))]
    pub to_hours: Option<i32>,
    /// The first minute, counted from the time of the date, in place of days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -14_400, max = 14_400))]
    pub from_minutes: Option<i32>,
    /// The last minute, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -14_400, max = 14_400))]
    pub to_minutes: Option<i32>,
}

/// The units of a window, and the minutes of one, 0 for days.
const UNITS: [(&str, i32); 3] = [("days", 0), ("hours", 60), ("minutes", 1)];

impl AroundDraft {
    /// First and last, in days or, if so, in minutes; `None` unless one unit has both.
    fn window(&self) -> Option<(i32, i32, bool)> {
        let pairs = [
            (self.from_days, self.to_days),
            (self.from_hours, self.to_hours),
            (self.from_minutes, self.to_minutes),
        ];
        UNITS.into_iter().zip(pairs).find_map(|((_, unit), (from, to))| {
            let factor = unit.max(1);
            Some((from?.checked_mul(factor)?, to?.checked_mul(factor)?, unit > 0))
        })
    }
}

pub(super) fn encode(campaign: &CampaignDraft, draft: &Draft, all: &mut Operators) -> Option<()> {
    let Some(around) = &campaign.around else { return Some(()) };
    let date = draft.dates.get(&around.date)?;
    let (from, to, by_minutes) = around.window()?;
    let flags = shown_values(campaign) << VALUES
        | if date.yearly { YEARLY } else { 0 }
        | if by_minutes { BY_MINUTES } else { 0 };
    let mut body = Vec::from([flags]);
    body.extend(hash::code(&around.date).to_le_bytes());
    body.extend(i16::try_from(from).ok()?.to_le_bytes());
    body.extend(i16::try_from(to).ok()?.to_le_bytes());
    all.signals.insert(Signal::Dates);
    all.put(Tag::Around, &body)
}

pub(super) fn check(root: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    let dates: Vec<(&str, Node<'_>)> = root.members("dates").collect();
    let used: BTreeSet<&str> =
        root.elements("campaigns").filter_map(|campaign| campaign.get("around")?.text("date")).collect();
    let mut codes: BTreeMap<u32, &str> = BTreeMap::new();
    for (name, date) in &dates {
        id_form(name, "a date", &date.pointer, Place::Key, findings);
        if let Some(other) = codes.insert(hash::code(name), name) {
            let message = format!("`{name}` and `{other}` have the same code in cookies");
            findings.push(Finding::error("id-clash", &date.pointer, message, "rename one of them"));
        }
        if !used.contains(name) {
            let message =
                format!("no campaign has `around` with the date `{name}`, so the date is never stored");
            let help =
                format!("write `\"around\": {{ \"date\": \"{name}\", … }}` in a campaign, or remove it");
            findings.push(Finding::warning("unused", &date.pointer, message, help).at(Place::Key));
        }
    }
    let values: Vec<_> =
        dates.iter().flat_map(|(_, date)| date.elements("values").collect::<Vec<_>>()).collect();
    if let Some(value) = values.get(limits::DATE_VALUES) {
        let message = format!("the dates have more than {} values together", limits::DATE_VALUES);
        let help = "visitor memory stores no more: remove some";
        findings.push(Finding::error("too-many", &value.pointer, message, help));
    }
    for (name, date) in &dates {
        kinds(root, name, date, findings);
    }
    if dates.len() > limits::DATES {
        let message = format!("there are more than {} dates", limits::DATES);
        let help = "visitor memory stores no more: remove some";
        findings.push(Finding::error("too-many", "/dates", message, help).at(Place::Key));
    }
    let declared: Vec<&str> = dates.iter().map(|(name, _)| *name).collect();
    for campaign in root.elements("campaigns") {
        match campaign.get("around") {
            Some(around) => {
                window(root, &around, &declared, findings);
                undeclared(root, &campaign, &around, findings);
            }
            None => countdown(&campaign, names, findings),
        }
    }
}

fn window(root: &Node<'_>, around: &Node<'_>, declared: &[&str], findings: &mut Vec<Finding>) {
    let name = around.text("date");
    if let Some(name) = name.filter(|name| !declared.contains(name)) {
        findings.push(reference("date", "date", name, declared, "dates", &around.at("date")));
    }
    let keys = UNITS.map(|(unit, minutes)| (format!("from_{unit}"), format!("to_{unit}"), minutes));
    let said = |key: &str| around.value.get(key).is_some_and(|value| !value.is_null());
    let named: Vec<_> = keys.iter().filter(|(from, to, _)| said(from) || said(to)).collect();
    let (from_key, to_key, minutes) = match named.as_slice() {
        [one] => one,
        [] => {
            let help = "write `from_days` and `to_days`, or the same with `hours` or `minutes`";
            findings.push(Finding::error("missing-field", &around.pointer, "`around` says no days", help));
            return;
        }
        [_, (other, to, _), ..] => {
            let other = if said(other) { other } else { to };
            let message = "`around` counts in two units";
            findings.push(Finding::error(
                "two-units",
                &around.at(other),
                message,
                "keep days, hours or minutes",
            ));
            return;
        }
    };
    for missing in [from_key, to_key].into_iter().filter(|key| !said(key)) {
        let message = format!("`{missing}` is missing");
        let help = "say where the days, hours or minutes begin and where they end";
        findings.push(Finding::error("missing-field", &around.pointer, message, help));
    }
    let number = |key: &str| around.get(key).and_then(|number| number.value.as_i64());
    let (Some(from), Some(to)) = (number(from_key), number(to_key)) else { return };
    if from > to {
        let message = "the campaign ends before it begins, so it never runs";
        let help = "what is before the date is negative: a week to two days before it is `-7` to `-2`";
        findings.push(Finding::error("never-runs", &around.at(to_key), message, help));
    }
    let date = name.and_then(|name| root.get("dates")?.get(name));
    let yearly =
        date.and_then(|date| date.get("yearly")).is_some_and(|yearly| yearly.value.as_bool() == Some(true));
    if yearly && *minutes > 0 {
        let message = "a yearly date has no time, so the campaign never runs";
        findings.push(Finding::error("never-runs", &around.at(from_key), message, "count in days"));
    } else if yearly && to.saturating_sub(from) >= 365 {
        let message = "every day of the year is one of these days";
        let help = "name fewer days, or leave `around` out";
        findings.push(Finding::warning("redundant", &around.pointer, message, help));
    }
}

/// Reports values that a date has twice, and those that no template shows.
fn kinds(root: &Node<'_>, name: &str, date: &Node<'_>, findings: &mut Vec<Finding>) {
    let mut known: Vec<&str> = Vec::new();
    for value in date.elements("values") {
        let Some(kind) = value.value.as_str() else { continue };
        let around =
            |campaign: &Node<'_>| campaign.get("around").is_some_and(|one| one.text("date") == Some(name));
        let shown = format!("date.{kind}");
        let shows = |campaign: Node<'_>| {
            around(&campaign) && texts(&campaign).iter().any(|(_, text)| text.contains(&shown))
        };
        if known.contains(&kind) {
            let message = format!("the date `{name}` has `{kind}` twice");
            findings.push(Finding::error("duplicate-id", &value.pointer, message, "remove one of them"));
        } else if Signal::date_value(kind).is_some() && !root.elements("campaigns").any(shows) {
            let message = format!("no template shows `{kind}` of the date `{name}`, so it is never stored");
            let help = format!("show it, as `{{{{{shown}}}}}`, in a campaign with `around`, or remove it");
            findings.push(Finding::warning("unused", &value.pointer, message, help));
        }
        known.push(kind);
    }
}

/// Reports templates that show values that the date of their campaign does not have.
fn undeclared(root: &Node<'_>, campaign: &Node<'_>, around: &Node<'_>, findings: &mut Vec<Finding>) {
    let Some(name) = around.text("date") else { return };
    let Some(date) = root.get("dates").and_then(|dates| dates.get(name)) else { return };
    let has = |kind: &str| date.elements("values").any(|value| value.value.as_str() == Some(kind));
    for (pointer, text) in texts(campaign) {
        for (at, kind) in text.match_indices("date.").filter_map(|(at, start)| {
            let rest = text.get(at.saturating_add(start.len())..)?;
            Some((at, rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()?))
        }) {
            if Signal::date_value(kind).is_some() && !has(kind) {
                let message = format!("the date `{name}` has no value `{kind}`");
                let help = format!("list it, as `\"{name}\": {{\"values\": [\"{kind}\"]}}` in `dates`");
                findings
                    .push(Finding::error("undeclared-value", &pointer, message, help).at(Place::Inside(at)));
            }
        }
    }
}

/// The templates of a campaign, with their places.
fn texts<'v>(campaign: &Node<'v>) -> Vec<(String, &'v str)> {
    let mut all = Vec::new();
    for variant in campaign.elements("variants") {
        let parts = variant.members("parts").map(|(_, part)| part);
        for template in variant.get("html").into_iter().chain(parts) {
            all.extend(template.value.as_str().map(|text| (template.pointer.clone(), text)));
        }
    }
    all
}

/// Reports variants that count days to a date if the campaign names none.
fn countdown(campaign: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    for variant in campaign.elements("variants") {
        let shown = signals(&variant, names).unwrap_or_default();
        let Some(signal) = shown.into_iter().find(|signal| signal.is_distance()) else { continue };
        let name = signal.entry().name;
        let of = if Signal::DATE_VALUES.contains(&signal) { "is a value of" } else { "counts from" };
        let message = format!("`{name}` {of} the date that the campaign names, and this one names none");
        let help = "add `\"around\": {\"date\": …, \"from_days\": -7, \"to_days\": 0}` to the campaign";
        let key = if variant.get("parts").is_some() { "parts" } else { "html" };
        findings.push(Finding::error("no-date", &variant.at(key), message, help));
    }
}

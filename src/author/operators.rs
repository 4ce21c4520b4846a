//! Campaign operators of a draft: reading what they say, and writing them as the flat file has them.

pub(in crate::author) mod around_date;
pub(in crate::author) mod caps;
pub(in crate::author) mod cooldown;
pub(in crate::author) mod experiment;
pub(in crate::author) mod fatigue;
pub(in crate::author) mod in_stock;
pub(in crate::author) mod order_by;
pub(in crate::author) mod schedule;
pub(in crate::author) mod suppress;

use alloc::vec::Vec;
use std::collections::BTreeSet;

use crate::assign::hash;

use super::draft::{CampaignDraft, Draft, ScheduleDraft};
use crate::consent::purpose::{Purpose, PurposeSet};
use crate::playbook::wire::operator as tag;
use crate::signal::clock::{DAY, WEEKDAYS};
use crate::signal::registry::Signal;

/// All operators of one campaign.
#[derive(Debug, Default)]
pub(in crate::author) struct Operators {
    /// As [`crate::playbook::view::Operator`] reads them.
    pub(in crate::author) code: Vec<u8>,
    /// The signals they read.
    pub(in crate::author) signals: BTreeSet<Signal>,
    /// The purposes of what they count.
    pub(in crate::author) purposes: PurposeSet,
}

/// The operators of a campaign; `None` for what [`super::check`] refuses.
pub(in crate::author) fn encode(campaign: &CampaignDraft, draft: &Draft) -> Option<Operators> {
    let mut all = Operators::default();
    if let Some(schedule) = &campaign.schedule {
        all.schedule(schedule)?;
    }
    for cap in caps::of(campaign, draft)? {
        all.put(tag::CAP, &caps::encode(&cap))?;
        if cap.in_memory {
            all.purposes = all.purposes.with(Purpose::PersistentPersonalization);
        }
        // A dismissal happens in the browser, which tells an edge of it by the visit.
        if !cap.in_memory || cap.dismissals {
            all.purposes = all.purposes.with(Purpose::SessionPersonalization);
        }
    }
    for (body, signal) in suppress::encode(campaign, draft)? {
        all.put(tag::SUPPRESS, &body)?;
        all.signals.extend(signal);
        all.reads_the_past();
    }
    if let Some(cooldown) = &campaign.cooldown {
        let hours = cooldown.days.unwrap_or(0).checked_mul(24)?.checked_add(cooldown.hours.unwrap_or(0))?;
        all.put(tag::COOLDOWN, &u16::try_from(hours).ok()?.to_le_bytes())?;
        all.reads_the_past();
    }
    relative(campaign, draft, &mut all)?;
    if let Some(in_stock) = &campaign.in_stock {
        let (body, signals) = in_stock::in_stock(in_stock)?;
        all.signals.extend(signals);
        all.put(tag::IN_STOCK, &body)?;
    }
    experiment::encode(campaign, draft, &mut all)?;
    if let Some(fatigue) = &campaign.fatigue {
        all.put(tag::FATIGUE, &fatigue::encode(fatigue::of(fatigue)?))?;
        all.purposes = all.purposes.with(Purpose::PersistentPersonalization);
    }
    Some(all)
}

impl Operators {
    fn schedule(&mut self, schedule: &ScheduleDraft) -> Option<()> {
        let mut weekdays: u8 = 0;
        for name in schedule.weekdays.iter().flatten() {
            weekdays |= 1_u8.checked_shl(weekday(name)?)?;
        }
        let weekdays = if schedule.weekdays.is_some() { weekdays } else { EVERY_DAY };
        let spans: Option<Vec<(u16, u16)>> = schedule.hours.iter().flatten().map(|text| span(text)).collect();
        let spans = spans?;
        let mut body = Vec::from([weekdays]);
        for (from, to) in &spans {
            body.extend(from.to_le_bytes());
            body.extend(to.to_le_bytes());
        }
        if weekdays != EVERY_DAY {
            self.signals.insert(Signal::Weekday);
        }
        if !spans.is_empty() {
            let full = spans.iter().all(|(from, to)| from % 60 == 0 && to % 60 == 0);
            self.signals.insert(if full { Signal::Hour } else { Signal::Time });
        }
        self.put(tag::SCHEDULE, &body)
    }

    /// What happens in the browser reaches the memory that keeps it by the visit.
    fn reads_the_past(&mut self) {
        for purpose in [Purpose::PersistentPersonalization, Purpose::SessionPersonalization] {
            self.purposes = self.purposes.with(purpose);
        }
    }

    pub(in crate::author) fn put(&mut self, tag: u8, body: &[u8]) -> Option<()> {
        self.code.extend([tag, u8::try_from(body.len()).ok()?]);
        self.code.extend(body);
        Some(())
    }
}

const EVERY_DAY: u8 = 0x7f;

/// The number of a weekday, from 0 for `monday`.
pub(in crate::author) fn weekday(name: &str) -> Option<u32> {
    WEEKDAYS.iter().position(|day| *day == name).and_then(|day| u32::try_from(day).ok())
}

/// The minutes that `09:00-12:30` means: from the first to, without, the last, which may lie beyond midnight.
pub(in crate::author) fn span(text: &str) -> Option<(u16, u16)> {
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

/// The minute of the day that `18:30` means; `24:00` is the midnight at its end.
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

/// Adds what `campaign` says of them to `all`; `None` for what [`crate::author::check`] refuses.
fn relative(campaign: &CampaignDraft, draft: &Draft, all: &mut Operators) -> Option<()> {
    for (index, variant) in (0_u8..).zip(&campaign.variants) {
        let Some(visits) = variant.min_visits else { continue };
        let [low, high] = u16::try_from(visits).ok()?.to_le_bytes();
        all.put(tag::MIN_VISITS, &[index, low, high])?;
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

//! Schedules: on which weekdays and at which times of day a campaign runs, on the clock of the site.

use super::signals::Signals;
use crate::playbook::view::{Campaign, Operator, Schedule};
use crate::reason::Reason;
use crate::signal::clock::{DAY, Local};
use crate::signal::registry::Signal;

/// Whether the campaign runs now.
///
/// It runs on the weekdays of its schedule (without any, on all) within one of its spans of hours (without any, all day). A
/// span holds its first minute and not its last, and one that passes midnight belongs to the weekday on which it began:
/// `friday` and `22:00-02:00` end on Saturday at two. The clock is that of the site, with its summer time: what lies in the
/// hour that is skipped does not happen, what lies in the hour that is repeated happens twice.
///
/// The clock is noted as read, as the weekday, the hour or the minute, whichever the schedule needs: what depends on it is
/// not the URL's alone, so no shared cache keeps it unless it keys on the same.
///
/// # Errors
///
/// [`Reason::OffSchedule`], [`Reason::NoClock`], and [`Reason::Faulty`] for what cannot be read.
pub(super) fn on(campaign: &Campaign<'_>, signals: &Signals<'_>) -> Result<(), Reason> {
    for operator in campaign.operators() {
        match operator {
            Operator::Faulty => return Err(Reason::Faulty),
            Operator::Cap(_)
            | Operator::Suppress(_)
            | Operator::Cooldown(_)
            | Operator::MinVisits(_)
            | Operator::Around(_)
            | Operator::InStock(_)
            | Operator::Group(_)
            | Operator::Sticky(_)
            | Operator::Fatigue(_) => {}
            Operator::Schedule(schedule) => {
                let local = signals.local(reads(schedule)).ok_or(Reason::NoClock)?;
                if !runs(schedule, local) {
                    return Err(Reason::OffSchedule);
                }
            }
        }
    }
    Ok(())
}

/// The signals that `schedule` reads: the hour alone where all its spans begin and end with one.
pub(crate) fn reads(schedule: Schedule<'_>) -> impl Iterator<Item = Signal> {
    let every_day = schedule.weekdays & EVERY_DAY == EVERY_DAY;
    let full_hours = schedule.spans().all(|(from, to)| from % 60 == 0 && to % 60 == 0);
    let clock = if full_hours { Signal::Hour } else { Signal::Time };
    let clock = schedule.spans().next().map(|_| clock);
    (!every_day).then_some(Signal::Weekday).into_iter().chain(clock)
}

const EVERY_DAY: u8 = 0x7f;

fn runs(schedule: Schedule<'_>, local: Local) -> bool {
    let on = |weekday: u8| schedule.weekdays & 1_u8.checked_shl(weekday.into()).unwrap_or(0) != 0;
    let (today, yesterday) = (on(local.weekday), on(local.weekday.checked_sub(1).unwrap_or(6)));
    let minute = i64::from(local.minute);
    let within = |(from, to): (u16, u16), minute: i64| (from.into()..to.into()).contains(&minute);
    let mut spans = schedule.spans().peekable();
    if spans.peek().is_none() {
        return today;
    }
    spans.any(|span| {
        (today && within(span, minute)) || (yesterday && within(span, minute.saturating_add(DAY)))
    })
}

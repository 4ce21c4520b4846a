//! Schedule operator: the weekdays and times of day at which a campaign runs, in the site's local time.

use super::asked::Asked;
use super::signals::RequestSignals;
use crate::playbook::operators::Schedule;
use crate::reason::Reason;
use crate::signal::clock::{DAY, Local};

/// Whether the campaign runs now.
///
/// It runs on the weekdays of its schedule (without any, on all) within one of its spans of hours (without any, all day).
/// A span includes its first minute and not its last, and one that passes midnight belongs to the weekday on which it
/// began: `friday` and `22:00-02:00` end on Saturday at two. The clock is the site's local time with daylight saving:
/// times in the skipped hour do not occur, those in the repeated hour occur twice.
///
/// The clock is noted as read, as the weekday, the hour or the minute, as the schedule needs. The result does not depend
/// on the URL alone, so no shared cache stores it unless it keys on the same.
///
/// # Errors
///
/// [`Reason::OffSchedule`] and [`Reason::NoClock`].
pub(super) fn open(schedule: Schedule<'_>, _: Asked<'_>, signals: &RequestSignals<'_>) -> Result<(), Reason> {
    let local = signals.local(schedule.signals()).ok_or(Reason::NoClock)?;
    if runs(schedule, local) { Ok(()) } else { Err(Reason::OffSchedule) }
}

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

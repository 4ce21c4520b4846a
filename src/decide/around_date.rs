//! Around-date operator: a campaign runs on some days around a date that the site declared of the visitor.
//!
//! `{"date": "trip", "from_days": -7, "to_days": -2}` runs from seven to two days before the trip, both days included;
//! positive numbers count days after it, and 0 is the day itself. Days are those of the site's calendar, with its
//! daylight saving time: they begin at midnight of the site, not of the visitor. A yearly date is taken in the year in
//! which it is nearest. 29 February is 1 March in a year that has none.
//!
//! The site declares a date in the browser (`parvis.declare`). It is kept in visitor memory for the purpose of
//! `persistent_personalization`, only while a campaign needs it: without that permit nothing is stored or read, and the
//! campaign does not run. Behind an edge a declaration is pending in the visit cookie until the next request, if there
//! may be one, and the browser can read it until then; the browser cannot read what the edge has stored.
//!
//! A date may have a time of the day, on the clock of the site: `2027-05-01T08:15`. Then `from_minutes` and `to_minutes`, or
//! hours, count from that minute, also where the clocks change between: -20 to 0 is the last 20 minutes before it. A time
//! that comes twice is the earlier one; a time that is skipped is as long after the change as after the beginning of the
//! gap. A date without a time is in no such window.
//!
//! Templates of the campaign show the days as `{{date.days_left}}` before the date and `{{date.days_since}}` after it. On
//! the day itself both are missing: `{{#if date.days_left}}in {{date.days_left}} days{{else}}today{{/if}}`.
//! Of a date with a time, `{{date.hours_left}}` and `{{date.minutes_left}}` are whole hours and all minutes until it.

use core::ops::RangeInclusive;

use super::asked::Asked;
use super::signals::RequestSignals;
use crate::playbook::operators::Around;
use crate::reason::Reason;

/// Whether this is one of the days or minutes of the campaign; if so, sets the distance to the date for its templates.
///
/// # Errors
///
/// [`Reason::OutsideDates`], also if the date, or a time that is needed, is unknown; [`Reason::NotPermitted`];
/// [`Reason::NoClock`]; [`Reason::EdgeOnly`] if only the edge has the date.
pub(super) fn open(around: Around, _: Asked<'_>, signals: &RequestSignals<'_>) -> Result<(), Reason> {
    let date = signals.date(around.date)?;
    let (today, now) = (signals.today().ok_or(Reason::NoClock)?, signals.now().ok_or(Reason::NoClock)?);
    let date = date.ok_or(Reason::OutsideDates)?;
    let within = around.from.into()..=around.to.into();
    let minutes = date.moment(signals.zone()).map(|moment| now.minutes().saturating_sub(moment));
    let days = date.distance(today, if around.by_minutes { ANY } else { within.clone() });
    let open = if around.by_minutes { minutes.filter(|minutes| within.contains(minutes)) } else { days };
    open.ok_or(Reason::OutsideDates)?;
    signals.set_distance(days, minutes, around.date);
    Ok(())
}

/// Whatever number of days there is to a date.
const ANY: RangeInclusive<i64> = -100_000..=100_000;

//! Dates of the visitor: campaigns that run on some days around a date that the site declared of them.
//!
//! `{"date": "trip", "from_days": -7, "to_days": -2}` runs from seven to two days before the trip, both days included;
//! positive numbers count days after it, and 0 is the day itself. A day is one of the site's calendar, with its summer time:
//! it begins at midnight there, not where the visitor is. A date that comes back every year is taken in the year in which it
//! lies nearest, and 29 February is 1 March in a year that has none.
//!
//! The site declares a date in the browser (`parvis.declare`), and it is kept in visitor memory for the purpose of
//! `persistent_personalization`, only while a campaign needs it: without that permit nothing is kept, nothing is read, and the
//! campaign does not run. Behind an edge a declaration waits in the visit cookie until the next request, if there may be one,
//! and is in sight of the browser until then; what the edge remembers is not.
//!
//! Templates of the campaign show the days as `{{date.days_left}}` before the date and `{{date.days_since}}` after it; on the
//! day itself both are missing, so that `{{#if date.days_left}}in {{date.days_left}} days{{else}}today{{/if}}` says it right.

use super::asked::Asked;
use super::signals::RequestSignals;
use crate::playbook::operators::Around;
use crate::reason::Reason;

/// Whether today is one of the days of the campaign; then its templates know how far the date is.
///
/// # Errors
///
/// [`Reason::OutsideDates`], also where the date is not known; [`Reason::NotPermitted`]; [`Reason::NoClock`];
/// [`Reason::EdgeOnly`] where only the edge knows the date.
pub(super) fn open(around: Around, _: Asked<'_>, signals: &RequestSignals<'_>) -> Result<(), Reason> {
    let date = signals.date(around.date)?;
    let today = signals.today().ok_or(Reason::NoClock)?;
    let days = date.and_then(|date| date.distance(today, around.from.into()..=around.to.into()));
    signals.set_distance(days);
    days.map(|_| ()).ok_or(Reason::OutsideDates)
}

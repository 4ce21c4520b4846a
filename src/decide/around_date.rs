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
//! Templates of the campaign show the days as `{{date.days_left}}` before the date and `{{date.days_since}}` after it. On
//! the day itself both are missing: `{{#if date.days_left}}in {{date.days_left}} days{{else}}today{{/if}}`.

use super::asked::Asked;
use super::signals::RequestSignals;
use crate::playbook::operators::Around;
use crate::reason::Reason;

/// Whether today is one of the days of the campaign; if so, sets the distance to the date for its templates.
///
/// # Errors
///
/// [`Reason::OutsideDates`], also if the date is unknown; [`Reason::NotPermitted`]; [`Reason::NoClock`];
/// [`Reason::EdgeOnly`] if only the edge has the date.
pub(super) fn open(around: Around, _: Asked<'_>, signals: &RequestSignals<'_>) -> Result<(), Reason> {
    let date = signals.date(around.date)?;
    let today = signals.today().ok_or(Reason::NoClock)?;
    let days = date.and_then(|date| date.distance(today, around.from.into()..=around.to.into()));
    signals.set_distance(days);
    days.map(|_| ()).ok_or(Reason::OutsideDates)
}

//! The end of freshness: when the same request may be decided otherwise because of the clock alone.
//!
//! That is the next begin or end of a campaign that was considered, and the next change of a signal of the clock that was
//! read. A shared response can read such a signal only if the site's cache keys on it; a browser, or another cache behind
//! that one, does not know the key.

use crate::base::calendar::{MINUTE, Millis};
use crate::facts::Facts;
use crate::http::ending::Ends;
use crate::playbook::Playbook;
use crate::playbook::view::Site;
use crate::response::cache_policy::CachePolicy;
use crate::response::outcome::Outcome;
use crate::signal::clock::{DAY, Local, day};
use crate::signal::registry::Signal;

/// When the freshness of a shared response ends; `None` if the clock does not change it, or nobody shares it.
pub(super) fn of(outcome: &Outcome, playbook: &Playbook, facts: &Facts) -> Option<Ends> {
    let now = facts.now.filter(|_| outcome.policy() != CachePolicy::Private)?;
    let site = playbook.site();
    let read = outcome.touched();
    let clock =
        [Signal::Time, Signal::Hour, Signal::Weekday].into_iter().filter(|signal| read.contains(*signal));
    let changes = clock.filter_map(|signal| Some(now.0.saturating_add(change(signal, now, &site)?)));
    let at = outcome.until().map(|until| until.0).into_iter().chain(changes).min()?;
    let seconds = at.saturating_sub(now.0).max(0).div_euclid(1000);
    Some(Ends { now, seconds: u32::try_from(seconds).unwrap_or(u32::MAX) })
}

/// Milliseconds until this signal of the clock changes: to the next full minute, full hour, or midnight of the site.
fn change(signal: Signal, now: Millis, site: &Site<'_>) -> Option<i64> {
    let (offset, daylight) = (site.utc_offset_minutes, site.daylight_saving);
    let minute = i64::from(Local::of(now, offset, daylight)?.minute);
    let minutes = match signal {
        Signal::Time => 1,
        Signal::Hour => 60_i64.saturating_sub(minute.rem_euclid(60)),
        _ => {
            // A change of the clocks before midnight brings it an hour nearer or farther.
            let left = DAY.saturating_sub(minute);
            let today = day(now, offset, daylight)?;
            let is_over = |minutes: i64| {
                let then = now.0.saturating_add(minutes.saturating_mul(MINUTE));
                day(Millis(then), offset, daylight) != Some(today)
            };
            let nearest =
                [-60, 0].into_iter().map(|more| left.saturating_add(more)).find(|minutes| is_over(*minutes));
            nearest.unwrap_or(left.saturating_add(60))
        }
    };
    let over = now.0.rem_euclid(MINUTE);
    Some(minutes.saturating_mul(MINUTE).saturating_sub(over))
}

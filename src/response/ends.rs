//! The end of freshness: when the same request may be decided otherwise because of the clock alone.
//!
//! That is the next begin or end of a campaign that was considered, and the next change of a signal of the clock that was
//! read. A shared response can read such a signal only if the site's cache keys on it; a browser, or another cache behind
//! that one, does not know the key.

use crate::base::calendar::{MINUTE, Millis};
use crate::facts::Facts;
use crate::http::ending::Ends;
use crate::playbook::Playbook;
use crate::response::cache_policy::CachePolicy;
use crate::response::outcome::Outcome;
use crate::signal::clock::DAY;
use crate::signal::registry::Signal;
use crate::signal::zone::Zone;

/// When the freshness of a shared response ends; `None` if the clock does not change it, or nobody shares it.
pub(super) fn of(outcome: &Outcome, playbook: &Playbook, facts: &Facts) -> Option<Ends> {
    let now = facts.now.filter(|_| outcome.policy() != CachePolicy::Private)?;
    let zone = playbook.site().zone;
    let read = outcome.touched();
    let clock =
        [Signal::Time, Signal::Hour, Signal::Weekday].into_iter().filter(|signal| read.contains(*signal));
    let changes = clock.map(|signal| now.0.saturating_add(change(signal, now, zone)));
    let at = outcome.until().map(|until| until.0).into_iter().chain(changes).min()?;
    let seconds = at.saturating_sub(now.0).max(0).div_euclid(1000);
    Some(Ends { now, seconds: u32::try_from(seconds).unwrap_or(u32::MAX) })
}

/// Milliseconds until this signal of the clock changes: to the next full minute, full hour, or midnight of the site.
fn change(signal: Signal, now: Millis, zone: Zone<'_>) -> i64 {
    let every = match signal {
        Signal::Time => 1,
        Signal::Hour => 60,
        _ => DAY,
    };
    let value = |utc: i64| zone.local(utc).div_euclid(every);
    let utc = now.minutes();
    let mut at = utc;
    // A change of the clocks brings the next hour or midnight nearer or farther.
    for _ in 0..3 {
        let (offset, until) = zone.at(at);
        let left = every.saturating_sub(at.saturating_add(offset).rem_euclid(every));
        at = at.saturating_add(left).min(until);
        if value(at) != value(utc) {
            break;
        }
    }
    at.saturating_mul(MINUTE).saturating_sub(now.0)
}

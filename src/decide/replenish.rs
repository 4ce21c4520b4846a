//! Replenishment: finds the purchased item that is due to be bought again.
//!
//! The catalog has the usual number of days between purchases of an item. An item is due from 60 % of that interval, so
//! that a recent purchase is not offered again, until three intervals have passed: then the visitor is assumed to buy it
//! elsewhere. Both ends are included. Of several, the one whose interval ends first is due, then the first id in the
//! alphabet. Time is counted in whole hours from the newest purchase of the item.
//!
//! A visitor who bought the item twice has an interval of their own. If it is between the same two ends, the average of
//! it and the catalog's is used ([replenishment](crate::docs::memory#replenishment)); otherwise it is ignored.

use crate::assign::hash;
use crate::base::calendar::Millis;
use crate::limits;
use crate::playbook::view::Playbook;
use crate::visitor::counter::HOURS_A_DAY;
use crate::visitor::memory::Memory;

/// The id of the item that is due first, if any.
pub(super) fn due<'p>(playbook: &'p Playbook, memory: &Memory, now: Millis) -> Option<&'p str> {
    memory.purchase(0, now)?;
    let mut first: Option<(i64, &str)> = None;
    for number in 0..limits::PLAYBOOK_ROWS {
        let Some((id, days)) = playbook.replenishes(number) else { break };
        if days > 0
            && let Some(left) = left(hash::code(id), HOURS_A_DAY * i64::from(days), memory, now)
            && first.is_none_or(|(least, _)| left < least)
        {
            first = Some((left, id));
        }
    }
    first.map(|(_, id)| id)
}

/// The hours until the interval of the item with this code ends, negative when it is over; `None` if the item is not due.
fn left(code: u32, interval: i64, memory: &Memory, now: Millis) -> Option<i64> {
    let (mut newest, mut interval, mut number) = (None, interval, 0);
    while let Some((thing, hours)) = memory.purchase(number, now) {
        number += 1;
        match newest {
            _ if thing.item != code => {}
            None => newest = Some(hours),
            Some(since) if is_due(hours - since, interval) => {
                interval = (interval + hours - since) / 2;
                break;
            }
            Some(_) => {}
        }
    }
    newest.filter(|since| is_due(*since, interval)).map(|since| interval - since)
}

/// Whether 60 % to 300 % of the interval have passed; both in hours.
const fn is_due(hours: i64, interval: i64) -> bool {
    hours * 10 >= interval * 6 && hours <= interval * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_due_from_sixty_percent_to_three_intervals() {
        for (hours, expected) in
            [(0, false), (143, false), (144, true), (240, true), (720, true), (721, false)]
        {
            assert_eq!(is_due(hours, 240), expected, "{hours}");
        }
        assert!(!is_due(599, 999) && is_due(600, 999), "599.4 is not reached with 599");
    }
}

//! Replenishment: which item that the visitor bought is due again.
//!
//! The catalog says after how many days an item is usually bought again. It is due from 60 % of that interval on, so that what
//! was just bought is not offered, until three intervals are over: then the visitor gets it elsewhere. Both ends are in.
//! Of several, the one whose interval ends first is due, then the first id in the alphabet. Hours are counted whole, from the
//! newest purchase of the item.
//!
//! Who has bought the item twice has an interval of their own. If it lies between the same two ends, it moves the catalog's
//! half way ([replenishment](crate::docs::memory#replenishment)); anything else says nothing of how fast the item is used up.

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

/// The hours until the interval of the item with this code ends, which may be over; `None` where it is not due.
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

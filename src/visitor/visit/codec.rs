//! Text format of the visit cookie.
//!
//! Its text is `a` (the version), then sections set off by `~`: a letter and entries set off by `!`, newest first. `i`
//! items, `c` categories, `k` the cart as `id*quantity`, `x` counters as `key*count`, `d` pending dismissals, as codes of
//! campaigns, oldest first, `u` the unit, `g` the sticky variants (never without a unit), `t` the last change of the
//! cart, `n` the number of pages and the start of the visit, `l` its last activity, `v` its last page view,
//! `q` searches in the form of [`super::searches`]. `p` has,
//! newest first, pending purchases, removals and dismissals: a digit for the kind and the codes of item and category; `o`
//! pending dates, as `code*number` with 0 for a withdrawn one, oldest first, whose time is in the bits from the
//! seventeenth on; `r` pending preferences likewise, with the
//! code of the value; `s` values of pending dates: the code of the date, a digit for the kind and the text in the form of a search.
//! Pending entries are not yet stored by an edge. Sections of other letters are skipped and not kept.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Cap, Line, Visit, activity, cart, page_count, pending_events, searches, view};
use crate::assign::hash::Unit;
use crate::base::text;
use crate::limits;
use crate::visitor::sticky::Assigned;
use crate::visitor::{date_values, named};

const VERSION: &str = "a";

impl Visit {
    /// Parses a visit; `None` unless the text is exactly of the form.
    pub(super) fn parse(value: &str) -> Option<Visit> {
        if value.len() > limits::VISIT_BYTES {
            return None;
        }
        let mut sections = value.split('~');
        if sections.next() != Some(VERSION) {
            return None;
        }
        let mut visit = Visit::empty();
        for section in sections {
            let mut entries = section.chars();
            let letter = entries.next();
            let entries = entries.as_str();
            match letter? {
                'i' => fill(&mut visit.items, entries, limits::VISIT_ITEMS_MOST, id)?,
                'c' => fill(&mut visit.categories, entries, limits::VISIT_CATEGORIES, id)?,
                'k' => fill(&mut visit.cart, entries, limits::CART_LINES, line)?,
                'x' => fill(&mut visit.caps, entries, limits::VISIT_CAPS, cap)?,
                'd' => fill(&mut visit.dismissed, entries, limits::VISIT_DISMISSALS, code)?,
                'p' => fill(
                    &mut visit.past,
                    entries,
                    limits::MEMORY_PURCHASES + limits::MEMORY_REFUSALS,
                    pending_events::read,
                )?,
                'o' => {
                    fill(&mut visit.declared, entries, limits::DATES, |entry| named::entry(entry, u32::MAX))?
                }
                'u' if visit.unit.is_none() => visit.unit = Some(Unit(text::hex_number(entries, 16)?)),
                'u' => return None,
                't' if visit.change.is_none() => visit.change = Some(cart::Change::read(entries)?),
                't' => return None,
                'n' if visit.pace.some().is_none() => visit.pace = page_count::Pace::read(entries)?,
                'n' => return None,
                'l' if visit.activity.some().is_none() => visit.activity = activity::Activity::read(entries)?,
                'l' => return None,
                'v' if visit.view.some().is_none() => visit.view = view::View::read(entries)?,
                'v' => return None,
                'r' => fill(&mut visit.preferred, entries, limits::PREFERENCES, |entry| {
                    named::entry(entry, u16::MAX.into())
                })?,
                'q' => fill(&mut visit.searches, entries, limits::VISIT_SEARCHES, searches::read)?,
                's' => fill(&mut visit.values, entries, limits::DATE_VALUES, date_values::entry)?,
                'g' => fill(&mut visit.assigned, entries, limits::STICKY, assigned)?,
                _ => {}
            }
        }
        if visit.unit.is_none() {
            visit.assigned.clear();
        }
        Some(visit)
    }

    /// The text, with this unit.
    pub(super) fn write(&self, unit: Option<Unit>) -> String {
        let mut value = String::from(VERSION);
        list(&mut value, 'i', &self.items, |value, id| value.push_str(id));
        list(&mut value, 'c', &self.categories, |value, id| value.push_str(id));
        list(&mut value, 'k', &self.cart, |value, line| {
            value.push_str(&line.item);
            value.push('*');
            text::push_integer(value, line.quantity.into());
        });
        list(&mut value, 'x', &self.caps, |value, cap| {
            text::push_hex(value, cap.campaign.into(), 8);
            value.push('*');
            text::push_integer(value, cap.count.into());
        });
        list(&mut value, 'd', &self.dismissed, |value, code| text::push_hex(value, (*code).into(), 8));
        list(&mut value, 'p', &self.past, pending_events::write);
        list(&mut value, 'o', &self.declared, named::write_entry);
        list(&mut value, 't', self.change.as_slice(), |value, change| change.write(value));
        list(&mut value, 'n', self.pace.some().as_slice(), |value, pace| pace.write(value));
        list(&mut value, 'q', &self.searches, |value, text| searches::write(value, text));
        list(&mut value, 'u', unit.as_slice(), |value, unit| text::push_hex(value, unit.0, 16));
        let assigned = if unit.is_some() { self.assigned.as_slice() } else { &[] };
        list(&mut value, 'g', assigned, |value, one| text::push_hex(value, one.bits(), 16));
        list(&mut value, 'r', &self.preferred, named::write_entry);
        list(&mut value, 'l', self.activity.some().as_slice(), |value, activity| activity.write(value));
        list(&mut value, 'v', self.view.some().as_slice(), |value, view| view.write(value));
        list(&mut value, 's', &self.values, date_values::write_entry);
        value
    }
}

/// Parses the entries of one section, which must not be repeated.
fn fill<T>(list: &mut Vec<T>, entries: &str, most: usize, entry: impl Fn(&str) -> Option<T>) -> Option<()> {
    if !list.is_empty() {
        return None;
    }
    for text in entries.split('!') {
        if list.len() == most {
            return None;
        }
        list.push(entry(text)?);
    }
    Some(())
}

fn id(text: &str) -> Option<String> {
    text::is_id(text).then(|| text.to_owned())
}

fn line(text: &str) -> Option<Line> {
    let (item, quantity) = text.split_once('*')?;
    let quantity =
        u16::try_from(text::number(quantity, u16::MAX.into())?).ok().filter(|quantity| *quantity > 0)?;
    Some(Line { item: id(item)?, quantity })
}

pub(super) fn code(text: &str) -> Option<u32> {
    u32::try_from(text::hex_number(text, 8)?).ok()
}

fn assigned(text: &str) -> Option<Assigned> {
    Some(Assigned::from_bits(text::hex_number(text, 16)?, 0))
}

fn cap(text: &str) -> Option<Cap> {
    let (campaign, count) = text.split_once('*')?;
    let campaign = code(campaign)?;
    let count = u8::try_from(text::number(count, u8::MAX.into())?).ok().filter(|count| *count > 0)?;
    Some(Cap { campaign, count })
}

fn list<T>(value: &mut String, letter: char, entries: &[T], mut write: impl FnMut(&mut String, &T)) {
    for (place, entry) in entries.iter().enumerate() {
        if place == 0 {
            value.push('~');
            value.push(letter);
        } else {
            value.push('!');
        }
        write(value, entry);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

    use super::*;
    use alloc::format;

    #[test]
    fn each_section_has_its_places_and_no_more() {
        let text = |letter: char, count: usize, entry: &dyn Fn(usize) -> String| {
            let entries: Vec<String> = (1..=count).map(entry).collect();
            let unit = if letter == 'g' { "~u0000000000000001" } else { "" };
            format!("a{unit}~{letter}{}", entries.join("!"))
        };
        let id = |n: usize| format!("i{n}");
        for (letter, most, entry) in [
            ('i', 16, &id as &dyn Fn(usize) -> String),
            ('c', 4, &id),
            ('k', 16, &|n| format!("i{n}*65535")),
            ('x', 16, &|n| format!("{n:08x}*255")),
            ('d', 8, &|n| format!("{n:08x}")),
            ('p', 20, &|n| format!("{}{n:08x}00000000", if n > 12 { 2 } else { 1 })),
            ('o', 8, &|n| format!("{n:08x}*4294967295")),
            ('r', 8, &|n| format!("{n:08x}*65535")),
            ('q', 3, &id),
            ('g', 8, &|n| format!("{n:016x}")),
        ] {
            let visit = Visit::parse(&text(letter, most, entry)).unwrap();
            let counts = [visit.items.len(), visit.categories.len(), visit.cart.len(), visit.caps.len()];
            let more = [visit.dismissed.len(), visit.past.len(), visit.declared.len(), visit.preferred.len()];
            let all: usize = counts.iter().chain(&more).sum();
            assert_eq!(all + visit.searches.len() + visit.assigned.len(), most, "{letter}");
            assert!(Visit::parse(&text(letter, most + 1, entry)).is_none(), "{letter}: {}", most + 1);
        }
        assert_eq!(Visit::parse("a~g0000000000000001").map(|visit| visit.assigned.len()), Some(0), "no unit");
    }

    #[test]
    fn what_happens_stays_within_its_places() {
        let mut visit = Visit::empty();
        (0..17).for_each(|n| visit.see_item(&format!("i{n}")));
        assert_eq!((visit.items().len(), visit.items()[15].as_str()), (16, "i1"));
        visit.keep_items(8);
        (0..5).for_each(|n| visit.see_category(&format!("c{n}")));
        (0..9).for_each(|n| visit.dismiss(n));
        (0..17).for_each(|n| visit.count(n));
        assert_eq!(
            (visit.items().len(), visit.items()[0].as_str(), visit.items()[7].as_str()),
            (8, "i16", "i9")
        );
        assert_eq!((visit.categories().len(), visit.categories()[3].as_str()), (4, "c1"));
        assert_eq!(visit.dismissed(), [0, 1, 2, 3, 4, 5, 6, 7], "the last one is lost");
        assert_eq!((visit.counted(0), visit.counted(1), visit.counted(16)), (0, 1, 1));
        let lines: Vec<String> = (0..17).map(|n| format!("k{n}")).collect();
        visit.set_cart(&lines.iter().map(|id| (id.as_str(), 2)).collect::<Vec<_>>());
        assert_eq!((visit.cart().len(), visit.cart_count()), (16, 32));
        visit.take_from_cart("k0", 1);
        visit.take_from_cart("k1", 2);
        visit.take_from_cart("k2", 0);
        visit.take_from_cart("k3", 3);
        assert_eq!((visit.cart().len(), visit.cart_count()), (13, 25), "one piece, all, all, more than all");
    }
}

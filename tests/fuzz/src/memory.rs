//! Visitor memory: read exactly as its format is documented, written so that it is read as the same, sealed so that nobody can
//! alter it, and changed within its bounds.
//!
//! The first four bytes are the minute it is now, the next two its life in days, then comes how many bytes say what happens;
//! everything behind them is a memory, as the browser would store it.

mod form;

use parvis::assign::hash::Unit;
use parvis::base::base64;
use parvis::base::calendar::Millis;
use parvis::http::cookies::Sent;
use parvis::limits;
use parvis::reason::Reason;
use parvis::signal::guarded::Guarded;
use parvis::visitor::cookie::SetCookie;
use parvis::visitor::dates::Date;
use parvis::visitor::history::{Kind, Thing, What};
use parvis::visitor::keyring::Keyring;
use parvis::visitor::memory::Memory;
use parvis::visitor::sticky::Assigned;

use crate::fixtures::keys;
use crate::tape::Tape;
use crate::visit::{experiments, persistent};

const MINUTE: i64 = 60_000;
/// The longest a memory is written, in bytes.
const LONGEST: usize = 717;
const SITE: &str = "shop.example";

/// Every law of visitor memory.
pub(crate) fn memory(input: &[u8]) {
    let mut tape = Tape::new(input);
    let (now, days) = (Millis(i64::from(tape.long()) * MINUTE), tape.word());
    let length = usize::from(tape.byte()) * 2;
    let mut events = Tape::new(tape.take(length));
    let bytes = tape.rest();

    let (read, reason) = stored(&base64::encode(bytes), now, days);
    let plain = form::read(bytes);
    let expected = plain.as_ref().map_or(Reason::Unreadable, |plain| plain.at(now, days));
    assert_eq!(reason, expected, "read by its documented form");
    assert_eq!(read.is_some(), reason == Reason::Opened);
    if let (Some(memory), Some(plain)) = (&read, &plain) {
        plain.is(memory, now);
        let written = comes_back(memory, now, days);
        assert!(written.len() <= bytes.len(), "what is read is written longer");
    }
    let Some(mut memory) = read.or_else(|| Memory::first(now, &persistent())) else {
        assert!(now.days() > 65_535, "no memory can begin");
        return;
    };
    for _ in 0..64 {
        if !events.more() {
            break;
        }
        let later = Millis(now.0 + i64::from(events.byte()) * 7 * 60 * MINUTE);
        happen(&mut memory, &mut events, later);
        comes_back(&memory, now, days);
    }
    sealed(&memory, now, bytes);
}

fn stored(text: &str, now: Millis, days: u16) -> (Option<Memory>, Reason) {
    Memory::from_storage(Guarded::new(Some(text)), &persistent(), now, days)
}

/// The memory is written short and read as the same; without a permit what needs it is left out and nothing else.
fn comes_back(memory: &Memory, now: Millis, days: u16) -> Vec<u8> {
    let permit = experiments();
    let bytes = memory.encode(Some(&permit));
    assert!(bytes.len() <= LONGEST, "{} bytes", bytes.len());
    let text = memory.to_storage(Some(&permit));
    assert_eq!(base64::decode(&text).as_ref(), Some(&bytes));
    let plain = form::read(&bytes).expect("what is written is of the documented form");
    plain.is(memory, now);
    // Nothing is kept without a unit.
    let mut expected = memory.clone();
    if expected.unit(&permit).is_none() {
        expected.set_assigned(&[], &permit);
    }
    let (read, reason) = stored(&text, now, days);
    let dated = plain.at(now, days);
    assert_eq!(reason, dated);
    assert!(read.is_none_or(|read| read == expected), "it comes back as another");

    let without = memory.encode(None);
    expected.forget_unit();
    let (read, _) = stored(&base64::encode(&without), now, days);
    assert!(read.is_none_or(|read| read == expected), "without its unit it comes back as another");
    assert!(dated != Reason::Opened || stored(&base64::encode(&without), now, days).1 == Reason::Opened);
    assert!(form::read(&without).is_some_and(|plain| plain.unit.is_none() && plain.assigned == 0));
    bytes
}

/// What was sealed opens, for its site, with its keys, unaltered, and else not.
fn sealed(memory: &Memory, now: Millis, how: &[u8]) {
    let permit = experiments();
    let days = limits::MEMORY_DAYS_MOST;
    let unseal = |value: &str, site: &str, keys: &Keyring| {
        Memory::unseal(Guarded::new(Sent::One(value)), &persistent(), site, keys, now, days)
    };
    assert!(memory.seal(SITE, &keys(), None, Some(&permit)).is_none(), "sealed without entropy");
    let value = memory.seal(SITE, &keys(), Some(&[7; 32]), Some(&permit)).expect("a memory is short");
    let header = SetCookie::memory(&value, 60).expect("a sealed memory fits a cookie");
    assert!(header.as_str().len() <= limits::COOKIE_VALUE_BYTES + 80);
    let value = value.as_str();
    let (plain, stored_reason) = stored(&memory.to_storage(Some(&permit)), now, days);
    let (opened, reason) = unseal(value, SITE, &keys());
    assert!(opened == plain && reason == stored_reason, "sealed and stored differ");
    for (site, ring) in [("shop.example.", keys()), (SITE, other_keys("1")), (SITE, other_keys("2"))] {
        let (opened, reason) = unseal(value, site, &ring);
        assert!(opened.is_none() && matches!(reason, Reason::Unreadable | Reason::UnknownKey));
    }
    // Altered in one place, cut, or with something behind it.
    let mut tape = Tape::new(how);
    let mut letters = value.as_bytes().to_vec();
    let at = tape.place(letters.len());
    match tape.byte() % 4 {
        0 => letters.truncate(at),
        1 => letters.insert(at, b'A'),
        2 => letters.push(b'A' + tape.byte() % 26),
        _ => {
            let other = b"AZaz09-_"[tape.below(8)];
            letters[at] = if letters[at] == other { b'M' } else { other };
        }
    }
    let altered = String::from_utf8(letters).expect("letters");
    if altered != value {
        assert!(unseal(&altered, SITE, &keys()).0.is_none(), "it was altered and opens");
    }
}

fn other_keys(id: &str) -> Keyring {
    Keyring::parse(format!("{id}:{}", "5c".repeat(32)).as_bytes()).expect("a key")
}

/// One thing happens, and does what it is defined to do.
fn happen(memory: &mut Memory, tape: &mut Tape<'_>, now: Millis) {
    let before = memory.clone();
    let permit = experiments();
    match tape.byte() % 16 {
        0 => {
            memory.note_visit();
            memory.visit(now);
            assert_eq!(memory.visits(), before.visits().saturating_add(1));
        }
        1 | 2 => {
            let category = tape.long() % 40;
            memory.interest(category, now, limits::HALF_LIFE_DAYS);
            let interests = memory.interests();
            assert!(interests.len() <= limits::INTERESTS);
            assert!(
                interests.iter().any(|interest| interest.category == category),
                "what was viewed is missing"
            );
            assert!(
                interests
                    .is_sorted_by(|a, b| a.level > b.level || a.level == b.level && a.category < b.category)
            );
            let old = before.interests().iter().filter(|old| old.category != category);
            let lost = old.filter(|old| !interests.contains(old)).count();
            let full = before.interests().len() == limits::INTERESTS;
            assert!(lost <= usize::from(full), "{lost} others changed");
        }
        3 | 4 => {
            let (key, days) = (tape.long() % 40, u16::from(tape.byte() % 4));
            let (room, counted) = (memory.can_count(key), memory.counted(key, days, now));
            if tape.byte().is_multiple_of(2) {
                memory.count(key, days, now)
            } else {
                memory.count_last(key, days, now)
            }
            let expected = if room { counted.saturating_add(1) } else { 0 };
            assert_eq!(memory.counted(key, 0, now), expected);
        }
        5 => {
            let days = u16::from(tape.byte() % 4);
            memory.keep_counters((0..20).map(|key| (key, days)), now);
            assert!(
                (20..60).all(|key| memory.counted(key, 0, now) == 0),
                "a counter that nobody needs stays"
            );
            assert!((0..20).all(|key| memory.counted(key, days, now) == before.counted(key, days, now)));
        }
        6 | 7 => {
            let kind = Kind::from_code(tape.byte() % 4 + 1).expect("there are four kinds");
            let thing = Thing { item: tape.long() % 40 + 1, category: u32::from(tape.byte()) };
            memory.remember(kind, thing, now, limits::MEMORY_PURCHASES);
            assert!(memory.happened(kind, What::Item(thing.item), 1, now), "it is not remembered");
            assert!(kind != Kind::Bought || !memory.happened(Kind::Removed, What::Item(thing.item), 1, now));
            assert!(memory.purchase(limits::MEMORY_PURCHASES_MOST, now).is_none(), "too many purchases");
        }
        8 => {
            let days = u16::from(tape.byte() % 3);
            memory.keep_past(|_| days, now, limits::MEMORY_PURCHASES_MOST);
            for kind in [Kind::Bought, Kind::Removed, Kind::Dismissed, Kind::Waved] {
                // For no day nothing is needed, not even what a clock that has gone back calls still to come.
                let needed = days > 0 && before.happened(kind, What::Any, 24 * i64::from(days), now);
                assert_eq!(memory.happened(kind, What::Any, i64::MAX, now), needed);
            }
        }
        9 => {
            let text = format!("20{:02}-{:02}-17", tape.byte() % 100, tape.byte() % 12 + 1);
            let date = Date::parse(&text, tape.byte().is_multiple_of(2)).unwrap_or(Date::NONE);
            let code = tape.long() % 12;
            memory.declare(code, date);
            assert!(memory.date(code) == Some(date).filter(|date| *date != Date::NONE));
        }
        10 => {
            let (code, number) = (tape.long() % 12, tape.word() % 5);
            memory.prefer(code, number);
            assert_eq!(memory.preferred(code), Some(number).filter(|number| *number != 0));
        }
        11 => {
            let items: Vec<u32> = (0..tape.byte() % 7).map(|_| tape.long()).collect();
            memory.leave_cart(tape.long(), items.iter().copied());
            assert_eq!(memory.cart(), &items[..items.len().min(limits::LEFT_ITEMS)]);
            assert_eq!(memory.cart_hours(now).is_some(), !items.is_empty());
        }
        12 => {
            let unit = Unit(tape.whole());
            memory.set_unit(unit, &permit);
            assert!(memory.unit(&permit) == Some(unit));
        }
        13 => {
            let one = |tape: &mut Tape<'_>, campaign| Assigned {
                campaign,
                variant: tape.word(),
                version: tape.byte(),
                first: tape.byte(),
                share: tape.word(),
            };
            let count = u32::from(tape.byte()) % 9;
            let all: Vec<Assigned> = (0..count).map(|campaign| one(tape, campaign)).collect();
            memory.set_assigned(&all, &permit);
            assert_eq!(memory.assigned(&permit), all);
        }
        14 => {
            memory.forget_unit();
            memory.forget_visit();
            memory.forget_cart();
            assert!(memory.unit(&permit).is_none() && memory.assigned(&permit).is_empty());
            assert!(memory.days_since_visit(now).is_none() && memory.cart().is_empty());
        }
        _ => {
            memory.keep_dates(|code| code % 2 == 0);
            memory.keep_preferred(|code, _| code % 2 == 0);
            for code in 0..12 {
                assert!(memory.date(code) == before.date(code).filter(|_| code % 2 == 0));
                assert_eq!(memory.preferred(code), before.preferred(code).filter(|_| code % 2 == 0));
            }
        }
    }
}

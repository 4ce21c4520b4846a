//! The visit cookie: whatever is in it is read within bounds or counts as none, what is written is read as the same, and what
//! happens in a visit is remembered as it is defined to be.
//!
//! The first line is the cookie's value, everything behind it says what happens.

use std::sync::LazyLock;

use parvis::assign::hash::Unit;
use parvis::base::calendar::Millis;
use parvis::base::text::is_id;
use parvis::consent::permit::Permit;
use parvis::consent::purpose::kind::{Experimentation, PersistentPersonalization, SessionPersonalization};
use parvis::consent::resolve::Resolution;
use parvis::http::cookies::{Sent, find};
use parvis::limits;
use parvis::reason::Reason;
use parvis::signal::guarded::Guarded;
use parvis::visitor::cookie::SetCookie;
use parvis::visitor::dates::Date;
use parvis::visitor::history::{Kind, Thing};
use parvis::visitor::sticky::Assigned;
use parvis::visitor::visit::{Visit, normal_search};

use crate::laws::{PLACES, Visitor};
use crate::tape::Tape;

/// What a visitor permits who permits everything.
static PERMITTED: LazyLock<Resolution> = LazyLock::new(|| {
    // Where nothing has to be asked for, who says nothing permits all that needs a permit here.
    Visitor::default().ask(PLACES[1])
});

/// The permit for the visit.
pub(crate) fn session() -> Permit<'static, SessionPersonalization> {
    PERMITTED.permit().expect("all is permitted")
}

/// The permit for visitor memory.
pub(crate) fn persistent() -> Permit<'static, PersistentPersonalization> {
    PERMITTED.permit().expect("all is permitted")
}

/// The permit for the bucketing unit.
pub(crate) fn experiments() -> Permit<'static, Experimentation> {
    PERMITTED.permit().expect("all is permitted")
}

/// Every law of the visit.
pub(crate) fn visit(input: &[u8]) {
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let value = String::from_utf8_lossy(&input[..end]).into_owned();
    let (mut visit, reason) = open(Sent::One(&value));
    let (empty, absent) = open(Sent::Absent);
    assert!(absent == Reason::Absent && open(Sent::Conflicting) == (empty.clone(), Reason::Duplicate));
    match reason {
        Reason::Opened => {
            let written = written(&visit);
            assert!(written.len() <= value.len(), "{value} is written as {written}");
            in_bounds(&visit);
        }
        Reason::Unreadable => assert!(visit == empty, "something was read of what is unreadable"),
        other => panic!("a cookie that came is {}", other.code()),
    }
    // As it comes in a header.
    if !value.contains(';') && value.trim() == value {
        let header = [format!("a=1; parvis-visit={value}; b=2")];
        assert!(open(find(&header, "parvis-visit")) == (visit.clone(), reason));
    }
    let mut tape = Tape::new(input.get(end + 1..).unwrap_or_default());
    for _ in 0..64 {
        if !tape.more() {
            break;
        }
        happen(&mut visit, &mut tape);
        written(&visit);
        in_bounds(&visit);
    }
}

fn open(sent: Sent<'_>) -> (Visit, Reason) {
    Visit::open(Guarded::new(sent), &session())
}

/// The visit as the cookie has it, which is short, plain and read as the same visit; what has no permit is left out.
fn written(visit: &Visit) -> String {
    let permit = experiments();
    let value = visit.encode(Some(&permit));
    assert!(value.len() <= limits::VISIT_BYTES, "{} bytes: {value}", value.len());
    assert!(
        value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.:-~!*+%".contains(&byte)),
        "{value}"
    );
    let (read, reason) = open(Sent::One(&value));
    assert!(reason == Reason::Opened, "{value} is {}", reason.code());
    // The cookie has no shares.
    let assigned = visit.assigned(&permit).iter().map(|one| Assigned { share: 0, ..*one });
    let mut expected = visit.clone();
    expected.set_assigned(&assigned.filter(|_| visit.unit(&permit).is_some()).collect::<Vec<_>>(), &permit);
    assert!(read == expected, "{value} is read as {}", read.encode(Some(&permit)));
    assert_eq!(read.encode(Some(&permit)), value, "the form is not the only one");
    let header = SetCookie::visit(visit, Some(&permit));
    assert_eq!(header.as_str(), format!("parvis-visit={value}; Path=/; Secure; SameSite=Lax"));

    let without = visit.encode(None);
    let (read, reason) = open(Sent::One(&without));
    assert!(reason == Reason::Opened && read.unit(&permit).is_none() && read.assigned(&permit).is_empty());
    let mut again = read;
    if let Some(unit) = visit.unit(&permit) {
        again.set_unit(unit, &permit);
        again.set_assigned(expected.assigned(&permit), &permit);
    }
    assert!(again == expected, "without its unit {value} is {without}");
    value
}

/// Lists have their limits, and ids are ids.
fn in_bounds(visit: &Visit) {
    assert!(
        visit.items().len() <= limits::VISIT_ITEMS_MOST
            && visit.categories().len() <= limits::VISIT_CATEGORIES
    );
    assert!(visit.cart().len() <= limits::CART_LINES && visit.searches().len() <= limits::VISIT_SEARCHES);
    assert!(visit.dismissed().len() <= limits::VISIT_DISMISSALS);
    assert!(visit.past().len() <= limits::MEMORY_PURCHASES + limits::MEMORY_REFUSALS);
    let lines = visit.cart().iter().map(|line| &line.item);
    assert!(visit.items().iter().chain(visit.categories()).chain(lines).all(|id| is_id(id)));
    assert!(visit.cart().iter().all(|line| line.quantity > 0));
    assert!(visit.searches().iter().all(|search| normal_search(search).as_ref() == Some(search)));
    assert_eq!(visit.cart_item().is_some(), !visit.cart().is_empty());
    for now in [Millis(0), Millis(1_795_262_400_000), Millis(i64::MAX), Millis(i64::MIN)] {
        assert!(visit.seconds(now) >= 0 && visit.cart_minutes(now).is_none_or(|minutes| minutes >= 0));
    }
}

/// An id, now and then something that is none.
fn id(tape: &mut Tape<'_>) -> String {
    match tape.byte() {
        short @ 0..160 => format!("item-{}", short % 12),
        long @ 160..208 => "x".repeat(usize::from(long) - 144),
        length => String::from_utf8_lossy(tape.take(usize::from(length) - 208)).into_owned(),
    }
}

/// One thing happens, and does what it is defined to do, but for what there is no room for.
fn happen(visit: &mut Visit, tape: &mut Tape<'_>) {
    let before = visit.clone();
    let permit = experiments();
    match tape.byte() % 18 {
        0 | 1 => {
            let id = id(tape);
            visit.see_item(&id);
            newest(before.items(), &id, is_id(&id), limits::VISIT_ITEMS_MOST, visit.items(), 1);
        }
        2 => {
            let id = id(tape);
            visit.see_category(&id);
            newest(before.categories(), &id, is_id(&id), limits::VISIT_CATEGORIES, visit.categories(), 1);
        }
        3 | 4 => {
            let lines: Vec<(String, u16)> =
                (0..tape.byte() % 20).map(|_| (id(tape), u16::from(tape.byte()) * 257)).collect();
            let lines: Vec<(&str, u16)> = lines.iter().map(|(id, count)| (id.as_str(), *count)).collect();
            visit.set_cart(&lines);
            cart(&lines, visit);
            let now = (!tape.byte().is_multiple_of(8)).then(|| Millis(i64::from(tape.long()) * 60_000));
            visit.note_cart(before.cart(), now);
        }
        5 => {
            let code = tape.long() % 24;
            visit.count(code);
            assert_eq!(visit.counted(code), before.counted(code).saturating_add(1));
        }
        6 => {
            let code = tape.long();
            visit.dismiss(code);
            let room = before.dismissed().len() < limits::VISIT_DISMISSALS;
            assert_eq!(
                visit.dismissed().last() == Some(&code),
                room || before.dismissed().last() == Some(&code)
            );
        }
        7 => {
            let unit = Unit(tape.whole());
            visit.set_unit(unit, &permit);
            assert!(visit.unit(&permit) == Some(unit));
        }
        8 => {
            let number = tape.word();
            let date = Date::parse(
                &format!("20{:02}-{:02}-07", number % 100, number / 100 % 12 + 1),
                number.is_multiple_of(2),
            );
            let (code, date) = (tape.long() % 12, date.unwrap_or(Date::NONE));
            visit.declare(code, date);
            assert!(visit.declared(code) == Some(date));
        }
        9 => {
            let (code, number) = (tape.long() % 12, tape.word());
            visit.prefer(code, number);
            assert_eq!(visit.preferred(code), Some(number));
        }
        10 => {
            let length = usize::from(tape.byte() % 90);
            let text = String::from_utf8_lossy(tape.take(length)).into_owned();
            visit.search(&text);
            let normal = normal_search(&text);
            let kept = normal.clone().unwrap_or_default();
            newest(before.searches(), &kept, normal.is_some(), limits::VISIT_SEARCHES, visit.searches(), 0);
        }
        11 => {
            visit.see_page();
            visit.begin(Millis(i64::from(tape.long()) * 1000));
            assert_eq!(visit.pages(), before.pages().saturating_add(1));
        }
        12 | 13 => {
            let kind = Kind::from_code(tape.byte() % 4 + 1).expect("there are four kinds");
            let thing = Thing { item: tape.long() % 40, category: u32::from(tape.byte()) };
            visit.note(kind, thing);
            let first = visit.past().first();
            assert!(first.is_some_and(|past| past.kind == kind && past.thing == thing), "it is not noted");
        }
        14 => {
            let (item, quantity) = (id(tape), u16::from(tape.byte()));
            visit.take_from_cart(&item, quantity);
            let left = |visit: &Visit| visit.cart().iter().filter(|line| line.item == item).count();
            assert!(left(visit) <= left(&before) && (quantity > 0 || left(visit) == 0));
        }
        15 => {
            let one = |tape: &mut Tape<'_>| Assigned {
                campaign: tape.long(),
                variant: tape.word(),
                version: tape.byte(),
                first: tape.byte(),
                share: 5000,
            };
            let all: Vec<Assigned> = (0..tape.byte() % 9).map(|_| one(tape)).collect();
            visit.set_assigned(&all, &permit);
            assert_eq!(visit.assigned(&permit), all);
        }
        16 => {
            // An edge remembers what waited.
            let waited = visit.take_past().len() + visit.take_dismissed().len();
            assert_eq!(waited, before.past().len() + before.dismissed().len());
            let _ = (visit.take_declared().count(), visit.take_preferred());
        }
        _ => {
            visit.forget_searches();
            assert!(visit.searches().is_empty());
        }
    }
}

/// The newest comes first and once, the others as they were; from the end as many are missing as there was no room for.
fn newest(before: &[String], new: &str, counts: bool, most: usize, after: &[String], least: usize) {
    let mut expected: Vec<&str> = before.iter().map(String::as_str).collect();
    if counts {
        expected.retain(|old| *old != new);
        expected.insert(0, new);
        expected.truncate(most);
    }
    assert!(
        after.len() <= expected.len() && after.iter().zip(&expected).all(|(got, expected)| got == expected)
    );
    assert!(after.len() >= least.min(expected.len()), "all are forgotten");
}

/// Lines of one item are one, in the order of their first; from the end as many are missing as there was no room for.
fn cart(lines: &[(&str, u16)], visit: &Visit) {
    let mut expected: Vec<(&str, u16)> = Vec::new();
    for (id, quantity) in lines.iter().filter(|(id, quantity)| is_id(id) && *quantity > 0) {
        match expected.iter().position(|(known, _)| known == id) {
            Some(at) => expected[at].1 = expected[at].1.saturating_add(*quantity),
            None if expected.len() == limits::CART_LINES => {}
            None => expected.push((id, *quantity)),
        }
    }
    let got: Vec<(&str, u16)> = visit.cart().iter().map(|line| (line.item.as_str(), line.quantity)).collect();
    assert!(expected.starts_with(&got), "{got:?} of {expected:?}");
    let sum: u32 = got.iter().map(|(_, quantity)| u32::from(*quantity)).sum();
    assert_eq!(visit.cart_count(), sum);
}

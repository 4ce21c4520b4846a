//! The visit: what is known until `visit_minutes` pass without activity or the browser closes, in a plain cookie that edge and
//! browser both read and write.
//!
//! It is bounded ([`limits::VISIT_BYTES`]) and untrusted: a value that is not exactly in our format counts as absent, and
//! nothing in it is worth forging. It is read only with a permit: [`Visit::open`] is the only way to a [`Visit`]. The
//! bucketing unit in it has another purpose and is read and written only with the permit of that one.
//!
//! If it grows too long, the oldest items are dropped first but for one, then the oldest categories but for one, then the
//! oldest searches, then the last lines of the cart, then the oldest pending events, then the
//! values of dates declared last; all else fits.

mod activity;
mod cart;
mod codec;
mod page_count;
mod pending_events;
pub(super) mod searches;
mod view;

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

pub use searches::normal as normal_search;

use super::date_values::DateValue;
use super::named::Named;
use super::sticky::Assigned;
use crate::assign::hash::Unit;
use crate::base::text;
use crate::consent::permit::Permit;
use crate::consent::purpose::kind::{Experimentation, SessionPersonalization};
use crate::http::cookies::Sent;
use crate::limits;
use crate::reason::Reason;
use crate::signal::guarded::Guarded;
use crate::visitor::history::Past;

/// The data of a visit.
///
/// Parsing needs the permit, and writing needs a visit, so neither is possible without it:
///
/// ```compile_fail,E0624
/// parvis::visitor::visit::Visit::parse("a~idesk-lamp");
/// ```
///
/// ```compile_fail,E0451
/// # use parvis::visitor::visit::Visit;
/// Visit { items: vec![], categories: vec![], cart: vec![], caps: vec![], dismissed: vec![], past: vec![], declared: vec![], unit: None, change: None, assigned: vec![], pace: Default::default(), activity: Default::default(), preferred: vec![], searches: vec![], view: Default::default(), values: vec![] };
/// ```
///
/// ```compile_fail,E0603
/// parvis::visitor::cookie::SetCookie(String::from("parvis-visit=a~idesk-lamp"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Visit {
    items: Vec<String>,
    categories: Vec<String>,
    cart: Vec<Line>,
    caps: Vec<Cap>,
    dismissed: Vec<u32>,
    past: Vec<Past>,
    pub(super) declared: Named,
    unit: Option<Unit>,
    change: Option<cart::Change>,
    pub(super) assigned: Vec<Assigned>,
    pace: page_count::Pace,
    activity: activity::Activity,
    pub(super) preferred: Named,
    searches: Vec<String>,
    view: view::View,
    pub(super) values: Vec<DateValue>,
}

/// One line of a cart.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// The id of the item.
    pub item: String,
    /// The number of pieces; never 0.
    pub quantity: u16,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Cap {
    campaign: u32,
    count: u8,
}

impl Visit {
    /// The visit in the cookie, or an empty one; the reason is `Opened`, `Absent`, `Unreadable` or `Duplicate`.
    ///
    /// ```compile_fail,E0308
    /// # use parvis::consent::permit::Permit;
    /// # use parvis::consent::purpose::kind::{Measurement, SessionPersonalization};
    /// # use parvis::http::cookies::Sent;
    /// # use parvis::signal::guarded::Guarded;
    /// # use parvis::visitor::visit::Visit;
    /// fn peek(cookie: Guarded<SessionPersonalization, Sent<'_>>, permit: &Permit<'_, Measurement>) {
    ///     Visit::open(cookie, permit);
    /// }
    /// ```
    pub fn open(
        cookie: Guarded<SessionPersonalization, Sent<'_>>,
        permit: &Permit<'_, SessionPersonalization>,
    ) -> (Visit, Reason) {
        Visit::read(cookie.open(permit))
    }

    /// The cookie's value, at most [`limits::VISIT_BYTES`] bytes; without the permit the unit and the sticky variants are
    /// left out.
    pub fn encode(&self, permit: Option<&Permit<'_, Experimentation>>) -> String {
        self.write(self.unit.filter(|_| permit.is_some()))
    }

    /// The ids of the items seen in this visit, newest first.
    pub fn items(&self) -> &[String] {
        &self.items
    }

    /// The ids of the categories seen in this visit, newest first.
    pub fn categories(&self) -> &[String] {
        &self.categories
    }

    /// The lines of the cart, in the order of the site.
    pub fn cart(&self) -> &[Line] {
        &self.cart
    }

    /// The number of pieces in the cart.
    pub fn cart_count(&self) -> u32 {
        self.cart.iter().map(|line| u32::from(line.quantity)).sum()
    }

    /// The codes of dismissed campaigns that are pending, since no memory could be written, oldest first.
    pub fn dismissed(&self) -> &[u32] {
        &self.dismissed
    }

    /// The count of the counter with this key in this visit, at most 255.
    pub fn counted(&self, campaign: u32) -> u8 {
        self.caps.iter().find(|cap| cap.campaign == campaign).map_or(0, |cap| cap.count)
    }

    /// The visit's copy of the bucketing unit.
    ///
    /// ```compile_fail,E0061
    /// fn peek(visit: &parvis::visitor::visit::Visit) {
    ///     visit.unit();
    /// }
    /// ```
    pub fn unit(&self, _: &Permit<'_, Experimentation>) -> Option<Unit> {
        self.unit
    }

    /// Records that an item was seen; an invalid id is ignored.
    pub fn see_item(&mut self, id: &str) {
        see(&mut self.items, id, limits::VISIT_ITEMS_MOST);
        self.fit();
    }

    /// Keeps the newest `most` items.
    pub fn keep_items(&mut self, most: usize) {
        self.items.truncate(most);
    }

    /// Records that a category was seen; an invalid id is ignored.
    pub fn see_category(&mut self, id: &str) {
        see(&mut self.categories, id, limits::VISIT_CATEGORIES);
        self.fit();
    }

    /// Forgets the items and categories that are not to be kept.
    pub fn keep_seen(&mut self, is_kept: impl Fn(&str) -> bool) {
        self.items.retain(|id| is_kept(id));
        self.categories.retain(|id| is_kept(id));
    }

    /// Replaces the cart by these items and quantities; lines of one item are joined, what is not an id is ignored.
    pub fn set_cart(&mut self, lines: &[(&str, u16)]) {
        self.cart.clear();
        for (id, quantity) in lines.iter().filter(|(id, quantity)| text::is_id(id) && *quantity > 0) {
            let full = self.cart.len() == limits::CART_LINES;
            match self.cart.iter_mut().find(|line| line.item == *id) {
                Some(line) => line.quantity = line.quantity.saturating_add(*quantity),
                None if full => {}
                None => self.cart.push(Line { item: (*id).to_owned(), quantity: *quantity }),
            }
        }
        self.fit();
    }

    /// Adds a pending dismissal for an edge; when full, further ones are lost.
    pub fn dismiss(&mut self, campaign: u32) {
        if self.dismissed.len() < limits::VISIT_DISMISSALS {
            self.dismissed.push(campaign);
            self.fit();
        }
    }

    /// Removes the pending dismissals, after they were stored.
    pub fn take_dismissed(&mut self) -> Vec<u32> {
        core::mem::take(&mut self.dismissed)
    }

    /// Adds one to the counter with this key; when there are too many counters, the one counted longest ago is evicted.
    pub fn count(&mut self, campaign: u32) {
        let count = self.counted(campaign).saturating_add(1);
        self.caps.retain(|cap| cap.campaign != campaign);
        self.caps.insert(0, Cap { campaign, count });
        self.caps.truncate(limits::VISIT_CAPS);
        self.fit();
    }

    /// Stores the bucketing unit for the rest of the visit.
    pub fn set_unit(&mut self, unit: Unit, _: &Permit<'_, Experimentation>) {
        self.unit = Some(unit);
        self.fit();
    }

    fn empty() -> Visit {
        Visit {
            items: Vec::new(),
            categories: Vec::new(),
            cart: Vec::new(),
            caps: Vec::new(),
            dismissed: Vec::new(),
            past: Vec::new(),
            declared: Vec::new(),
            unit: None,
            change: None,
            assigned: Vec::new(),
            pace: page_count::Pace::default(),
            activity: activity::Activity::default(),
            preferred: Vec::new(),
            searches: Vec::new(),
            view: view::View::default(),
            values: Vec::new(),
        }
    }

    /// A visit for tests, which have no permit.
    #[cfg(test)]
    pub(crate) fn of_items(newest_first: &[&str]) -> Visit {
        let mut visit = Visit::empty();
        newest_first.iter().rev().for_each(|id| visit.see_item(id));
        visit
    }

    fn read(sent: Sent<'_>) -> (Visit, Reason) {
        match sent {
            Sent::Absent => (Visit::empty(), Reason::Absent),
            Sent::Conflicting => (Visit::empty(), Reason::Duplicate),
            Sent::One(value) => match Visit::parse(value) {
                Some(visit) => (visit, Reason::Opened),
                None => (Visit::empty(), Reason::Unreadable),
            },
        }
    }

    /// Drops entries, in the order that the module documents, until the cookie is short enough.
    pub(super) fn fit(&mut self) {
        while self.write(self.unit).len() > limits::VISIT_BYTES {
            let dropped = if self.items.len() > 1 {
                self.items.pop().is_some()
            } else if self.categories.len() > 1 {
                self.categories.pop().is_some()
            } else {
                self.searches.pop().is_some()
                    || self.cart.pop().is_some()
                    || self.past.pop().is_some()
                    || self.values.pop().is_some()
            };
            if !dropped {
                return;
            }
        }
    }
}

impl fmt::Debug for Visit {
    /// Prints no data of the visitor, so that no log contains any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Visit(..)")
    }
}

fn see(list: &mut Vec<String>, id: &str, most: usize) {
    if text::is_id(id) {
        list.retain(|seen| seen != id);
        list.insert(0, id.to_owned());
        list.truncate(most);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use super::super::dates::Date;
    use super::*;
    use crate::visitor::history::{Kind, Thing};
    use alloc::{format, vec};
    use proptest::prelude::*;

    /// One thing that can happen to a visit.
    #[derive(Clone, Debug)]
    enum Event {
        Item(String),
        Category(String),
        Cart(Vec<(String, u16)>),
        Count(u32),
        Dismissed(u32),
        Past(Kind, u32, u32),
        Declared(u32, Date),
        Value(DateValue),
        Preferred(u32, u16),
        Unit(u64),
        Page(i64),
        Act(i64, u32, bool, bool),
        End(bool, bool),
        Search(String),
        View(u32, i64, Vec<u32>),
    }

    fn ids() -> impl Strategy<Value = String> {
        prop_oneof!["[a-d]", "[A-Za-z0-9_.:-]{1,64}", "[A-Za-z0-9_.:-]{60,64}", "\\PC{0,8}"]
    }

    fn events() -> impl Strategy<Value = Vec<Event>> {
        let event = prop_oneof![
            ids().prop_map(Event::Item),
            ids().prop_map(Event::Category),
            proptest::collection::vec((ids(), any::<u16>()), 0..20).prop_map(Event::Cart),
            (0_u32..24).prop_map(Event::Count),
            any::<u32>().prop_map(Event::Count),
            any::<u32>().prop_map(Event::Dismissed),
            (1_u8..=4, 0_u32..5, any::<u32>()).prop_map(|(kind, item, category)| {
                Event::Past(Kind::from_code(kind).unwrap(), item, category)
            }),
            ((0_u32..12), any::<u32>())
                .prop_map(|(code, number)| Event::Declared(code, Date::from_number(number))),
            crate::visitor::date_values::tests::values().prop_map(Event::Value),
            ((0_u32..12), any::<u16>()).prop_map(|(code, number)| Event::Preferred(code, number)),
            any::<u64>().prop_map(Event::Unit),
            any::<i64>().prop_map(Event::Page),
            (any::<u32>(), prop_oneof![Just(0), any::<u32>()], any::<bool>(), any::<bool>()).prop_map(
                |(minute, campaign, begun, behind)| Event::Act(
                    i64::from(minute) * 60_000,
                    campaign,
                    begun,
                    behind
                )
            ),
            any::<(bool, bool)>().prop_map(|(cart, unit)| Event::End(cart, unit)),
            prop_oneof!["[a-d]", "\\PC{0,40}", "[\u{c0}-\u{ff}]{30,34}"].prop_map(Event::Search),
            (any::<u32>(), any::<i64>(), proptest::collection::vec(any::<u32>(), 0..20))
                .prop_map(|(page, clock, shown)| Event::View(page, clock, shown)),
        ];
        proptest::collection::vec(event, 0..60)
    }

    fn happen(visit: &mut Visit, event: &Event) {
        match event {
            Event::Item(id) => visit.see_item(id),
            Event::Category(id) => visit.see_category(id),
            Event::Cart(lines) => {
                let lines: Vec<(&str, u16)> =
                    lines.iter().map(|(id, quantity)| (id.as_str(), *quantity)).collect();
                let before = visit.cart.clone();
                visit.set_cart(&lines);
                visit.note_cart(
                    &before,
                    Some(crate::base::calendar::Millis(60_000 * i64::try_from(lines.len()).unwrap())),
                );
            }
            Event::Count(campaign) => visit.count(*campaign),
            Event::Dismissed(campaign) => visit.dismiss(*campaign),
            Event::Past(kind, item, category) => {
                visit.note(*kind, Thing { item: *item, category: *category });
            }
            Event::Declared(code, date) => visit.declare(*code, *date),
            Event::Value(value) => visit.declare_value(value.clone()),
            Event::Preferred(code, number) => visit.prefer(*code, *number),
            Event::Unit(unit) => {
                visit.unit = Some(Unit(*unit));
                visit.fit();
            }
            Event::Page(clock) => {
                visit.see_page();
                visit.begin(crate::base::calendar::Millis(*clock));
            }
            Event::Act(clock, campaign, begun, behind) => {
                visit.act(crate::base::calendar::Millis(*clock), *campaign, *begun, *behind);
            }
            Event::End(keeps_cart, keeps_unit) => visit.end(*keeps_cart, *keeps_unit),
            Event::Search(text) => visit.search(text),
            Event::View(page, clock, shown) => {
                visit.see_view(*page, crate::base::calendar::Millis(*clock));
                shown.iter().for_each(|campaign| visit.show(*page, *campaign));
            }
        }
    }

    proptest! {
        #[test]
        fn every_visit_comes_back_and_fits(events in events()) {
            let mut visit = Visit::empty();
            for event in &events {
                happen(&mut visit, event);
                let value = visit.write(visit.unit);
                prop_assert!(value.len() <= limits::VISIT_BYTES);
                prop_assert!(value.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.:-~!*+%".contains(&b)), "{}", value);
                prop_assert!(Visit::parse(&value) == Some(visit.clone()), "{}", value);
            }
            let without = visit.encode(None);
            let expected = Visit { unit: None, assigned: Vec::new(), ..visit };
            prop_assert!(Visit::parse(&without) == Some(expected));
        }

        #[test]
        fn whatever_is_read_is_written_as_it_was_read(value in "a(~[ickxdopuztgnqrlvs]([A-Fa-f0-9.]{1,3}|[0-9a-f]{8}|[0-9a-f]{16}|[0-5][0-9a-f]{16}|[0-9a-f]{8}[0-4][a-z0-9+]{1,3}(%3c)?)([*][0-9]{1,3})?(![a-f0-9]{1,8}([*][0-9]{1,3})?){0,3}){0,4}") {
            if let Some(visit) = Visit::parse(&value) {
                let written = visit.write(visit.unit);
                prop_assert!(written.len() <= value.len());
                prop_assert!(Visit::parse(&written) == Some(visit));
            }
        }

        #[test]
        fn garbage_is_an_empty_visit(value in "\\PC{0,64}") {
            let (visit, reason) = Visit::read(Sent::One(&value));
            prop_assert_eq!(reason == Reason::Opened, Visit::parse(&value).is_some());
            prop_assert!(reason == Reason::Opened || visit == Visit::empty());
        }
    }

    #[test]
    fn the_text_is_as_documented() {
        let mut visit = Visit::empty();
        assert_eq!(visit.encode(None), "a");
        visit.see_item("oak-desk");
        visit.see_item("desk-lamp");
        visit.see_category("lighting");
        visit.set_cart(&[("oak-desk", 2), ("rug", 1)]);
        visit.count(0x3f2a);
        visit.count(0x3f2a);
        visit.unit = Some(Unit(0xbeef));
        visit.dismiss(0x3f2a);
        visit.note(Kind::Bought, Thing { item: 0xbeef, category: 0xcafe });
        visit.declare(7, Date::parse("2027-05-01", false).unwrap());
        visit.declare(8, Date::parse("03-14", true).unwrap());
        visit.declare(9, Date::NONE);
        visit.prefer(5, 77);
        visit.prefer(6, 0);
        let text = "a~idesk-lamp!oak-desk~clighting~koak-desk*2!rug*1~x00003f2a*2~d00003f2a~p10000beef0000cafe~o00000007*20939!00000008*110!00000009*0";
        let preferred = "~r00000005*77!00000006*0";
        assert_eq!(visit.encode(None), format!("{text}{preferred}"));
        assert_eq!(visit.write(visit.unit), format!("{text}~u000000000000beef{preferred}"));
        assert_eq!((visit.counted(0x3f2a), visit.counted(1), visit.cart_count()), (2, 0, 3));
    }

    #[test]
    fn newest_come_first_and_once() {
        let mut visit = Visit::empty();
        for id in ["a", "b", "c", "a", "not an id", ""] {
            visit.see_item(id);
            visit.see_category(id);
        }
        assert_eq!(visit.items(), ["a", "c", "b"]);
        assert_eq!(visit.categories(), ["a", "c", "b"]);
        for id in 0..20 {
            visit.see_item(&format!("{id}"));
            visit.see_category(&format!("{id}"));
            visit.count(id);
        }
        assert_eq!(visit.items().len(), 16);
        visit.keep_items(8);
        assert_eq!(visit.items(), ["19", "18", "17", "16", "15", "14", "13", "12"]);
        assert_eq!(visit.categories(), ["19", "18", "17", "16"]);
        assert_eq!((visit.counted(3), visit.counted(4)), (0, 1));
    }

    #[test]
    fn a_count_stops_at_its_bound() {
        let mut visit = Visit::empty();
        (0..300).for_each(|_| visit.count(7));
        assert_eq!(visit.counted(7), 255);
    }

    #[test]
    fn lines_of_a_cart_are_joined_and_bounded() {
        let mut visit = Visit::empty();
        visit.set_cart(&[("a", 1), ("b", 0), ("no id", 1), ("a", 2), ("c", u16::MAX), ("c", 1)]);
        let lines: Vec<(&str, u16)> =
            visit.cart().iter().map(|line| (line.item.as_str(), line.quantity)).collect();
        assert_eq!(lines, [("a", 3), ("c", u16::MAX)]);
        visit.set_cart(&[]);
        assert!(visit.cart().is_empty());
    }

    #[test]
    fn what_matters_least_is_dropped_first() {
        let long = |letter: &str, n: usize| format!("{}{n:02}", letter.repeat(62));
        let mut visit = Visit::empty();
        visit.unit = Some(Unit(1));
        (0..16).for_each(|campaign| visit.count(campaign));
        (0..4).for_each(|n| visit.see_category(&long("c", n)));
        (0..8).for_each(|n| visit.see_item(&long("i", n)));
        assert_eq!((visit.items().len(), visit.categories().len()), (8, 4), "without a cart all of it fits");
        let ids: Vec<String> = (0..16).map(|n| long("k", n)).collect();
        visit.set_cart(&ids.iter().map(|id| (id.as_str(), 1)).collect::<Vec<_>>());
        assert_eq!((visit.items(), visit.categories()), (&[long("i", 7)][..], &[long("c", 3)][..]));
        assert!(visit.cart().iter().map(|line| &line.item).eq(ids.iter().take(visit.cart().len())));
        assert!((0..16).all(|campaign| visit.counted(campaign) == 1) && visit.unit.is_some());
        let bytes = visit.write(visit.unit).len();
        assert!(limits::VISIT_BYTES - bytes < 67, "nothing was dropped without need: {bytes}");
    }

    #[test]
    fn searches_give_way_to_the_cart() {
        let mut visit = Visit::empty();
        (0..limits::VISIT_SEARCHES).for_each(|n| visit.search(&format!("{n}{}", "\u{e9}".repeat(31))));
        visit.see_item("lamp");
        let ids: Vec<String> = (0..16).map(|n| format!("{n:02}{}", "k".repeat(51))).collect();
        let put = |visit: &mut Visit, lines: usize| {
            visit.set_cart(&ids.iter().take(lines).map(|id| (id.as_str(), 1)).collect::<Vec<_>>());
        };
        put(&mut visit, 9);
        assert_eq!((visit.searches().len(), visit.cart().len()), (2, 9), "the oldest is gone");
        put(&mut visit, 16);
        assert_eq!((visit.searches().len(), visit.cart().len(), visit.items().len()), (0, 16, 1));
    }

    #[test]
    fn what_is_not_our_form_is_unreadable() {
        for value in [
            "",
            "b",
            "A",
            "a~",
            "a~i",
            "a~i!",
            "a~ix!",
            "a~i x",
            "a~ix~iy",
            "a~kx",
            "a~kx*0",
            "a~kx*01",
            "a~kx*65536",
            "a~k*1",
            "a~x1*1",
            "a~x00000001*0",
            "a~x00000001*256",
            "a~xABCDEF00*1",
            "a~d1",
            "a~d00000001!0000000G",
            "a~p10000beef0000caf",
            "a~p50000beef0000cafe",
            "a~p10000beef0000cafe~p10000beef0000cafe",
            "a~p1000\u{e9}beef0000cafe",
            "a~o00000001",
            "a~o00000001*",
            "a~o00000001*4294967296",
            "a~r00000001",
            "a~r00000001*1~r00000002*1",
            "a~r1*1",
            "a~u1",
            "a~g1",
            "a~g",
            "a~g0000000000000001~g0000000000000002",
            "a~u000000000000beeF",
            "a~u0000000000000001~u0000000000000001",
            "a~c1!2!3!4!5",
            "a~i1!2!3!4!5!6!7!8!9!a!b!c!d!e!f!g!h",
            "a~zok~",
        ] {
            assert!(Visit::parse(value).is_none(), "`{value}`");
        }
        assert!(
            Visit::parse("a~zlater~ix").unwrap().items() == ["x"],
            "sections of other letters are skipped"
        );
        let long = format!("a~z{}", "x".repeat(limits::VISIT_BYTES - 3));
        assert!(Visit::parse(&long).is_some() && Visit::parse(&format!("{long}x")).is_none());
        for length in [2000, 4096, 4097, 32_768] {
            for letter in ["a", "~", "!", "*", "~i", "~x", "~z!"] {
                let garbage = format!("a{}", letter.repeat(length));
                assert!(
                    Visit::read(Sent::One(&garbage)) == (Visit::empty(), Reason::Unreadable),
                    "`{letter}`"
                );
            }
        }
        assert_eq!(Visit::read(Sent::Absent).1, Reason::Absent);
        assert_eq!(Visit::read(Sent::Conflicting).1, Reason::Duplicate);
    }
}

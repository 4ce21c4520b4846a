//! Visitors with a past: what pages and events, drawn from a playbook, have left in their cookies.

use parvis::base::base64;
use parvis::base::calendar::Millis;
use parvis::facts::{BrowserFacts, Event, Facts};
use parvis::http::cookies::Sent;
use parvis::limits::MEMORY_DAYS;
use parvis::playbook::consent::permitted;
use parvis::signal::guarded::Guarded;
use parvis::visitor::keyring::Keyring;
use parvis::visitor::memory::Memory;

use crate::books::{Book, KEYS};
use crate::consent::{Answers, Choice};
use crate::dice::Dice;

/// The host that all playbooks of the fixtures are for.
pub(crate) const HOST: &str = "shop.example";
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// What lies between two pages, in minutes.
const GAPS: [i64; 9] = [1, 4, 20, 50, 300, 1500, 6 * 1440, 20 * 1440, 45 * 1440];

/// What is kept of a visitor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Visitor {
    /// The visit cookie.
    pub(crate) visit: Option<String>,
    /// Visitor memory as a browser without an edge stores it; at the edge it is sealed.
    pub(crate) memory: Option<String>,
    /// What the site's login says.
    pub(crate) profile: Option<String>,
}

/// A page of the playbook, as path and query.
pub(crate) fn page(book: &Book, dice: &mut Dice) -> (String, String) {
    let path = dice.pick(&book.paths).replace("{item}", dice.pick(&book.items).as_str());
    let path = path.replace("{category}", dice.pick(&book.categories).as_str());
    let text = dice.pick(&book.texts).replace(' ', "+");
    let query = match dice.below(4) {
        0 => format!("utm_campaign={text}"),
        1 if !book.searches.is_empty() => format!("{}={text}", dice.pick(&book.searches)),
        2 => format!("utm_source={text}"),
        _ => String::new(),
    };
    (path, query)
}

/// What two purposes guard of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guard {
    /// It is kept for the visit alone.
    Visit,
    /// It is kept in visitor memory alone.
    Memory,
    /// It is kept in both.
    Both,
}

/// Something that happens in a page, with what guards it.
pub(crate) fn event(book: &Book, now: Millis, dice: &mut Dice) -> (Guard, Event) {
    let item = dice.pick(&book.items).clone();
    let text = dice.pick(&book.texts).clone();
    match dice.below(8) {
        0 => (Guard::Visit, Event::Searched(text)),
        1 => {
            let other = (dice.pick(&book.items).clone(), 1);
            (Guard::Visit, Event::Cart(if dice.one_in(4) { vec![] } else { vec![(item, 2), other] }))
        }
        2 | 3 if !book.dates.is_empty() => {
            let (name, yearly) = dice.pick(&book.dates).clone();
            let days = i64::try_from(dice.below(50)).unwrap() - 20;
            let mut date = date(now.days() + days);
            let date = if yearly { date.split_off(5) } else { date };
            let values = ["platform", "file"].map(|name| (name.to_owned(), text.clone()));
            let values = if dice.one_in(2) { values.to_vec() } else { vec![] };
            (Guard::Memory, Event::Declared { name, date, values })
        }
        2 | 3 if !book.preferences.is_empty() => {
            let (name, value) = dice.pick(&book.preferences).clone();
            let value = if dice.one_in(4) { String::new() } else { value };
            (Guard::Memory, Event::Preferred { name, value })
        }
        4 => (Guard::Both, Event::Dismissed(dice.pick(&book.campaigns).clone())),
        5 => (Guard::Both, Event::Bought { item, category: String::new(), quantity: 0 }),
        _ => (Guard::Both, Event::Viewed { item, category: String::new() }),
    }
}

/// A day since 1970 as `2026-11-21`, by Howard Hinnant's `civil_from_days`.
pub(crate) fn date(days: i64) -> String {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{day:02}", year + era * 400 + carry)
}

impl Visitor {
    /// A visitor who came back a few times until a few minutes before `now`, and agreed to everything.
    pub(crate) fn grown(book: &Book, now: Millis, dice: &mut Dice) -> Visitor {
        let mut at = now.0 - MINUTE * (1 + i64::try_from(dice.below(25)).unwrap());
        let mut times = vec![at];
        for _ in 0..dice.below(6) {
            at -= *dice.pick(&GAPS) * MINUTE;
            if now.0 - at < 170 * DAY {
                times.push(at);
            }
        }
        times.reverse();
        let mut visitor = Visitor::default();
        let mut memory = None;
        let mut before = 0;
        for at in times {
            if at - before > 30 * MINUTE && !dice.one_in(4) {
                visitor.visit = None;
            }
            before = at;
            visitor.looks_at_a_page(book, Millis(at), &mut memory, dice);
        }
        let facts = facts(book, now, Vec::new(), dice);
        let consent = permitted(book.edge.playbook().unwrap(), &facts);
        let keys = Keyring::parse(KEYS).unwrap();
        let sent = memory.as_deref().map_or(Sent::Absent, Sent::One);
        let opened =
            Memory::unseal(Guarded::new(sent), &consent.permit().unwrap(), HOST, &keys, now, MEMORY_DAYS);
        visitor.memory = opened.0.map(|memory| memory.to_storage(consent.permit().as_ref()));
        if book.login.is_some() {
            let none = book.tiers.is_empty() || dice.one_in(3);
            let mut names = vec![if none { String::new() } else { dice.pick(&book.tiers).clone() }];
            names.extend(book.segments.iter().filter(|_| dice.one_in(2)).cloned());
            visitor.profile = Some(names.join("."));
        }
        visitor
    }

    fn looks_at_a_page(&mut self, book: &Book, at: Millis, memory: &mut Option<String>, dice: &mut Dice) {
        let visit = self.visit.iter().map(|visit| format!("parvis-visit={visit}"));
        let cookies = visit.chain(memory.iter().map(|memory| format!("__Host-parvis={memory}"))).collect();
        let mut exchange = book.edge.begin(facts(book, at, cookies, dice));
        let decided = exchange.decide().unwrap();
        for cookie in decided.outcome.cookies() {
            let (name, rest) = cookie.as_str().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap().to_owned();
            *(if name == "parvis-visit" { &mut self.visit } else { &mut *memory }) = Some(value);
        }
        if dice.one_in(3) {
            return;
        }
        let events = (0..1 + dice.below(3)).map(|_| event(book, at, dice).1).collect();
        let browser = BrowserFacts { behind_edge: true, events, ..BrowserFacts::default() };
        let cookies = self.visit.iter().map(|visit| format!("parvis-visit={visit}")).collect();
        let facts = Facts { browser: Some(browser), ..facts(book, at, cookies, dice) };
        if let Ok(decided) = book.browser.begin(facts).decide()
            && decided.kept.visit.is_some()
        {
            self.visit.clone_from(&decided.kept.visit);
        }
    }

    /// This visitor with the experiments of another: the same past, drawn into other variants.
    pub(crate) fn drawn_like(&self, other: &Visitor) -> Visitor {
        let visit = self.visit.as_deref().map(|own| with_sections(own, other.visit.as_deref(), &['u', 'g']));
        let memory = self.memory.as_deref().map(|own| with_parts(own, other.memory.as_deref()));
        Visitor { visit, memory, profile: self.profile.clone() }
    }

    /// The visit cookie with what waits in it for the memory of another: dates and preferences.
    pub(crate) fn waiting_like(&self, other: &Visitor) -> Option<String> {
        self.visit.as_deref().map(|own| with_sections(own, other.visit.as_deref(), &['o', 'r']))
    }

    /// Visitor memory, sealed.
    pub(crate) fn sealed(&self, book: &Book, now: Millis, dice: &mut Dice) -> Option<String> {
        let text = self.memory.as_deref()?;
        let consent = permitted(book.edge.playbook().unwrap(), &facts(book, now, Vec::new(), dice));
        let stored =
            Memory::from_storage(Guarded::new(Some(text)), &consent.permit().unwrap(), now, MEMORY_DAYS);
        let keys = Keyring::parse(KEYS).unwrap();
        let sealed = stored.0?.seal(HOST, &keys, Some(&dice.entropy()), consent.permit().as_ref());
        sealed.map(|sealed| sealed.as_str().to_owned())
    }
}

/// A visit with these sections of another's, where both have them.
fn with_sections(own: &str, other: Option<&str>, names: &[char]) -> String {
    let sections = other.unwrap_or_default().split('~');
    let like = |section: &str| sections.clone().find(|one| one.chars().next() == section.chars().next());
    let swapped = own.split('~').map(|section| {
        let swaps = section.starts_with(names);
        like(section).filter(|_| swaps).unwrap_or(section)
    });
    swapped.collect::<Vec<_>>().join("~")
}

/// Memory with the unit of another's, where both have one, and all of the variants kept with it.
fn with_parts(own: &str, other: Option<&str>) -> String {
    const UNIT: u8 = 2;
    const STICKY: u8 = 7;
    let own = base64::decode(own).unwrap();
    let other = other.map(|other| base64::decode(other).unwrap()).unwrap_or_default();
    let unit = |bytes: &[u8]| parts(bytes).into_iter().any(|part| part[0] == UNIT);
    if !unit(&own) || !unit(&other) {
        return base64::encode(&own);
    }
    let drawn = |part: &&&[u8]| [UNIT, STICKY].contains(&part[0]);
    let mut bytes = own[..9].to_vec();
    parts(&own).iter().filter(|part| !drawn(part)).for_each(|part| bytes.extend_from_slice(part));
    parts(&other).iter().filter(drawn).for_each(|part| bytes.extend_from_slice(part));
    base64::encode(&bytes)
}

/// The tagged parts behind the fixed head of visitor memory.
fn parts(bytes: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = bytes.get(9..).unwrap_or_default();
    while let [_, length, ..] = rest {
        let (part, behind) = rest.split_at(2 + usize::from(*length));
        parts.push(part);
        rest = behind;
    }
    parts
}

/// The facts of a page view by somebody who agrees to everything.
fn facts(book: &Book, at: Millis, mut cookies: Vec<String>, dice: &mut Dice) -> Facts {
    cookies.push(Answers::all(Choice::Granted).cookie());
    let (path, query) = page(book, dice);
    Facts {
        path,
        query,
        cookies: [cookies.join("; ")].into(),
        country: Some("FR".to_owned()),
        now: Some(at),
        entropy: Some(dice.entropy()),
        ..Facts::default()
    }
}

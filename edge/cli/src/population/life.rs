//! Actions of visitors that are simulated only if a playbook's campaigns need them: purchases, cart removals, dates,
//! preferences, searches, and locations.
//!
//! They have a separate stream of random numbers: if a playbook begins to need them, nothing else changes but the page
//! after a purchase or a removal, and the days of visits after one for which an item is due again. The shares below are
//! assumptions, as those of `person.rs` are; the help of `parvis simulate` lists them.

use std::collections::{BTreeMap, BTreeSet};

use parvis::author::condition::parse::parse;
use parvis::author::draft::Draft;
use parvis::base::calendar::Millis;
use parvis::facts::{Event, Place};
use parvis::playbook::Playbook;
use parvis::signal::registry::Signal;
use parvis::visitor::history::Kind;
use serde_json::Value;

use super::rng::Rng;
use super::unsimulated;
use crate::calendar;

/// Percent of visits with a filled cart that buy it.
const BUYS: u32 = 45;
/// Percent of the others that remove something from it.
const REMOVES: u32 = 20;
/// Percent of buyers of a replenishable item whose next visit is about when it is used up.
const COMES_AGAIN: u32 = 50;
/// Percent of visitors of whom the site has a date.
const HAS_DATE: u32 = 60;
/// Percent of visitors who say what they prefer, of each preference.
const PREFERS: u32 = 40;
/// Percent of visits with a search.
const SEARCHES: u32 = 30;
/// Percent of visitors without a geolocation.
const NOWHERE: u32 = 10;
/// Distance of the others from one of the stores, as kilometers from and up to, with shares.
const DISTANCES: &[((u32, u32), u32)] = &[((0, 20), 50), ((30, 95), 25), ((150, 500), 25)];
/// North and east, a circle in eight.
const DIRECTIONS: &[(f64, f64)] =
    &[(1.0, 0.0), (0.7, 0.7), (0.0, 1.0), (-0.7, 0.7), (-1.0, 0.0), (-0.7, -0.7), (0.0, -1.0), (0.7, -0.7)];
const KILOMETERS_A_DEGREE: f64 = 111.2;
/// Seed of the separate stream.
const OWN: u64 = 0x6c69_6665;

/// The actions that campaigns need.
#[derive(Debug, Default)]
pub(super) struct Life {
    buys: bool,
    removes: bool,
    /// Items that campaigns show when they are due, with their interval in days.
    again: BTreeMap<String, u32>,
    /// Dates that campaigns run around, with whether they are yearly and whether they need a time.
    dates: BTreeMap<String, (bool, bool)>,
    /// Preferences that campaigns ask for, with their values.
    preferences: BTreeMap<String, Vec<String>>,
    /// What visitors search for: the terms that campaigns ask for, and one that none does.
    terms: BTreeSet<String>,
    /// Latitude and longitude of each store.
    stores: Vec<(f64, f64)>,
    /// What campaigns ask for and nobody does.
    unsimulated: BTreeSet<&'static str>,
}

impl Life {
    /// Adds the actions that the campaigns of this playbook need to those of others.
    pub(super) fn join(&mut self, draft: &Draft, playbook: &Playbook) {
        let needs = playbook.needs();
        self.buys |= needs.past(Kind::Bought) > 0;
        self.removes |= needs.past(Kind::Removed) > 0;
        if playbook.every_campaign().any(|campaign| campaign.reads(Signal::DueItem)) {
            let items = (0..).map_while(|number| playbook.replenishes(number));
            self.again.extend(
                items.filter(|(_, days)| *days > 0).map(|(id, days)| (id.to_owned(), u32::from(days))),
            );
        }
        for around in draft.campaigns.iter().filter_map(|campaign| campaign.around.as_ref()) {
            let Some(date) = draft.dates.get(&around.date) else { continue };
            let (yearly, timed) = self.dates.entry(around.date.clone()).or_default();
            *yearly = date.yearly;
            *timed |= around.from_days.is_none();
        }
        let reads = |signal: Signal| playbook.every_campaign().any(|campaign| campaign.reads(signal));
        if reads(Signal::Preferences) {
            let all = draft.preferences.iter();
            self.preferences.extend(all.map(|(name, preference)| (name.clone(), preference.values.clone())));
        }
        if reads(Signal::Searches) || reads(Signal::LastSearch) {
            self.terms.extend(searched(draft));
            self.terms.insert("something else".to_owned());
        }
        unsimulated::join(&mut self.unsimulated, playbook);
        for store in draft.stores.values() {
            let place = (store.latitude, store.longitude);
            if !self.stores.contains(&place) {
                self.stores.push(place);
            }
        }
    }

    /// The assumptions about visitors because a campaign needs them, in sentences.
    pub(super) fn assumptions(&self) -> Vec<&'static str> {
        let sentences = [
            (self.buys, "Of a hundred visits that fill a cart 45 buy it, and one more page is opened."),
            (self.removes, "Of a hundred that fill a cart and do not buy it 20 take out what went in first."),
            (
                !self.again.is_empty(),
                "Half of those who buy what is bought again come back when 60 to 200 % of its days are over.",
            ),
            (
                !self.dates.is_empty(),
                "The site knows each date of 60 visitors in a hundred: one of every year anywhere in the year, another up to 30 days before the population begins to visit or 90 after it.",
            ),
            (
                self.dates.values().any(|(_, timed)| *timed),
                "Where a campaign counts hours or minutes, that date has a time from 00:00 to 23:59.",
            ),
            (
                !self.preferences.is_empty(),
                "Of a hundred visitors 40 say what they prefer, of each preference, on the first page of a visit.",
            ),
            (
                !self.terms.is_empty(),
                "Of a hundred visits 30 search once on their first page, for a term that a campaign asks for or for something else.",
            ),
            (
                !self.stores.is_empty(),
                "Half of the visitors are within 20 km of a store, a quarter 30 to 95 km from it, the others far away, whatever their country; of one in ten the host does not know where they are.",
            ),
        ];
        sentences.into_iter().filter(|(asked, _)| *asked).map(|(_, sentence)| sentence).collect()
    }

    /// What campaigns ask for and the simulation does not have.
    pub(super) fn unsimulated(&self) -> impl Iterator<Item = &'static str> {
        self.unsimulated.iter().copied()
    }

    /// The preferences of a visitor.
    pub(super) fn preferences(&self, rng: &mut Rng) -> Vec<Event> {
        let mut chosen = Vec::new();
        for (name, values) in &self.preferences {
            let value = rng.any(values).cloned().unwrap_or_default();
            if rng.happens(PREFERS) {
                chosen.push(Event::Preferred { name: name.clone(), value });
            }
        }
        chosen
    }

    /// The search of a visit, if there is one.
    pub(super) fn search(&self, rng: &mut Rng) -> Option<Event> {
        let terms: Vec<&String> = self.terms.iter().collect();
        let term = rng.any(&terms)?;
        rng.happens(SEARCHES).then(|| Event::Searched((*term).clone()))
    }

    /// The separate stream of one visitor.
    pub(super) fn stream(seed: u64, visitor: u64) -> Rng {
        Rng::of(seed ^ OWN, visitor)
    }

    /// The end of a visit with this cart.
    pub(super) fn ends(&self, cart: &[(String, u16)], rng: &mut Rng) -> End {
        if cart.is_empty() {
            return End::Leaves;
        }
        if self.buys && rng.happens(BUYS) {
            return End::Buys;
        }
        if self.removes && rng.happens(REMOVES) { End::Removes } else { End::Leaves }
    }

    /// After how many days the visitor returns for what they bought, if they do: 60 to 200 % of its interval.
    pub(super) fn again(&self, cart: &[(String, u16)], rng: &mut Rng) -> Option<u32> {
        let days = cart.iter().filter_map(|(item, _)| self.again.get(item)).min()?;
        let percent = rng.below(141).saturating_add(60);
        rng.happens(COMES_AGAIN).then(|| days.saturating_mul(percent).div_ceil(100))
    }

    /// The dates of a visitor who first arrives at `start`: a single one is up to 30 days before that or 90 after it, a
    /// yearly one anywhere in the year. One whose hours or minutes count has a time.
    pub(super) fn dates(&self, start: Millis, rng: &mut Rng) -> Vec<(String, String)> {
        let mut dates = Vec::new();
        for (name, (yearly, timed)) in &self.dates {
            let days = if *yearly { rng.below(365) } else { rng.below(121) };
            let known = rng.happens(HAS_DATE);
            let day = i64::from(days).saturating_sub(30).saturating_mul(86_400_000);
            let date = calendar::date(Millis(start.0.saturating_add(day)));
            let date = if *yearly { date.get(5..).unwrap_or_default().to_owned() } else { date };
            let minute = if *timed { rng.below(24 * 60) } else { 0 };
            let time = if *timed { format!("T{:02}:{:02}", minute / 60, minute % 60) } else { String::new() };
            if known {
                dates.push((name.clone(), date + &time));
            }
        }
        dates
    }

    /// The location of the visitor's network; `None` if there are no stores.
    pub(super) fn place(&self, rng: &mut Rng) -> Option<Place> {
        let (latitude, longitude) = *rng.any(&self.stores)?;
        let (from, to) = *rng.weighted(DISTANCES)?;
        let (north, east) = *rng.any(DIRECTIONS)?;
        let far = f64::from(rng.below(to.saturating_sub(from)).saturating_add(from)) / KILOMETERS_A_DEGREE;
        if rng.happens(NOWHERE) {
            return None;
        }
        let latitude = (latitude + north * far).clamp(-89.0, 89.0);
        let longitude = longitude + east * far / shrink(latitude);
        let longitude = longitude - 360.0 * ((longitude + 180.0) / 360.0).floor();
        Place::parse(&format!("{latitude:.1}"), &format!("{longitude:.1}"))
    }
}

/// The search terms that conditions of a draft compare with.
fn searched(draft: &Draft) -> Vec<String> {
    let campaigns = draft.campaigns.iter().filter_map(|campaign| campaign.when.as_ref());
    let mut terms = Vec::new();
    for condition in draft.audiences.values().chain(campaigns) {
        let Ok(parsed) = parse(&Value::Object(condition.0.clone())) else { continue };
        let searches = parsed
            .texts
            .into_iter()
            .filter(|text| matches!(text.signal, Signal::Searches | Signal::LastSearch));
        terms.extend(searches.map(|text| text.text));
    }
    terms
}

/// The end of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Leaves,
    /// Buys what is in the cart.
    Buys,
    /// Removes from the cart what was added first.
    Removes,
}

/// The cosine of a latitude in degrees, by its series: the same on every machine.
fn shrink(latitude: f64) -> f64 {
    let square = (latitude * core::f64::consts::PI / 180.0) * (latitude * core::f64::consts::PI / 180.0);
    (1.0 - square / 2.0 + square * square / 24.0 - square * square * square / 720.0).max(0.05)
}

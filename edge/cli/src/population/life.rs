//! What visitors do only where a playbook has campaigns that ask for it: they buy, take things out of the cart again, have
//! dates, and are somewhere.
//!
//! It is drawn from a stream of numbers of its own: when a playbook begins to ask, nothing else changes but the page after a
//! purchase or a removal, and the days of visits after one for which something is due again. The shares below are
//! assumptions, as those of `person.rs` are; the help of `parvis simulate` tells them.

use std::collections::{BTreeMap, BTreeSet};

use parvis::author::draft::Draft;
use parvis::base::calendar::Millis;
use parvis::facts::Place;
use parvis::playbook::Playbook;
use parvis::signal::registry::Signal;
use parvis::visitor::history::Kind;

use super::rng::Rng;
use crate::calendar;

/// Of a hundred visits that fill a cart, those that buy it.
const BUYS: u32 = 45;
/// Of a hundred that do not, those that take something out again.
const REMOVES: u32 = 20;
/// Of a hundred who bought what is bought again, those whose next visit is about when it is used up.
const COMES_AGAIN: u32 = 50;
/// Of a hundred visitors, those of whom the site knows a date.
const HAS_DATE: u32 = 60;
/// Of a hundred visitors, those whose network the host cannot place.
const NOWHERE: u32 = 10;
/// How far the others are from one of the stores, as kilometers from and up to, with shares.
const DISTANCES: &[((u32, u32), u32)] = &[((0, 20), 50), ((30, 95), 25), ((150, 500), 25)];
/// North and east, a circle in eight.
const DIRECTIONS: &[(f64, f64)] =
    &[(1.0, 0.0), (0.7, 0.7), (0.0, 1.0), (-0.7, 0.7), (-1.0, 0.0), (-0.7, -0.7), (0.0, -1.0), (0.7, -0.7)];
const KILOMETERS_A_DEGREE: f64 = 111.2;
/// Apart from the stream that everything else is drawn from.
const OWN: u64 = 0x6c69_6665;

/// What campaigns ask for.
#[derive(Debug, Default)]
pub(super) struct Life {
    buys: bool,
    removes: bool,
    /// Items that campaigns show when they are due, with the days after which they are bought again.
    again: BTreeMap<String, u32>,
    /// Dates that campaigns run around, with whether they are of every year.
    dates: BTreeMap<String, bool>,
    /// Latitude and longitude of each store.
    stores: Vec<(f64, f64)>,
}

impl Life {
    /// What the campaigns of this playbook ask for, beside what those of others do.
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
        let around: BTreeSet<&str> = draft
            .campaigns
            .iter()
            .filter_map(|campaign| Some(campaign.around.as_ref()?.date.as_str()))
            .collect();
        let dates = draft.dates.iter().filter(|(name, _)| around.contains(name.as_str()));
        self.dates.extend(dates.map(|(name, date)| (name.clone(), date.yearly)));
        for store in draft.stores.values() {
            let place = (store.latitude, store.longitude);
            if !self.stores.contains(&place) {
                self.stores.push(place);
            }
        }
    }

    /// What is assumed of visitors because a campaign asks for it, in sentences.
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
                !self.stores.is_empty(),
                "Half of the visitors are within 20 km of a store, a quarter 30 to 95 km from it, the others far away, whatever their country; of one in ten the host does not know where they are.",
            ),
        ];
        sentences.into_iter().filter(|(asked, _)| *asked).map(|(_, sentence)| sentence).collect()
    }

    /// The stream of one visitor for all of this.
    pub(super) fn stream(seed: u64, visitor: u64) -> Rng {
        Rng::of(seed ^ OWN, visitor)
    }

    /// How a visit with this cart ends.
    pub(super) fn ends(&self, cart: &[(String, u16)], rng: &mut Rng) -> End {
        if cart.is_empty() {
            return End::Leaves;
        }
        if self.buys && rng.happens(BUYS) {
            return End::Buys;
        }
        if self.removes && rng.happens(REMOVES) { End::Removes } else { End::Leaves }
    }

    /// After how many days the visitor comes for what they bought again, if they do: 60 to 200 % of its interval.
    pub(super) fn again(&self, cart: &[(String, u16)], rng: &mut Rng) -> Option<u32> {
        let days = cart.iter().filter_map(|(item, _)| self.again.get(item)).min()?;
        let percent = rng.below(141).saturating_add(60);
        rng.happens(COMES_AGAIN).then(|| days.saturating_mul(percent).div_ceil(100))
    }

    /// The dates that the site knows of a visitor who first comes at `start`: a single one lies up to 30 days before that or 90
    /// after it, one of every year anywhere in the year.
    pub(super) fn dates(&self, start: Millis, rng: &mut Rng) -> Vec<(String, String)> {
        let mut dates = Vec::new();
        for (name, yearly) in &self.dates {
            let days = if *yearly { rng.below(365) } else { rng.below(121) };
            let known = rng.happens(HAS_DATE);
            let day = i64::from(days).saturating_sub(30).saturating_mul(86_400_000);
            let date = calendar::date(Millis(start.0.saturating_add(day)));
            let date = if *yearly { date.get(5..).unwrap_or_default().to_owned() } else { date };
            if known {
                dates.push((name.clone(), date));
            }
        }
        dates
    }

    /// Where the visitor's network is; nowhere where there are no stores.
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

/// How a visit ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Leaves,
    /// Buys what is in the cart.
    Buys,
    /// Takes out of the cart what went in first.
    Removes,
}

/// The cosine of a latitude in degrees, by its series: the same on every machine.
fn shrink(latitude: f64) -> f64 {
    let square = (latitude * core::f64::consts::PI / 180.0) * (latitude * core::f64::consts::PI / 180.0);
    (1.0 - square / 2.0 + square * square / 24.0 - square * square * square / 720.0).max(0.05)
}

//! One synthetic visitor: their properties, their answer to the banner, and every page of every visit.

use parvis::base::calendar::Millis;
use parvis::facts::{Device, Event, Place};
use parvis::signal::registry::Signal;

use super::life::{End, Life};
use super::rng::Rng;
use super::voice::Answer;
use super::world::World;

const DEVICES: &[(Device, u32)] = &[(Device::Mobile, 58), (Device::Desktop, 36), (Device::Tablet, 6)];
/// Shares of answers under opt-in and under opt-out.
const ASKED: &[(Answer, u32)] =
    &[(Answer::Accepts, 46), (Answer::Refuses, 28), (Answer::Some, 6), (Answer::Silent, 20)];
/// The second without those whose browser objects for them.
const MAY_OBJECT: &[(Answer, u32)] = &[(Answer::Silent, 82), (Answer::Refuses, 6), (Answer::Accepts, 2)];
const VISITS: &[(u32, u32)] = &[(1, 55), (2, 25), (3, 12), (5, 8)];
/// Hours at which people visit, of the day in UTC.
const HOURS: &[(u32, u32)] =
    &[(7, 6), (9, 10), (11, 12), (13, 14), (15, 10), (17, 12), (19, 16), (20, 14), (22, 6)];
const HOUR: i64 = 3_600_000;

/// A visitor with all their future actions.
#[derive(Debug)]
pub(crate) struct Visitor {
    /// ISO 3166-1; empty if the host does not provide it.
    pub(crate) country: String,
    pub(super) subdivision: String,
    /// The location of their network, by the host's geolocation.
    pub(super) place: Option<Place>,
    pub(super) device: Device,
    /// Whether they are in an opt-in region.
    pub(super) asked_first: bool,
    pub(super) answer: Answer,
    /// The cookies of the site's own login.
    pub(super) login: Vec<String>,
    pub(super) visits: Vec<Vec<Step>>,
}

/// An action of a visitor.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) at: Millis,
    pub(super) entropy: [u8; 32],
    pub(super) deed: Deed,
}

/// The kind of action.
#[derive(Debug)]
pub(super) enum Deed {
    /// Opens a page.
    Open { path: String, query: String },
    /// Answers the banner.
    Answer,
    /// Changes the cart, buys, searches, or tells a date or a preference.
    Happen(Vec<Event>),
}

impl Visitor {
    /// The visitor with this number.
    pub(crate) fn of(world: &World, seed: u64, number: u64, start: Millis) -> Visitor {
        let mut rng = Rng::of(seed, number);
        let (country, subdivision) = world.place(&mut rng);
        let device = rng.weighted(DEVICES).copied().unwrap_or(Device::Desktop);
        let asked_first = world.asks_first(&country);
        let answer = if asked_first {
            rng.weighted(ASKED).copied().unwrap_or(Answer::Silent)
        } else {
            objection(world.signal_percent, &mut rng)
        };
        let fond_of = world.category(&mut rng).map(str::to_owned);
        let mut day = start.0.saturating_add(i64::from(rng.below(7)).saturating_mul(24 * HOUR));
        let count = rng.weighted(VISITS).copied().unwrap_or(1);
        let mut life = Life::stream(seed, number);
        let place = world.life.place(&mut life);
        let mut told: Vec<Event> = world.life.dates(start, &mut life).into_iter().map(declared).collect();
        told.extend(world.life.preferences(&mut life));
        let visits = (0..count).map(|number| {
            let hour = rng.weighted(HOURS).copied().unwrap_or(12);
            let begins = day
                .saturating_add(i64::from(hour).saturating_mul(HOUR))
                .saturating_add(i64::from(rng.below(3600)).saturating_mul(1000));
            let today = day;
            day = day.saturating_add(i64::from(rng.below(12).saturating_add(1)).saturating_mul(24 * HOUR));
            let mut visit =
                visit(world, fond_of.as_deref(), number == 0, begins, &told, [&mut rng, &mut life]);
            if let Some(days) = visit.ends(world, fond_of.as_deref(), &mut life) {
                day = today.saturating_add(i64::from(days).saturating_mul(24 * HOUR));
            }
            visit.steps
        });
        let visits = visits.collect();
        let login = world.login(&mut rng);
        Visitor { country, subdivision, place, device, asked_first, answer, login, visits }
    }
}

/// What somebody says where all is allowed until they object, of whom so many in a hundred send Global Privacy Control.
fn objection(signal_percent: u32, rng: &mut Rng) -> Answer {
    let said: u32 = MAY_OBJECT.iter().map(|(_, weight)| weight).sum();
    let others = 100_u32.saturating_sub(signal_percent);
    let mut answers: Vec<(Answer, u32)> =
        MAY_OBJECT.iter().map(|(answer, weight)| (*answer, weight.saturating_mul(others))).collect();
    answers.insert(1, (Answer::Signal, said.saturating_mul(signal_percent)));
    rng.weighted(&answers).copied().unwrap_or(Answer::Silent)
}

/// A visit with the cart that it leaves, and when its last page was opened.
struct Visit {
    steps: Vec<Step>,
    cart: Vec<(String, u16)>,
    at: i64,
}

impl Visit {
    /// Ends the visit, and returns after how many days the visitor comes for what they bought again.
    ///
    /// Visitors who buy or remove something open one more page, so that the edge stores the event.
    fn ends(&mut self, world: &World, fond_of: Option<&str>, life: &mut Rng) -> Option<u32> {
        let end = world.life.ends(&self.cart, life);
        let happened = match end {
            End::Leaves => return None,
            End::Buys => self.cart.iter().map(bought).collect(),
            End::Removes => vec![Event::Cart(self.cart.get(1..).unwrap_or_default().to_vec())],
        };
        let stop = world.next(fond_of, life);
        for deed in [Deed::Happen(happened), Deed::Open { path: stop.path, query: String::new() }] {
            self.at =
                self.at.saturating_add(i64::from(life.below(60).saturating_add(5)).saturating_mul(1000));
            self.steps.push(Step { at: Millis(self.at), entropy: life.bytes(), deed });
        }
        if end == End::Buys { world.life.again(&self.cart, life) } else { None }
    }
}

fn bought((item, quantity): &(String, u16)) -> Event {
    Event::Bought { item: item.clone(), category: String::new(), quantity: *quantity }
}

/// Every value is told with its date, so that no campaign lacks one.
fn declared((name, date): (String, String)) -> Event {
    let values = Signal::DATE_VALUES.iter().filter_map(|signal| signal.entry().name.strip_prefix("date."));
    let values = values.map(|name| (name.to_owned(), "12".to_owned())).collect();
    Event::Declared { name, date, values }
}

fn visit(
    world: &World,
    fond_of: Option<&str>,
    first: bool,
    begins: i64,
    told: &[Event],
    [rng, life]: [&mut Rng; 2],
) -> Visit {
    let mut at = begins;
    let mut steps = Vec::new();
    let mut cart: Vec<(String, u16)> = Vec::new();
    let letter = world.letter(rng).filter(|_| rng.happens(35)).map(str::to_owned);
    let pages = rng.below(6).saturating_add(1);
    // Most visits begin with the campaign parameter; some have it on a later page.
    let letter_at = if rng.happens(75) { 0 } else { rng.below(pages) };
    for page in 0..pages {
        let stop = if page == 0 { world.landing(fond_of, rng) } else { world.next(fond_of, rng) };
        let query = letter
            .as_ref()
            .filter(|_| page == letter_at)
            .map_or_else(String::new, |letter| format!("utm_campaign={letter}"));
        steps.push(Step {
            at: Millis(at),
            entropy: rng.bytes(),
            deed: Deed::Open { path: stop.path, query },
        });
        at = at.saturating_add(i64::from(rng.below(120).saturating_add(5)).saturating_mul(1000));
        // The banner is shown from the first page on; most answer it there.
        if first && page == 0 {
            steps.push(Step { at: Millis(at), entropy: rng.bytes(), deed: Deed::Answer });
        }
        // The site declares dates, and visitors prefer and search, on the first page of the visit, if at all.
        if page == 0 {
            let events: Vec<Event> = told.iter().cloned().chain(world.life.search(life)).collect();
            if !events.is_empty() {
                steps.push(Step { at: Millis(at), entropy: life.bytes(), deed: Deed::Happen(events) });
            }
        }
        let takes = rng.happens(18);
        if let Some(item) = stop.item.filter(|_| takes) {
            match cart.iter_mut().find(|(id, _)| *id == item) {
                Some((_, pieces)) => *pieces = pieces.saturating_add(1),
                None => cart.push((item, 1)),
            }
            steps.push(Step {
                at: Millis(at),
                entropy: rng.bytes(),
                deed: Deed::Happen(vec![Event::Cart(cart.clone())]),
            });
        }
    }
    Visit { steps, cart, at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_object_by_their_browser_as_is_said_and_the_rest_stays_as_it_is() {
        for percent in [0, 10, 30, 50, 100] {
            let mut rng = Rng::of(7, u64::from(percent));
            let mut counts = [0_u32; 2];
            for _ in 0..20_000 {
                match objection(percent, &mut rng) {
                    Answer::Signal => counts[0] += 1,
                    Answer::Refuses => counts[1] += 1,
                    _ => {}
                }
            }
            let signals = percent * 200;
            assert!(counts[0].abs_diff(signals) < 300, "{percent}: {counts:?}");
            let refusals = (20_000 - signals) * 6 / 90;
            assert!(counts[1].abs_diff(refusals) < 200, "{percent}: {counts:?}");
        }
    }
}

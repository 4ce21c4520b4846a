//! One memory of one fact: a purchase leaves the cart, the cart in memory and what was taken out of it, in whatever order the page
//! reports it and the cart that is left; what was not bought stays.
#![expect(clippy::indexing_slicing, reason = "a failing test may panic")]
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use parvis::base::calendar::Millis;
use parvis::engine::Engine;
use parvis::facts::{BrowserFacts, Event, Facts};
use parvis::response::outcome::Content;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::support::{self, Host, NOW, PURPOSES, banner, meanings};

const ITEMS: [&str; 4] = ["lamp", "desk", "rug", "oil"];
const DAY: i64 = 86_400_000;

/// A shop that shows what was left in the cart; `rules` ask for purchases, removals, both or neither.
fn shop(rules: &[&str]) -> Engine {
    let rules: Vec<Value> =
        rules.iter().map(|when| json!({ "when": when, "what": "item", "of": "lamp", "days": 9 })).collect();
    let mut other = json!({ "id": "cart", "block": "cart", "when": { "visit.cart_count": { "$gte": 1 } },
        "variants": [{ "id": "only", "html": "{{#each visit.cart 4}}<b>{{item.title}}</b>{{/each}}" }] });
    if !rules.is_empty() {
        other["suppress"] = json!(rules);
    }
    let left = json!({ "id": "left", "block": "left", "when": { "visitor.cart_hours": { "$gte": 0 } },
        "variants": [{ "id": "only", "html": "<b>{{visitor.cart_item.title}}</b>" }] });
    let items = ITEMS.map(|item| (item.to_owned(), json!({ "title": item, "url": format!("/{item}") })));
    support::engine(&json!({
        "format": 1, "site": { "name": "purchases", "host": "shop.example" },
        "consent": { "meanings": { "tarteaucitron": meanings() } },
        "pages": [{ "kind": "home", "path": "/" }],
        "blocks": { "left": { "pages": ["home"], "reserve": "1rem" }, "cart": { "pages": ["home"], "reserve": "1rem" } },
        "catalog": { "items": items.into_iter().collect::<serde_json::Map<_, _>>() },
        "campaigns": [left, other],
    }))
}

/// What a visitor's browser keeps.
#[derive(Clone, Debug, Default, PartialEq)]
struct Jar {
    visit: Option<String>,
    memory: Option<String>,
}

impl Jar {
    /// Decides at this host and keeps what comes of it; what the blocks show.
    fn ask(&mut self, engine: &Engine, host: Host, now: i64, events: Vec<Event>) -> Vec<String> {
        let mut cookies = vec![format!("tarteaucitron={}", banner(&PURPOSES))];
        cookies.extend(self.visit.iter().map(|visit| format!("parvis-visit={visit}")));
        let edge = |jar: &Jar| jar.memory.clone().filter(|_| host != Host::Alone);
        cookies.extend(edge(self).map(|memory| format!("__Host-parvis={memory}")));
        let browser = BrowserFacts {
            behind_edge: host == Host::BehindEdge,
            memory: self.memory.clone().filter(|_| host == Host::Alone),
            events,
            ..BrowserFacts::default()
        };
        let mut exchange = engine.begin(Facts {
            path: "/".to_owned(),
            cookies: [cookies.join("; ")].into(),
            country: Some("FR".to_owned()),
            now: Some(Millis(now)),
            entropy: Some([7; 32]),
            browser: (host != Host::Edge).then_some(browser),
            ..Facts::default()
        });
        let decided = exchange.decide().unwrap();
        if host == Host::Edge {
            for cookie in decided.outcome.cookies() {
                let (name, value) = cookie.as_str().split_once('=').unwrap();
                let value = value.split(';').next().unwrap().to_owned();
                let place = if name == "parvis-visit" { &mut self.visit } else { &mut self.memory };
                *place = Some(value).filter(|value| !value.is_empty());
            }
        } else {
            self.visit.clone_from(&decided.kept.visit);
            if host == Host::Alone {
                self.memory.clone_from(&decided.kept.memory);
            }
        }
        let shown = decided.outcome.decisions().iter().map(|decision| match &decision.content {
            Content::Inner(html) => String::from_utf8(html.clone()).unwrap(),
            _ => String::new(),
        });
        shown.collect()
    }
}

fn cart(items: &[&str]) -> Event {
    Event::Cart(items.iter().map(|item| ((*item).to_owned(), 1)).collect())
}

fn bought(item: &str) -> Event {
    Event::Bought { item: item.to_owned(), category: String::new(), quantity: 1 }
}

/// Fills a cart, comes back with `events` each reported by itself, and asks for another page.
fn story(
    engine: &Engine,
    behind_edge: bool,
    full: &[&str],
    later: bool,
    events: &[Event],
) -> (Jar, Vec<String>) {
    let (page, next) = if behind_edge { (Host::BehindEdge, Host::Edge) } else { (Host::Alone, Host::Alone) };
    let mut jar = Jar::default();
    jar.ask(engine, next, NOW, Vec::new());
    jar.ask(engine, page, NOW, vec![cart(full)]);
    jar.ask(engine, next, NOW, Vec::new());
    let now = if later { NOW + DAY } else { NOW };
    if later {
        jar.visit = None;
        jar.ask(engine, next, now, Vec::new());
    }
    for event in events {
        jar.ask(engine, page, now, vec![event.clone()]);
    }
    let shown = jar.ask(engine, next, now, Vec::new());
    (jar, shown)
}

fn named(items: &[&str]) -> String {
    items.iter().map(|item| format!("<b>{item}</b>")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_purchases_and_carts_does_not_matter(
        full in prop::sample::subsequence(ITEMS.to_vec(), 1..=4).prop_shuffle(),
        take in prop::collection::vec(any::<bool>(), 4),
        rules in prop::sample::subsequence(vec!["bought", "removed"], 0..=2),
        later: bool,
        behind_edge: bool,
    ) {
        let engine = shop(&rules);
        let (gone, rest): (Vec<_>, Vec<_>) = full.iter().copied().zip(&take).partition(|(_, take)| **take);
        let (gone, rest): (Vec<&str>, Vec<&str>) =
            (gone.into_iter().map(|(item, _)| item).collect(), rest.into_iter().map(|(item, _)| item).collect());
        let purchases: Vec<Event> = gone.iter().map(|item| bought(item)).collect();
        let mut first = None;
        for place in 0..=purchases.len() {
            let mut events = purchases.clone();
            events.insert(place, cart(&rest));
            let told = story(&engine, behind_edge, &full, later, &events);
            let suppressed = rules.contains(&"bought") && gone.contains(&"lamp");
            let expected = if suppressed { String::new() } else { named(&rest) };
            prop_assert_eq!(&told.1[1], &expected, "the cart at {}", place);
            let left = rest.last().map_or_else(String::new, |item| named(&[item]));
            if !later || rest.is_empty() {
                prop_assert!(told.1[0].is_empty() == left.is_empty(), "what is left at {}: {:?}", place, &told);
            }
            prop_assert!(gone.iter().all(|item| !told.1[0].contains(item)), "bought and left: {:?}", &told);
            let expected = first.get_or_insert_with(|| told.clone());
            prop_assert_eq!(&*expected, &told, "at {}", place);
        }
    }

    /// A page that reports no cart, as where an order is confirmed from a mail.
    #[test]
    fn a_purchase_alone_leaves_the_cart_and_what_was_not_bought_stays(
        full in prop::sample::subsequence(ITEMS.to_vec(), 1..=4).prop_shuffle(),
        take in prop::collection::vec(any::<bool>(), 4),
        rules in prop::sample::subsequence(vec!["bought", "removed"], 0..=2),
        later: bool,
        behind_edge: bool,
    ) {
        let gone = full.iter().copied().zip(&take).filter(|(_, take)| **take).map(|(item, _)| item);
        let gone: Vec<&str> = gone.collect();
        let rest: Vec<&str> = full.iter().copied().filter(|item| !gone.contains(item)).collect();
        let purchases: Vec<Event> = gone.iter().map(|item| bought(item)).collect();
        let (_, shown) = story(&shop(&rules), behind_edge, &full, later, &purchases);
        let left = rest.last().map_or_else(String::new, |item| named(&[item]));
        prop_assert_eq!(&shown[0], &left);
        let suppressed = rules.contains(&"bought") && gone.contains(&"lamp");
        let expected = if later || suppressed { String::new() } else { named(&rest) };
        prop_assert_eq!(&shown[1], &expected);
    }
}

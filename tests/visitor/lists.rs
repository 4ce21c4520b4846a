//! Lists of templates: what is left out is never shown, and of the others the first in the order, as many as the limit says.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a failing test may panic")]

use parvis::assign::hash;
use parvis::base::calendar::Millis;
use parvis::facts::Facts;
use parvis::response::outcome::Content;
use proptest::prelude::*;
use serde_json::json;

use super::support::{self, NOW, PURPOSES, banner};

/// The order of the catalog, which is not that of the alphabet.
const ITEMS: [&str; 10] = ["rug", "lamp", "oil", "desk", "bed", "vase", "sofa", "cup", "pot", "art"];
const CATEGORIES: [&str; 2] = ["soft", "hard"];
const SOURCES: [&str; 5] =
    ["visit.items", "visit.cart", "visit.last_category.items", "catalog.items", "catalog.soft.items"];
const ORDERS: [&str; 4] = ["", " by recent", " by price", " by catalog"];
const EXCEPTIONS: [&str; 3] = ["bought", "cart", "shown"];

/// The visitor and the catalog: each item with its category and price, and how far the visitor came with it.
#[derive(Clone, Debug)]
struct World {
    /// The category and the price of each item.
    items: Vec<(usize, Option<u32>)>,
    seen: Vec<usize>,
    cart: Vec<usize>,
    bought: Vec<usize>,
}

fn worlds() -> impl Strategy<Value = World> {
    let few = |most| prop::sample::subsequence((0..ITEMS.len()).collect::<Vec<_>>(), 0..=most).prop_shuffle();
    let item = (0..CATEGORIES.len(), prop::option::weighted(0.8, 1_u32..5));
    let items = prop::collection::vec(item, ITEMS.len());
    (items, few(8), few(4), few(5)).prop_map(|(mut items, seen, cart, bought)| {
        // `check` wants something in each category.
        (items[0].0, items[1].0) = (0, 1);
        World { items, seen, cart, bought }
    })
}

/// What the two blocks show: the list, in front of another one.
fn shown(world: &World, each: &str) -> [Option<Vec<usize>>; 2] {
    let items: Vec<String> = ITEMS
        .iter()
        .zip(&world.items)
        .map(|(id, (category, price))| {
            let mut item = json!({ "title": id, "url": "/", "category": CATEGORIES[*category] });
            if let Some(price) = price {
                item["amount"] = json!(price);
            }
            format!("\"{id}\": {item}")
        })
        .collect();
    let template = |each: &str| format!("{{{{#each {each}}}}}<b>{{{{item.title}}}}</b>{{{{/each}}}}");
    let campaign = |id: &str, each: &str| json!({ "id": id, "block": id, "variants": [{ "id": "only", "html": template(each) }] });
    let category = |id: &str| json!({ "title": id, "url": "/" });
    let playbook = json!({
        "format": 1, "site": { "name": "lists", "host": "shop.example" },
        "consent": { "meanings": { "tarteaucitron": support::meanings() } },
        "pages": [{ "kind": "home", "path": "/" }],
        "blocks": { "first": { "pages": ["home"] }, "second": { "pages": ["home"] } },
        "catalog": { "categories": { "soft": category("soft"), "hard": category("hard") }, "items": "ITEMS" },
        "campaigns": [campaign("first", each), campaign("second", "visit.items 3")],
    });
    let playbook = playbook.to_string().replace("\"ITEMS\"", &format!("{{{}}}", items.join(",")));
    let engine = support::engine_of(&playbook);
    let list = |letter: &str, all: &[usize], write: &dyn Fn(&str) -> String| match all {
        [] => String::new(),
        all => {
            format!("~{letter}{}", all.iter().map(|item| write(ITEMS[*item])).collect::<Vec<_>>().join("!"))
        }
    };
    let visit = [
        "a".to_owned(),
        list("i", &world.seen, &|id| id.to_owned()),
        "~csoft".to_owned(),
        list("k", &world.cart, &|id| format!("{id}*1")),
        list("p", &world.bought, &|id| format!("1{:08x}00000000", hash::code(id))),
    ];
    let mut exchange = engine.begin(Facts {
        path: "/".to_owned(),
        cookies: [format!("tarteaucitron={}; parvis-visit={}", banner(&PURPOSES), visit.concat())].into(),
        country: Some("FR".to_owned()),
        now: Some(Millis(NOW)),
        entropy: Some([7; 32]),
        ..Facts::default()
    });
    let decided = exchange.decide().unwrap();
    let decisions = decided.outcome.decisions();
    [0, 1].map(|block| match &decisions[block].content {
        Content::Inner(html) => {
            let html = String::from_utf8(html.clone()).unwrap();
            let ids = html.split("<b>").skip(1).map(|rest| rest.trim_end_matches("</b>").to_owned());
            Some(ids.map(|id| ITEMS.iter().position(|item| *item == id).unwrap()).collect())
        }
        _ => None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn an_exception_is_never_shown_and_an_order_shows_the_first_of_the_others(
        world in worlds(),
        source in prop::sample::select(SOURCES.to_vec()),
        limit in prop::option::of(1_usize..8),
        order in prop::sample::select(ORDERS.to_vec()),
        except in prop::sample::subsequence(EXCEPTIONS.to_vec(), 0..=3),
    ) {
        prop_assume!(!(source == "visit.cart" && except.contains(&"cart")));
        let number = limit.map_or_else(String::new, |limit| format!(" {limit}"));
        let without = if except.is_empty() { String::new() } else { format!(" except {}", except.join(", ")) };
        let [first, second] = shown(&world, &format!("{source}{number}{order}{without}"));
        let all: Vec<usize> = match source {
            "visit.items" => world.seen.clone(),
            "visit.cart" => world.cart.clone(),
            "catalog.items" => (0..ITEMS.len()).collect(),
            _ => (0..ITEMS.len()).filter(|item| world.items[*item].0 == 0).collect(),
        };
        let other = second.unwrap_or_default();
        let is_out = |item: &usize| {
            except.contains(&"bought") && world.bought.contains(item)
                || except.contains(&"cart") && world.cart.contains(item)
                || except.contains(&"shown") && other.contains(item)
        };
        let left: Vec<usize> = all.iter().copied().filter(|item| !is_out(item)).collect();
        let Some(first) = first else {
            prop_assert!(left.is_empty(), "{:?} are left", left);
            return Ok(());
        };
        let rank = |item: &usize| {
            let key = match order {
                " by recent" => world.seen.iter().position(|seen| seen == item).unwrap_or(usize::MAX),
                " by price" => world.items[*item].1.map_or(usize::MAX, |price| price as usize),
                " by catalog" => *item,
                _ => 0,
            };
            (key, all.iter().position(|one| one == item))
        };
        prop_assert!(first.iter().all(|item| left.contains(item)), "{:?} of {:?}", first, left);
        prop_assert_eq!(first.len(), left.len().min(limit.unwrap_or(64)), "{:?} of {:?}", &first, &left);
        prop_assert!(first.is_sorted_by_key(&rank) && first.windows(2).all(|two| two[0] != two[1]), "{:?}", first);
        let last = first.last().map(&rank);
        prop_assert!(left.iter().all(|item| first.contains(item) || Some(rank(item)) > last), "{:?} of {:?}", first, left);
    }
}

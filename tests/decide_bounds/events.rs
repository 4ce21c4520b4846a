//! What happens in the browser, and what waits there: purchases, carts, pages that stay, and what cannot be remembered yet.

use parvis::assign::hash;
use parvis::facts::{Event, Facts};
use parvis::visitor::preferred::number;
use serde_json::json;

use super::support::*;

/// An engine whose one campaign stays away after the lamp was bought or removed.
fn shop() -> parvis::engine::Engine {
    let rule = |when: &str| json!({ "when": when, "what": "item", "of": "lamp", "days": 2 });
    hero(
        json!({ "suppress": [rule("bought"), rule("removed")], "when": { "visit.cart_count": { "$gte": 0 } } }),
    )
}

fn bought(item: &str, quantity: u16) -> Event {
    Event::Bought { item: item.to_owned(), category: String::new(), quantity }
}

fn cart(lines: &[(&str, u16)]) -> Event {
    Event::Cart(lines.iter().map(|(item, count)| ((*item).to_owned(), *count)).collect())
}

/// The visit behind these events, and the kinds and items that memory has of them, newest first.
fn after(cart: &str, events: &[Event]) -> (String, Vec<(u8, [u8; 4])>) {
    let facts = facts_of(&PURPOSES, &format!("a{cart}"), None);
    let told = ask(&shop(), events.iter().fold(facts, |facts, event| with(event.clone(), facts)));
    let past = told.part(4).unwrap_or_default();
    let entries = past.chunks(11).map(|entry| (entry[8], entry[..4].try_into().unwrap()));
    (told.visit.clone().unwrap(), entries.collect())
}

#[test]
fn a_purchase_takes_its_pieces_out_of_the_cart_and_is_no_removal() {
    let lamp = code("lamp");
    for (quantity, left) in
        [(1, "a~klamp*2!rug*1"), (2, "a~klamp*1!rug*1"), (3, "a~krug*1"), (4, "a~krug*1"), (0, "a~krug*1")]
    {
        let told = after("~klamp*3!rug*1", &[bought("lamp", quantity)]);
        assert_eq!(told, (left.to_owned(), vec![(1, lamp)]), "{quantity}");
    }
    let told = after("~klamp*3", &[bought("lamp", 3), cart(&[])]);
    assert_eq!(told, ("a".to_owned(), vec![(1, lamp)]), "the emptied cart that follows removes nothing");
    assert!(after("", &[bought("", 1), bought("no id", 1)]).1.is_empty());
}

#[test]
fn what_a_cart_holds_no_longer_was_removed() {
    let lamp = code("lamp");
    for (lines, left, removed) in [
        (&[][..], "a", vec![(2, lamp)]),
        (&[("rug", 1)][..], "a~krug*1", vec![(2, lamp)]),
        (&[("lamp", 0)][..], "a", vec![(2, lamp)]),
        (&[("lamp", 1)][..], "a~klamp*1", vec![]),
        (&[("rug", 1), ("lamp", 5)][..], "a~krug*1!lamp*5", vec![]),
    ] {
        assert_eq!(after("~klamp*2", &[cart(lines)]), (left.to_owned(), removed), "{lines:?}");
    }
    let told = after("", &[cart(&[("lamp", 1), ("rug", 1)]), cart(&[])]);
    assert_eq!(told.1, [(2, code("rug")), (2, lamp)]);
}

#[test]
fn a_page_that_stays_is_neither_seen_nor_counted_again() {
    let engine =
        hero(json!({ "when": { "visit.pages": { "$gte": 0 }, "visit.items": { "$size": { "$gte": 0 } } } }));
    let look = |visit: &str, arrives: bool| {
        let mut facts = Facts { path: "/p/lamp".to_owned(), ..facts_of(&PURPOSES, visit, None) };
        facts.browser.as_mut().unwrap().arrives = arrives;
        ask(&engine, facts).visit.unwrap()
    };
    assert_eq!(look("a~n1*0", true), "a~ilamp~n2*0");
    assert_eq!(look("a~n1*0", false), "a~n1*0");
    assert_eq!(look("a", false), "a~n1*0", "the page on which the visitor allows it");
    let shown = hero(json!({ "variants": [{ "id": "only", "html": "<p>{{visit.pages}}</p>" }] }));
    let pages = |arrives: bool| {
        let mut facts = facts_of(&PURPOSES, "a~n4*0", None);
        facts.browser.as_mut().unwrap().arrives = arrives;
        ask(&shown, facts).html()
    };
    assert_eq!([pages(true), pages(false)], ["<p>5</p>", "<p>4</p>"]);
}

#[test]
fn what_waits_goes_on_waiting_where_nothing_can_be_remembered() {
    let engine = engine(&json!({
        "preferences": { "sport": { "values": ["running", "hiking"] } }, "dates": { "trip": {} },
        "campaigns": [campaign(json!({ "when": { "visitor.preferences": { "$in": ["sport=running"] } } })),
            { "id": "packing", "block": "offers", "around": { "date": "trip", "from_days": -99, "to_days": 99 },
                "variants": [{ "id": "only", "html": "<p>Packing</p>" }] }],
    }));
    let waiting =
        format!("a~o{:08x}*20800~r{:08x}*{}", hash::code("trip"), hash::code("sport"), number("running"));
    let set = |facts: Facts| {
        let mut exchange = engine.begin(Facts { browser: None, ..facts });
        let cookies = exchange.decide().unwrap().outcome.cookies();
        cookies.iter().map(|cookie| timeless(cookie.as_str().split(';').next().unwrap())).collect::<Vec<_>>()
    };
    let facts = |granted| facts_of(granted, &waiting, None);
    assert_eq!(
        set(Facts { entropy: None, ..facts(&PURPOSES) }),
        [format!("parvis-visit={waiting}")],
        "without entropy"
    );
    assert_eq!(ask(&engine, behind_edge(facts(&PURPOSES))).visit, Some(waiting.clone()), "it is the edge's");
    let taken = set(facts(&PURPOSES));
    assert_eq!(taken.len(), 2);
    assert!(taken[0] == "parvis-visit=a" && taken[1].starts_with("__Host-parvis=A"), "{taken:?}");
    // Who does not allow it leaves nothing behind.
    let granted: Vec<_> =
        PURPOSES.into_iter().filter(|purpose| purpose.name() != "persistent_personalization").collect();
    assert_eq!(set(facts(&granted)), ["parvis-visit=a"]);
    let alone = ask(&engine, facts(&PURPOSES));
    let date = [&code("trip")[..], &20_800_u16.to_le_bytes()].concat();
    let choice = [&code("sport")[..], &number("running").to_le_bytes()].concat();
    assert_eq!((alone.part(5), alone.part(8), alone.visit), (Some(date), Some(choice), Some("a".to_owned())));
}

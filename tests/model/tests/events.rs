//! The table "Which event changes what" of the chapter on visitor memory, row by row and column by column: the model does what
//! it says, whatever was there before.
//!
//! Each row names what happens, and each of its cells what becomes of one thing. What this test does not know is an error, so
//! that no row and no cell is untested.

use parvis::assign::hash;
use parvis_model::Model;
use serde_json::{Value as Json, json};

const CHAPTER: &str = include_str!("../../../src/docs/memory.md");
const HEADING: &str = "### Which event changes what";
const COLUMNS: [&str; 4] =
    ["event", "cart of the visit", "cart in memory", "purchases, removals, dismissals in memory"];
const NOON: i64 = 1_795_262_400_000;
const MINUTE: i64 = 60_000;
/// Longer than a visit lasts without an event.
const PAUSE: i64 = 31;

/// Lines of a cart: items with their pieces.
type Lines = Vec<(&'static str, u64)>;

/// Something that happens, as a row of the table says it.
struct Scene {
    /// What the open page reports, after so many minutes.
    events: Json,
    stays: i64,
    /// The minutes until the visitor's next page.
    next: i64,
    lines: Lines,
    item: &'static str,
    pieces: u64,
}

impl Default for Scene {
    fn default() -> Scene {
        Scene { events: json!([]), stays: 0, next: 1, lines: Vec::new(), item: "", pieces: 0 }
    }
}

/// What is kept of the visitor.
#[derive(Clone, Debug)]
struct Kept {
    cart: Vec<(String, u64)>,
    /// Whether the cart was changed in this visit.
    changed: bool,
    left: Vec<String>,
    /// Kinds and codes, without the hours.
    past: Vec<String>,
}

#[test]
fn the_model_does_what_the_table_says() {
    let rows = rows();
    assert_eq!(rows.len(), 7, "{rows:?}");
    let mut model = Model::start();
    for row in &rows {
        for before in [Vec::new(), vec![("lamp", 1)], vec![("lamp", 1), ("desk", 3)]] {
            for later in [false, true] {
                let cart = if later { Vec::new() } else { before.clone() };
                for scene in scenes(&row[0], &cart) {
                    let (before, after) = play(&mut model, &before, later, &scene);
                    assert_eq!(before.past, [format!("2{}", code("rug"))], "the rug alone was taken out");
                    let told = format!("{} {} {}\n{before:?}\n{after:?}", row[0], scene.events, later);
                    assert_eq!(sorted(&after.cart), sorted(&cart_of(&row[1], &scene, &before)), "{told}");
                    assert_eq!(after.left, left_of(&row[2], &scene, &before), "{told}");
                    past_is(&row[3], &scene, &before, &after, &told);
                }
            }
        }
    }
}

/// The rows of the table, cell by cell.
fn rows() -> Vec<Vec<String>> {
    let table = CHAPTER.split(HEADING).nth(1).expect("the table has a heading");
    let lines =
        table.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    let rows: Vec<Vec<String>> = lines.map(cells).collect();
    assert_eq!(rows[0], COLUMNS);
    rows[2..].to_vec()
}

/// What happens by a row, to a visitor whose visit has this cart.
fn scenes(event: &str, cart: &Lines) -> Vec<Scene> {
    let told = |lines: Lines| Scene { events: json!([["cart", lines]]), lines, ..Scene::default() };
    let reported = |events: Json| Scene { events, ..Scene::default() };
    match event {
        "`cart(lines)` that differs from the cart" => {
            let all =
                [vec![], vec![("lamp", 2)], vec![("rug", 1), ("desk", 3)], vec![("lamp", 1), ("oil", 1)]];
            all.into_iter().filter(|lines| lines != cart).map(told).collect()
        }
        "`cart(lines)` that is the same, as an empty one at the begin of a visit" => vec![told(cart.clone())],
        "`bought(item)`" => {
            let bought = |(item, pieces)| Scene {
                events: json!([["bought", item, "", pieces]]),
                item,
                pieces,
                ..Scene::default()
            };
            [("lamp", 0), ("lamp", 1), ("desk", 1), ("desk", 0), ("rug", 0), ("oil", 1)].map(bought).into()
        }
        "`dismissed(campaign)`" => {
            let dismissed = |item| Scene { events: json!([["dismissed", item]]), item, ..Scene::default() };
            ["letter", "seen"].map(dismissed).into()
        }
        "`view(item)`, a page view" => vec![reported(json!([["viewed", "desk", ""]])), reported(json!([]))],
        "a visit that begins with a page" => {
            let mut all = vec![Scene::default(), told(vec![("oil", 1)]), told(Vec::new())];
            all.iter_mut().for_each(|scene| scene.next = PAUSE);
            all
        }
        "a visit that begins with an event in an open page" => {
            let viewed = reported(json!([["viewed", "desk", ""]]));
            vec![Scene { stays: PAUSE, next: PAUSE + 1, ..viewed }]
        }
        other => panic!("no test plays the event of the row `{other}`"),
    }
}

/// The cart of the visit after what happened.
fn cart_of(cell: &str, scene: &Scene, before: &Kept) -> Vec<(String, u64)> {
    let lines = || scene.lines.iter().map(|(item, pieces)| ((*item).to_owned(), *pieces)).collect();
    match cell {
        "stays" => before.cart.clone(),
        "empty" => Vec::new(),
        "replaced" => lines(),
        "its line goes; with `quantity` as many pieces" => {
            let mut cart = before.cart.clone();
            for (item, pieces) in cart.iter_mut().filter(|(item, _)| item == scene.item) {
                *pieces = if scene.pieces == 0 { 0 } else { pieces.saturating_sub(scene.pieces) };
                assert!(!item.is_empty());
            }
            cart.retain(|(_, pieces)| *pieces > 0);
            cart
        }
        other => panic!("no test knows the cart of a visit that `{other}`"),
    }
}

/// The codes of the cart in memory after what happened, the item added last first.
fn left_of(cell: &str, scene: &Scene, before: &Kept) -> Vec<String> {
    let last_first = |cart: &[(String, u64)]| cart.iter().rev().map(|(item, _)| code(item)).collect();
    let lines: Vec<(String, u64)> =
        scene.lines.iter().map(|(item, pieces)| ((*item).to_owned(), *pieces)).collect();
    match cell {
        "stays" => before.left.clone(),
        "replaced; deleted if `lines` is empty" => {
            // The item that is new, or of which there are more pieces, is the one that was added last.
            let more = |line: &&(String, u64)| {
                before.cart.iter().find(|(item, _)| *item == line.0).is_none_or(|(_, old)| *old < line.1)
            };
            let mut all: Vec<String> = last_first(&lines);
            let kept = before.left.first().filter(|code| all.contains(code)).cloned();
            if let Some(first) = lines.iter().rev().find(more).map(|(item, _)| code(item)).or(kept) {
                all.retain(|other| *other != first);
                all.insert(0, first);
            }
            all
        }
        "the item goes; without any other item it is deleted" => {
            let pieces =
                before.cart.iter().find(|(item, _)| item == scene.item).map_or(0, |(_, pieces)| *pieces);
            // What is still in the cart of the visit is left there, too.
            let stays = scene.pieces > 0 && pieces > scene.pieces;
            before.left.iter().filter(|left| stays || **left != code(scene.item)).cloned().collect()
        }
        "becomes the cart of the visit before, if that was changed; else stays" => {
            let cart = if scene.events == json!([]) { before.cart.clone() } else { lines };
            if before.changed || cart != before.cart { last_first(&cart) } else { before.left.clone() }
        }
        other => panic!("no test knows a cart in memory that `{other}`"),
    }
}

/// What memory knows of purchases, removals and dismissals after what happened.
fn past_is(cell: &str, scene: &Scene, before: &Kept, after: &Kept, told: &str) {
    let has = |kind: &str, item: &str| after.past.contains(&format!("{kind}{}", code(item)));
    let added: Vec<&String> = after.past.iter().filter(|one| !before.past.contains(one)).collect();
    let lost: Vec<&String> = before.past.iter().filter(|one| !after.past.contains(one)).collect();
    let of = |kind: &str, item: &str| format!("{kind}{}", code(item));
    match cell {
        "stays" if scene.events.to_string().contains("\"cart\"") && scene.next == PAUSE => {}
        "stays" => assert!(added.is_empty() && lost.is_empty(), "{told}"),
        "an item that is no longer there is removed, unless it was bought" => {
            let gone =
                before.cart.iter().filter(|(item, _)| !scene.lines.iter().any(|(line, _)| line == item));
            let gone: Vec<String> = gone.map(|(item, _)| of("2", item)).collect();
            assert!(gone.iter().all(|one| after.past.contains(one)), "{told}");
            assert!(added.iter().all(|one| gone.contains(one)) && lost.is_empty(), "{told}");
        }
        "the item is bought; its removal is forgotten" => {
            assert!(has("1", scene.item) && !has("2", scene.item), "{told}");
            assert!(lost.iter().all(|one| **one == of("2", scene.item)), "{told}");
        }
        "the campaign, or what it was about, is dismissed" => {
            let (kind, what) = if scene.item == "letter" { ("4", "letter") } else { ("3", "vase") };
            assert!(has(kind, what) && added.len() == 1 && lost.is_empty(), "{told}");
        }
        other => panic!("no test knows what memory has after `{other}`"),
    }
}

/// A visitor fills a cart and takes a rug out, perhaps comes back later, and then a scene: what is kept before it and after it.
fn play(model: &mut Model, cart: &Lines, later: bool, scene: &Scene) -> (Kept, Kept) {
    let full: Lines = [("rug", 1)].into_iter().chain(cart.iter().copied()).collect();
    let page = |minute: i64, events: Json, stays: i64| {
        json!({ "path": "/", "query": [], "country": "FR", "subdivision": null, "place": null, "device": null,
            "language": null, "referrer": "direct", "connection": null, "profile": null, "forced": {}, "hidden": false,
            "cookie": null, "consent": [true, true, true, true], "entropy": "0000000000000001",
            "now": NOON + minute * MINUTE, "stays": stays, "events": events, "tells": true })
    };
    let begin = if later { 3 + PAUSE } else { 3 };
    let mut requests = vec![
        page(0, json!([["viewed", "vase", ""], ["cart", full]]), 0),
        page(1, json!([["cart", cart]]), 0),
        page(2, json!([]), 0),
        page(begin, scene.events.clone(), scene.stays),
        page(begin + scene.next, json!([]), 0),
    ];
    // The item that a campaign is about is seen in the visit in which it is dismissed.
    if later {
        requests.insert(3, page(begin, json!([["viewed", "vase", ""]]), 0));
    }
    model.ask(&shop(), &requests);
    let answers = model.answers();
    let [.., before, after] = &answers[..] else { panic!("{answers:?}") };
    (kept(before), kept(after))
}

fn kept(answer: &Json) -> Kept {
    let visit = answer["visit"].as_str().expect("a visit");
    let section = |letter: char| visit.split('~').find_map(|section| section.strip_prefix(letter));
    let line = |line: &str| {
        let (item, pieces) = line.split_once('*').expect("pieces");
        (item.to_owned(), pieces.parse().expect("a number"))
    };
    let texts = |list: &Json, length: usize| {
        let all = list.as_array().into_iter().flatten();
        all.map(|one| one.as_str().expect("a text")[..length].to_owned()).collect()
    };
    Kept {
        cart: section('k').map_or_else(Vec::new, |all| all.split('!').map(line).collect()),
        changed: section('t').is_some(),
        left: texts(&answer["memory"]["left"]["items"], 8),
        past: texts(&answer["memory"]["past"], 9),
    }
}

fn shop() -> Json {
    let campaign = |id: &str, html: &str, rules: Json| json!({ "id": id, "block": id, "suppress": rules, "variants": [{ "id": "only", "html": html }] });
    let services = ["session_personalization", "persistent_personalization", "experimentation", "profile"];
    let meanings = services.map(|service| (service.to_owned(), json!([service, "device_storage"])));
    let item = |id: &str| (id.to_owned(), json!({ "title": id, "url": "/" }));
    let items = ["lamp", "desk", "rug", "oil", "vase"].map(item);
    json!({
        "format": 1, "site": { "name": "events", "host": "shop.example" },
        "consent": { "meanings": { "tarteaucitron": meanings.into_iter().collect::<serde_json::Map<_, _>>() } },
        "pages": [{ "kind": "home", "path": "/" }],
        "blocks": { "left": { "pages": ["home"] }, "letter": { "pages": ["home"] }, "seen": { "pages": ["home"] } },
        "campaigns": [
            campaign("left", "{{visitor.cart_item.title}}{{visit.cart}}", json!([
                { "when": "bought", "what": "item", "of": "lamp", "days": 9 }, { "when": "removed", "what": "item", "of": "lamp", "days": 9 }])),
            campaign("letter", "Our letter", json!([{ "when": "dismissed", "what": "campaign", "days": 9 }])),
            campaign("seen", "{{visit.last_item.title}}", json!([{ "when": "dismissed", "what": "item", "of": "vase", "days": 9 }])),
        ],
        "catalog": { "items": items.into_iter().collect::<serde_json::Map<_, _>>() },
    })
}

fn sorted(cart: &[(String, u64)]) -> Vec<(String, u64)> {
    let mut cart = cart.to_vec();
    cart.sort();
    cart
}

fn code(id: &str) -> String {
    format!("{:08x}", hash::code(id))
}

//! A page that a host keeps: from its plan it comes out as it would have streamed, with the same head and the same record.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failing test may panic")]

use parvis::author::compile_source;
use parvis::base::calendar;
use parvis::effect::{Body, Effect, HeadEdits, OriginHead, Piece, Stored, Supply, Version};
use parvis::engine::Engine;
use parvis::facts::{Facts, Method};
use parvis::playbook::Playbook;
use parvis::reason::Reason;

const SHOP: &str = include_str!("../../fixtures/playbooks/valid/07-shop.json");
const HOME: &[u8] = include_bytes!("../../fixtures/pages/home.html");
const HEAD: OriginHead<'_> =
    OriginHead { status: 200, content_type: Some("text/html; charset=utf-8"), content_encoding: None };

fn engine(source: &str) -> Engine {
    Engine::new(Playbook::open(compile_source(source).unwrap()), Err(Reason::KeysAbsent))
}

/// Visitors who get different blocks: nothing, by campaign, by country, by what they saw, and a control.
fn visitors() -> Vec<Facts> {
    let visit = ["", "parvis-visit=a~idesk-lamp~clighting"];
    let mut all = Vec::new();
    for query in ["", "utm_campaign=spring", "utm_campaign=night", "utm_campaign=desks", "utm_campaign=app"] {
        for country in ["PT", "FR", "US"] {
            for cookie in visit {
                all.push(Facts {
                    path: "/".to_owned(),
                    query: query.to_owned(),
                    cookies: [cookie.to_owned()].into(),
                    country: Some(country.to_owned()),
                    now: calendar::parse("2026-11-21T19:00:00Z"),
                    entropy: Some([7; 32]),
                    ..Facts::default()
                });
            }
        }
    }
    all
}

/// What a host sent, and what it was given to keep.
#[derive(Debug)]
struct Sent {
    head: HeadEdits,
    body: Vec<u8>,
    record: String,
    plan: Option<Vec<u8>>,
}

/// A host, which does what it is told.
fn host(engine: &Engine, facts: &Facts, page: &[u8], supply: Supply<'_>) -> Sent {
    let mut exchange = engine.begin(facts.clone());
    assert!(matches!(exchange.step(), Effect::Fetch(_)));
    exchange.supply(supply);
    let Effect::Send(head) = exchange.step() else { panic!("nothing to send") };
    let mut body = Vec::new();
    match head.body {
        Body::Copy => body.extend_from_slice(page),
        Body::Rewrite => {
            assert_eq!(exchange.pieces().count(), 0);
            page.chunks(7).for_each(|piece| exchange.push(piece, &mut body));
            exchange.end(&mut body);
        }
        Body::Splice { length } => {
            for piece in exchange.pieces() {
                match piece {
                    Piece::Page { from, to } => body.extend_from_slice(&page[from..to]),
                    Piece::Content(content) => body.extend_from_slice(content),
                }
            }
            assert_eq!(length, body.len() as u64);
            exchange.end(&mut body);
        }
    }
    let plan = exchange.plan(Version::of_page(page));
    Sent { head, body, record: exchange.record().to_json(), plan }
}

/// The plan that the first visitor for whom something changes leaves behind.
fn first_plan(engine: &Engine) -> Vec<u8> {
    let facts = &visitors()[2];
    let sent = host(engine, facts, HOME, Supply::Page(HEAD, Stored::default()));
    assert_eq!(sent.head.body, Body::Rewrite);
    sent.plan.unwrap()
}

fn stored(plan: &[u8]) -> Stored<'_> {
    Stored { version: Some(Version::of_page(HOME)), plan, page: Some(HOME) }
}

/// The record without the count of bytes, which is none when no byte went through the engine.
fn without_bytes(record: &str) -> String {
    let (before, rest) = record.split_once("\"bytes\":").unwrap();
    let (bytes, after) = rest.split_once(',').unwrap();
    assert!(bytes == "0" || bytes == HOME.len().to_string(), "{record}");
    [before, after].concat()
}

#[test]
fn a_plan_changes_nothing_but_the_way() {
    let engine = engine(SHOP);
    let plan = first_plan(&engine);
    let mut spliced = 0;
    for facts in visitors() {
        let streamed = host(&engine, &facts, HOME, Supply::Head(HEAD));
        assert_eq!(streamed.plan, None, "a host that keeps no pages needs no plan");
        for page in [Some(HOME), None] {
            let planned = host(&engine, &facts, HOME, Supply::Page(HEAD, Stored { page, ..stored(&plan) }));
            assert_eq!(String::from_utf8_lossy(&planned.body), String::from_utf8_lossy(&streamed.body));
            assert_eq!(without_bytes(&planned.record), without_bytes(&streamed.record));
            assert_eq!(planned.plan, None, "the plan is there");
            assert_eq!(
                (&planned.head.remove, &planned.head.set, &planned.head.append),
                (&streamed.head.remove, &streamed.head.set, &streamed.head.append)
            );
            if streamed.head.body == Body::Rewrite {
                assert_eq!(planned.head.body, Body::Splice { length: streamed.body.len() as u64 });
                assert!(planned.record.contains("\"bytes\":0,"), "{}", planned.record);
                spliced += 1;
            } else {
                assert_eq!(planned.head.body, Body::Copy);
            }
        }
    }
    assert!(spliced > 20, "only {spliced} were spliced");
}

#[test]
fn every_visitor_leaves_the_same_plan() {
    let engine = engine(SHOP);
    let plan = first_plan(&engine);
    for facts in visitors() {
        let sent = host(&engine, &facts, HOME, Supply::Page(HEAD, Stored::default()));
        assert_eq!(sent.plan, (sent.head.body == Body::Rewrite).then(|| plan.clone()));
    }
}

#[test]
fn a_plan_that_does_not_fit_streams_and_makes_a_new_one() {
    let engine = engine(SHOP);
    let plan = first_plan(&engine);
    let facts = &visitors()[2];
    let expected = host(&engine, facts, HOME, Supply::Head(HEAD)).body;
    let mut damaged = plan.clone();
    damaged[50] ^= 1;
    let of_other_blocks = {
        let source = SHOP
            .replace("\"near\": {", "\"nearby\": {")
            .replace("\"block\": \"near\"", "\"block\": \"nearby\"");
        first_plan(&self::engine(&source))
    };
    let mut moved = HOME.to_vec();
    moved.swap(200, 201);
    let version = Version::of_page(HOME);
    let cases = [
        ("none", Stored { plan: b"", ..stored(&plan) }),
        ("damaged", Stored { plan: &damaged, ..stored(&plan) }),
        ("cut", Stored { plan: &plan[..plan.len() - 1], ..stored(&plan) }),
        ("of other blocks", Stored { plan: &of_other_blocks, ..stored(&plan) }),
        ("of no version", Stored { version: None, ..stored(&plan) }),
        ("of another version", Stored { version: Some(Version::of_page(&moved)), ..stored(&plan) }),
        (
            "of another length",
            Stored { version: Version::of_etag("\"a\"", version.length() + 1), ..stored(&plan) },
        ),
        ("of other bytes", Stored { page: Some(&HOME[1..]), ..stored(&plan) }),
    ];
    for (what, stored) in cases {
        let sent = host(&engine, facts, HOME, Supply::Page(HEAD, stored));
        assert_eq!(sent.head.body, Body::Rewrite, "{what}");
        assert!(sent.body == expected && sent.plan.as_ref() == Some(&plan), "{what}");
    }
}

#[test]
fn what_is_not_rewritten_needs_no_plan_and_makes_none() {
    let engine = engine(SHOP);
    let plan = first_plan(&engine);
    let facts = &visitors()[2];
    let post = Facts { method: Method::Other, ..facts.clone() };
    let head = Facts { method: Method::Head, ..facts.clone() };
    let elsewhere = Facts { path: "/elsewhere".to_owned(), ..facts.clone() };
    for facts in [post, head, elsewhere] {
        let sent = host(&engine, &facts, HOME, Supply::Page(HEAD, stored(&plan)));
        assert_eq!((sent.head.body, sent.plan), (Body::Copy, None));
    }
    for head in [
        OriginHead { status: 404, ..HEAD },
        OriginHead { content_type: Some("text/plain"), ..HEAD },
        OriginHead { content_encoding: Some("gzip"), ..HEAD },
    ] {
        let sent = host(&engine, facts, HOME, Supply::Page(head, stored(&plan)));
        assert_eq!((sent.head.body, sent.plan), (Body::Copy, None), "{head:?}");
    }
}

#[test]
fn a_page_that_broke_off_leaves_no_plan() {
    let engine = engine(SHOP);
    let mut exchange = engine.begin(visitors()[2].clone());
    exchange.step();
    exchange.supply(Supply::Page(HEAD, Stored::default()));
    assert!(matches!(exchange.step(), Effect::Send(_)));
    exchange.push(HOME, &mut Vec::new());
    exchange.supply(Supply::Failed);
    assert_eq!(exchange.plan(Version::of_page(HOME)), None);
}

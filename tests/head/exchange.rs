//! The steps of an exchange, in order and out of order, and what it gives the splicer to do.

use std::cell::Cell;

use parvis::effect::{Body, Effect, OriginHead, Piece, RequestEdits, Stored, Supply, Version};
use parvis::engine::Engine;
use parvis::facts::{Device, Facts, Method};
use parvis::html::splice::Room;
use parvis::http::headers;
use parvis::reason::Reason;
use serde_json::{Value, json};

use super::{HTML, campaign, engine, facts, playbook, sent};

const PAGE: &[u8] = b"<p>1<div data-block=hero>old</div>2";

fn spring() -> Facts {
    Facts { query: "utm_campaign=spring".to_owned(), ..facts() }
}

fn shop() -> Engine {
    engine(&playbook(&json!([campaign("one", json!({ "campaign": "spring" }))])))
}

fn record(json: &str, member: &str) -> Value {
    let record: Value = serde_json::from_str(json).unwrap();
    record[member].clone()
}

#[test]
fn the_origin_is_asked_for_bytes_as_they_are_where_they_may_change() {
    let own = RequestEdits { remove: headers::CONDITIONAL, set: &[("accept-encoding", "identity")] };
    let elsewhere = Facts { path: "/imprint".to_owned(), ..spring() };
    let american = json!([campaign("one", json!({ "country": "US" }))]);
    for (what, source, facts, expected) in [
        ("a page that changes", None, spring(), &own),
        ("the head of one", None, Facts { method: Method::Head, ..spring() }, &own),
        ("a page that does not", None, facts(), &RequestEdits::default()),
        ("a page of no kind", None, elsewhere, &RequestEdits::default()),
        ("a form that is sent", None, Facts { method: Method::Other, ..spring() }, &RequestEdits::default()),
        ("a robot", None, Facts { device: Some(Device::Bot), ..spring() }, &RequestEdits::default()),
        // Nothing changes, but the response is for this visitor: a 304 would revive another one's.
        ("a page for one visitor", Some(american), facts(), &own),
    ] {
        let engine = source.map_or_else(shop, |campaigns| engine(&playbook(&campaigns)));
        assert_eq!(&sent(&engine, &facts, HTML).0, expected, "{what}");
    }
}

#[test]
fn a_step_out_of_order_fails_and_does_no_harm() {
    let engine = shop();
    // Asked again before the origin has answered.
    let mut exchange = engine.begin(spring());
    assert!(matches!(exchange.step(), Effect::Fetch(_)));
    assert!(matches!(exchange.step(), Effect::Fail(_)));
    exchange.supply(Supply::Head(HTML));
    assert!(matches!(exchange.step(), Effect::Fail(_)), "what comes later is too late");
    assert_eq!(exchange.record().status, 0);
    // An answer nobody asked for.
    let mut exchange = engine.begin(spring());
    exchange.supply(Supply::Head(HTML));
    assert!(matches!(exchange.step(), Effect::Fetch(_)));
    assert_eq!(exchange.record().status, 0);
    // Two answers: the first counts.
    exchange.supply(Supply::Head(OriginHead { status: 404, ..HTML }));
    exchange.supply(Supply::Head(HTML));
    exchange.supply(Supply::Failed);
    assert!(matches!(exchange.step(), Effect::Send(edits) if edits.body == Body::Copy));
    assert_eq!((exchange.record().status, exchange.record().reason), (404, Reason::Status));
    assert!(matches!(exchange.step(), Effect::Fail(_)));
}

#[test]
fn an_origin_that_fails_fails_once() {
    let engine = shop();
    let mut exchange = engine.begin(spring());
    exchange.step();
    exchange.supply(Supply::Failed);
    assert_eq!((exchange.record().status, exchange.record().reason), (0, Reason::OriginFailed));
    assert!(matches!(exchange.step(), Effect::Fail(_)));
    exchange.supply(Supply::Head(HTML));
    assert!(matches!(exchange.step(), Effect::Fail(_)));
    // In the middle of a body: what is held back does not leave, and nothing counts as placed.
    let mut exchange = engine.begin(spring());
    exchange.step();
    exchange.supply(Supply::Head(HTML));
    exchange.step();
    let mut out = Vec::new();
    exchange.push(&PAGE[..20], &mut out);
    exchange.supply(Supply::Failed);
    assert_eq!((exchange.record().status, exchange.record().reason), (200, Reason::OriginBroke));
    exchange.end(&mut out);
    assert_eq!((out.as_slice(), exchange.record().reason), (&b"<p>1"[..], Reason::OriginBroke));
    assert!(matches!(exchange.step(), Effect::Fail(_)));
    assert!(exchange.into_room().is_none());
}

#[test]
fn bytes_are_counted_and_leave() {
    let engine = shop();
    for (what, facts, head, expected, reason) in [
        ("rewritten", spring(), HTML, "<p>1<div data-block=hero><p>New</p></div>2", "placed"),
        ("unchanged", facts(), HTML, "<p>1<div data-block=hero>old</div>2", "nothing-to-change"),
        (
            "not found",
            spring(),
            OriginHead { status: 404, ..HTML },
            "<p>1<div data-block=hero>old</div>2",
            "status",
        ),
        (
            "elsewhere",
            Facts { path: "/x".to_owned(), ..spring() },
            HTML,
            "<p>1<div data-block=hero>old</div>2",
            "path",
        ),
    ] {
        let mut exchange = engine.begin(facts);
        exchange.step();
        exchange.supply(Supply::Head(head));
        exchange.step();
        let mut out = Vec::new();
        for piece in PAGE.chunks(4) {
            exchange.push(piece, &mut out);
            exchange.push(b"", &mut out);
        }
        exchange.end(&mut out);
        assert_eq!(String::from_utf8(out).unwrap(), expected, "{what}");
        let json = exchange.record().to_json();
        assert_eq!((record(&json, "bytes"), record(&json, "reason")), (json!(35), json!(reason)), "{what}");
        assert_eq!(exchange.pieces().count(), 0, "{what}");
        assert_eq!(exchange.plan(Version::of_page(PAGE)), None, "{what}: no plan was wanted");
        assert_eq!(exchange.into_room().is_some(), what == "rewritten", "{what}");
    }
    assert_eq!(PAGE.len(), 35);
}

#[test]
fn room_is_asked_for_once_and_only_for_a_body_that_streams() {
    let engine = shop();
    let plan = planned(&engine, &spring(), PAGE).unwrap();
    let stored = |plan| Stored { version: Some(Version::of_page(PAGE)), plan, page: None };
    let gone = OriginHead { status: 404, ..HTML };
    for (what, facts, supply, expected) in [
        ("streams", spring(), Supply::Head(HTML), 1),
        ("streams and makes a plan", spring(), Supply::Page(HTML, stored(b"")), 1),
        ("has a plan", spring(), Supply::Page(HTML, stored(&plan)), 0),
        ("is unchanged", facts(), Supply::Head(HTML), 0),
        ("passes", spring(), Supply::Head(gone), 0),
        ("is not there", spring(), Supply::Failed, 0),
    ] {
        let asked = Cell::new(0);
        let mut exchange = engine.begin(facts);
        exchange.step();
        exchange.supply_in(supply, &|| {
            asked.set(asked.get() + 1);
            Room::default()
        });
        exchange.step();
        assert_eq!(asked.get(), expected, "{what}");
    }
}

#[test]
fn deciding_at_once_is_done_once() {
    let engine = shop();
    let mut exchange = engine.begin(spring());
    assert!(exchange.outcome().is_none());
    assert!(exchange.decide().unwrap().outcome.changes());
    let first: *const _ = exchange.outcome().unwrap();
    exchange.decide().unwrap();
    assert!(core::ptr::eq(first, exchange.outcome().unwrap()));
    for (facts, reason) in [
        (Facts { path: "/x".to_owned(), ..spring() }, Reason::Path),
        (Facts { method: Method::Other, ..spring() }, Reason::Method),
        (Facts { device: Some(Device::Bot), ..spring() }, Reason::Bot),
    ] {
        assert_eq!(engine.begin(facts).decide().err(), Some(reason));
    }
    let none = Engine::new(Err(Reason::StoreFailed), Err(Reason::KeysAbsent));
    assert_eq!(none.begin(spring()).decide().err(), Some(Reason::StoreFailed));
    assert_eq!(none.begin(Facts { method: Method::Other, ..spring() }).decide().err(), Some(Reason::Method));
}

/// The plan that this visitor leaves of a page.
fn planned(engine: &Engine, facts: &Facts, page: &[u8]) -> Option<Vec<u8>> {
    let mut exchange = engine.begin(facts.clone());
    exchange.step();
    exchange.supply(Supply::Page(HTML, Stored::default()));
    exchange.step();
    exchange.push(page, &mut Vec::new());
    exchange.end(&mut Vec::new());
    exchange.plan(Version::of_page(page))
}

/// The body that this visitor gets of a page that is kept with a plan, and whether it was put together from it.
fn from_plan(
    engine: &Engine,
    facts: &Facts,
    head: OriginHead<'_>,
    page: &[u8],
    plan: &[u8],
) -> (bool, Vec<u8>) {
    let mut exchange = engine.begin(facts.clone());
    exchange.step();
    exchange
        .supply(Supply::Page(head, Stored { version: Some(Version::of_page(page)), plan, page: Some(page) }));
    let Effect::Send(edits) = exchange.step() else { panic!("nothing to send") };
    let mut body = Vec::new();
    if let Body::Splice { length } = edits.body {
        for piece in exchange.pieces() {
            match piece {
                Piece::Page { from, to } => body.extend_from_slice(&page[from..to]),
                Piece::Content(content) => body.extend_from_slice(content),
            }
        }
        assert_eq!(length, body.len() as u64);
        return (true, body);
    }
    exchange.push(page, &mut body);
    exchange.end(&mut body);
    (false, body)
}

#[test]
fn a_plan_knows_every_part_that_some_variant_changes() {
    let parts = |id: &str, block: &str, parts: Value| {
        json!({ "id": id, "block": block, "when": { "campaign": id },
            "variants": [{ "id": "only", "parts": parts }] })
    };
    let source = json!({
        "format": 1, "site": { "name": "head", "host": "shop.example" },
        "pages": [{ "kind": "home", "path": "/" }],
        "blocks": {
            "hero": { "pages": ["home"], "reserve": "1rem" },
            "note": { "pages": ["home"], "reserve": "1rem" },
            "side": { "pages": ["home"], "reserve": "1rem" },
        },
        "campaigns": [
            parts("title", "hero", json!({ "title": "A & B" })),
            parts("both", "hero", json!({ "title": "C", "link@href": "/c" })),
            parts("side", "side", json!({ "link@href": "/s", "gone": "x" })),
            { "id": "note", "block": "note", "when": { "campaign": "note" }, "variants": [{ "id": "only", "html": "<i>n</i>" }] },
        ],
    });
    let engine = engine(&source);
    let page = b"<div data-block=hero><h1 data-part=title>t</h1><a data-part=link href=/>l</a></div><div data-block=note>n</div><div data-block=side><a data-part=link>s</a></div>";
    let of = |id: &str| Facts { query: format!("utm_campaign={id}"), ..facts() };
    let plan = planned(&engine, &of("note"), page).unwrap();
    for (id, expected) in [
        (
            "title",
            "<div data-block=hero><h1 data-part=title>A &amp; B</h1><a data-part=link href=/>l</a></div><div data-block=note>n</div><div data-block=side><a data-part=link>s</a></div>",
        ),
        (
            "both",
            "<div data-block=hero><h1 data-part=title>C</h1><a data-part=link href=\"/c\">l</a></div><div data-block=note>n</div><div data-block=side><a data-part=link>s</a></div>",
        ),
        (
            "note",
            "<div data-block=hero><h1 data-part=title>t</h1><a data-part=link href=/>l</a></div><div data-block=note><i>n</i></div><div data-block=side><a data-part=link>s</a></div>",
        ),
        (
            "side",
            "<div data-block=hero><h1 data-part=title>t</h1><a data-part=link href=/>l</a></div><div data-block=note>n</div><div data-block=side><a data-part=link>s</a></div>",
        ),
    ] {
        assert_eq!(
            planned(&engine, &of(id), page).as_ref(),
            Some(&plan),
            "{id}: whoever streams it, the plan is the same"
        );
        let (spliced, body) = from_plan(&engine, &of(id), HTML, page, &plan);
        assert_eq!((spliced, String::from_utf8(body).unwrap().as_str()), (true, expected), "{id}");
    }
}

#[test]
fn a_plan_is_of_one_kind_of_page() {
    let mut source = playbook(&json!([campaign("one", json!(null))]));
    source["pages"] = json!([{ "kind": "home", "path": "/" }, { "kind": "other", "path": "/other" }]);
    source["blocks"]["hero"]["pages"] = json!(["home", "other"]);
    let engine = engine(&source);
    let plan = planned(&engine, &facts(), PAGE).unwrap();
    for (path, expected) in [("/", true), ("/other", false)] {
        let facts = Facts { path: path.to_owned(), ..facts() };
        let (spliced, body) = from_plan(&engine, &facts, HTML, PAGE, &plan);
        assert_eq!(
            (spliced, body.as_slice()),
            (expected, &b"<p>1<div data-block=hero><p>New</p></div>2"[..]),
            "{path}"
        );
    }
}

#[test]
fn text_is_written_in_the_encoding_of_the_page() {
    let variants = |content: Value| {
        let mut variant = content;
        variant["id"] = json!("only");
        let mut source = playbook(&json!([{ "id": "one", "block": "hero", "variants": [variant] }]));
        source["blocks"]["side"] = json!({ "pages": ["home"], "reserve": "1rem" });
        source
    };
    let page = b"<div data-block=hero><b data-part=t>1</b></div>";
    let latin = OriginHead { content_type: Some("text/html; charset=iso-8859-1"), ..HTML };
    let undeclared = OriginHead { content_type: Some("text/html"), ..HTML };
    for (content, as_it_is, in_ascii) in [
        (
            json!({ "html": "<p>\u{e9}</p>" }),
            "<div data-block=hero><p>\u{e9}</p></div>",
            "<div data-block=hero><p>&#233;</p></div>",
        ),
        (
            json!({ "parts": { "t": "\u{e9}" } }),
            "<div data-block=hero><b data-part=t>\u{e9}</b></div>",
            "<div data-block=hero><b data-part=t>&#233;</b></div>",
        ),
        (json!({ "hide": true }), "", ""),
    ] {
        let engine = engine(&variants(content.clone()));
        for (head, expected) in [(HTML, as_it_is), (latin, in_ascii), (undeclared, in_ascii)] {
            let (spliced, body) = from_plan(&engine, &facts(), head, page, b"");
            assert_eq!(
                (spliced, String::from_utf8(body).unwrap().as_str()),
                (false, expected),
                "{content} {head:?}"
            );
        }
    }
}

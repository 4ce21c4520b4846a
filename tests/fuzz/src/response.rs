//! One request through the whole engine, as a host takes it, and the laws of every response, whatever the playbook says.

use parvis::base::text::is_id;
use parvis::consent::evidence::Evidence;
use parvis::consent::purpose::{Purpose, PurposeSet};
use parvis::effect::{Answer, Body, Effect, HeadEdits, OriginHead, Piece, RequestEdits, Stored, Supply};
use parvis::engine::Engine;
use parvis::facts::{Facts, Method};
use parvis::html::blocks::find;
use parvis::html::escape::ascii;
use parvis::html::meta;
use parvis::html::parts;
use parvis::html::plan::Version;
use parvis::html::splice::{Edit, Operation};
use parvis::http::content::{Charset, rewritable};
use parvis::http::headers::CONDITIONAL;
use parvis::limits;
use parvis::playbook::Playbook;
use parvis::playbook::consent::permitted;
use parvis::response::cache_policy::CachePolicy;
use parvis::response::outcome::{Content, Outcome};

use crate::html::model;

/// What the origin answers.
#[derive(Clone, Copy)]
pub(crate) struct Origin<'a> {
    pub(crate) head: OriginHead<'a>,
    pub(crate) page: &'a [u8],
}

impl<'a> Origin<'a> {
    /// An ordinary page in UTF-8.
    pub(crate) const fn of(page: &'a [u8]) -> Origin<'a> {
        let content_type = Some("text/html; charset=utf-8");
        Origin { head: OriginHead { status: 200, content_type, content_encoding: None }, page }
    }
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Response {
    /// The engine's own answer.
    Own(Answer),
    /// The origin's page, with edits.
    Page(Box<Page>),
}

/// What a visitor gets of the origin's page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Page {
    /// What was edited in the request.
    pub(crate) asked: RequestEdits,
    pub(crate) head: HeadEdits,
    pub(crate) body: Vec<u8>,
    /// The log entry.
    pub(crate) record: String,
    /// What was decided; `None` where the request was put aside.
    pub(crate) decided: Option<Decided>,
    plan: Option<Vec<u8>>,
}

/// As much of the decisions as laws are about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Decided {
    pub(crate) contents: Vec<(u16, Content)>,
    pub(crate) allowed: PurposeSet,
    policy: CachePolicy,
}

impl Decided {
    fn of(outcome: &Outcome) -> Decided {
        let contents = outcome.decisions().iter().map(|decision| (decision.block, decision.content.clone()));
        Decided { contents: contents.collect(), allowed: outcome.allowed(), policy: outcome.policy() }
    }
}

/// Takes the request through the engine in several ways, and holds the laws of what comes.
///
/// `sizes` says how long the pieces are in which the page comes, over and over; none is 0.
pub(crate) fn hold(engine: &Engine, facts: &Facts, origin: Origin<'_>, sizes: &[usize]) -> Response {
    let response = taken(engine, facts, origin, sizes, None);
    let again = taken(engine, facts, origin, &[origin.page.len().max(1)], None);
    assert!(response == again, "the response depends on how the page comes: {response:?}, {again:?}");
    let page = match &response {
        Response::Own(answer) => {
            own(engine, facts, answer);
            return response;
        }
        Response::Page(page) => page,
    };
    serde_json::from_str::<serde_json::Value>(&page.record).expect("a record is JSON");
    asked(facts, page);
    cookies(engine, facts, page);
    if let Some(decided) = &page.decided {
        assert!(facts.method != Method::Other, "a request that only passes was decided");
        let playbook = engine.playbook().expect("there are decisions");
        let expected = permitted(playbook, facts).allowed();
        assert_eq!(decided.allowed, expected, "decided with other permissions than the visitor gave");
        body(playbook, facts, origin, page, decided);
    }
    if page.head.body == Body::Copy {
        assert!(page.body == origin.page, "a body that is copied changed");
    }
    kept(engine, facts, origin, sizes, page);
    broken(engine, facts, origin);
    response
}

/// What comes of the request, with no law held.
pub(crate) fn once(engine: &Engine, facts: &Facts, origin: Origin<'_>) -> Response {
    taken(engine, facts, origin, &[origin.page.len().max(1)], None)
}

/// The request as a host takes it through the engine; `stored` is of a host that keeps pages.
fn taken(
    engine: &Engine,
    facts: &Facts,
    origin: Origin<'_>,
    sizes: &[usize],
    stored: Option<Stored<'_>>,
) -> Response {
    let mut exchange = engine.begin(facts.clone());
    let asked = match exchange.step() {
        Effect::Answer(answer) => return Response::Own(answer),
        Effect::Fetch(asked) => asked,
        other => panic!("an exchange begins with {other:?}"),
    };
    exchange.supply(match stored {
        None => Supply::Head(origin.head),
        Some(stored) => Supply::Page(origin.head, stored),
    });
    let Effect::Send(head) = exchange.step() else { panic!("no head for an origin that answered") };
    let mut body = Vec::new();
    if let Body::Splice { length } = head.body {
        for piece in exchange.pieces() {
            body.extend_from_slice(match piece {
                Piece::Page { from, to } => &origin.page[from..to],
                Piece::Content(bytes) => bytes,
            });
        }
        assert_eq!(u64::try_from(body.len()).ok(), Some(length), "another length than was told");
    } else {
        let mut rest = origin.page;
        for size in sizes.iter().cycle() {
            let (piece, behind) = rest.split_at((*size).clamp(1, rest.len().max(1)).min(rest.len()));
            exchange.push(piece, &mut body);
            rest = behind;
            if rest.is_empty() {
                break;
            }
        }
    }
    exchange.end(&mut body);
    let plan = exchange.plan(Version::of_page(origin.page));
    let decided = exchange.outcome().map(Decided::of);
    let record = exchange.record().to_json();
    Response::Page(Box::new(Page { asked, head, body, record, decided, plan }))
}

/// A page that may change is asked for as a whole and uncompressed; any other as the visitor did.
fn asked(facts: &Facts, page: &Page) {
    let untouched = page.decided.as_ref().is_none_or(|decided| decided.policy == CachePolicy::Untouched);
    if untouched {
        assert_eq!(page.asked, RequestEdits::default(), "the origin is asked for something else");
        assert_eq!(page.head.body, Body::Copy, "an untouched page is rewritten");
    } else {
        assert_eq!(page.asked.remove, CONDITIONAL);
        assert_eq!(page.asked.set, [("accept-encoding", "identity")]);
    }
    assert!(facts.method == Method::Get || page.head.body == Body::Copy, "there is no body to rewrite");
}

/// State is written only with its permission, in bounds, and never where a shared cache keeps the response.
fn cookies(engine: &Engine, facts: &Facts, page: &Page) {
    let head = &page.head;
    let all = head.set.iter().map(|(name, value)| (*name, value.as_str()));
    let all: Vec<(&str, &str)> =
        all.chain(head.append.iter().map(|(name, value)| (&**name, value.as_str()))).collect();
    let set: Vec<&str> =
        all.iter().filter(|(name, _)| *name == "set-cookie").map(|(_, value)| *value).collect();
    for cookie in &set {
        let (name, rest) = cookie.split_once('=').expect("a cookie has a name");
        let (value, attributes) = rest.split_once(';').expect("a cookie has attributes");
        let (purpose, most) = match name {
            "parvis-visit" => (Purpose::SessionPersonalization, limits::VISIT_BYTES),
            "__Host-parvis" => (Purpose::PersistentPersonalization, limits::COOKIE_VALUE_BYTES),
            _ => panic!("a cookie that is not ours: {cookie}"),
        };
        assert!(name.len() + 1 + value.len() <= limits::COOKIE_VALUE_BYTES && value.len() <= most);
        if value.is_empty() {
            assert!(attributes.ends_with("Max-Age=0"), "an empty cookie stays: {cookie}");
            continue;
        }
        let decided = page.decided.as_ref().expect("state without a decision");
        assert!(decided.allowed.contains(purpose), "{name} without {}", purpose.name());
        assert!(name != "__Host-parvis" || facts.entropy.is_some(), "sealed without entropy");
    }
    let private = all.contains(&("cache-control", "private, no-cache"));
    if !set.is_empty() {
        assert!(private, "a shared cache may keep {set:?}");
        assert!(head.remove.takes("cdn-cache-control"), "the origin's word to caches stays");
    }
    let personal = page.decided.as_ref().is_some_and(|decided| decided.policy == CachePolicy::Private);
    let page_of_html = rewritable(
        &OriginHead { status: 200, content_type: Some("text/html"), content_encoding: None },
        &facts.path,
    );
    if personal && page_of_html.is_ok() && head.body != Body::Copy {
        assert!(private, "a shared cache may keep a personal page");
    }
    if engine.playbook().is_err() {
        assert!(all.is_empty() && !head.changes_lines(), "without a playbook the head changes");
    }
}

/// The body is the origin's with the decided contents, and the bytes outside of blocks are the origin's in any case.
fn body(playbook: &Playbook, facts: &Facts, origin: Origin<'_>, page: &Page, decided: &Decided) {
    let Ok(charset) = rewritable(&origin.head, &facts.path) else {
        assert_eq!(page.head.body, Body::Copy, "what is no page was rewritten");
        return;
    };
    let (mut edits, mut added) = (Vec::new(), 0);
    for (block, content) in &decided.contents {
        let (operation, content) = match content {
            Content::Default => continue,
            Content::Hidden => (Operation::Hide, Vec::new()),
            Content::Inner(html) => (Operation::ReplaceInner, html.clone()),
            Content::Parts(changes) => (Operation::SetParts, changes.clone()),
            Content::Order(order) => (Operation::Reorder, order.clone()),
        };
        if operation == Operation::SetParts {
            assert!(parts::changes(&content).count() <= limits::BLOCK_PARTS, "too many parts change");
        } else {
            assert!(content.len() <= limits::CONTENT_BYTES, "{} bytes for one block", content.len());
        }
        let html = operation == Operation::ReplaceInner && charset != Charset::Utf8;
        let content = if html { ascii(&content) } else { content };
        added += content.len();
        let id = playbook.block(*block).expect("a block that was decided").id;
        edits.push(Edit { id: id.to_owned(), operation, content, tests: Vec::new() });
    }
    if page.head.body == Body::Copy {
        return;
    }
    if charset == Charset::Undeclared && meta::is_unreadable(origin.page) == Some(true) {
        assert!(page.body == origin.page, "a page in an encoding that cannot be read was changed");
        return;
    }
    let named = edits.iter().all(|edit| is_id(&edit.id)) && is_id(playbook.site().marker);
    let simple = edits.iter().all(|edit| matches!(edit.operation, Operation::Hide | Operation::ReplaceInner));
    let found = find(origin.page, playbook.site().marker);
    if simple && named {
        let expected = model::expected(origin.page, &found, &edits);
        assert!(page.body == expected, "got {}, expected {}", shown(&page.body), shown(&expected));
    } else if named {
        // Parts may be written as references, five letters for each; an order repeats nothing.
        assert!(page.body.len() <= origin.page.len() + 5 * added, "the page grew by more than was added");
        outside(origin.page, &page.body, &found);
    }
}

/// Every stretch of the page outside of blocks is in the body, in order.
fn outside(page: &[u8], body: &[u8], found: &parvis::html::blocks::Found) {
    let (mut at, mut rest) = (0, body);
    let mut pieces = Vec::new();
    for block in &found.blocks {
        if block.start >= at {
            pieces.push(&page[at..block.start]);
            at = block.end;
        }
    }
    let last = &page[at..];
    for piece in pieces.iter().filter(|piece| !piece.is_empty()) {
        let place = rest.windows(piece.len()).position(|window| window == *piece);
        let place = place.unwrap_or_else(|| panic!("lost outside of blocks: {}", shown(piece)));
        rest = &rest[place + piece.len()..];
    }
    assert!(rest.ends_with(last), "lost behind the blocks: {}", shown(last));
}

/// A host that keeps the page sends the same: while the page comes, and from its plan, whatever the plan is.
fn kept(engine: &Engine, facts: &Facts, origin: Origin<'_>, sizes: &[usize], page: &Page) {
    let first = taken(engine, facts, origin, sizes, Some(Stored::default()));
    let Response::Page(first) = first else { panic!("a kept page is answered otherwise") };
    assert!(first.head == page.head && first.body == page.body, "a page that is to be kept differs");
    assert_eq!(first.record, page.record);
    let Some(plan) = &first.plan else { return };
    let version = Some(Version::of_page(origin.page));
    let stored = Stored { version, plan, page: Some(origin.page) };
    let Response::Page(second) = taken(engine, facts, origin, sizes, Some(stored)) else {
        panic!("a kept page is answered otherwise")
    };
    assert!(matches!(second.head.body, Body::Splice { .. }), "a plan is not for its own page");
    assert!(
        second.body == page.body,
        "from its plan {}, streamed {}",
        shown(&second.body),
        shown(&page.body)
    );
    assert!(second.head.set == page.head.set && second.head.append == page.head.append);
}

/// An origin that fails leaves a failure, and nothing of the body that is not the origin's.
fn broken(engine: &Engine, facts: &Facts, origin: Origin<'_>) {
    let mut exchange = engine.begin(facts.clone());
    let _ = exchange.step();
    exchange.supply(Supply::Failed);
    assert!(matches!(exchange.step(), Effect::Fail(_)), "an origin that failed is no failure");
    assert!(exchange.record().to_json().contains("\"reason\":\"origin-failed\""));
    let mut exchange = engine.begin(facts.clone());
    let _ = exchange.step();
    exchange.supply(Supply::Head(origin.head));
    let _ = exchange.step();
    let mut out = Vec::new();
    exchange.push(&origin.page[..origin.page.len() / 2], &mut out);
    exchange.supply(Supply::Failed);
    let before = out.len();
    exchange.end(&mut out);
    assert_eq!(before, out.len(), "a page that broke off got an end");
    assert!(exchange.record().to_json().contains("\"reason\":\"origin-broke\""));
}

/// The engine answers itself for its two resources only, says nothing of the visitor, and lets nobody share a deletion.
fn own(engine: &Engine, facts: &Facts, answer: &Answer) {
    let playbook = engine.playbook().expect("an answer without a playbook");
    assert!(facts.method != Method::Other && answer.status == 200);
    let header = |wanted: &str| {
        let found = answer.headers.iter().filter(move |(name, _)| *name == wanted);
        found.map(|(_, value)| value.as_str()).collect::<Vec<_>>()
    };
    let kind = match facts.path.as_str() {
        "/parvis/playbook.bin" => {
            assert!(answer.body == playbook.bytes(), "another playbook than the one in use");
            "application/octet-stream"
        }
        "/.well-known/gpc.json" => {
            let said: serde_json::Value = serde_json::from_slice(&answer.body).expect("it is JSON");
            assert_eq!(said["gpc"], true);
            assert!(said["lastUpdate"].is_string() && said.as_object().is_some_and(|said| said.len() == 2));
            "application/json"
        }
        other => panic!("the engine answered for {other}"),
    };
    assert_eq!(header("content-type"), [kind]);
    let cookies = header("set-cookie");
    let sent =
        |name: &str| parvis::http::cookies::pairs(Evidence::of(facts).cookies).any(|(sent, _)| sent == name);
    for cookie in &cookies {
        let name = cookie.split('=').next().unwrap_or_default();
        assert!(cookie.starts_with(&format!("{name}=;")) && cookie.ends_with("; Max-Age=0"), "{cookie}");
        assert!(sent(name), "{name} is deleted and was not sent");
    }
    let control = header("cache-control");
    assert_eq!(control.len(), 1);
    assert_eq!(control[0] == "private, no-cache", !cookies.is_empty(), "{control:?} with {cookies:?}");
}

fn shown(bytes: &[u8]) -> String {
    bytes[..bytes.len().min(2000)].escape_ascii().to_string()
}

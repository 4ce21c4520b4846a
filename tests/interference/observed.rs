//! Everything that leaves the engine for one request.

use parvis::effect::{Body, Effect, HeadEdits, OriginHead, Piece, RequestEdits, Stored, Supply, Version};
use parvis::engine::Engine;
use parvis::exchange::Exchange;
use parvis::facts::Facts;
use parvis::http::headers::CONDITIONAL;
use parvis::visitor::upstream::is_withheld;
use serde_json::Value as Json;

use crate::books::Book;
use crate::pairs::{Flow, Request};

/// What was seen of one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// What the host was asked to do, in order; in the browser, what was decided.
    pub(crate) effects: Vec<String>,
    /// The head of the request as the origin got it: its first line and its header lines, without what is the visitor's own business
    /// with the site, which goes there whatever we may read of it: the cookie of its login, and the name of the browser.
    pub(crate) origin: Vec<String>,
    /// What the host looked for in its stores: the page that it may keep, by the key that it is kept under.
    pub(crate) stores: Vec<String>,
    /// All `Set-Cookie` headers.
    pub(crate) set_cookies: Vec<String>,
    /// Whether the head says that nobody may share the response.
    pub(crate) private: bool,
    /// The body as the visitor gets it.
    pub(crate) body: String,
    /// Why each campaign is shown or not, for whoever asks.
    pub(crate) why: String,
    /// The log entry.
    pub(crate) record: String,
    /// What the browser keeps: visit and visitor memory.
    pub(crate) kept: Option<[Option<String>; 2]>,
    /// How many times memory was asked for, and how much: the measure of the work. Not in the browser, where events are
    /// looked at one by one before it is known what becomes of them.
    pub(crate) work: (u64, u64),
}

/// What of it may not even depend on the presence of our cookies.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Apart {
    effects: Vec<String>,
    origin: Vec<String>,
    stores: Vec<String>,
    body: String,
    why: String,
    record: Json,
    kept: Option<[Option<String>; 2]>,
}

impl Seen {
    /// What may not even depend on the presence of our cookies: all but that they are deleted, and that the response which
    /// does so is noted and nobody else's.
    pub(crate) fn apart_from_deletion(&self) -> Apart {
        let mut record: Json = serde_json::from_str(&self.record).unwrap_or_default();
        if let Some(members) = record.as_object_mut() {
            members.retain(|name, _| !["visit", "memory", "consent", "cache"].contains(&name.as_str()));
        }
        Apart {
            // Which of them there are; what their edits say has the deletion in it.
            effects: self
                .effects
                .iter()
                .map(|effect| effect.split(['(', '{', ' ']).next().unwrap_or_default().to_owned())
                .collect(),
            // A response that deletes is made for one visitor, so that its page is asked for whole.
            origin: self.origin.iter().filter(|line| !is_condition(line)).cloned().collect(),
            stores: self.stores.clone(),
            body: self.body.clone(),
            why: self.why.clone(),
            record,
            kept: self.kept.clone(),
        }
    }
}

/// Everything that leaves the engine for this request.
pub(crate) fn observe(book: &Book, flow: Flow, Request { facts, sent }: Request) -> Seen {
    let plan = if flow == Flow::Kept { plan(book, &facts) } else { Vec::new() };
    let target = [facts.path.as_str(), if facts.query.is_empty() { "" } else { "?" }, &facts.query].concat();
    let method = facts.method;
    let engine = if flow == Flow::Faulty { &book.faulty } else { &book.edge };
    let (mut seen, mut edits) = (Seen::default(), None);
    let asked = if flow == Flow::Browser { &book.browser } else { engine };
    let why = asked.begin(facts.clone()).why().unwrap_or_else(|reason| reason.code().to_owned());
    let used = allocation_counter::measure(|| match flow {
        Flow::Browser => seen = in_browser(book, facts),
        _ => (seen, edits) = at_edge(engine, book, flow, facts, &plan),
    });
    seen.why = why;
    if flow != Flow::Browser {
        seen.work = (used.count_total, used.bytes_total);
    }
    if let Some(edits) = edits {
        let lines = origin_request(book, engine, &sent, &edits);
        // A page is kept under the playbook, its address and what it may vary by.
        let digest = engine.playbook().map_or(0, |playbook| playbook.digest());
        let may_vary = |line: &&String| {
            ["cookie:", "accept-language:", "sec-gpc:"].iter().any(|name| line.starts_with(name))
        };
        let varies: Vec<String> = lines.iter().filter(may_vary).cloned().collect();
        seen.stores.iter_mut().for_each(|key| *key = format!("{digest:016x} {target} {varies:?}"));
        seen.origin = [format!("{method:?} {target}")].into_iter().chain(lines).collect();
    }
    seen
}

/// The header lines of a request as the origin gets them, by what every host does to them and by the engine's edits.
fn origin_request(
    book: &Book,
    engine: &Engine,
    sent: &[(String, String)],
    edits: &RequestEdits,
) -> Vec<String> {
    let upstream = engine.upstream();
    let conditions = [("if-none-match", "\"v1\""), ("range", "bytes=0-9"), ("accept-encoding", "gzip, br")];
    let sent = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(conditions);
    let mut lines: Vec<(&str, String)> = Vec::new();
    for (name, value) in sent.filter(|(name, _)| !is_withheld(name) && *name != "user-agent") {
        let value =
            if name == "cookie" { upstream.cookies(value.as_bytes()) } else { Some(value.as_bytes().into()) };
        lines.extend(value.map(|value| (name, String::from_utf8_lossy(&value).into_owned())));
    }
    lines.retain(|(name, _)| !edits.remove.contains(name));
    for (name, value) in edits.set {
        lines.retain(|(key, _)| key != name);
        lines.push((name, (*value).to_owned()));
    }
    let login = book.login.as_ref().map(|name| format!("{name}="));
    let own = |value: &str| {
        let others =
            value.split("; ").filter(|pair| login.as_ref().is_none_or(|login| !pair.starts_with(login)));
        others.collect::<Vec<_>>().join("; ")
    };
    let lines = lines.iter().map(|(name, value)| match *name {
        "cookie" => format!("cookie: {}", own(value)),
        _ => format!("{name}: {value}"),
    });
    lines.filter(|line| line != "cookie: ").collect()
}

/// Whether a line asks for a part of a page, for its confirmation, or for a coding of it.
fn is_condition(line: &str) -> bool {
    let name = line.split(':').next().unwrap_or_default();
    CONDITIONAL.contains(&name) || name == "accept-encoding"
}

/// What a browser decides and keeps.
fn in_browser(book: &Book, facts: Facts) -> Seen {
    let mut exchange = book.browser.begin(facts);
    match exchange.decide() {
        Err(reason) => Seen { effects: vec![reason.code().to_owned()], ..Seen::default() },
        Ok(decided) => Seen {
            effects: vec![
                format!("{:?}", decided.outcome),
                format!("{} {:?} {:?}", decided.page_kind, decided.visit_reason, decided.memory_reason),
            ],
            body: format!("{:?}", decided.outcome.decisions()),
            kept: Some([decided.kept.visit.clone(), decided.kept.memory.clone()]),
            ..Seen::default()
        },
    }
}

/// What an edge does, and its edits to the request if it asks the origin.
fn at_edge(
    engine: &Engine,
    book: &Book,
    flow: Flow,
    facts: Facts,
    plan: &[u8],
) -> (Seen, Option<RequestEdits>) {
    let mut seen = Seen::default();
    let mut exchange = engine.begin(facts);
    let first = exchange.step();
    seen.effects.push(format!("{first:?}"));
    let edits = match first {
        Effect::Fetch(edits) => edits,
        Effect::Answer(answer) => {
            for (name, value) in &answer.headers {
                seen.note(name, value.as_str());
            }
            seen.body = String::from_utf8_lossy(&answer.body).into_owned();
            seen.record = exchange.record().to_json();
            return (seen, None);
        }
        // Without an origin the host's own error is what the visitor gets.
        _ => return (seen, None),
    };
    // A host that keeps pages looks for one where it changes: of others it keeps no plan.
    let is_kept = exchange.outcome().is_some_and(|outcome| outcome.changes());
    seen.stores.extend(is_kept.then(String::new));
    let head = |status, kind| OriginHead { status, content_type: Some(kind), content_encoding: None };
    let page = head(200, "text/html; charset=utf-8");
    exchange.supply(match flow {
        Flow::Broken => Supply::Failed,
        Flow::Image => Supply::Head(head(200, "image/png")),
        Flow::Missing => Supply::Head(head(404, "text/html")),
        Flow::Kept => {
            Supply::Page(page, Stored { version: version(book), plan, page: Some(book.html.as_bytes()) })
        }
        _ => Supply::Head(page),
    });
    let second = exchange.step();
    seen.effects.push(format!("{second:?}"));
    match second {
        Effect::Send(edits) => {
            seen.note_head(&edits);
            seen.body = String::from_utf8_lossy(&body(book, &mut exchange, edits.body)).into_owned();
        }
        Effect::Fail(edits) => seen.note_head(&edits),
        _ => {}
    }
    seen.record = exchange.record().to_json();
    (seen, Some(edits))
}

/// The body as the visitor gets it.
fn body(book: &Book, exchange: &mut Exchange, how: Body) -> Vec<u8> {
    let page = book.html.as_bytes();
    let mut out = Vec::new();
    match how {
        Body::Copy => out.extend_from_slice(page),
        Body::Rewrite => page.chunks(100).for_each(|piece| exchange.push(piece, &mut out)),
        Body::Splice { length } => {
            for piece in exchange.pieces() {
                out.extend_from_slice(match piece {
                    Piece::Page { from, to } => &page[from..to],
                    Piece::Content(content) => content,
                });
            }
            assert_eq!(u64::try_from(out.len()).unwrap(), length, "the length that was promised");
        }
    }
    exchange.end(&mut out);
    out
}

/// The plan of the page, made for a visitor of whom nothing is known.
fn plan(book: &Book, facts: &Facts) -> Vec<u8> {
    let facts =
        Facts { path: facts.path.clone(), query: facts.query.clone(), now: facts.now, ..Facts::default() };
    // Variants that are forced rewrite the page, which is what makes a plan.
    let mut exchange = book.edge.begin(Facts { forced: book.variants.clone(), ..facts });
    let _ = exchange.step();
    let page = OriginHead { status: 200, content_type: Some("text/html"), content_encoding: None };
    exchange.supply(Supply::Page(page, Stored::default()));
    let _ = exchange.step();
    exchange.push(book.html.as_bytes(), &mut Vec::new());
    exchange.end(&mut Vec::new());
    version(book).and_then(|version| exchange.plan(version)).unwrap_or_default()
}

fn version(book: &Book) -> Option<Version> {
    Version::of_etag("\"v1\"", u64::try_from(book.html.len()).unwrap())
}

impl Seen {
    fn note_head(&mut self, edits: &HeadEdits) {
        edits.set.iter().for_each(|(name, value)| self.note(name, value.as_str()));
        edits.append.iter().for_each(|(name, value)| self.note(name, value.as_str()));
    }

    fn note(&mut self, name: &str, value: &str) {
        match name {
            "set-cookie" => self.set_cookies.push(value.to_owned()),
            "cache-control" if value.starts_with("private") => self.private = true,
            _ => {}
        }
    }
}

//! Requests as a host is sent them: heads of any bytes, through the whole engine to the last byte of the page.
//!
//! The input is text. The first line says what only the host knows: the number of a playbook, country and subdivision, the
//! time in milliseconds, the place, and whether there are entropy and keys. Then comes the request's head, and behind an empty
//! line the head of the origin's answer, and behind another one its page; where there is none, a page of the fixture.
//!
//! ```text
//! 07 NL-NH 1795262400000 52.4,4.9 1 1
//! GET /?utm_campaign=spring
//! cookie: parvis-visit=a~idesk-lamp
//!
//! 200 text/html; charset=utf-8
//! ```

use parvis::base::calendar::Millis;
use parvis::consent::evidence::Evidence;
use parvis::effect::OriginHead;
use parvis::engine::Engine;
use parvis::facts::{Cookies, Facts, Method, Place, region};
use parvis::http::cookies::{Sent, find, pairs};
use parvis::reason::Reason;

use crate::fixtures::{Fixture, keys};
use crate::response::{Origin, Page, Response, hold, once};

/// Where the engine may answer itself.
const OWN: [&str; 2] = ["/parvis/playbook.bin", "/.well-known/gpc.json"];

/// A request with what the origin answers.
struct Case {
    fixture: &'static Fixture,
    facts: Facts,
    keys: bool,
    status: u16,
    content_type: Option<String>,
    content_encoding: Option<String>,
    page: Vec<u8>,
}

/// Every law of a response, and what a request must not depend on.
pub(crate) fn request(input: &[u8]) {
    let case = Case::read(input);
    let engine = case.fixture.engine(case.keys);
    let response = hold(engine, &case.facts, case.origin(), &[7, 1, 300]);
    let Response::Page(page) = &response else { return };
    same_twice(&case, engine, page);
    less_is_asked(&case, engine, page);
    tampered(&case, engine);
    if case.facts.method == Method::Get {
        let head = Facts { method: Method::Head, ..case.facts.clone() };
        let Response::Page(head) = case.ask(engine, &head) else { panic!("a head is answered otherwise") };
        // It is no view, so it counts none; what it would show is the same.
        let shown =
            |page: &Page| page.decided.as_ref().map(|decided| (decided.contents.clone(), decided.allowed));
        assert!(shown(&head) == shown(page), "a head is decided otherwise than its page");
    }
    // Without a playbook everything is the origin's.
    let nothing = Engine::new(Err(Reason::PlaybookDamaged), Ok(keys()));
    let Response::Page(passed) = case.ask(&nothing, &case.facts) else {
        panic!("an answer without a playbook")
    };
    assert!(passed.decided.is_none() && passed.body == case.page);
}

/// The engine answers for exactly two paths, whoever asks, and with nothing of them.
pub(crate) fn own_resource(input: &[u8]) {
    let mut case = Case::read(input);
    // Most inputs are about paths near the two.
    if !case.facts.path.starts_with('/') {
        let at = case.facts.path.len() % 2;
        case.facts.path.insert_str(0, OWN[at]);
    }
    let engine = case.fixture.engine(case.keys);
    let facts = &case.facts;
    let response = hold(engine, facts, case.origin(), &[7, 1, 300]);
    let stated = engine.playbook().is_ok_and(|playbook| {
        let section = playbook.consent_section();
        parvis::consent::stored::StoredSettings::open(section)
            .is_some_and(|settings| settings.statement().is_some())
    });
    let ours = facts.path == OWN[0] || facts.path == OWN[1] && stated;
    let expected = ours && facts.method != Method::Other;
    assert_eq!(matches!(response, Response::Own(_)), expected, "{}", facts.path);
    let Response::Own(answer) = response else { return };
    // Cookies that are not ours, and everything else of a visitor, change nothing of it.
    let mut stranger = Facts { path: facts.path.clone(), now: facts.now, ..Facts::default() };
    let Response::Own(other) = case.ask(engine, &stranger) else { panic!("nobody gets an answer") };
    assert!(answer.body == other.body && answer.status == other.status);
    let owned = |facts: &Facts| {
        ["parvis-visit", "__Host-parvis"]
            .iter()
            .any(|name| find(Evidence::of(facts).cookies, name) != Sent::Absent)
    };
    assert!(owned(facts) || answer.headers == other.headers, "the answer depends on the visitor");
    stranger.method = Method::Other;
    assert!(matches!(case.ask(engine, &stranger), Response::Page(_)), "written to the engine's own resource");
    let nothing = Engine::new(Err(Reason::PlaybookDamaged), Ok(keys()));
    assert!(matches!(case.ask(&nothing, facts), Response::Page(_)), "an answer without a playbook");
}

impl Case {
    fn read(input: &[u8]) -> Case {
        let (told, rest) = line(input);
        let (head, rest) = section(rest);
        let (answer, page) = section(rest);
        let mut words = told.split_whitespace();
        let mut word = || words.next().unwrap_or_default();
        let fixture = Fixture::numbered(word().parse().unwrap_or(7));
        let (country, subdivision) = region(word());
        let now = word().parse().ok().map(Millis);
        let place = Place::from_pair(word());
        let (entropy, keys) = (word() != "0", word() != "0");

        let mut lines = head.lines();
        let (method, target) = lines.next().unwrap_or_default().split_once(' ').unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let fields: Vec<(String, &str)> = lines.filter_map(field).collect();
        let values = |name: &str| -> Vec<String> {
            fields.iter().filter(|(known, _)| known == name).map(|(_, value)| (*value).to_owned()).collect()
        };
        let facts = Facts {
            country,
            subdivision,
            place,
            now,
            entropy: entropy.then_some([9; 32]),
            ..Facts::from_headers(method, path, query, &|name| values(name))
        };

        let mut lines = answer.lines();
        let (status, content_type) = lines.next().unwrap_or_default().split_once(' ').unwrap_or_default();
        let encoding = lines.filter_map(field).find(|(name, _)| name == "content-encoding");
        let plain = answer.is_empty();
        Case {
            fixture,
            facts,
            keys,
            status: status.parse().unwrap_or(200),
            content_type: Some(if plain { "text/html; charset=utf-8" } else { content_type })
                .filter(|told| *told != "-")
                .map(str::to_owned),
            content_encoding: encoding.map(|(_, value)| value.to_owned()),
            page: if page.is_empty() { fixture.page(input.len()) } else { page.to_vec() },
        }
    }

    fn origin(&self) -> Origin<'_> {
        let head = OriginHead {
            status: self.status,
            content_type: self.content_type.as_deref(),
            content_encoding: self.content_encoding.as_deref(),
        };
        Origin { head, page: &self.page }
    }

    fn ask(&self, engine: &Engine, facts: &Facts) -> Response {
        once(engine, facts, self.origin())
    }
}

/// Text up to the end of the line, and what is behind it.
fn line(input: &[u8]) -> (String, &[u8]) {
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    (String::from_utf8_lossy(&input[..end]).into_owned(), input.get(end + 1..).unwrap_or_default())
}

/// Text up to an empty line, and what is behind that.
fn section(input: &[u8]) -> (String, &[u8]) {
    let end = input.windows(2).position(|two| two == b"\n\n").unwrap_or(input.len());
    (String::from_utf8_lossy(&input[..end]).into_owned(), input.get(end + 2..).unwrap_or_default())
}

/// A header's name in lower case and its value.
fn field(line: &str) -> Option<(String, &str)> {
    let (name, value) = line.split_once(':')?;
    Some((name.trim().to_ascii_lowercase(), value.trim_matches([' ', '\t'])))
}

/// The response without what `Server-Timing` says: its digest is a sum over cookies, which counts one that comes twice twice.
fn undigested(response: Response) -> Response {
    let Response::Page(mut page) = response else { return response };
    page.head.set.retain(|(name, _)| *name != "server-timing");
    page.head.append.retain(|(name, _)| name != "server-timing");
    Response::Page(page)
}

/// A request whose cookies all come twice, or in headers of their own, gets the same.
fn same_twice(case: &Case, engine: &Engine, page: &Page) {
    let mut twice = case.facts.clone();
    twice.cookies.extend(Evidence::of(&case.facts).cookies.iter().cloned());
    assert!(
        undigested(case.ask(engine, &twice)) == undigested(Response::Page(Box::new(page.clone()))),
        "cookies that come twice change it"
    );
    let apart = Evidence::of(&case.facts)
        .cookies
        .iter()
        .flat_map(|header| header.split(';'))
        .map(str::to_owned)
        .collect();
    let apart = Facts { cookies: apart, ..case.facts.clone() };
    assert!(case.ask(engine, &apart) == Response::Page(Box::new(page.clone())), "cookies apart change it");
}

/// Whoever says no is allowed no more than before; who has no clock or key is known no better.
fn less_is_asked(case: &Case, engine: &Engine, page: &Page) {
    let Some(decided) = &page.decided else { return };
    let mut refused = case.facts.clone();
    refused.sec_gpc.push("1".to_owned());
    let clockless = Facts { now: None, ..case.facts.clone() };
    for less in [refused, clockless] {
        let Response::Page(less) = case.ask(engine, &less) else { panic!("a page is no page any more") };
        let less = less.decided.expect("the path and the visitor are the same");
        assert!(
            decided.allowed.contains_all(less.allowed),
            "{:?} became {:?}",
            decided.allowed,
            less.allowed
        );
    }
}

/// Visitor memory that somebody altered is as good as none.
fn tampered(case: &Case, engine: &Engine) {
    let Sent::One(value) = find(Evidence::of(&case.facts).cookies, "__Host-parvis") else { return };
    let last = value.chars().last();
    let altered = match last {
        Some('A') => format!("{value}B"),
        _ => format!("{value}A"),
    };
    let with = |replaced: Option<&str>| {
        let others = pairs(Evidence::of(&case.facts).cookies).filter(|(name, _)| *name != "__Host-parvis");
        let mut cookies: Cookies = others.map(|(name, value)| format!("{name}={value}")).collect();
        cookies.extend(replaced.map(|value| format!("__Host-parvis={value}")));
        let facts = Facts { cookies, ..case.facts.clone() };
        let Response::Page(page) = case.ask(engine, &facts) else { panic!("a page is no page any more") };
        page.decided.map(|decided| decided.contents)
    };
    // A value that opens is altered to one that does not; one that does not open is none as it is.
    let without = with(None);
    assert!(with(Some(&altered)) == without, "a memory that was altered counts");
    assert!(with(Some("AQE")) == without && with(Some("")) == without);
}

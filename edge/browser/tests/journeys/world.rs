//! One visitor of a site: an edge, a browser with one jar of cookies for both, and a clock.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use parvis::author::compile_source;
use parvis::base::calendar::Millis;
use parvis::consent::evidence::Evidence;
use parvis::consent::resolve::{Finding, Resolution, Witness, resolve, resolve_seen};
use parvis::consent::stored::StoredSettings;
use parvis::effect::{Effect, OriginHead, Supply};
use parvis::engine::Engine;
use parvis::facts::{Facts, region};
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis::visitor::cookie::VISIT;
use parvis_browser::question::Place;
use parvis_browser::session::Session;
use serde_json::{Value, json};

/// 2026-11-21T12:00:00Z
pub(crate) const NOW: i64 = 1_795_262_400_000;
const DAY: i64 = 86_400_000;

/// A playbook with these members in place of, or beside, those of a small one.
pub(crate) fn playbook(members: &Value) -> Value {
    let mut playbook = json!({
        "format": 1,
        "site": { "name": "test", "host": "shop.example" },
        "pages": [{ "kind": "home", "path": "/" }],
        "blocks": { "hero": { "pages": ["home"], "reserve": "4rem" } },
        "campaigns": [{ "id": "spring", "block": "hero", "when": { "campaign": "spring" },
            "variants": [{ "id": "only", "html": "<h1>Spring</h1>" }] }],
    });
    for (key, value) in members.as_object().unwrap() {
        playbook[key] = value.clone();
    }
    playbook
}

/// The compiled playbook; many rows have the same.
fn compiled(source: String) -> Vec<u8> {
    thread_local!(static KNOWN: RefCell<HashMap<String, Vec<u8>>> = RefCell::default());
    if let Some(bytes) = KNOWN.with_borrow(|known| known.get(&source).cloned()) {
        return bytes;
    }
    let bytes = compile_source(&source).unwrap_or_else(|error| panic!("{error}\n{source}"));
    KNOWN.with_borrow_mut(|known| known.insert(source, bytes.clone()));
    bytes
}

/// Cookies of a visitor, in the order in which the browser sends them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Jar(pub(crate) Vec<(String, String)>);

impl Jar {
    pub(crate) fn of(cookies: &[(&str, &str)]) -> Jar {
        Jar(cookies.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// The cookies of a `Cookie` header.
    pub(crate) fn sent(header: &str) -> Jar {
        Jar::of(&header.split("; ").filter_map(|cookie| cookie.split_once('=')).collect::<Vec<_>>())
    }

    fn header(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// The names of all cookies but our visit.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).filter(|name| *name != VISIT).collect()
    }

    pub(crate) fn get(&self, wanted: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }

    pub(crate) fn keep(&mut self, name: &str, value: Option<&str>) {
        self.0.retain(|(known, _)| known != name);
        self.0.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    }

    /// Does as a `Set-Cookie` says.
    fn set(&mut self, line: &str) {
        let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
        let (name, value) = pair.split_once('=').unwrap();
        self.keep(name, Some(value).filter(|_| !attributes.contains("Max-Age=0")));
    }
}

/// What the edge made of a request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AtEdge {
    pub(crate) allowed: BTreeSet<String>,
    /// Which flags were read, as what, and why one did not count.
    pub(crate) findings: Vec<String>,
    pub(crate) body: String,
    pub(crate) headers: Vec<(String, String)>,
}

/// What the page made of a question.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct InPage {
    pub(crate) allowed: BTreeSet<String>,
    /// Each purpose with its state.
    pub(crate) states: BTreeSet<String>,
    /// The decision on the block `hero`: campaign, or reason.
    pub(crate) hero: String,
}

/// The engine before the site.
pub(crate) struct Edge {
    engine: Engine,
    /// Where it believes the visitor to be; the page is told so.
    pub(crate) region: String,
}

/// The visitor's browser, on one page of the site.
pub(crate) struct Browser {
    pub(crate) page: Session,
    pub(crate) jar: Jar,
    pub(crate) gpc: bool,
    /// The query of the page's address.
    pub(crate) query: String,
}

/// The time, which is the same for both.
pub(crate) struct Clock(pub(crate) i64);

impl Clock {
    /// Time passes.
    pub(crate) fn days(&mut self, days: i64) {
        self.0 += days * DAY;
    }
}

/// A site with its edge, a visitor's browser, and the time.
pub(crate) struct World {
    pub(crate) edge: Edge,
    pub(crate) browser: Browser,
    pub(crate) clock: Clock,
}

impl World {
    /// A visitor in France without cookies, and a playbook with these members.
    pub(crate) fn new(members: &Value) -> World {
        World::of(&playbook(members))
    }

    /// The same with a whole playbook.
    pub(crate) fn of(playbook: &Value) -> World {
        let bytes = compiled(playbook.to_string());
        let engine = Engine::new(Playbook::open(bytes.clone()), Err(Reason::KeysAbsent));
        let page = Session::open(bytes);
        World {
            edge: Edge { engine, region: "FR".to_owned() },
            browser: Browser { page, jar: Jar::default(), gpc: false, query: String::new() },
            clock: Clock(NOW),
        }
    }

    pub(crate) fn in_region(mut self, region: &str) -> World {
        region.clone_into(&mut self.edge.region);
        self
    }

    pub(crate) fn with_cookies(mut self, jar: Jar) -> World {
        self.browser.jar = jar;
        self
    }

    pub(crate) fn with_signal(mut self, gpc: bool) -> World {
        self.browser.gpc = gpc;
        self
    }

    pub(crate) fn at(mut self, query: &str) -> World {
        query.clone_into(&mut self.browser.query);
        self
    }

    fn facts(&self) -> Facts {
        let (country, subdivision) = region(&self.edge.region);
        let cookies = self.browser.jar.header();
        Facts {
            path: "/".to_owned(),
            query: self.browser.query.clone(),
            cookies: Some(cookies).into_iter().filter(|cookies| !cookies.is_empty()).collect(),
            sec_gpc: if self.browser.gpc { vec!["1".to_owned()] } else { Vec::new() },
            country,
            subdivision,
            now: Some(Millis(self.clock.0)),
            entropy: Some([7; 32]),
            ..Facts::default()
        }
    }

    /// The visitor asks for the page, in which blocks are marked with `marker`, and keeps what the edge sets.
    pub(crate) fn visit_marked(&mut self, marker: &str) -> AtEdge {
        let mut exchange = self.edge.engine.begin(self.facts());
        assert!(matches!(exchange.step(), Effect::Fetch(_)));
        exchange.supply(Supply::Head(OriginHead {
            status: 200,
            content_type: Some("text/html; charset=utf-8"),
            content_encoding: None,
        }));
        let Effect::Send(edits) = exchange.step() else { panic!("the page comes") };
        let all = edits.append.iter().map(|(name, value)| (name.to_string(), value.as_str().to_owned()));
        let headers: Vec<(String, String)> = all.collect();
        let mut body = Vec::new();
        exchange.push(format!("<div {marker}=\"hero\">usual</div>").as_bytes(), &mut body);
        exchange.end(&mut body);
        let record: Value = serde_json::from_str(&exchange.record().to_json()).unwrap();
        let allowed = record["allowed"].as_array().into_iter().flatten();
        let answer = AtEdge {
            allowed: allowed.map(|purpose| purpose.as_str().unwrap().to_owned()).collect(),
            findings: self.findings(),
            body: String::from_utf8(body).unwrap(),
            headers,
        };
        let set = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
        set.for_each(|(_, line)| self.browser.jar.set(line));
        answer
    }

    pub(crate) fn visit(&mut self) -> AtEdge {
        self.visit_marked("data-block")
    }

    fn findings(&self) -> Vec<String> {
        struct Seen(Vec<String>);
        impl Witness for Seen {
            fn saw(&mut self, finding: &Finding<'_>) {
                let Finding { source, answer, stale, .. } = finding;
                self.0.push(format!("{source:?}: {answer:?}, {stale}"));
            }
        }
        let mut seen = Seen(Vec::new());
        resolve_seen(&Evidence::of(&self.facts()), &self.settings(), &mut seen);
        seen.0
    }

    /// What the edge resolves of consent for the visitor's next request.
    pub(crate) fn resolved<T>(&self, see: impl Fn(&Resolution) -> T) -> T {
        see(&resolve(&Evidence::of(&self.facts()), &self.settings()))
    }

    fn settings(&self) -> StoredSettings<'_> {
        StoredSettings::open(self.edge.engine.playbook().unwrap().consent_section()).unwrap()
    }

    /// The page asks with these records and keeps cookies as `js/storage.js` does; also what becomes of the mirror cookie.
    ///
    /// No record is an event of the page, so behind an edge no visit is written, but one that may not be kept is deleted.
    pub(crate) fn tell(&mut self, records: &[[&str; 3]]) -> (String, InPage) {
        self.question(["1", ""], records)
    }

    fn question(&mut self, standing: [&str; 2], records: &[[&str; 3]]) -> (String, InPage) {
        let cookies = self.browser.jar.header();
        let gpc = if self.browser.gpc { "1" } else { "" };
        let [edge, arrives] = standing;
        let mut fields = vec![cookies.as_str(), &self.edge.region, gpc, edge, arrives, ""];
        fields.extend(records.iter().flatten());
        let place = Place {
            path: "/".to_owned(),
            query: self.browser.query.clone(),
            now: Some(Millis(self.clock.0)),
            entropy: vec![7; 32],
            ..Place::default()
        };
        let answer = self.browser.page.decide(&fields.join("\0"), &place);
        let fields: Vec<&str> = answer.split('\0').collect();
        let (visit, kept) = (fields[1], fields[5].to_owned());
        // Behind the names are keys of web storage.
        let names = fields[6].split(' ').filter(|name| !name.starts_with('@')).collect::<Vec<_>>();
        if visit.is_empty() || (edge.is_empty() && visit != "*") {
            self.browser.jar.keep(VISIT, visit.strip_prefix('='));
        }
        if kept.is_empty() || kept.starts_with('=') {
            for (index, name) in names.iter().enumerate() {
                let value = kept.strip_prefix('=').filter(|_| index == 0);
                self.browser.jar.keep(name, value.map(|value| value.split(';').next().unwrap()));
            }
        }
        let rulings = fields[3].split(' ').filter(|ruling| !ruling.is_empty());
        let rulings: Vec<Vec<&str>> = rulings.map(|ruling| ruling.split(':').collect()).collect();
        let allowed = rulings.iter().filter(|ruling| ruling[2] != "block").map(|ruling| ruling[0].to_owned());
        let hero = fields[8..].chunks_exact(6).find(|row| row[0] == "hero");
        let page = InPage {
            allowed: allowed.collect(),
            states: rulings.iter().map(|ruling| format!("{} {}", ruling[0], ruling[1])).collect(),
            hero: hero
                .map_or(String::new(), |row| if row[1].is_empty() { row[3] } else { row[1] }.to_owned()),
        };
        (kept, page)
    }

    /// The same, and what was chosen is read.
    #[track_caller]
    pub(crate) fn ask(&mut self, records: &[[&str; 3]]) -> InPage {
        let (kept, page) = self.tell(records);
        assert_ne!(kept, "!", "the choice was read");
        page
    }

    /// The page arrives at a browser with no edge before the site, and decides by itself.
    pub(crate) fn arrive_without_an_edge(&mut self) -> InPage {
        self.question(["", "1"], &[]).1
    }

    /// What the page permits, and then the edge with the same visitor's next request: both the same.
    #[track_caller]
    pub(crate) fn both(&mut self) -> (AtEdge, InPage) {
        let page = self.ask(&[]);
        let edge = self.visit();
        assert_eq!(edge.allowed, page.allowed, "edge and page, with {:?}", self.browser.jar);
        (edge, page)
    }

    /// The visitor takes everything back in the page; after that nothing is allowed or kept, at the edge or there.
    #[track_caller]
    pub(crate) fn withdraw(&mut self, what: &str) {
        self.ask(&[["a", "0", "*"]]);
        assert_eq!(self.browser.jar.get(VISIT), None, "{what}: the page deletes the visit");
        let (edge, _) = self.both();
        let free = ["contextual", "necessary"];
        assert!(edge.allowed.iter().eq(free), "{what}: {:?} with {:?}", edge.allowed, self.browser.jar);
        assert_eq!(self.browser.jar.get(VISIT), None, "{what}: the edge keeps no visit");
    }
}

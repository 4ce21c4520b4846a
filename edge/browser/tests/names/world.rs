//! One visitor of a site, at the edge and in the page, with one jar of cookies between them.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use parvis::author::compile_source;
use parvis::base::calendar::Millis;
use parvis::consent::evidence::Evidence;
use parvis::consent::resolve::{Finding, Witness, resolve_seen};
use parvis::consent::stored::StoredSettings;
use parvis::effect::{Effect, OriginHead, Supply};
use parvis::engine::Engine;
use parvis::facts::{Facts, region};
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis_browser::question::Place;
use parvis_browser::session::Session;
use serde_json::{Value, json};

/// 2026-11-21T12:00:00Z
pub(crate) const NOW: i64 = 1_795_262_400_000;

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

    fn header(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }

    fn keep(&mut self, name: &str, value: Option<&str>) {
        self.0.retain(|(known, _)| known != name);
        self.0.extend(value.map(|value| (name.to_owned(), value.to_owned())));
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

/// A site with its edge and its page.
pub(crate) struct World {
    pub(crate) edge: Engine,
    pub(crate) page: Session,
    pub(crate) jar: Jar,
    pub(crate) region: String,
    pub(crate) now: i64,
    pub(crate) gpc: bool,
    pub(crate) query: String,
}

impl World {
    pub(crate) fn new(members: &Value) -> World {
        let bytes = compiled(playbook(members).to_string());
        World {
            edge: Engine::new(Playbook::open(bytes.clone()), Err(Reason::KeysAbsent)),
            page: Session::open(bytes),
            jar: Jar::default(),
            region: "FR".to_owned(),
            now: NOW,
            gpc: false,
            query: String::new(),
        }
    }

    fn facts(&self) -> Facts {
        let (country, subdivision) = region(&self.region);
        let cookies = self.jar.header();
        Facts {
            path: "/".to_owned(),
            query: self.query.clone(),
            cookies: if cookies.is_empty() { Vec::new() } else { vec![cookies] },
            sec_gpc: if self.gpc { vec!["1".to_owned()] } else { Vec::new() },
            country,
            subdivision,
            now: Some(Millis(self.now)),
            entropy: Some([7; 32]),
            ..Facts::default()
        }
    }

    /// The visitor asks for the page, in which blocks are marked with `marker`.
    pub(crate) fn visit_marked(&self, marker: &str) -> AtEdge {
        let mut exchange = self.edge.begin(self.facts());
        assert!(matches!(exchange.step(), Effect::Fetch(_)));
        exchange.supply(Supply::Head(OriginHead {
            status: 200,
            content_type: Some("text/html; charset=utf-8"),
            content_encoding: None,
        }));
        let Effect::Send(edits) = exchange.step() else { panic!("the page comes") };
        let all = edits.append.iter().map(|(name, value)| (name.to_string(), value.as_str().to_owned()));
        let mut body = Vec::new();
        exchange.push(format!("<div {marker}=\"hero\">usual</div>").as_bytes(), &mut body);
        exchange.end(&mut body);
        let record: Value = serde_json::from_str(&exchange.record().to_json()).unwrap();
        let allowed = record["allowed"].as_array().into_iter().flatten();
        AtEdge {
            allowed: allowed.map(|purpose| purpose.as_str().unwrap().to_owned()).collect(),
            findings: self.findings(),
            body: String::from_utf8(body).unwrap(),
            headers: all.collect(),
        }
    }

    pub(crate) fn visit(&self) -> AtEdge {
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
        let facts = self.facts();
        let settings = StoredSettings::open(self.edge.playbook().unwrap().consent_section()).unwrap();
        let mut seen = Seen(Vec::new());
        resolve_seen(&Evidence::of(&facts), &settings, &mut seen);
        seen.0
    }

    /// The page asks with these records and keeps the mirror cookie as `js/storage.js` does.
    pub(crate) fn ask(&mut self, records: &[[&str; 3]]) -> InPage {
        let cookies = self.jar.header();
        let gpc = if self.gpc { "1" } else { "" };
        let mut fields = vec![cookies.as_str(), &self.region, gpc, "1", "", ""];
        fields.extend(records.iter().flatten());
        let place = Place {
            path: "/".to_owned(),
            query: self.query.clone(),
            now: Some(Millis(self.now)),
            entropy: vec![7; 32],
            ..Place::default()
        };
        let answer = self.page.decide(&fields.join("\0"), &place);
        let fields: Vec<&str> = answer.split('\0').collect();
        let (kept, names) = (fields[5], fields[6].split(' ').collect::<Vec<_>>());
        assert_ne!(kept, "!", "the choice was read");
        if kept.is_empty() || kept.starts_with('=') {
            for (index, name) in names.iter().enumerate() {
                let value = kept.strip_prefix('=').filter(|_| index == 0);
                self.jar.keep(name, value.map(|value| value.split(';').next().unwrap()));
            }
        }
        let rulings = fields[3].split(' ').filter(|ruling| !ruling.is_empty());
        let rulings: Vec<Vec<&str>> = rulings.map(|ruling| ruling.split(':').collect()).collect();
        let allowed = rulings.iter().filter(|ruling| ruling[2] != "block").map(|ruling| ruling[0].to_owned());
        let hero = fields[7..].chunks_exact(5).find(|row| row[0] == "hero");
        InPage {
            allowed: allowed.collect(),
            states: rulings.iter().map(|ruling| format!("{} {}", ruling[0], ruling[1])).collect(),
            hero: hero
                .map_or(String::new(), |row| if row[1].is_empty() { row[3] } else { row[1] }.to_owned()),
        }
    }

    /// What the page permits, and then the edge with the same visitor's next request: both the same.
    #[track_caller]
    pub(crate) fn both(&mut self) -> (AtEdge, InPage) {
        let page = self.ask(&[]);
        let edge = self.visit();
        assert_eq!(edge.allowed, page.allowed, "edge and page, with {:?}", self.jar);
        (edge, page)
    }

    /// The visitor takes everything back in the page; after that nothing is allowed, at the edge or there.
    #[track_caller]
    pub(crate) fn withdraw(&mut self, what: &str) {
        self.ask(&[["a", "0", "*"]]);
        let (edge, _) = self.both();
        let free = ["contextual", "necessary"];
        assert!(edge.allowed.iter().eq(free), "{what}: {:?} with {:?}", edge.allowed, self.jar);
    }
}

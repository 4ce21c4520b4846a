//! A browser without an edge, whose visit and memory lie open: what it is asked, and what it tells.

use parvis::assign::hash;
use parvis::author::compile_source;
use parvis::base::base64;
use parvis::base::calendar::Millis;
use parvis::consent::purpose::Purpose;
use parvis::engine::Engine;
use parvis::facts::{BrowserFacts, Event, Facts};
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis::response::outcome::{Chosen, Content};
use parvis::visitor::keyring::Keyring;
use serde_json::{Value as Json, json};

/// 2026-11-21, noon UTC.
pub(crate) const NOW: i64 = 1_795_262_400_000;
pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;
/// The day of [`NOW`], since 1970.
pub(crate) const TODAY: u16 = 20_778;

/// The purposes that anything here needs, each with a service of the banner that grants it alone.
pub(crate) const PURPOSES: [Purpose; 5] = [
    Purpose::DeviceStorage,
    Purpose::SessionPersonalization,
    Purpose::PersistentPersonalization,
    Purpose::Experimentation,
    Purpose::Profile,
];

/// An engine with two blocks, `hero` and `offers`, and what else `more` says of the playbook.
pub(crate) fn engine(more: &Json) -> Engine {
    let meanings: serde_json::Map<String, Json> =
        PURPOSES.map(|purpose| (purpose.name().to_owned(), json!([purpose.name()]))).into_iter().collect();
    let mut source = json!({
        "format": 1, "site": { "name": "lumen", "host": "shop.example" },
        "consent": { "meanings": { "tarteaucitron": meanings } },
        "pages": [{ "kind": "home", "path": "/" }, { "kind": "product", "path": "/p/{item}" }],
        "blocks": { "hero": { "pages": ["home", "product"], "reserve": "1rem" },
            "offers": { "pages": ["home", "product"], "reserve": "1rem" } },
        "catalog": { "categories": { "lights": { "title": "Lights", "url": "/c/lights" } },
            "items": { "lamp": { "title": "Lamp", "url": "/p/lamp" }, "rug": { "title": "Rug", "url": "/p/rug" } } },
    });
    for (key, value) in more.as_object().unwrap() {
        source[key] = value.clone();
    }
    let keys = Keyring::parse(format!("1:{}\n", "07".repeat(32)).as_bytes());
    Engine::new(Playbook::open(compile_source(&source.to_string()).unwrap()), keys)
}

/// An engine with one campaign in `hero` that shows `<p>New</p>`, and what else `more` says of it.
pub(crate) fn hero(more: Json) -> Engine {
    engine(&json!({ "campaigns": [campaign(more)] }))
}

pub(crate) fn campaign(mut more: Json) -> Json {
    for (key, value) in [
        ("id", json!("spring")),
        ("block", json!("hero")),
        ("variants", json!([{ "id": "only", "html": "<p>New</p>" }])),
    ] {
        if more.get(key).is_none() {
            more[key] = value;
        }
    }
    more
}

/// A page that a browser without an edge arrives at, of somebody who grants everything and was never here.
pub(crate) fn facts() -> Facts {
    facts_of(&PURPOSES, "", None)
}

/// The same, of somebody who grants this, with a visit, empty for none, and with memory.
pub(crate) fn facts_of(granted: &[Purpose], visit: &str, memory: Option<&[u8]>) -> Facts {
    let service = |purpose: &Purpose| format!("!{}={}", purpose.name(), granted.contains(purpose));
    let mut cookies = format!("tarteaucitron={}", PURPOSES.iter().map(service).collect::<String>());
    if !visit.is_empty() {
        cookies.push_str("; parvis-visit=");
        cookies.push_str(visit);
    }
    Facts {
        path: "/".to_owned(),
        cookies: [cookies].into(),
        country: Some("FR".to_owned()),
        now: Some(Millis(NOW)),
        entropy: Some([7; 32]),
        browser: Some(BrowserFacts {
            arrives: true,
            memory: memory.map(base64::encode),
            ..BrowserFacts::default()
        }),
        ..Facts::default()
    }
}

/// The same page at another time, in milliseconds since 1970.
pub(crate) fn at(now: i64, facts: Facts) -> Facts {
    Facts { now: Some(Millis(now)), ..facts }
}

/// The same page behind an edge.
pub(crate) fn behind_edge(mut facts: Facts) -> Facts {
    if let Some(browser) = &mut facts.browser {
        browser.behind_edge = true;
    }
    facts
}

/// The same page, on which something happens.
pub(crate) fn with(event: Event, mut facts: Facts) -> Facts {
    if let Some(browser) = &mut facts.browser {
        browser.events.push(event);
    }
    facts
}

/// Memory with these parts, each a tag and its bytes.
pub(crate) fn memory(first_day: u16, visits: u16, last_minute: u32, parts: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![1];
    bytes.extend(first_day.to_le_bytes());
    bytes.extend(visits.to_le_bytes());
    bytes.extend(last_minute.to_le_bytes());
    for (tag, part) in parts {
        bytes.extend([*tag, u8::try_from(part.len()).unwrap()]);
        bytes.extend(part);
    }
    bytes
}

/// The minute of a day's midnight, since 1970.
pub(crate) fn midnight(day: u16) -> u32 {
    u32::from(day) * 24 * 60
}

/// The code of an id as memory has it.
pub(crate) fn code(id: &str) -> [u8; 4] {
    hash::code(id).to_le_bytes()
}

/// What was decided and what is kept.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) reasons: Vec<Reason>,
    pub(crate) contents: Vec<Content>,
    pub(crate) chosen: Vec<Option<Chosen>>,
    pub(crate) visit: Option<String>,
    pub(crate) memory: Option<Vec<u8>>,
}

impl Told {
    /// The bytes of the part of memory with this tag.
    pub(crate) fn part(&self, tag: u8) -> Option<Vec<u8>> {
        let bytes = self.memory.as_ref()?;
        let mut at = 9;
        while at < bytes.len() {
            let length = usize::from(bytes[at + 1]);
            if bytes[at] == tag {
                return Some(bytes[at + 2..at + 2 + length].to_vec());
            }
            at += 2 + length;
        }
        None
    }

    /// The text that `hero` shows.
    pub(crate) fn html(&self) -> String {
        match &self.contents[0] {
            Content::Inner(html) => String::from_utf8(html.clone()).unwrap(),
            other => format!("{other:?}"),
        }
    }
}

pub(crate) fn ask(engine: &Engine, facts: Facts) -> Told {
    let mut exchange = engine.begin(facts);
    let decided = exchange.decide().unwrap();
    let decisions = decided.outcome.decisions();
    Told {
        reasons: decisions.iter().map(|decision| decision.reason).collect(),
        contents: decisions.iter().map(|decision| decision.content.clone()).collect(),
        chosen: decisions.iter().map(|decision| decision.chosen).collect(),
        visit: decided.kept.visit.as_deref().map(timeless),
        memory: decided.kept.memory.as_deref().map(|text| base64::decode(text).unwrap()),
    }
}

/// A visit cookie without its last activity, which comes last.
pub(crate) fn timeless(visit: &str) -> String {
    visit.split("~l").next().unwrap().to_owned()
}

/// Why `hero` shows what it does.
pub(crate) fn reason(engine: &Engine, facts: Facts) -> Reason {
    ask(engine, facts).reasons[0]
}

//! A crowd of visitors, and what of their pages is to be counted: known to this file without asking the engine.

use std::collections::BTreeMap;

use parvis::author::compile_source;
use parvis::base::calendar::Millis;
use parvis::effect::{Effect, OriginHead, Supply};
use parvis::engine::Engine;
use parvis::facts::Facts;
use parvis::playbook::Playbook;
use parvis::visitor::keyring::Keyring;
use serde_json::json;

/// The experiments, with the weights of their arms.
pub(crate) const EXPERIMENTS: [(&str, [u32; 3]); 2] = [("test", [30, 30, 40]), ("rest", [50, 25, 25])];
/// The arms of each.
const ARMS: [&str; 3] = ["first", "second", "same"];

/// 2026-11-21, noon UTC.
const NOON: i64 = 1_795_262_400_000;
const HOUR: i64 = 3_600_000;
/// How often `test` may be seen in a visit.
const CAP: u32 = 2;

const HTML: OriginHead<'_> =
    OriginHead { status: 200, content_type: Some("text/html; charset=utf-8"), content_encoding: None };

/// Pages, and whether every arm of both experiments could be placed in them.
const PAGES: [(&str, bool); 6] = [
    (
        "<div data-block=hero><b data-part=title>1</b><i data-part=note>2</i></div><div data-block=side>3</div>",
        true,
    ),
    ("<main>another template</main>", false),
    ("<div data-block=hero><b data-part=title>1</b></div><img data-block=side>", false),
    ("<div data-block=hero><i data-part=note>2</i></div><p data-block=side>3<p>4</div>", false),
    ("<div data-block=side>3<div data-block=hero><b data-part=title>1</b><i data-part=note>2</i>", false),
    ("<img data-block=hero><a data-block=side>3", false),
];

pub(crate) fn engine() -> Engine {
    let all = json!(["device_storage", "session_personalization"]);
    let playbook = json!({
        "format": 1, "site": { "name": "ratio", "host": "shop.example", "holdout_percent": 5 },
        "consent": { "meanings": { "tarteaucitron": { "visit": all, "memory": ["persistent_personalization"],
            "tests": ["experimentation"], "counts": ["measurement"] } } },
        "pages": [{ "kind": "home", "path": "/" }, { "kind": "product", "path": "/p/{item}" }],
        "blocks": { "hero": { "pages": ["home", "product"], "reserve": "1rem" },
            "side": { "pages": ["home", "product"], "reserve": "1rem" } },
        "campaigns": [
            { "id": "test", "block": "hero", "priority": 2, "cap": { "per_visit": CAP }, "experiment": { "coverage_percent": 80 },
              "variants": [{ "id": "first", "weight": 30, "html": "<p>{{visit.last_item}}</p>" },
                { "id": "second", "weight": 30, "parts": { "title": "New", "note": "{{visit.last_item or 'none'}}" } },
                { "id": "same", "weight": 40, "control": true }] },
            { "id": "else", "block": "hero", "variants": [{ "id": "only", "html": "<p>Else</p>" }] },
            { "id": "rest", "block": "side", "fatigue": { "backoff_hours": 12, "max_backoff_hours": 12 }, "experiment": {},
              "variants": [{ "id": "first", "weight": 50, "html": "<p>Rest</p>" }, { "id": "second", "weight": 25, "hide": true },
                { "id": "same", "weight": 25, "control": true }] }],
    });
    let keys = Keyring::parse(format!("1:{}\n", "07".repeat(32)).as_bytes());
    Engine::new(Playbook::open(compile_source(&playbook.to_string()).unwrap()), keys)
}

/// What became of all visitors of one seed.
#[derive(Debug, Default)]
pub(crate) struct Crowd {
    /// Visitors who were counted in each arm of each experiment.
    pub(crate) arms: [[u32; 3]; 2],
    /// Pages that were counted and must not have been, or were not and must have been.
    pub(crate) faults: u32,
    pub(crate) first_fault: Option<String>,
    /// How often a value was missing, a page did not fit, something was refused, and nobody saw a page.
    pub(crate) obstacles: [u32; 4],
}

impl Crowd {
    pub(crate) fn asks(engine: &Engine, seed: u64, visitors: u64) -> Crowd {
        let mut crowd = Crowd::default();
        for number in 0..visitors {
            Visitor::of(seed, number).comes(engine, &mut crowd);
        }
        crowd
    }
}

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }

    fn happens(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn entropy(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.chunks_exact_mut(8).for_each(|part| part.copy_from_slice(&self.next().to_le_bytes()));
        bytes
    }
}

/// How a page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Person,
    /// A person who has the page already, for five seconds.
    Reload,
    Ahead,
    Head,
}

/// What is known of a visitor's part in one experiment.
#[derive(Clone, Copy, Default)]
struct Part {
    /// Whether they take part, once it is known: not held out, and covered.
    takes: Option<bool>,
    arm: Option<usize>,
    /// Pages since the begin of the visit for which it counted; hours do not matter, for visits are a day apart.
    counted: u32,
    /// Whether it counted for the page that is open.
    in_view: bool,
}

struct Visitor {
    dice: Dice,
    robot: bool,
    country: &'static str,
    /// The services that are permitted: visit, memory, tests, counts.
    permits: [bool; 4],
    jar: BTreeMap<String, String>,
    parts: [Part; 2],
    /// Whether a product was seen in this visit.
    knows: bool,
}

impl Visitor {
    fn of(seed: u64, number: u64) -> Visitor {
        let mut dice = Dice(Dice(seed).next() ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut jar = BTreeMap::new();
        let (country, permits) = match dice.below(10) {
            0 => ("FR", [false; 4]),
            1 => ("US", [true; 4]),
            kind => {
                let permits = [(); 4].map(|()| kind < 7 || dice.happens(60));
                let names = ["visit", "memory", "tests", "counts"];
                let said = names.iter().zip(permits).map(|(name, yes)| format!("!{name}={yes}"));
                jar.insert("tarteaucitron".to_owned(), said.collect());
                ("FR", permits)
            }
        };
        let (robot, parts) = (dice.happens(4), Default::default());
        Visitor { dice, robot, country, permits, jar, parts, knows: false }
    }

    fn comes(&mut self, engine: &Engine, crowd: &mut Crowd) {
        for visit in 0..=self.dice.below(2) {
            self.begins();
            let mut now = NOON + i64::try_from(visit).unwrap() * 48 * HOUR;
            for _ in 0..=self.dice.below(4) {
                let product = self.dice.happens(40);
                if self.dice.happens(25) {
                    self.asks(engine, crowd, Way::Ahead, product, now);
                }
                let way = if self.dice.happens(5) { Way::Head } else { Way::Person };
                now += 20_000;
                self.asks(engine, crowd, way, product, now);
                if way == Way::Person && self.dice.happens(25) {
                    self.asks(engine, crowd, Way::Reload, product, now + 5_000);
                }
                now += 40_000;
            }
        }
    }

    /// A visit begins; who may not be remembered is somebody else then.
    fn begins(&mut self) {
        self.jar.remove("parvis-visit");
        self.knows = false;
        self.parts.iter_mut().for_each(|part| part.counted = 0);
        if !self.permits[1] {
            self.parts = Default::default();
        }
    }

    fn asks(&mut self, engine: &Engine, crowd: &mut Crowd, way: Way, product: bool, now: i64) {
        let (page, fits) = PAGES[usize::try_from(self.dice.below(9)).unwrap().saturating_sub(3)];
        let facts = self.facts(way, if product { "/p/lamp" } else { "/" }, now);
        let record = self.answered(engine, facts, page);
        let is_seen = matches!(way, Way::Person | Way::Reload) && !self.robot;
        let [visit, memory, tests, counts] = self.permits;
        crowd.obstacles[0] += u32::from(!self.knows);
        crowd.obstacles[1] += u32::from(!fits);
        crowd.obstacles[2] += u32::from(!(visit && memory && tests && counts));
        crowd.obstacles[3] += u32::from(!is_seen);
        let may = [tests && visit && self.knows, tests && memory];
        let most = [CAP, 1];
        for (at, (id, _)) in EXPERIMENTS.iter().enumerate() {
            let part = &mut self.parts[at];
            let mine = |arm: &str| record.contains(&format!("\"campaign\":\"{id}\",\"variant\":\"{arm}\""));
            let arm = ARMS.iter().position(|arm| mine(arm));
            // What the body of a page holds is not known when the cookies leave with its head: so caps and rests count decisions.
            let is_same = way == Way::Reload && visit && part.in_view;
            let is_due = is_seen && may[at] && part.counted < most[at] && !is_same;
            part.counted += u32::from(is_due);
            if is_seen {
                part.in_view = is_due || is_same;
            }
            let is_due = is_due && fits && counts;
            if is_due && part.takes.is_none() {
                part.takes = Some(arm.is_some());
            }
            let expected = is_due && part.takes == Some(true);
            let other = part.arm.is_some() && arm.is_some() && part.arm != arm;
            if expected != arm.is_some() || other {
                crowd.faults += 1;
                let told = || {
                    format!(
                        "`{id}` {way:?} {page} expected {expected}, {:?} then {arm:?}: {record}",
                        part.arm
                    )
                };
                crowd.first_fault.get_or_insert_with(told);
            }
            if let (Some(arm), None) = (arm, part.arm) {
                part.arm = Some(arm);
                crowd.arms[at][arm] += 1;
            }
        }
        self.knows |= product && is_seen && visit;
    }

    fn facts(&mut self, way: Way, path: &str, now: i64) -> Facts {
        let cookies: Vec<String> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let agent =
            if self.robot { "Mozilla/5.0 (compatible; Googlebot/2.1)" } else { "Mozilla/5.0 Firefox/140.0" };
        let method = if way == Way::Head { "HEAD" } else { "GET" };
        let facts = Facts::from_headers(method, path, "", &|name| match name {
            "user-agent" => vec![agent.to_owned()],
            "cookie" if !cookies.is_empty() => vec![cookies.join("; ")],
            "sec-purpose" if way == Way::Ahead => vec!["prefetch;prerender".to_owned()],
            _ => Vec::new(),
        });
        let subdivision = Some("TX".to_owned()).filter(|_| self.country == "US");
        let (now, entropy) = (Some(Millis(now)), Some(self.dice.entropy()));
        Facts { country: Some(self.country.to_owned()), subdivision, now, entropy, ..facts }
    }

    /// The record of the response, whose cookies the browser keeps.
    fn answered(&mut self, engine: &Engine, facts: Facts, page: &str) -> String {
        let mut exchange = engine.begin(facts);
        let Effect::Fetch(_) = exchange.step() else { panic!("not fetched") };
        exchange.supply(Supply::Head(HTML));
        let Effect::Send(edits) = exchange.step() else { panic!("not sent") };
        for (_, line) in edits.append.iter().filter(|(name, _)| name == "set-cookie") {
            let (pair, rest) = line.as_str().split_once("; ").unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
        let mut out = Vec::new();
        exchange.push(page.as_bytes(), &mut out);
        exchange.end(&mut out);
        exchange.record().to_json()
    }
}

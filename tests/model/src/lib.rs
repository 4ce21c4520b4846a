//! A naive model of what a playbook decides, to hold the engine to: JSON in, JSON out, no code shared, no speed.
//!
//! It follows the documents (design §6 and §7, the doc comments of the draft) and knows one banner, tarteaucitron, with a
//! service for each purpose, and one host, the edge, with a browser behind it that tells of dismissals. What it says of a
//! request is compared with the engine in `tests/agree`, which also counts its lines.

mod campaign;
mod clock;
mod condition;
mod signal;
mod template;
mod visitor;

use campaign::Cap;
use serde_json::{Value as Json, json};
pub use visitor::code;
use visitor::{Memory, Visit};

/// Why a campaign does not apply.
type Reason = &'static str;
type Maybe<T> = Result<T, Reason>;

/// A visitor's browser: what it sends, and what the model keeps of the sealed cookie.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// The value of the visit cookie.
    pub visit: Option<String>,
    memory: Option<Memory>,
}

/// One request while it is decided.
struct Moment<'m> {
    playbook: &'m Json,
    request: &'m Json,
    /// Everything that campaigns and their audiences say, as text.
    used: String,
    /// Milliseconds; 0 without a clock.
    now: i64,
    clock: Maybe<i64>,
    /// Whether the visitor allows the visit, memory and experiments.
    allowed: [bool; 3],
    /// Whether memory can be read, which needs a clock.
    remembers: bool,
    /// Whether it can be written too, which needs entropy.
    keeps: bool,
    page: Json,
    visit: Visit,
    memory: Memory,
}

/// Decides one request of `visitor` and changes the visitor as the answer's cookies would.
///
/// The request: `path`, `query` (pairs of name and value, decoded; null where there is none), `country`, `subdivision`,
/// `device`, `language` and `referrer` (what headers mean), `now` (milliseconds), `consent` (for visit, memory and experiments,
/// or null), `entropy` (the last 8 bytes as a number), `dismisses` (whether what the first block shows is waved away then).
pub fn decide(playbook: &Json, request: &Json, visitor: &mut Visitor) -> Json {
    let Some(page) = page(playbook, text(&request["path"])) else { return json!({ "aside": "path" }) };
    // Unanswered, all is allowed where the law asks for opt-out alone.
    let unanswered = json!(request["country"] == "US");
    let allowed = [0, 1, 2].map(|purpose| *request["consent"].get(purpose).unwrap_or(&unanswered) == true);
    let (now, remembers) = (int(&request["now"]), allowed[1] && request["now"].is_i64());
    let came = visitor.memory.clone().filter(|memory| remembers && memory.is_usable(now));
    let new = Memory { first_day: now / visitor::DAY, last_minute: now / 60_000, ..Memory::default() };
    let audience = |campaign: &Json| playbook["audiences"][text(&campaign["audience"])].to_string();
    let audiences = list(&playbook["campaigns"]).iter().map(audience);
    let mut moment = Moment {
        playbook,
        request,
        used: audiences.collect::<String>() + &playbook["campaigns"].to_string(),
        now,
        clock: request["now"].as_i64().ok_or("no-clock"),
        allowed,
        remembers,
        keeps: remembers && request["entropy"].is_u64(),
        page,
        visit: visitor.visit.as_deref().filter(|_| allowed[0]).and_then(Visit::read).unwrap_or_default(),
        memory: came.clone().unwrap_or(new),
    };
    moment.begin(visitor.visit.is_some());
    moment.assign();
    moment.remember();
    let blocks = playbook["blocks"].as_object().expect("blocks").iter();
    let here = blocks.filter(|(_, block)| list(&block["pages"]).contains(&moment.page["kind"]));
    let decisions: Vec<Json> = here.map(|(id, _)| moment.block(id)).collect();
    moment.record(&decisions);
    let cookies = moment.keep(visitor, came);
    if request["dismisses"] == true {
        let shown = decisions.iter().find(|decision| !decision["content"].is_null());
        shown.into_iter().for_each(|shown| moment.dismiss(&shown["campaign"]));
        visitor.visit = moment.visit_cookie();
    }
    json!({ "page": moment.page["kind"], "decisions": decisions, "cookies": cookies, "visit": visitor.visit })
}

fn page(playbook: &Json, path: &str) -> Option<Json> {
    let segments: Vec<&str> = path.split('/').collect();
    let fits = |(part, have): (&str, &&str)| part == *have || part.starts_with('{') && !have.is_empty();
    let page = list(&playbook["pages"]).iter().find(|page| {
        let pattern = text(&page["path"]).split('/');
        pattern.clone().count() == segments.len() && pattern.zip(&segments).all(fits)
    })?;
    let named = |name: &str| Some(segments[text(&page["path"]).split('/').position(|part| part == name)?]);
    let of_item = || playbook["catalog"]["items"][named("{item}")?]["category"].as_str();
    let category = named("{category}").or_else(of_item);
    Some(json!({ "kind": page["kind"], "item": named("{item}"), "category": category }))
}

impl Moment<'_> {
    /// Whether a campaign says one of these words: every signal is named, and nothing else is named like one.
    fn uses(&self, words: &str) -> bool {
        words.split(' ').any(|word| self.used.contains(word))
    }

    fn needs_unit(&self) -> bool {
        self.playbook["site"]["holdout_percent"].as_f64() > Some(0.0) || self.uses("\"experiment\"")
    }

    fn unit(&self) -> Maybe<&str> {
        self.memory.unit.as_deref().ok_or("no-unit")
    }

    fn all_caps(&self) -> Vec<Cap> {
        list(&self.playbook["campaigns"]).iter().flat_map(|campaign| self.caps(campaign)).collect()
    }

    /// Counts a visit that begins: where no visit cookie is; where none may be kept, with each day.
    fn begin(&mut self, had_visit: bool) {
        let another_day = self.memory.last_minute / 1440 != self.now / visitor::DAY;
        let begins = if self.allowed[0] { !had_visit } else { another_day };
        if begins || self.memory.visits == 0 {
            self.memory.visits += 1;
            self.memory.last_minute = self.now / 60_000;
        }
    }

    /// The bucketing unit: that of memory, else of the visit, else a new one if it can be kept.
    fn assign(&mut self) {
        let known = self.memory.unit.take().or(self.visit.of('u').first().cloned());
        self.visit.list('u').truncate(usize::from(self.allowed[2]));
        if self.allowed[2] && self.needs_unit() {
            let fresh = self.request["entropy"].as_u64().map(|unit| format!("{unit:016x}"));
            self.memory.unit = known.or(fresh).filter(|_| self.allowed[0] || self.remembers);
            *self.visit.list('u') = self.memory.unit.iter().cloned().collect();
        }
    }

    /// Drops counters that nothing needs, and counts the dismissals that a browser could not.
    fn remember(&mut self) {
        let (caps, now, old) = (self.all_caps(), self.now, self.memory.clone());
        let needs = |name: &str| caps.iter().any(|cap| cap.name == name && old.counted(cap, now) > Some(0));
        if self.keeps {
            self.memory.counters.retain(|name, _| needs(name));
            for campaign in std::mem::take(self.visit.list('d')) {
                let counts = |cap: &&Cap| code(&cap.campaign) == campaign && cap.waved && cap.memory;
                caps.iter().filter(counts).for_each(|cap| self.count(cap));
            }
        }
    }

    /// Counts one more on the counter of a cap.
    fn count(&mut self, cap: &Cap) {
        // What memory cannot keep is forgotten with the request.
        if cap.memory { self.memory.count(cap, self.now) } else { self.visit.count(&cap.name) }
    }

    /// The page view and what was shown, behind the decision.
    fn record(&mut self, decisions: &[Json]) {
        let (items, categories) =
            (self.uses("visit.items visit.last_item"), self.uses("visit.last_category"));
        self.visit.see('i', self.page["item"].as_str().filter(|_| items), 8);
        self.visit.see('c', self.page["category"].as_str().filter(|_| categories), 4);
        let looked = self.page["category"].as_str().filter(|_| self.uses("visitor.favorite_category"));
        looked.into_iter().for_each(|category| self.memory.look(category, self.now));
        let caps = self.all_caps();
        for shown in decisions.iter().filter(|decision| !decision["content"].is_null()) {
            let counts = |cap: &&Cap| shown["campaign"] == cap.campaign && !cap.waved;
            caps.iter().filter(counts).for_each(|cap| self.count(cap));
        }
    }

    /// Counts a dismissal in the browser, where one that memory counts waits in the visit for the edge.
    fn dismiss(&mut self, campaign: &Json) {
        let caps = self.all_caps().into_iter().filter(|cap| cap.waved && *campaign == cap.campaign);
        let (memory, visit): (Vec<Cap>, Vec<Cap>) = caps.partition(|cap| cap.memory);
        visit.iter().for_each(|cap| self.count(cap));
        if self.allowed[1] && !memory.is_empty() {
            self.visit.list('d').push(code(text(campaign)));
            self.visit.list('d').truncate(8);
        }
    }

    /// The visit cookie, if campaigns need it and the visitor allows it.
    fn visit_cookie(&self) -> Option<String> {
        let needed =
            self.needs_unit() || self.uses("visit. visitor. \"familiar\"") || !self.all_caps().is_empty();
        (needed && self.allowed[0]).then(|| self.visit.write())
    }

    /// The cookies that are set and deleted, and the visitor after them.
    fn keep(&mut self, visitor: &mut Visitor, came: Option<Memory>) -> Json {
        let (mut cookies, visit) = (json!({}), self.visit_cookie());
        if visit != visitor.visit {
            cookies["visit"] = json!(visit);
        }
        let caps = self.all_caps().iter().any(|cap| cap.memory);
        if !self.remembers || !(caps || self.uses("visitor. \"familiar\"") || self.needs_unit()) {
            visitor.memory.take().into_iter().for_each(|_| cookies["memory"] = Json::Null);
        } else if self.keeps && came.as_ref() != Some(&self.memory) {
            cookies["memory"] = json!(self.memory.seconds_left(self.now));
            visitor.memory = Some(self.memory.clone());
        }
        visitor.visit = visit;
        cookies
    }
}

fn refuse(holds: bool, reason: Reason) -> Maybe<()> {
    if holds { Err(reason) } else { Ok(()) }
}

fn list(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_default()
}

fn int(value: &Json) -> i64 {
    value.as_i64().unwrap_or(0)
}

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

use serde_json::{Map, Value as Json, json};
pub use visitor::fnv;
use visitor::{Memory, Visit};

/// Why a campaign does not apply.
type Reason = &'static str;

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
    now: Option<i64>,
    /// Whether the visitor allows the visit, memory and experiments.
    allowed: [bool; 3],
    page: Json,
    visit: Option<Visit>,
    memory: Option<Memory>,
    unit: Option<u64>,
}

/// Decides one request of `visitor` and changes the visitor as the answer's cookies would.
///
/// The request: `path`, `query` (pairs of name and value, decoded; null where there is none), `country`, `subdivision`,
/// `device`, `language` and `referrer` (the headers), `now` (milliseconds), `consent` (for visit, memory and experiments,
/// or null), `entropy` (the last 8 bytes as a number), `dismisses` (whether what the first block shows is waved away then).
pub fn decide(playbook: &Json, request: &Json, visitor: &mut Visitor) -> Json {
    let Some(page) = page(playbook, text(&request["path"])) else { return json!({ "aside": "path" }) };
    // Unanswered, all is allowed where the law asks for opt-out alone.
    let allowed = [0, 1, 2].map(|purpose| {
        request["consent"].get(purpose).map_or(request["country"] == "US", |answer| *answer == true)
    });
    let now = request["now"].as_i64();
    let usable = |memory: &Memory| allowed[1] && now.is_some_and(|now| memory.is_usable(now));
    let came = visitor.memory.clone().filter(usable);
    let mut moment = Moment {
        playbook,
        request,
        used: used(playbook),
        now,
        allowed,
        page,
        visit: allowed[0].then(|| visitor.visit.as_deref().and_then(Visit::read).unwrap_or_default()),
        memory: came.clone().or_else(|| now.filter(|_| allowed[1]).map(Memory::begun)),
        unit: None,
    };
    moment.begin(visitor.visit.is_some());
    moment.assign();
    moment.remember();
    let blocks = playbook["blocks"].as_object().expect("blocks").iter();
    let here = blocks.filter(|(_, block)| list(&block["pages"]).contains(&moment.page["kind"]));
    let decisions: Vec<Json> = here.map(|(id, _)| moment.block(id)).collect();
    moment.record(&decisions);
    let cookies = moment.keep(visitor, came.as_ref());
    if request["dismisses"] == true {
        let shown = decisions.iter().find(|decision| !decision["content"].is_null());
        shown.into_iter().for_each(|shown| moment.dismiss(moment.campaign(&shown["campaign"])));
        visitor.visit = moment.visit_cookie();
    }
    json!({ "page": moment.page["kind"], "decisions": decisions, "cookies": cookies, "visit": visitor.visit })
}

fn page(playbook: &Json, path: &str) -> Option<Json> {
    let segments: Vec<&str> = path.split('/').collect();
    let fits = |(wanted, have): (&str, &&str)| {
        if wanted.starts_with('{') { !have.is_empty() } else { wanted == *have }
    };
    let page = list(&playbook["pages"]).iter().find(|page| {
        let pattern = text(&page["path"]).split('/');
        pattern.clone().count() == segments.len() && pattern.zip(&segments).all(fits)
    })?;
    let named = |name: &str| Some(segments[text(&page["path"]).split('/').position(|part| part == name)?]);
    let item = named("{item}");
    let of_item = || playbook["catalog"]["items"][item?]["category"].as_str();
    Some(json!({ "kind": page["kind"], "item": item, "category": named("{category}").or_else(of_item) }))
}

fn used(playbook: &Json) -> String {
    let audience = |campaign: &Json| playbook["audiences"][text(&campaign["audience"])].to_string();
    let audiences: String = list(&playbook["campaigns"]).iter().map(audience).collect();
    playbook["campaigns"].to_string() + &audiences
}

impl<'m> Moment<'m> {
    /// Whether a campaign says one of these words: every signal is named, and nothing else is named like one.
    fn uses(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.used.contains(word))
    }

    fn needs_unit(&self) -> bool {
        self.playbook["site"]["holdout_percent"].as_f64() > Some(0.0) || self.uses(&["\"experiment\""])
    }

    fn campaign(&self, id: &Json) -> &'m Json {
        let mut campaigns = list(&self.playbook["campaigns"]).iter();
        campaigns.find(|campaign| campaign["id"] == *id).expect("a campaign of the playbook")
    }

    /// The caps of all campaigns, each with its campaign's hash.
    fn all_caps(&self) -> Vec<(String, Json)> {
        let code = |campaign: &Json| format!("{:08x}", fnv(text(&campaign["id"])));
        let caps = |campaign| self.caps(campaign).into_iter().map(move |cap| (code(campaign), cap));
        list(&self.playbook["campaigns"]).iter().flat_map(caps).collect()
    }

    /// Counts a visit that begins: where no visit cookie is; where none may be kept, with each day.
    fn begin(&mut self, had_visit: bool) {
        let (Some(memory), Some(now)) = (&mut self.memory, self.now) else { return };
        let day = memory.last_minute / 1440;
        let begins = if self.visit.is_some() { !had_visit } else { day != now / visitor::DAY };
        if begins || memory.visits == 0 {
            memory.visits += 1;
            memory.last_minute = now / 60_000;
        }
    }

    /// The bucketing unit: that of memory, else of the visit, else a new one if it can be kept.
    fn assign(&mut self) {
        if !self.needs_unit() || !self.allowed[2] {
            self.memory.iter_mut().for_each(|memory| memory.unit = None);
            return;
        }
        let hex = |unit: &String| u64::from_str_radix(unit, 16).expect("a unit");
        let in_visit = self.visit.as_ref().and_then(|visit| visit.of('u').first()).map(hex);
        let known = self.memory.as_ref().and_then(|memory| memory.unit).or(in_visit);
        let fresh =
            self.request["entropy"].as_u64().filter(|_| self.visit.is_some() || self.memory.is_some());
        self.unit = known.or(fresh);
        if let Some(unit) = self.unit {
            self.visit.iter_mut().for_each(|visit| *visit.list('u') = vec![format!("{unit:016x}")]);
            self.memory.iter_mut().for_each(|memory| memory.unit = Some(unit));
        }
    }

    /// Visitor memory, where what is written to it will be kept.
    fn kept_memory(&mut self) -> Option<(&mut Memory, i64)> {
        self.memory.as_mut().filter(|_| self.request["entropy"].is_u64()).zip(self.now)
    }

    /// Drops counters that nothing needs, and counts the dismissals that a browser could not.
    fn remember(&mut self) {
        let caps = self.all_caps();
        let waiting = self.visit.as_ref().map(|visit| visit.of('d').to_vec()).unwrap_or_default();
        let Some((memory, now)) = self.kept_memory() else { return };
        let old = memory.clone();
        memory.counters.retain(|name, _| {
            let mut named = caps.iter().filter(|(_, cap)| cap["memory"] == true && cap["name"] == **name);
            named.any(|(_, cap)| old.counted(name, cap["days"].as_i64(), now) > 0)
        });
        self.visit.iter_mut().for_each(|visit| visit.list('d').clear());
        for campaign in waiting {
            let counts = |(code, cap): &&(String, Json)| {
                *code == campaign && cap["waved"] == true && cap["memory"] == true
            };
            caps.iter().filter(counts).for_each(|(_, cap)| self.count(cap));
        }
    }

    /// Counts one more on the counter of a cap.
    fn count(&mut self, cap: &Json) {
        if cap["memory"] == false {
            self.visit.iter_mut().for_each(|visit| visit.count(text(&cap["name"])));
        } else if let Some((memory, now)) = self.kept_memory() {
            memory.count(text(&cap["name"]), cap["days"].as_i64(), now);
        }
    }

    /// The page view and what was shown, behind the decision.
    fn record(&mut self, decisions: &[Json]) {
        let see = [
            ('i', "item", 8, self.uses(&["visit.items", "visit.last_item"])),
            ('c', "category", 4, self.uses(&["visit.last_category"])),
        ];
        for (letter, what, most, needed) in see {
            let (Some(visit), Some(seen)) = (&mut self.visit, self.page[what].as_str()) else { continue };
            if needed {
                visit.see(letter, seen, most);
            }
        }
        let interests = self.uses(&["visitor.favorite_category"]);
        let category = self.page["category"].as_str().filter(|_| interests);
        if let (Some(memory), Some(category), Some(now)) = (&mut self.memory, category, self.now) {
            memory.look(category, now);
        }
        for shown in decisions.iter().filter(|decision| !decision["content"].is_null()) {
            let caps = self.caps(self.campaign(&shown["campaign"]));
            caps.iter().filter(|cap| cap["waved"] == false).for_each(|cap| self.count(cap));
        }
    }

    /// The visit cookie, if campaigns need it and the visitor allows it.
    fn visit_cookie(&mut self) -> Option<String> {
        let [_, _, experiments] = self.allowed;
        let needed = self.needs_unit() || self.uses(&["visit.", "visitor."]) || !self.all_caps().is_empty();
        let visit = self.visit.as_mut().filter(|_| needed)?;
        visit.list('u').truncate(usize::from(experiments));
        Some(visit.write())
    }

    /// The cookies that are set and deleted, and the visitor after them.
    fn keep(&mut self, visitor: &mut Visitor, came: Option<&Memory>) -> Map<String, Json> {
        let mut cookies = Map::new();
        let visit = self.visit_cookie();
        if visit != visitor.visit {
            cookies.insert("visit".into(), json!(visit));
        }
        let caps = self.all_caps().iter().any(|(_, cap)| cap["memory"] == true);
        let memory = self.memory.clone().filter(|_| caps || self.uses(&["visitor."]) || self.needs_unit());
        if memory.is_none() && visitor.memory.is_some() {
            cookies.insert("memory".into(), Json::Null);
            visitor.memory = None;
        } else if memory.as_ref() != came
            && let Some((memory, now)) = memory.zip(self.kept_memory().map(|(_, now)| now))
        {
            cookies.insert("memory".into(), json!(memory.seconds_left(now)));
            visitor.memory = Some(memory);
        }
        visitor.visit = visit;
        cookies
    }

    /// Counts a dismissal in the browser, where one that memory counts waits in the visit for the edge.
    fn dismiss(&mut self, campaign: &Json) {
        let waved: Vec<Json> = self.caps(campaign).into_iter().filter(|cap| cap["waved"] == true).collect();
        waved.iter().filter(|cap| cap["memory"] == false).for_each(|cap| self.count(cap));
        let waits = self.allowed[1] && waved.iter().any(|cap| cap["memory"] == true);
        for visit in self.visit.iter_mut().filter(|visit| waits && visit.of('d').len() < 8) {
            visit.list('d').push(format!("{:08x}", fnv(text(&campaign["id"]))));
        }
    }
}

fn list(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_default()
}

//! A naive model of what a playbook decides, to hold the engine to: JSON in, JSON out, no code shared, no speed.
//!
//! It follows the documents (design §6 and §7, the doc comments of the draft) and knows one banner, Complianz, completely
//! answered, and one host, the edge. What it says of a request is compared with the engine in `tests/agree.rs`.

mod condition;
mod template;
mod visitor;

use condition::Truth;
use serde_json::{Map, Value as Json, json};
use template::{Reason, Source};
use visitor::{Kept, Memory, Visit, bucket, fnv};

/// A visitor's browser: what it sends, and what the model keeps of the sealed cookie.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// The value of the visit cookie.
    pub visit: Option<String>,
    memory: Option<Memory>,
}

/// What the visitor allows, of what a playbook can need.
struct Allowed {
    session: bool,
    memory: bool,
    experiments: bool,
}

/// One request while it is decided.
struct Moment<'m> {
    playbook: &'m Json,
    now: Option<i64>,
    allowed: Allowed,
    page: Page,
    query: Map<String, Json>,
    country: Json,
    device: Json,
    visit: Option<Visit>,
    memory: Option<Memory>,
    unit: Option<u64>,
    kept: Vec<Kept>,
}

struct Page {
    kind: String,
    item: Option<String>,
    category: Option<String>,
}

/// Decides one request of `visitor` and changes the visitor as the answer's cookies would.
///
/// The request: `path`, `query` (decoded), `country`, `device`, `now` (milliseconds), `consent` (three of `allow` and `deny`,
/// or null), `entropy` (the last 8 bytes as a number).
pub fn decide(playbook: &Json, request: &Json, visitor: &mut Visitor) -> Json {
    let now = request["now"].as_i64();
    let Some(page) = page(playbook, request["path"].as_str().expect("a path")) else {
        return json!({ "aside": "path" });
    };
    let allowed = allowed(request);
    let needs = needs(playbook);
    let visit = allowed.session.then(|| visitor.visit.as_deref().and_then(Visit::read).unwrap_or_default());
    let came = visitor
        .memory
        .clone()
        .filter(|memory| allowed.memory && now.is_some_and(|now| memory.is_usable(now)));
    let memory = came.clone().or_else(|| now.filter(|_| allowed.memory).map(Memory::begun));
    let mut moment = Moment {
        playbook,
        now,
        page,
        query: request["query"].as_object().cloned().unwrap_or_default(),
        country: request["country"].clone(),
        device: request["device"].clone(),
        visit,
        memory,
        unit: None,
        kept: Vec::new(),
        allowed,
    };
    moment.begin(visitor.visit.is_some());
    moment.assign(needs("unit"), request["entropy"].as_u64());
    let decisions = moment.blocks();
    moment.record(&decisions, &needs);
    moment.keep(&decisions);
    let visit = moment.visit.filter(|_| needs("visit")).map(|visit| visit.write(moment.allowed.experiments));
    let mut cookies = Map::new();
    if visit != visitor.visit {
        cookies.insert("visit".into(), visit.clone().map_or(Json::Null, Json::from));
    }
    let memory = moment.memory.filter(|_| needs("memory") || needs("unit"));
    match &memory {
        Some(memory) if Some(memory) != came.as_ref() && request["entropy"].is_u64() => {
            cookies
                .insert("memory".into(), Json::from(memory.seconds_left(now.expect("memory needs a clock"))));
            visitor.memory = Some(memory.clone());
        }
        None if visitor.memory.is_some() => {
            cookies.insert("memory".into(), Json::Null);
            visitor.memory = None;
        }
        _ => {}
    }
    visitor.visit = visit;
    json!({ "page": moment.page.kind, "decisions": decisions, "cookies": cookies })
}

fn page(playbook: &Json, path: &str) -> Option<Page> {
    let segments: Vec<&str> = path.split('/').collect();
    let pattern = playbook["pages"].as_array()?.iter().find(|page| {
        let pattern: Vec<&str> = text(&page["path"]).split('/').collect();
        pattern.len() == segments.len()
            && pattern
                .iter()
                .zip(&segments)
                .all(|(wanted, have)| if wanted.starts_with('{') { !have.is_empty() } else { wanted == have })
    })?;
    let named = |name: &str| {
        let at = text(&pattern["path"]).split('/').position(|segment| segment == name)?;
        Some(segments[at].to_owned())
    };
    let item = named("{item}");
    let known = item.as_ref().and_then(|item| playbook["catalog"]["items"][item]["category"].as_str());
    Some(Page {
        kind: text(&pattern["kind"]).to_owned(),
        category: named("{category}").or(known.map(str::to_owned)),
        item,
    })
}

/// Consent under Complianz: session and memory rest on preferences, experiments on statistics; all need device storage, which
/// any yes gives. Unanswered, all is allowed where the law asks for opt-out alone.
fn allowed(request: &Json) -> Allowed {
    let free = request["country"] == "US";
    let yes =
        |category: usize| request["consent"].as_array().map_or(free, |answers| answers[category] == "allow");
    Allowed { session: yes(0), memory: yes(0), experiments: yes(1) }
}

/// What of a visitor the campaigns of a playbook need to be kept.
fn needs(playbook: &Json) -> impl Fn(&str) -> bool {
    // Every signal is named in quotes or braces, and nothing else is named like one.
    let mut used = playbook["campaigns"].to_string();
    for campaign in list(&playbook["campaigns"]) {
        used.push_str(&playbook["audiences"][campaign["audience"].as_str().unwrap_or_default()].to_string());
    }
    let unit = playbook["site"]["holdout_percent"].as_f64().is_some_and(|share| share > 0.0)
        || used.contains("\"experiment\"");
    move |what| {
        let has = |names: &[&str]| names.iter().any(|name| used.contains(name));
        match what {
            "unit" => unit,
            "items" => has(&["visit.items", "visit.last_item"]),
            "categories" => has(&["visit.last_category"]),
            "interests" => has(&["visitor.favorite_category"]),
            "memory" => has(&["visitor."]),
            "visit" => unit || has(&["visit.", "visitor.", "\"cap\""]),
            other => panic!("nobody needs `{other}`"),
        }
    }
}

impl Moment<'_> {
    fn begin(&mut self, had_visit: bool) {
        let (Some(memory), Some(now)) = (&mut self.memory, self.now) else { return };
        let begins = memory.visits == 0
            || if self.visit.is_some() { !had_visit } else { memory.last_minute / 1440 != now / 86_400_000 };
        if begins {
            memory.visits += 1;
            memory.last_minute = now / 60_000;
        }
    }

    fn assign(&mut self, needed: bool, entropy: Option<u64>) {
        if !needed || !self.allowed.experiments {
            if let Some(memory) = &mut self.memory {
                memory.unit = None;
                memory.kept.clear();
            }
            return;
        }
        let known = self
            .memory
            .as_ref()
            .and_then(|memory| memory.unit)
            .or(self.visit.as_ref().and_then(|visit| visit.unit));
        self.unit = known.or(entropy).filter(|_| self.visit.is_some() || self.memory.is_some());
        if let Some(unit) = self.unit {
            self.visit.iter_mut().for_each(|visit| visit.unit = Some(unit));
            self.memory.iter_mut().for_each(|memory| memory.unit = Some(unit));
            let memory = self.memory.iter().flat_map(|memory| memory.kept.clone());
            for one in memory.chain(self.visit.iter().flat_map(|visit| visit.kept.clone())) {
                let sticky = list(&self.playbook["campaigns"]).iter().any(|campaign| {
                    fnv(text(&campaign["id"])) == one.campaign && campaign["experiment"]["sticky"].is_object()
                });
                if sticky && !self.kept.iter().any(|kept| kept.campaign == one.campaign) {
                    self.kept.push(one);
                }
            }
        }
    }

    fn read(&self, signal: &str) -> Result<Json, ()> {
        let of = |text: Option<&String>| text.map_or(Json::Null, |text| Json::from(text.as_str()));
        let visit = || self.visit.as_ref().ok_or(());
        let memory = || self.memory.as_ref().ok_or(());
        Ok(match signal {
            "campaign" => {
                self.query.get("utm_campaign").filter(|value| *value != "").cloned().unwrap_or(Json::Null)
            }
            "page.kind" => Json::from(self.page.kind.as_str()),
            "page.item" => of(self.page.item.as_ref()),
            "page.category" => of(self.page.category.as_ref()),
            "hour" => self.now.map_or(Json::Null, |now| {
                let local = now / 60_000 + self.playbook["site"]["utc_offset_minutes"].as_i64().unwrap_or(0);
                Json::from(local.div_euclid(60).rem_euclid(24))
            }),
            "device" => self.device.clone(),
            "country" => self.country.clone(),
            "visit.last_item" => of(visit()?.items.first()),
            "visit.items" => Json::from(visit()?.items.clone()),
            "visit.last_category" => of(visit()?.categories.first()),
            "visit.cart" => visit()?.cart.iter().map(|(item, _)| Json::from(item.as_str())).collect(),
            "visit.cart_count" => Json::from(visit()?.cart.iter().map(|(_, count)| count).sum::<u64>()),
            "visitor.visits" => Json::from(memory()?.visits),
            "visitor.favorite_category" => {
                let favorite = memory()?.order().first().copied();
                let categories = self.playbook["catalog"]["categories"].as_object().expect("categories");
                let named = categories.keys().find(|category| favorite == Some(fnv(category)));
                named.map_or(Json::Null, |category| Json::from(category.as_str()))
            }
            other => panic!("the model has no signal `{other}`"),
        })
    }

    /// The decisions of the page's blocks, in the playbook's order.
    fn blocks(&self) -> Vec<Json> {
        let blocks = self.playbook["blocks"].as_object().expect("blocks");
        let here = blocks
            .iter()
            .filter(|(_, block)| list(&block["pages"]).iter().any(|kind| *kind == self.page.kind));
        here.map(|(id, _)| self.block(id)).collect()
    }

    fn block(&self, id: &str) -> Json {
        let mut campaigns: Vec<&Json> =
            list(&self.playbook["campaigns"]).iter().filter(|campaign| campaign["block"] == id).collect();
        campaigns
            .sort_by_key(|campaign| (-campaign["priority"].as_i64().unwrap_or(0), text(&campaign["id"])));
        let mut considered = Vec::new();
        for campaign in campaigns {
            match self.consider(campaign) {
                Ok((variant, bucket, content)) => {
                    let reason = if content.is_null() { "control" } else { "matched" };
                    considered.push(json!([campaign["id"], reason]));
                    return json!({ "block": id, "reason": reason, "campaign": campaign["id"], "variant": variant, "bucket": bucket,
                        "content": content, "considered": considered });
                }
                Err(reason) => considered.push(json!([campaign["id"], reason])),
            }
            if considered.last().is_some_and(|last| last[1] == "holdout") {
                return json!({ "block": id, "reason": "holdout", "considered": considered });
            }
        }
        let withheld = considered.iter().find(|found| found[1] == "no-permit").or(considered.first());
        let reason = withheld.map_or(json!("no-campaign"), |found| found[1].clone());
        json!({ "block": id, "reason": reason, "considered": considered })
    }

    /// Variant, bucket and content of a campaign, or why it does not apply.
    fn consider(&self, campaign: &Json) -> Result<(Json, Option<u64>, Json), Reason> {
        let experiment = campaign["experiment"].as_object();
        let cap = campaign["cap"]["per_visit"].as_u64();
        if (cap.is_some() && self.visit.is_none()) || (experiment.is_some() && !self.allowed.experiments) {
            return Err("no-permit");
        }
        let bounds = ["starts", "ends"].map(|bound| campaign[bound].as_str().map(seconds));
        if bounds != [None, None] {
            let now = self.now.ok_or("no-clock")?.div_euclid(1000);
            if bounds[0].is_some_and(|starts| now < starts) {
                return Err("not-yet");
            }
            if bounds[1].is_some_and(|ends| now > ends) {
                return Err("over");
            }
        }
        let audience = campaign["audience"].as_str().map(|id| &self.playbook["audiences"][id]);
        let conditions = [audience, campaign.get("when")].into_iter().flatten();
        let truths: Vec<Truth> =
            conditions.map(|condition| condition::holds(condition, &|signal| self.read(signal))).collect();
        if truths.contains(&Truth::No) {
            return Err("not-eligible");
        }
        if truths.contains(&Truth::Unknown) {
            return Err("no-permit");
        }
        let site = &self.playbook["site"];
        let holdout = points(&site["holdout_percent"]).unwrap_or(0);
        let seed = site["seed"].as_str().unwrap_or(text(&site["name"]));
        if self.unit.is_some_and(|unit| bucket(&format!("holdout:{seed}"), unit) < holdout) {
            return Err("holdout");
        }
        if let Some(group) = campaign["experiment"]["group"].as_object() {
            let name = text(&group["name"]);
            let seed = self.playbook["exclusive"][name]["seed"].as_str().unwrap_or(name);
            let place = fnv(&format!("{:016x}__{seed}", self.unit.ok_or("no-unit")?)) % 1000 * 10;
            let [from, to] = ["from", "to"].map(|end| points(&group[end]).expect("a percentage"));
            if !(from..to).contains(&place.into()) {
                return Err("not-in-group");
            }
        }
        let shown = self.visit.as_ref().map_or(0, |visit| visit.counted(fnv(text(&campaign["id"]))));
        if cap.is_some_and(|cap| shown >= cap) {
            return Err("capped");
        }
        let variants = list(&campaign["variants"]);
        let (variant, bucket) = match experiment {
            None => (&variants[0], None),
            Some(experiment) => {
                let seed = experiment.get("seed").and_then(Json::as_str).unwrap_or(text(&campaign["id"]));
                let bucket = bucket(&format!("variant:{seed}"), self.unit.ok_or("no-unit")?);
                let coverage = experiment.get("coverage_percent").and_then(points).unwrap_or(10_000);
                let mine = self.kept.iter().find(|kept| kept.campaign == fnv(text(&campaign["id"])));
                let sticky = &campaign["experiment"]["sticky"];
                let version = |key: &str| sticky[key].as_u64().unwrap_or(1);
                if mine.is_some_and(|kept| kept.first < version("min_version")) {
                    return Err("earlier-version");
                }
                let kept = mine.filter(|kept| kept.version == version("version")).and_then(|kept| {
                    variants.iter().find(|variant| fnv(text(&variant["id"])) % 65_536 == kept.variant)
                });
                let drawn = (variants.iter())
                    .zip(ranges(variants, coverage))
                    .find(|(_, (from, to))| (*from..*to).contains(&bucket));
                let variant = kept.or(drawn.map(|(variant, _)| variant)).ok_or("not-allocated")?;
                (variant, Some(bucket))
            }
        };
        let content = match variant["html"].as_str() {
            Some(html) => Json::from(self.render(html)?),
            None => variant.get("hide").map_or(Json::Null, |_| Json::from(false)),
        };
        Ok((variant["id"].clone(), bucket, content))
    }

    fn render(&self, html: &str) -> Result<String, Reason> {
        let present =
            |value: Json| if value.is_null() || value == "" { Err("missing-value") } else { Ok(value) };
        let item_field =
            |id: &str, field: &str| present(self.playbook["catalog"]["items"][id][field].clone());
        let value = |name: &str| {
            let fields = ["title", "url", "image", "price", "category"];
            let split = name
                .rsplit_once('.')
                .filter(|(signal, field)| signal.contains('.') && fields.contains(field));
            let (signal, field) = split.map_or((name, None), |(signal, field)| (signal, Some(field)));
            let value = present(self.read(signal).map_err(|()| "no-permit")?)?;
            match field {
                None => Ok(value),
                Some(field) if signal.ends_with("category") => {
                    present(self.playbook["catalog"]["categories"][text(&value)][field].clone())
                }
                Some(field) => item_field(text(&value), field),
            }
        };
        template::render(html, &Source { value: &value, item_field: &item_field })
    }

    /// The variants that the visitor keeps, behind the decision.
    fn keep(&mut self, decisions: &[Json]) {
        for chosen in decisions {
            let mut campaigns = list(&self.playbook["campaigns"]).iter();
            let Some(campaign) = campaigns.find(|campaign| campaign["id"] == chosen["campaign"]) else {
                continue;
            };
            let sticky = &campaign["experiment"]["sticky"];
            if !sticky.is_object() {
                continue;
            }
            let variants = list(&campaign["variants"]);
            let coverage = points(&campaign["experiment"]["coverage_percent"]).unwrap_or(10_000);
            let widths: Vec<u64> =
                ranges(variants, coverage).into_iter().map(|(from, to)| to - from).collect();
            let place = variants.iter().position(|variant| variant["id"] == chosen["variant"]);
            let all: u64 = widths.iter().sum();
            let share = (widths[place.expect("a variant")] * 10_000 + all / 2) / all;
            let version = sticky["version"].as_u64().unwrap_or(1);
            let (campaign, variant) = (fnv(text(&campaign["id"])), fnv(text(&chosen["variant"])) % 65_536);
            let new = Kept { campaign, variant, version, first: version, share };
            match self.kept.iter_mut().find(|kept| kept.campaign == campaign) {
                Some(old) if (old.variant, old.version) == (variant, version) && old.share > 0 => {}
                Some(old) => *old = Kept { first: old.first.min(version), ..new },
                None => self.kept.push(new),
            }
        }
        if self.allowed.experiments {
            self.visit.iter_mut().for_each(|visit| visit.kept = self.kept.clone());
            self.memory.iter_mut().for_each(|memory| memory.kept = self.kept.clone());
        }
    }

    /// The page view and what was shown, behind the decision.
    fn record(&mut self, decisions: &[Json], needs: &dyn Fn(&str) -> bool) {
        if let Some(visit) = &mut self.visit {
            if let Some(item) = self.page.item.as_ref().filter(|_| needs("items")) {
                Visit::see(&mut visit.items, item, 8);
            }
            if let Some(category) = self.page.category.as_ref().filter(|_| needs("categories")) {
                Visit::see(&mut visit.categories, category, 4);
            }
            let shown = decisions.iter().filter(|decision| !decision["content"].is_null());
            for decision in shown {
                let mut campaigns = list(&self.playbook["campaigns"]).iter();
                let campaign = campaigns
                    .find(|campaign| campaign["id"] == decision["campaign"])
                    .expect("it was decided");
                if campaign["cap"].is_object() {
                    visit.count(fnv(text(&campaign["id"])));
                }
            }
        }
        if let (Some(memory), Some(category), Some(now)) = (&mut self.memory, &self.page.category, self.now)
            && needs("interests")
        {
            memory.look(fnv(category), now);
        }
    }
}

/// The buckets of each variant: its weight's stretch, of which the covered part counts.
fn ranges(variants: &[Json], coverage: u64) -> Vec<(u64, u64)> {
    let count = variants.len() as u64;
    let equal = |place: u64| (place * 10_000).div_ceil(count);
    let mut from = 0;
    let mut ranges = Vec::new();
    for (place, variant) in (0..).zip(variants) {
        let weight = points(&variant["weight"]).unwrap_or(equal(place + 1) - equal(place));
        ranges.push((from, from + (weight * coverage).div_ceil(10_000)));
        from += weight;
    }
    ranges
}

/// Hundredths of a percent.
fn points(percent: &Json) -> Option<u64> {
    percent.as_f64().map(|percent| (percent * 100.0).round() as u64)
}

/// Seconds since 1970 of `2026-03-01T00:00:00Z`; years begin in March, so that a leap day comes last.
fn seconds(date: &str) -> i64 {
    let number = |from: usize, to: usize| date[from..to].parse::<i64>().expect("a date");
    let (year, month) = (number(0, 4) - i64::from(number(5, 7) < 3), (number(5, 7) + 9) % 12);
    let days =
        year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + number(8, 10) - 719_469;
    days * 86_400 + number(11, 13) * 3600 + number(14, 16) * 60 + number(17, 19)
}

fn list(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_default()
}

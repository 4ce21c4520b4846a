//! Signals: what conditions and templates read.

use crate::visitor::DAY;
use crate::{Moment, Reason, clock, list, text};
use serde_json::{Value as Json, json};

/// Hosts by class, those that the random requests come from: a name under any ending, or a host with those below it.
const REFERRERS: [(&str, &[&str]); 3] = [
    ("mail", &["mail", "webmail", "outlook"]),
    ("search", &["google", "duckduckgo"]),
    ("social", &["facebook", "t.co"]),
];

impl Moment<'_> {
    /// The value of a signal: null where there is none, `Err` where the visitor does not let us know.
    pub fn read(&self, signal: &str) -> Result<Json, ()> {
        let visit = || self.visit.as_ref().ok_or(());
        let memory = || self.memory.as_ref().ok_or(());
        let site = &self.playbook["site"];
        let clock = self.now.map(|now| clock::local(now.div_euclid(1000), site));
        let minute = clock.map(|clock| clock.rem_euclid(clock::DAY) / 60);
        let cart = || Ok(visit()?.of('k').iter().map(|line| line.split_once('*').expect("a line")));
        Ok(match signal {
            "campaign" => self.parameter("utm_campaign"),
            "campaign.source" | "campaign.medium" | "campaign.term" | "campaign.content" => {
                self.parameter(&signal.replace("campaign.", "utm_"))
            }
            "query" => {
                let pair = |pair: &Json| json!(format!("{}={}", text(&pair[0]), text(&pair[1])));
                list(&self.request["query"]).iter().take(16).map(pair).collect()
            }
            "page.path" => self.request["path"].clone(),
            "page.kind" | "page.item" | "page.category" => self.page[&signal[5..]].clone(),
            "hour" => json!(minute.map(|minute| minute / 60)),
            "time" => json!(minute.map(|minute| format!("{:02}:{:02}", minute / 60, minute % 60))),
            "weekday" => json!(clock.map(|clock| clock::WEEKDAYS[clock::weekday(clock) as usize])),
            "language" => json!(language(text(&self.request["language"]))),
            "referrer" => json!(referrer(text(&self.request["referrer"]), text(&site["host"]))),
            "device" | "country" => self.request[signal].clone(),
            "region" => {
                let part = |name: &str| self.request[name].as_str();
                let parts = part("country").zip(part("subdivision"));
                json!(parts.map(|(country, part)| format!("{country}-{part}")))
            }
            "visit.last_item" => json!(visit()?.of('i').first()),
            "visit.items" => json!(visit()?.of('i')),
            "visit.last_category" => json!(visit()?.of('c').first()),
            "visit.cart" => cart()?.map(|(item, _)| item).collect(),
            "visit.cart_count" => json!(cart()?.map(|(_, count)| clock::number(count)).sum::<i64>()),
            "visitor.visits" => json!(memory()?.visits),
            "visitor.days_known" => {
                let first = memory()?.first_day;
                json!(self.now.map(|now| (now / DAY - first).max(0)))
            }
            "visitor.favorite_category" => {
                let known =
                    |category: &String| self.playbook["catalog"]["categories"].get(category).is_some();
                json!(memory()?.order().first().filter(|category| known(category)))
            }
            other => panic!("the model has no signal `{other}`"),
        })
    }

    /// The first value of a parameter; an empty one is none.
    fn parameter(&self, name: &str) -> Json {
        let is_it = |pair: &&Json| pair[0] == name && pair[1].is_string();
        let found = list(&self.request["query"]).iter().find(is_it);
        found.map_or(Json::Null, |pair| pair[1].clone()).as_str().filter(|value| !value.is_empty()).into()
    }

    /// The value of a name in a template: of a signal, or of a field of the item or category that it names.
    pub fn show(&self, name: &str, item: Option<&str>) -> Result<Json, Reason> {
        let present = |value: Json| {
            let missing = value.is_null() || value == "" || value == json!([]);
            if missing { Err("missing-value") } else { Ok(value) }
        };
        let fields = ["title", "url", "image", "price", "category"];
        let split = name
            .rsplit_once('.')
            .filter(|(of, field)| (of.contains('.') || *of == "item") && fields.contains(field));
        let (signal, field) = split.map_or((name, None), |(signal, field)| (signal, Some(field)));
        let value = match signal {
            "item" => json!(item),
            signal => self.read(signal).map_err(|()| "no-permit")?,
        };
        let kind = if signal.ends_with("category") { "categories" } else { "items" };
        let Some(field) = field else { return present(value) };
        present(self.playbook["catalog"][kind][text(&present(value)?)][field].clone())
    }
}

/// The main language of the highest weight above 0, of equal ones the first.
fn language(header: &str) -> Option<String> {
    let mut best = (0.0, None);
    for range in header.split(',') {
        let (tag, weight) = range.split_once(";q=").unwrap_or((range, "1"));
        let weight: f64 = weight.trim().parse().unwrap_or(0.0);
        let main = tag.trim().split('-').next().filter(|main| main.len() > 1);
        if main.is_some() && weight > best.0 && weight <= 1.0 {
            best = (weight, main);
        }
    }
    best.1.map(str::to_lowercase)
}

fn referrer(url: &str, site: &str) -> &'static str {
    let host = format!(".{}", url.split('/').nth(2).unwrap_or_default());
    let names = &host[..=host.rfind('.').expect("the first")];
    let fits = |row: &&str| {
        if row.contains('.') {
            host.ends_with(&format!(".{row}"))
        } else {
            names.contains(&format!(".{row}."))
        }
    };
    let class = REFERRERS.iter().find(|(_, rows)| rows.iter().any(|row| fits(&row)));
    match class {
        _ if url.is_empty() => "direct",
        _ if host.ends_with(&format!(".{site}")) => "same-site",
        found => found.map_or("other", |(class, _)| class),
    }
}

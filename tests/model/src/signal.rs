//! Signals: what conditions and templates read.

use crate::visitor::DAY;
use crate::{Maybe, Moment, clock, list, refuse, text};
use serde_json::{Value as Json, json};

impl Moment<'_> {
    /// The value of a signal: null where there is none, `Err` where the visitor does not let us know.
    pub fn read(&self, signal: &str) -> Maybe<Json> {
        let (visit, memory) = (&self.visit, &self.memory);
        refuse(!self.allowed[0] && signal.starts_with("visit."), "no-permit")?;
        refuse(!self.remembers && signal.starts_with("visitor."), "no-permit")?;
        let cart = visit.of('k').iter().map(|line| line.split_once('*').expect("a line"));
        let of_request = |name: &str| self.request[name].as_str();
        let clock = self.clock.ok().map(|now| clock::local(now, &self.playbook["site"]));
        let minute = clock.map(|clock| clock.rem_euclid(clock::DAY) / 60);
        Ok(match signal {
            "campaign" => self.parameter("utm_campaign"),
            name if name.starts_with("campaign.") => self.parameter(&name.replace("campaign.", "utm_")),
            "query" => {
                let pair = |pair: &Json| format!("{}={}", text(&pair[0]), text(&pair[1]));
                list(&self.request["query"]).iter().take(16).map(pair).collect()
            }
            "page.path" => self.request["path"].clone(),
            "page.kind" | "page.item" | "page.category" => self.page[&signal[5..]].clone(),
            "hour" => json!(minute.map(|minute| minute / 60)),
            "time" => json!(minute.map(|minute| format!("{:02}:{:02}", minute / 60, minute % 60))),
            "weekday" => json!(clock.map(|clock| clock::WEEKDAYS[clock::weekday(clock) as usize])),
            "device" | "country" | "language" | "referrer" => self.request[signal].clone(),
            "region" => {
                let parts = of_request("country").zip(of_request("subdivision"));
                json!(parts.map(|(country, part)| format!("{country}-{part}")))
            }
            "visit.last_item" => json!(visit.of('i').first()),
            "visit.items" => json!(visit.of('i')),
            "visit.last_category" => json!(visit.of('c').first()),
            "visit.cart" => cart.map(|(item, _)| item).collect(),
            "visit.cart_count" => json!(cart.map(|(_, count)| clock::number(count)).sum::<i64>()),
            "visitor.visits" => json!(memory.visits),
            "visitor.days_known" => json!((self.now / DAY - memory.first_day).max(0)),
            "visitor.favorite_category" => {
                let known = &self.playbook["catalog"]["categories"];
                json!(memory.favorite().filter(|category| known.get(category).is_some()))
            }
            other => panic!("the model has no signal `{other}`"),
        })
    }

    /// The first value of a parameter; an empty one is none.
    fn parameter(&self, name: &str) -> Json {
        let mut pairs = list(&self.request["query"]).iter();
        let found = pairs.find(|pair| pair[0] == name && pair[1].is_string()).map(|pair| pair[1].clone());
        found.filter(|value| value != "").unwrap_or_default()
    }

    /// The value of a name in a template: of a signal, or of a field of the item or category that it names.
    pub fn show(&self, name: &str, item: Option<&str>) -> Maybe<Json> {
        let is_there = |value: &Json| !value.is_null() && *value != "" && *value != json!([]);
        let read = |name: &str| if name == "item" { Ok(json!(item)) } else { self.read(name) };
        let fields = ["title", "url", "image", "price", "category"];
        let value = match name.rsplit_once('.') {
            Some((of, field)) if (of.contains('.') || of == "item") && fields.contains(&field) => {
                let kind = if of.ends_with("category") { "categories" } else { "items" };
                self.playbook["catalog"][kind][text(&read(of)?)][field].clone()
            }
            _ => read(name)?,
        };
        Some(value).filter(is_there).ok_or("missing-value")
    }
}

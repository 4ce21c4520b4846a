//! What a block shows: its campaigns by priority, each asked one operator after the other.

use crate::clock::{DAY, WEEKDAYS, local, minutes, seconds, weekday};
use crate::visitor::{bucket, code};
use crate::{Maybe, Moment, condition, int, list, refuse, template, text};
use serde_json::{Map, Value as Json, json};

/// Asks one operator of a campaign; `Err` is why the campaign does not apply.
type Operator<'m> = fn(&Moment<'m>, &Json) -> Maybe<()>;

/// A counter of what a campaign, or its group, is capped by.
pub struct Cap {
    /// The id of the campaign.
    pub campaign: String,
    pub name: String,
    pub times: u64,
    /// After how many days it begins anew.
    pub days: Option<i64>,
    /// Whether memory has it, or else the visit.
    pub memory: bool,
    /// Whether it counts being waved away, or else being shown.
    pub waved: bool,
}

impl<'m> Moment<'m> {
    /// The decision of a block.
    pub fn block(&self, id: &str) -> Json {
        let all = list(&self.playbook["campaigns"]).iter();
        let mut campaigns: Vec<&Json> = all.filter(|campaign| campaign["block"] == id).collect();
        campaigns.sort_by_key(|campaign| (-int(&campaign["priority"]), text(&campaign["id"])));
        let (mut considered, mut decision) = (Vec::new(), json!({ "reason": "no-campaign" }));
        for campaign in campaigns {
            let found = self.consider(campaign).unwrap_or_else(|reason| json!({ "reason": reason }));
            let reason = text(&found["reason"]);
            considered.push(json!([campaign["id"], reason]));
            let decides = ["matched", "control", "holdout"].contains(&reason);
            // Of reasons that decide nothing the first is told, but a missing permission says more.
            if decides || considered.len() == 1 || reason == "no-permit" {
                decision = found;
            }
            if decides {
                break;
            }
        }
        decision["block"] = json!(id);
        decision["considered"] = json!(considered);
        decision
    }

    /// What a campaign shows, or why it does not apply.
    fn consider(&self, campaign: &Json) -> Maybe<Json> {
        let operators: [Operator<'m>; 6] =
            [Self::permitted, Self::dates, Self::schedule, Self::audience, Self::holdout, Self::capped];
        operators.iter().try_for_each(|operator| operator(self, campaign))?;
        let (variant, bucket) = self.variant(campaign)?;
        let content = self.content(campaign, variant)?;
        let reason = if content.is_null() { "control" } else { "matched" };
        Ok(json!({ "reason": reason, "campaign": campaign["id"], "variant": variant["id"], "bucket": bucket,
            "content": content }))
    }

    /// Asked first: what the campaign counts and assigns must be allowed.
    fn permitted(&self, campaign: &Json) -> Maybe<()> {
        let [visit, memory, experiments] = self.allowed;
        // A dismissal reaches the edge by the visit.
        let counts = |cap: &Cap| (visit || cap.memory && !cap.waved) && (memory || !cap.memory);
        refuse(!experiments && campaign["experiment"].is_object(), "no-permit")?;
        refuse(!self.caps(campaign).iter().all(counts), "no-permit")
    }

    fn dates(&self, campaign: &Json) -> Maybe<()> {
        let [starts, ends] = ["starts", "ends"].map(|bound| campaign[bound].as_str().map(seconds));
        let now = if starts.or(ends).is_some() { self.clock? / 1000 } else { 0 };
        refuse(starts.is_some_and(|starts| now < starts), "not-yet")?;
        refuse(ends.is_some_and(|ends| now > ends), "over")
    }

    /// A span of hours holds its first minute and not its last; past midnight it belongs to the day on which it began.
    fn schedule(&self, campaign: &Json) -> Maybe<()> {
        let Some(schedule) = campaign.get("schedule") else { return Ok(()) };
        let now = local(self.clock?, &self.playbook["site"]);
        let runs = |day: i64, minute: i64| {
            let named = |days: &Vec<Json>| days.contains(&json!(WEEKDAYS[day as usize]));
            let within = |span: &Json| {
                let [from, to] = [&text(span)[..5], &text(span)[6..]].map(minutes);
                (from..if to < from { to + 1440 } else { to }).contains(&minute)
            };
            schedule["weekdays"].as_array().is_none_or(named)
                && schedule["hours"].as_array().map_or(minute < 1440, |spans| spans.iter().any(within))
        };
        let (day, minute) = (weekday(now), now.rem_euclid(DAY) / 60);
        refuse(!runs(day, minute) && !runs((day + 6) % 7, minute + 1440), "off-schedule")
    }

    fn audience(&self, campaign: &Json) -> Maybe<()> {
        let audience = campaign["audience"].as_str().map(|id| &self.playbook["audiences"][id]);
        let holds = |condition| condition::holds(condition, &|signal| self.read(signal));
        let found = [audience, campaign.get("when")].map(|condition| condition.map_or(Some(true), holds));
        refuse(found.contains(&Some(false)), "not-eligible")?;
        refuse(found.contains(&None), "no-permit")
    }

    fn holdout(&self, _: &Json) -> Maybe<()> {
        let site = &self.playbook["site"];
        let share = points(&site["holdout_percent"]).unwrap_or(0);
        let seed = format!("holdout:{}", site["seed"].as_str().unwrap_or(text(&site["name"])));
        refuse(self.memory.unit.as_ref().is_some_and(|unit| bucket(&seed, unit) < share), "holdout")
    }

    /// The counters of a campaign's caps and its group's, those of the visit first.
    pub fn caps(&self, campaign: &Json) -> Vec<Cap> {
        let (id, group) = (text(&campaign["id"]), text(&campaign["cap_group"]));
        let shared = &self.playbook["cap_groups"][group];
        let mut caps = Vec::new();
        for (owner, cap) in [(id.to_owned(), &campaign["cap"]), (format!("group {group}"), shared)] {
            let (some, waved, never) = (&cap["per_days"], &cap["dismissals"], &Json::Null);
            let within = waved["days"].as_i64().map_or(String::new(), |days| format!(" / {days}"));
            let counters = [
                (owner.clone(), &cap["per_visit"], never, false, false),
                (format!("{owner} / {}", some["days"]), &some["times"], &some["days"], true, false),
                (format!("{owner} / life"), &cap["lifetime"], never, true, false),
                (format!("{owner} x{within}"), &waved["times"], &waved["days"], !within.is_empty(), true),
            ];
            caps.extend(counters.into_iter().filter_map(|(name, times, days, memory, waved)| {
                let campaign = id.to_owned();
                Some(Cap { campaign, name, times: times.as_u64()?, days: days.as_i64(), memory, waved })
            }));
        }
        caps.sort_by_key(|cap| cap.memory);
        caps
    }

    /// A cap is reached after its times; one that cannot be counted is reached.
    fn capped(&self, campaign: &Json) -> Maybe<()> {
        for cap in self.caps(campaign) {
            let waits = self.visit.of('d').iter().filter(|id| **id == code(&cap.campaign)).count() as u64;
            refuse(cap.memory && cap.waved && waits >= cap.times, "capped")?;
            let count = match cap.memory {
                true => self.memory.counted(&cap, self.now).filter(|_| self.keeps).ok_or("uncounted")?,
                false => self.visit.counted(&cap.name),
            };
            refuse(count >= cap.times, "capped")?;
        }
        Ok(())
    }

    /// The variant that a visitor's bucket falls to; without an experiment, the only one.
    fn variant<'c>(&self, campaign: &'c Json) -> Maybe<(&'c Json, Option<u64>)> {
        let variants = list(&campaign["variants"]);
        let Some(experiment) = campaign.get("experiment") else { return Ok((&variants[0], None)) };
        let seed = experiment["seed"].as_str().unwrap_or(text(&campaign["id"]));
        let bucket = bucket(&format!("variant:{seed}"), self.memory.unit.as_ref().ok_or("no-unit")?);
        let covered = points(&experiment["coverage_percent"]).unwrap_or(10_000);
        // Each has its weight's stretch, of which the covered part counts.
        let (mut from, count) = (0, variants.len() as u64);
        let equal = |place: u64| (place * 10_000).div_ceil(count);
        for (place, variant) in (0..).zip(variants) {
            let weight = points(&variant["weight"]).unwrap_or(equal(place + 1) - equal(place));
            if (from..from + (weight * covered).div_ceil(10_000)).contains(&bucket) {
                return Ok((variant, Some(bucket)));
            }
            from += weight;
        }
        Err("not-allocated")
    }

    /// What a variant shows: its template, values of parts, an order, `false` for hiding, null for a control.
    fn content(&self, campaign: &Json, variant: &Json) -> Maybe<Json> {
        let show = |name: &str, item: Option<&str>| self.show(name, item);
        let mut parts = Map::new();
        for (key, value) in variant["parts"].as_object().into_iter().flatten() {
            parts.insert(key.clone(), json!(template::part(key, text(value), &show)?));
        }
        let group = &self.playbook["blocks"][text(&campaign["block"])]["group"];
        let later = list(group).iter().filter(|block| !list(&variant["order"]).contains(block));
        let rest: Vec<&Json> = later.collect();
        Ok(match variant {
            _ if variant["html"].is_string() => json!(template::render(text(&variant["html"]), &show)?),
            _ if variant["hide"] == true => json!(false),
            _ if variant["parts"].is_object() => json!({ "parts": parts }),
            _ if variant["order"].is_array() => json!({ "first": variant["order"], "rest": rest }),
            _ => Json::Null,
        })
    }
}

/// Hundredths of a percent.
fn points(percent: &Json) -> Option<u64> {
    percent.as_f64().map(|percent| (percent * 100.0).round() as u64)
}

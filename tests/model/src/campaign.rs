//! What a block shows: its campaigns by priority, each asked one operator after the other.

use crate::visitor::{bucket, fnv};
use crate::{Moment, Reason, clock, condition, list, template, text};
use serde_json::{Map, Value as Json, json};

/// Asks one operator of a campaign; `Err` is why the campaign does not apply.
type Operator<'m> = fn(&Moment<'m>, &Json) -> Result<(), Reason>;

impl<'m> Moment<'m> {
    /// The decision of a block.
    pub fn block(&self, id: &str) -> Json {
        let all = list(&self.playbook["campaigns"]).iter();
        let mut campaigns: Vec<&Json> = all.filter(|campaign| campaign["block"] == id).collect();
        campaigns
            .sort_by_key(|campaign| (-campaign["priority"].as_i64().unwrap_or(0), text(&campaign["id"])));
        let mut considered = Vec::new();
        for campaign in campaigns {
            let found = self.consider(campaign);
            let won = |content: &Json| if content.is_null() { "control" } else { "matched" };
            let reason = found.as_ref().map_or_else(|reason| *reason, |(_, _, content)| won(content));
            considered.push(json!([campaign["id"], reason]));
            if let Ok((variant, bucket, content)) = found {
                return json!({ "block": id, "reason": reason, "campaign": campaign["id"], "variant": variant,
                    "bucket": bucket, "content": content, "considered": considered });
            }
            if reason == "holdout" {
                return json!({ "block": id, "reason": reason, "considered": considered });
            }
        }
        let withheld = considered.iter().find(|found| found[1] == "no-permit").or(considered.first());
        let reason = withheld.map_or(json!("no-campaign"), |found| found[1].clone());
        json!({ "block": id, "reason": reason, "considered": considered })
    }

    /// Variant, bucket and content of a campaign, or why it does not apply.
    fn consider(&self, campaign: &Json) -> Result<(Json, Option<u64>, Json), Reason> {
        let operators: [Operator<'m>; 6] =
            [Self::permitted, Self::dates, Self::schedule, Self::audience, Self::holdout, Self::capped];
        operators.iter().try_for_each(|operator| operator(self, campaign))?;
        let (variant, bucket) = self.variant(campaign)?;
        Ok((variant["id"].clone(), bucket, self.content(campaign, variant)?))
    }

    /// Asked first: what the campaign counts and assigns must be allowed.
    fn permitted(&self, campaign: &Json) -> Result<(), Reason> {
        let [visit, memory, experiments] = self.allowed;
        // A dismissal reaches the edge by the visit.
        let counts = |cap: &Json| {
            if cap["memory"] == true { memory && (visit || cap["waved"] == false) } else { visit }
        };
        let assigns = campaign["experiment"].is_null() || experiments;
        if assigns && self.caps(campaign).iter().all(counts) { Ok(()) } else { Err("no-permit") }
    }

    fn dates(&self, campaign: &Json) -> Result<(), Reason> {
        let [starts, ends] = ["starts", "ends"].map(|bound| campaign[bound].as_str().map(clock::seconds));
        if starts.or(ends).is_none() {
            return Ok(());
        }
        match self.now.ok_or("no-clock")?.div_euclid(1000) {
            now if starts.is_some_and(|starts| now < starts) => Err("not-yet"),
            now if ends.is_some_and(|ends| now > ends) => Err("over"),
            _ => Ok(()),
        }
    }

    /// A span of hours holds its first minute and not its last; past midnight it belongs to the day on which it began.
    fn schedule(&self, campaign: &Json) -> Result<(), Reason> {
        let Some(schedule) = campaign.get("schedule") else { return Ok(()) };
        let now = clock::local(self.now.ok_or("no-clock")?.div_euclid(1000), &self.playbook["site"]);
        let runs = |day: i64, minute: i64| {
            let named = |days: &Vec<Json>| days.contains(&json!(clock::WEEKDAYS[day as usize]));
            let within = |span: &Json| {
                let (from, to) = text(span).split_once('-').expect("a span");
                let (from, to) = (clock::minutes(from), clock::minutes(to));
                (from..if to < from { to + 1440 } else { to }).contains(&minute)
            };
            schedule["weekdays"].as_array().is_none_or(named)
                && schedule["hours"].as_array().map_or(minute < 1440, |spans| spans.iter().any(within))
        };
        let (day, minute) = (clock::weekday(now), now.rem_euclid(clock::DAY) / 60);
        if runs(day, minute) || runs((day + 6) % 7, minute + 1440) { Ok(()) } else { Err("off-schedule") }
    }

    fn audience(&self, campaign: &Json) -> Result<(), Reason> {
        let audience = campaign["audience"].as_str().map(|id| &self.playbook["audiences"][id]);
        let conditions = [audience, campaign.get("when")].into_iter().flatten();
        let found = conditions.map(|condition| condition::holds(condition, &|signal| self.read(signal)));
        let found: Vec<Option<bool>> = found.collect();
        match found {
            found if found.contains(&Some(false)) => Err("not-eligible"),
            found if found.contains(&None) => Err("no-permit"),
            _ => Ok(()),
        }
    }

    fn holdout(&self, _: &Json) -> Result<(), Reason> {
        let site = &self.playbook["site"];
        let share = points(&site["holdout_percent"]).unwrap_or(0);
        let seed = format!("holdout:{}", site["seed"].as_str().unwrap_or(text(&site["name"])));
        if self.unit.is_some_and(|unit| bucket(&seed, unit) < share) { Err("holdout") } else { Ok(()) }
    }

    /// The counters of a campaign's caps and its group's, those of the visit first: `name` of the counter, how many
    /// `times`, after how many `days` it begins anew, whether `memory` has it, whether it counts being `waved` away.
    pub fn caps(&self, campaign: &Json) -> Vec<Json> {
        let (id, group) = (text(&campaign["id"]), text(&campaign["cap_group"]));
        let own = (id.to_owned(), &campaign["cap"]);
        let shared = (format!("group {group}"), &self.playbook["cap_groups"][group]);
        let mut caps = Vec::new();
        for (owner, cap) in [own, shared] {
            let (some, waved) = (&cap["per_days"], &cap["dismissals"]);
            let lasting = waved["days"].is_u64();
            let within =
                if lasting { format!("{owner} x / {}", waved["days"]) } else { format!("{owner} x") };
            caps.extend([
                json!({ "name": owner, "times": cap["per_visit"], "memory": false, "waved": false }),
                json!({ "name": format!("{owner} / {}", some["days"]), "times": some["times"],
                    "days": some["days"], "memory": true, "waved": false }),
                json!({ "name": format!("{owner} / life"), "times": cap["lifetime"], "memory": true, "waved": false }),
                json!({ "name": within, "times": waved["times"], "days": waved["days"], "memory": lasting,
                    "waved": true }),
            ]);
        }
        caps.retain(|cap| cap["times"].is_u64());
        caps.sort_by_key(|cap| cap["memory"] == true);
        caps
    }

    /// A cap is reached after its times; one that cannot be counted is reached.
    fn capped(&self, campaign: &Json) -> Result<(), Reason> {
        for cap in self.caps(campaign) {
            let (name, times) = (text(&cap["name"]), cap["times"].as_u64().expect("times"));
            let visit = self.visit.as_ref();
            let code = format!("{:08x}", fnv(text(&campaign["id"])));
            let waiting = visit.map_or(0, |visit| visit.of('d').iter().filter(|id| **id == code).count());
            let count = if cap["memory"] == false {
                visit.map_or(0, |visit| visit.counted(name))
            } else if cap["waved"] == true && waiting as u64 >= times {
                times
            } else {
                let now = self.now.filter(|_| self.request["entropy"].is_u64()).ok_or("uncounted")?;
                let memory =
                    self.memory.as_ref().filter(|memory| memory.has_room(name)).ok_or("uncounted")?;
                memory.counted(name, cap["days"].as_i64(), now)
            };
            if count >= times {
                return Err("capped");
            }
        }
        Ok(())
    }

    /// The variant that a visitor's bucket falls to; without an experiment, the only one.
    fn variant<'c>(&self, campaign: &'c Json) -> Result<(&'c Json, Option<u64>), Reason> {
        let variants = list(&campaign["variants"]);
        let Some(experiment) = campaign.get("experiment") else { return Ok((&variants[0], None)) };
        let seed = experiment["seed"].as_str().unwrap_or(text(&campaign["id"]));
        let bucket = bucket(&format!("variant:{seed}"), self.unit.ok_or("no-unit")?);
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

    /// What a variant shows: its template, `false` for hiding, values of parts, an order, null for a control.
    fn content(&self, campaign: &Json, variant: &Json) -> Result<Json, Reason> {
        let show = |name: &str, item: Option<&str>| self.show(name, item);
        if let Some(html) = variant["html"].as_str() {
            return Ok(json!(template::render(html, &show)?));
        }
        if let Some(parts) = variant["parts"].as_object() {
            let part = |(key, value): (&String, &Json)| {
                Ok((key.clone(), json!(template::part(key, text(value), &show)?)))
            };
            return Ok(
                json!({ "parts": parts.iter().map(part).collect::<Result<Map<String, Json>, Reason>>()? }),
            );
        }
        if let Some(first) = variant["order"].as_array() {
            let group = list(&self.playbook["blocks"][text(&campaign["block"])]["group"]).iter();
            let rest: Vec<&Json> = group.filter(|block| !first.contains(block)).collect();
            return Ok(json!({ "first": first, "rest": rest }));
        }
        Ok(if variant["hide"] == true { json!(false) } else { Json::Null })
    }
}

/// Hundredths of a percent.
fn points(percent: &Json) -> Option<u64> {
    percent.as_f64().map(|percent| (percent * 100.0).round() as u64)
}

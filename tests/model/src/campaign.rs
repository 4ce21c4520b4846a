//! What a block shows: its campaigns by priority, each asked one operator after the other.

use crate::clock::{DAY, WEEKDAYS, local, minutes, seconds, weekday};
use crate::visitor::{bucket, code, place};
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
            // Of an experiment no other variant stands in, and no other campaign.
            let early = reason == "not-familiar" && campaign["experiment"].is_object();
            let decides = ["matched", "control", "holdout"].contains(&reason) || early;
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
        let visitor: [Operator<'m>; 4] = [Self::permitted, Self::dates, Self::schedule, Self::audience];
        let operators: [Operator<'m>; 3] = [Self::holdout, Self::in_group, Self::capped];
        visitor.iter().chain(&operators).try_for_each(|operator| operator(self, campaign))?;
        let (variants, bucket, propensity) = self.variants(campaign)?;
        let shown = variants.iter().map(|variant| Ok((variant, self.content(campaign, variant)?)));
        let (variant, content) = first(&shown.collect::<Vec<_>>())?;
        let reason = if content.is_null() { "control" } else { "matched" };
        Ok(json!({ "reason": reason, "campaign": campaign["id"], "variant": variant["id"], "bucket": bucket,
            "propensity": propensity, "content": content }))
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

    /// The visitor's place of 1,000 in an exclusive group must be in the campaign's stretch.
    fn in_group(&self, campaign: &Json) -> Maybe<()> {
        let Some(group) = campaign["experiment"].get("group") else { return Ok(()) };
        let seed = &self.playbook["exclusive"][text(&group["name"])]["seed"];
        let place = place(seed.as_str().unwrap_or(text(&group["name"])), self.unit()?);
        let [from, to] = ["from", "to"].map(|end| points(&group[end]).unwrap_or(0) / 10);
        refuse(!(from..to).contains(&place), "not-in-group")
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
            let remembered = self.memory.counted(&cap, self.now).filter(|_| self.keeps).ok_or("uncounted");
            let count = if cap.memory { remembered? } else { self.visit.counted(&cap.name) };
            refuse(count >= cap.times, "capped")?;
        }
        Ok(())
    }

    /// The variants that may be shown, with the bucket and how likely they were: all in order of preference, or the one of an
    /// experiment that the visitor's bucket falls to.
    fn variants<'c>(&self, campaign: &'c Json) -> Maybe<(&'c [Json], Option<u64>, u64)> {
        let variants = list(&campaign["variants"]);
        let Some(experiment) = campaign.get("experiment") else { return Ok((variants, None, 10_000)) };
        let seed = experiment["seed"].as_str().unwrap_or(text(&campaign["id"]));
        let bucket = bucket(&format!("variant:{seed}"), self.unit()?);
        // Each has its weight's stretch, of which the covered part counts.
        let covered = points(&experiment["coverage_percent"]).unwrap_or(10_000);
        let equal = |place: usize| (place as u64 * 10_000).div_ceil(variants.len() as u64);
        let weight = |at: usize| points(&variants[at]["weight"]).unwrap_or(equal(at + 1) - equal(at));
        let width = |at: usize| (weight(at) * covered).div_ceil(10_000);
        let from = |at: usize| (0..at).map(weight).sum::<u64>();
        let all: u64 = (0..variants.len()).map(width).sum();
        let here = |at: &usize| (from(*at)..from(*at) + width(*at)).contains(&bucket);
        let at = (0..variants.len()).find(here).ok_or("not-allocated")?;
        Ok((&variants[at..=at], Some(bucket), (width(at) * 10_000 + all / 2) / all))
    }

    /// What a variant shows: its template, values of parts, an order, `false` for hiding, null for a control.
    fn content(&self, campaign: &Json, variant: &Json) -> Maybe<Json> {
        if let Some(least) = variant["familiar"].as_i64() {
            refuse(int(&self.read("visitor.visits")?) < least, "not-familiar")?;
        }
        let show = |name: &str, item: Option<&str>| self.show(name, item);
        let parts = variant["parts"].as_object().into_iter().flatten();
        let parts =
            parts.map(|(key, value)| Ok((key.clone(), json!(template::part(key, text(value), &show)?))));
        let group = &self.playbook["blocks"][text(&campaign["block"])]["group"];
        let later = list(group).iter().filter(|block| !list(&variant["order"]).contains(block));
        Ok(match variant {
            _ if variant["html"].is_string() => json!(template::render(text(&variant["html"]), &show)?),
            _ if variant["hide"] == true => json!(false),
            _ if variant["parts"].is_object() => json!({ "parts": parts.collect::<Maybe<Map<_, _>>>()? }),
            _ if variant["order"].is_array() => {
                json!({ "first": variant["order"], "rest": later.collect::<Vec<_>>() })
            }
            _ => Json::Null,
        })
    }
}

/// The first that there is; else a missing permission says more than why the first is not.
fn first<T: Clone>(all: &[Maybe<T>]) -> Maybe<T> {
    let withheld = all.iter().find(|one| matches!(one, Err("no-permit")));
    all.iter().find(|one| one.is_ok()).or(withheld).unwrap_or(&all[0]).clone()
}

/// Hundredths of a percent.
fn points(percent: &Json) -> Option<u64> {
    percent.as_f64().map(|percent| (percent * 100.0).round() as u64)
}

//! Requests at the edges of what a playbook says: the last bucket that is in, the hour in which a rest is over, full lists.

use parvis::assign::hash;
use parvis::author::time_zone;
use parvis::signal::zone::Zone;
use serde_json::Value as Json;

use super::random::{Dice, ITEMS};
use super::requests::MINUTE;

/// Units that are tried until one has its bucket at an edge.
const TRIED: usize = 20_000;

/// The last 8 bytes of entropy: of two in three visitors such that their bucket is the first or the last of a stretch, often
/// again until they allow that it is used.
pub fn unit(dice: &mut Dice, playbook: &Json, before: &Json) -> String {
    let any = |dice: &mut Dice| format!("{:016x}", dice.next());
    if let Some(same) = before["entropy"].as_str().filter(|_| !dice.one(3)) {
        return same.to_owned();
    }
    let all = edges(playbook);
    if !before.is_null() || all.is_empty() || dice.one(3) {
        return any(dice);
    }
    let edge = &all[dice.below(all.len())];
    let mut units = (0..TRIED).map(|_| any(dice));
    units.find(|unit| edge.is_beside(unit)).unwrap_or_else(|| "0".repeat(16))
}

/// Where a stretch of buckets or of places in a group begins or ends.
struct Edge {
    seed: String,
    is_of_a_group: bool,
    at: u16,
}

impl Edge {
    /// Whether a unit is the last in front of the edge or the first behind it.
    fn is_beside(&self, unit: &str) -> bool {
        let own = if self.is_of_a_group {
            hash::bucket_v1(&self.seed, unit)
        } else {
            hash::bucket(&self.seed, unit)
        };
        own == self.at || own + 1 == self.at
    }
}

/// Where stretches begin and end, with the seeds by which buckets and places are reckoned.
fn edges(playbook: &Json) -> Vec<Edge> {
    let hundredths = |percent: &Json| percent.as_f64().map(|percent| (percent * 100.0).round() as u16);
    let mut all = Vec::new();
    if let Some(held @ 1..) = hundredths(&playbook["site"]["holdout_percent"]) {
        all.push(Edge { seed: "holdout:model".to_owned(), is_of_a_group: false, at: held });
    }
    for campaign in playbook["campaigns"].as_array().expect("campaigns") {
        let (experiment, variants) =
            (&campaign["experiment"], campaign["variants"].as_array().expect("variants"));
        if experiment.is_null() {
            continue;
        }
        let seed = experiment["seed"].as_str().or(campaign["id"].as_str()).expect("an id");
        let covered = f64::from(hundredths(&experiment["coverage_percent"]).unwrap_or(10_000));
        let equal = 10_000.0 / variants.len() as f64;
        let mut start = 0.0_f64;
        for variant in variants {
            let weight = hundredths(&variant["weight"]).map_or(equal, f64::from);
            let part = (weight * covered / 10_000.0).ceil();
            for edge in [start.ceil(), start.ceil() + part] {
                all.push(Edge { seed: format!("variant:{seed}"), is_of_a_group: false, at: edge as u16 });
            }
            start += weight;
        }
        let group = &experiment["group"];
        let Some(name) = group["name"].as_str() else { continue };
        let seed = playbook["exclusive"][name]["seed"].as_str().unwrap_or(name);
        for at in [&group["from"], &group["to"]].into_iter().filter_map(&hundredths) {
            // A group has a thousand places.
            all.push(Edge { seed: format!("__{seed}"), is_of_a_group: true, at: at / 10 });
        }
    }
    all
}

/// A time some hours later: those for which a campaign rests, cools down, counts or suppresses, and one more or less.
pub fn hours_later(dice: &mut Dice, playbook: &Json, before: i64) -> i64 {
    let campaign = dice.pick_of(playbook["campaigns"].as_array().expect("campaigns"));
    let number = |value: &Json| value.as_i64();
    let days = |value: &Json| number(value).map(|days| days * 24);
    let mut hours = vec![24];
    hours.extend(number(&campaign["fatigue"]["backoff_hours"]));
    hours.extend(days(&campaign["fatigue"]["reset_after_days"]));
    hours.extend(days(&campaign["cap"]["per_days"]["days"]));
    hours.extend(days(&campaign["cap"]["dismissals"]["days"]));
    let cooldown = &campaign["cooldown"];
    hours.extend(
        cooldown
            .is_object()
            .then(|| days(&cooldown["days"]).unwrap_or(0) + number(&cooldown["hours"]).unwrap_or(0)),
    );
    hours
        .extend(campaign["suppress"].as_array().into_iter().flatten().filter_map(|rule| days(&rule["days"])));
    before + (hours[dice.below(hours.len())] + dice.pick(&[-1, 0, 0, 1])) * 60 * MINUTE
}

/// The next time at which a schedule of the playbook begins or ends, or a minute beside it; without one a day later.
pub fn schedule(dice: &mut Dice, playbook: &Json, before: i64) -> i64 {
    let campaigns = playbook["campaigns"].as_array().expect("campaigns").iter();
    let spans = campaigns.flat_map(|campaign| campaign["schedule"]["hours"].as_array().into_iter().flatten());
    let spans: Vec<&str> = spans.filter_map(Json::as_str).collect();
    let day = 1440 * MINUTE;
    if spans.is_empty() {
        return before + day;
    }
    let (from, to) = spans[dice.below(spans.len())].split_once('-').expect("from and to");
    let time = if dice.one(2) { from } else { to };
    let (hour, minute) = time.split_once(':').expect("hours and minutes");
    let wall = hour.parse::<i64>().expect("hours") * 60 + minute.parse::<i64>().expect("minutes");
    let site = &playbook["site"];
    let (offset, summer) = match site["time_zone"].as_str() {
        Some(name) => {
            let zone = time_zone::named(name).expect("a zone");
            (Zone::read(&zone).at(before / MINUTE).0, 0)
        }
        // In summer clocks show an hour more.
        None => (site["utc_offset_minutes"].as_i64().expect("minutes"), if dice.one(2) { 60 } else { 0 }),
    };
    let today = before.div_euclid(day) * day;
    let at = today + (wall - offset - summer + dice.pick(&[-1, 0, 1])) * MINUTE;
    at + ((before - at).max(0) / day + 1) * day
}

/// A visit cookie with a list that is full or has one entry too many, or that is as long as one may be or longer.
pub fn visit_cookie(dice: &mut Dice, now: i64) -> String {
    let more = dice.below(2);
    let many = |count: usize, write: &dyn Fn(usize) -> String| {
        (0..count + more).map(write).collect::<Vec<_>>().join("!")
    };
    let code = |index: usize| format!("{:08x}", hash::code(&format!("c{index}")));
    match dice.below(9) {
        0 => format!("a~i{}", many(8, &|index| format!("i{index}"))),
        1 => format!("a~c{}", many(4, &|index| format!("c{index}"))),
        2 => format!("a~k{}", many(16, &|index| format!("i{index}*{}", 65_535 - index))),
        3 => format!("a~x{}", many(16, &|index| format!("{}*{}", code(index), 254 + more))),
        4 => format!("a~d{}", many(8, &code)),
        5 => format!(
            "a~i{}~p{}",
            dice.pick(&ITEMS),
            many(20, &|index| format!("{}{}00000000", 1 + index % 2, code(index)))
        ),
        6 => format!("a~klamp*1~t{}*{}", now / MINUTE, 15 + more),
        7 => format!("a~x{}*{}", code(dice.below(8)), 255 + more),
        // 1,024 signs and one more: what is shown next makes it too long.
        _ => {
            let (head, item) = (format!("a~clighting~i{}", dice.pick(&ITEMS)), "x".repeat(64));
            let mut cookie = (0..7).fold(head, |cookie, index| format!("{cookie}!{index}{}", &item[1..]));
            cookie.push_str("~k");
            let lines = (1024 + more).saturating_sub(cookie.len());
            let line = |length: usize| format!("{}*1!", "y".repeat(length - 3));
            (0..(lines / 67)).for_each(|_| cookie.push_str(&line(67)));
            let rest = (1024 + more).saturating_sub(cookie.len());
            cookie.push_str(&format!("{}*1", "z".repeat(rest.saturating_sub(2).clamp(1, 64))));
            cookie
        }
    }
}

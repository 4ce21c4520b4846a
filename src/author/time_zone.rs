//! The site's clock: a time zone by its IANA name, or an offset with a rule of daylight saving time; checked and compiled.
//!
//! The compiler has no clock, so that the same draft always compiles to the same bytes. It writes what the pinned
//! database says from [`FROM`] on: the changes that follow no rule one by one, then the rule that goes on for ever.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

use crate::author::check::Finding;
use crate::author::check::node::Node;
use crate::author::did_you_mean::{nearest, suggest};
use crate::author::draft::SiteDraft;
use crate::signal::clock::DAY;
use crate::signal::zone::Zone;

/// From when on the compiled zone is exact: 1 January 2025, in minutes since 1970. Before, the first offset or rule holds.
pub const FROM: i64 = 28_928_160;
/// Until when its rule is compared with the database: 1 January 2125. A rule that held until then goes on.
const TO: i64 = 81_523_680;
/// The last 28 years of that, in which each rule of weekdays goes through all of its days.
const TAIL: i64 = TO - 28 * 365 * DAY;

/// A change of the clocks: the minute since 1970, and how many minutes they are ahead of UTC before and after.
struct Change {
    at: i64,
    before: i16,
    after: i16,
}

/// The compiled zone of a site, as [`Zone::read`] reads it; `None` for a zone that the database does not know.
pub(super) fn encode(site: &SiteDraft) -> Option<Vec<u8>> {
    match site.time_zone.as_deref() {
        Some(name) => named(name),
        None => by_offset(i16::try_from(site.utc_offset_minutes).ok()?, site.daylight_saving.as_deref()),
    }
}

/// The names that the database knows, in the order of the alphabet.
///
/// ```
/// assert!(parvis::author::time_zone::names().any(|name| name == "Australia/Lord_Howe"));
/// ```
pub fn names() -> impl Iterator<Item = String> {
    let all: BTreeSet<String> =
        TimeZoneDatabase::bundled().available().map(|name| name.as_str().into()).collect();
    all.into_iter()
}

/// The compiled form of the zone with this name, as [`Zone::read`] reads it.
///
/// ```
/// use parvis::{author::time_zone::named, base::calendar::parse, signal::zone::Zone};
/// let noon = parse("2027-01-01T12:00:00Z").ok_or("a time")?.minutes();
/// assert_eq!(Zone::read(&named("Australia/Sydney").ok_or("a zone")?).at(noon).0, 660);
/// assert_eq!(named("Sydney"), None);
/// # Ok::<(), &str>(())
/// ```
pub fn named(name: &str) -> Option<Vec<u8>> {
    let zone = TimeZoneDatabase::bundled().get(name).ok().filter(|zone| zone.iana_name() == Some(name))?;
    let changes = changes(&zone)?;
    let tail: Vec<&Change> = changes.iter().filter(|change| change.at >= TAIL).collect();
    let rule = if tail.is_empty() { Some(Vec::new()) } else { rule(&tail) }?;
    // As few steps as the rule needs to say the same as the database.
    let first = offset(zone.to_offset(instant(FROM)?))?;
    (0..=changes.len()).find_map(|count| {
        let (steps, rest) = changes.split_at_checked(count)?;
        let mut bytes = Vec::from([0]);
        for step in steps {
            push_step(&mut bytes, u32::try_from(step.at).ok()?, step.before);
        }
        if rule.is_empty() {
            push_step(&mut bytes, u32::MAX, steps.last().map_or(first, |last| last.after));
        }
        *bytes.first_mut()? = u8::try_from(count + usize::from(rule.is_empty())).ok()?;
        bytes.extend(&rule);
        let compiled = Zone::read(&bytes);
        let (mut from, mut before) = steps.last().map_or((FROM, first), |last| (last.at, last.after));
        let same = rest.iter().all(|change| {
            let found = compiled.at(from);
            let expected = (i64::from(before), change.at);
            (from, before) = (change.at, change.after);
            found == expected
        });
        (same && compiled.at(from).0 == i64::from(before)).then_some(bytes)
    })
}

/// The changes of a zone in the years that are compared.
fn changes(zone: &TimeZone) -> Option<Vec<Change>> {
    let mut before = offset(zone.to_offset(instant(FROM)?))?;
    let mut changes = Vec::new();
    for change in zone.following(instant(FROM)?) {
        let (at, after) = (change.timestamp().as_second().div_euclid(60), offset(change.offset())?);
        if at >= TO {
            break;
        }
        // Names and the flag of summer time also change where clocks do not.
        if after != before {
            changes.push(Change { at, before, after });
            before = after;
        }
    }
    Some(changes)
}

/// The rule that these changes follow: for each month with one, the first day and the weekday on which it was seen.
fn rule(tail: &[&Change]) -> Option<Vec<u8>> {
    let mut months: BTreeMap<i8, (i8, u8, i16, i16)> = BTreeMap::new();
    for change in tail {
        let wall = Offset::from_seconds(i32::from(change.before).checked_mul(60)?).ok()?;
        let wall = wall.to_datetime(instant(change.at)?);
        let weekday = u8::try_from(wall.weekday().to_monday_zero_offset()).ok()?;
        let minute = i16::from(wall.hour()).checked_mul(60)?.checked_add(wall.minute().into())?;
        let minute = minute.checked_sub(change.before)?;
        let known = months.entry(wall.month()).or_insert((wall.day(), weekday, minute, change.after));
        known.0 = known.0.min(wall.day());
    }
    let mut bytes = Vec::new();
    for (month, (day, weekday, minute, after)) in months {
        push_change(&mut bytes, [u8::try_from(month).ok()?, u8::try_from(day).ok()?, weekday], minute, after);
    }
    Some(bytes)
}

/// The rules of daylight saving time that a draft names without a zone, and their laws.
const RULES: [&str; 2] = ["eu", "us"];

/// A site's offset in winter, and the rule by which it is an hour more in summer.
fn by_offset(winter: i16, rule: Option<&str>) -> Option<Vec<u8>> {
    let mut bytes = Vec::from([0]);
    let summer = winter.checked_add(60)?;
    match rule {
        // Directive 2000/84/EC: the last Sundays of March and of October, both at 01:00 UTC.
        Some("eu") => {
            push_change(&mut bytes, [3, 25, SUNDAY], 60, summer);
            push_change(&mut bytes, [10, 25, SUNDAY], 60, winter);
        }
        // Energy Policy Act of 2005: the second Sunday of March and the first of November, both at 02:00 of the clock.
        Some("us") => {
            push_change(&mut bytes, [3, 8, SUNDAY], 120_i16.checked_sub(winter)?, summer);
            push_change(&mut bytes, [11, 1, SUNDAY], 120_i16.checked_sub(summer)?, winter);
        }
        _ => {
            bytes = Vec::from([1]);
            push_step(&mut bytes, u32::MAX, winter);
        }
    }
    Some(bytes)
}

const SUNDAY: u8 = 6;

fn push_step(bytes: &mut Vec<u8>, until: u32, offset: i16) {
    bytes.extend(until.to_le_bytes());
    bytes.extend(offset.to_le_bytes());
}

/// Appends a change of every year: month, first day and weekday, then minutes of UTC and the offset from then on.
fn push_change(bytes: &mut Vec<u8>, day: [u8; 3], minute: i16, after: i16) {
    bytes.extend(day);
    bytes.extend(minute.to_le_bytes());
    bytes.extend(after.to_le_bytes());
}

fn instant(minute: i64) -> Option<Timestamp> {
    Timestamp::from_second(minute.checked_mul(60)?).ok()
}

fn offset(offset: Offset) -> Option<i16> {
    i16::try_from(offset.seconds().div_euclid(60)).ok()
}

/// Reports a zone or a rule that does not exist, and what a zone makes unused.
pub(super) fn check(site: &Node<'_>, findings: &mut Vec<Finding>) {
    if let Some(name) = site.text("daylight_saving").filter(|name| !RULES.contains(name)) {
        let help = suggest(name, RULES)
            .unwrap_or_else(|| "write `eu` or `us`, or name the `time_zone` in its place".into());
        let message = format!("there is no daylight saving rule `{name}`");
        findings.push(Finding::error("unknown-value", &site.at("daylight_saving"), message, help));
    }
    let Some(name) = site.text("time_zone") else { return };
    let all: Vec<String> = names().collect();
    if !all.iter().any(|known| known == name) {
        let message = format!("there is no time zone `{name}`");
        findings.push(Finding::error("unknown-value", &site.at("time_zone"), message, near(name, &all)));
    }
    let offset = site.get("utc_offset_minutes").filter(|offset| offset.value.as_i64() != Some(0));
    for unused in offset.into_iter().chain(site.get("daylight_saving")) {
        let message = "`time_zone` already says how far the clocks are ahead of UTC";
        findings.push(Finding::warning("redundant", &unused.pointer, message, "remove it"));
    }
}

/// The zones that may be meant: those of the same place, then the one that is spelled most alike.
fn near(name: &str, all: &[String]) -> String {
    let place =
        |name: &str| name.rsplit('/').next().unwrap_or_default().replace(' ', "_").to_ascii_lowercase();
    let mut found: Vec<&str> =
        all.iter().map(String::as_str).filter(|known| place(known) == place(name)).collect();
    if found.is_empty() {
        let places: Vec<&str> = all.iter().filter_map(|known| known.rsplit('/').next()).collect();
        let alike = nearest(name, all.iter().map(String::as_str)).or_else(|| {
            let place = nearest(name.rsplit('/').next()?, places)?;
            all.iter().map(String::as_str).find(|known| known.rsplit('/').next() == Some(place))
        });
        found.extend(alike);
    }
    match found.as_slice() {
        [] => "write its name in the database of time zones, as `Europe/Paris`".into(),
        some => format!("did you mean `{}`?", some.join("` or `")),
    }
}

#[cfg(test)]
mod tests;

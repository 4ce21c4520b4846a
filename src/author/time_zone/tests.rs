//! What the compiled zone says is what the database says, at any minute of a hundred years and in every zone.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use super::*;
use crate::base::calendar::{self, Millis};
use crate::signal::clock::{Local, WEEKDAYS};
use alloc::string::ToString;
use jiff::ToSpan as _;
use proptest::prelude::*;

fn at(text: &str, zone: &[u8]) -> (&'static str, String) {
    let local = Local::of(calendar::parse(text).unwrap(), Zone::read(zone)).unwrap();
    let digits = local.digits();
    let weekday = WEEKDAYS.get(usize::from(local.weekday)).unwrap();
    (weekday, core::str::from_utf8(&digits).unwrap().into())
}

#[test]
fn clocks_change_in_the_minute_the_law_says() {
    // Days and hours as published for 2024 to 2027 by the Commission and by NIST.
    let (eu, us) = (Some("eu"), Some("us"));
    for (moment, offset, rule, day, time) in [
        ("2024-03-31T00:59:59Z", 60, eu, "sunday", "01:59"),
        ("2024-03-31T01:00:00Z", 60, eu, "sunday", "03:00"),
        ("2026-10-25T00:59:59Z", 60, eu, "sunday", "02:59"),
        ("2026-10-25T01:00:00Z", 60, eu, "sunday", "02:00"),
        ("2026-03-29T01:00:00Z", 0, eu, "sunday", "02:00"),
        ("2027-03-28T00:59:00Z", 120, eu, "sunday", "02:59"),
        ("2026-03-08T06:59:59Z", -300, us, "sunday", "01:59"),
        ("2026-03-08T07:00:00Z", -300, us, "sunday", "03:00"),
        ("2026-11-01T05:59:59Z", -300, us, "sunday", "01:59"),
        ("2026-11-01T06:00:00Z", -300, us, "sunday", "01:00"),
        ("2026-11-01T09:00:00Z", -480, us, "sunday", "01:00"),
        ("2025-03-09T10:00:00Z", -480, us, "sunday", "03:00"),
        ("2026-07-01T12:00:00Z", 330, None, "wednesday", "17:30"),
        ("2026-12-31T23:30:00Z", 60, eu, "friday", "00:30"),
        ("2027-01-01T04:59:00Z", -300, us, "thursday", "23:59"),
    ] {
        let zone = by_offset(offset, rule).unwrap();
        assert_eq!(at(moment, &zone), (day, time.into()), "{moment}");
    }
}

#[test]
fn clocks_of_the_south_and_of_half_hours_are_known() {
    // As the governments of New South Wales, New Zealand and Chile publish them, and the database for the islands.
    for (moment, zone, day, time) in [
        ("2026-10-03T15:59:59Z", "Australia/Sydney", "sunday", "01:59"),
        ("2026-10-03T16:00:00Z", "Australia/Sydney", "sunday", "03:00"),
        ("2027-04-03T16:00:00Z", "Australia/Sydney", "sunday", "02:00"),
        ("2026-09-26T14:00:00Z", "Pacific/Auckland", "sunday", "03:00"),
        ("2026-12-31T12:00:00Z", "Pacific/Auckland", "friday", "01:00"),
        ("2026-09-06T03:59:00Z", "America/Santiago", "saturday", "23:59"),
        ("2026-09-06T04:00:00Z", "America/Santiago", "sunday", "01:00"),
        ("2026-10-03T15:30:00Z", "Australia/Lord_Howe", "sunday", "02:30"),
        ("2026-09-26T13:59:00Z", "Pacific/Chatham", "sunday", "02:44"),
        ("2026-09-26T14:00:00Z", "Pacific/Chatham", "sunday", "03:45"),
        ("2026-11-21T12:00:00Z", "Asia/Kathmandu", "saturday", "17:45"),
        ("2026-11-21T12:00:00Z", "Asia/Kolkata", "saturday", "17:30"),
        ("2026-07-01T12:00:00Z", "Europe/Dublin", "wednesday", "13:00"),
        ("2026-02-20T12:00:00Z", "Africa/Casablanca", "friday", "12:00"),
        ("2026-05-20T12:00:00Z", "Africa/Casablanca", "wednesday", "13:00"),
    ] {
        assert_eq!(at(moment, &named(zone).unwrap()), (day, time.to_string()), "{zone} {moment}");
    }
}

#[test]
fn every_zone_has_a_short_form_and_its_name_is_its_own() {
    let all: Vec<String> = names().collect();
    assert!(all.len() > 400, "{}", all.len());
    for name in &all {
        let bytes = named(name).unwrap_or_default();
        assert!((7..=1_600).contains(&bytes.len()), "{name}: {}", bytes.len());
    }
    assert_eq!(named("Europe/Paris").unwrap().len(), 15, "a rule alone");
    assert_eq!((named("europe/paris"), named("Europe/Pariss"), named("")), (None, None, None));
}

#[test]
fn who_names_a_place_is_told_its_zone() {
    let all: Vec<String> = names().collect();
    for (name, expected) in [
        ("Sydney", "did you mean `Australia/Sydney`?"),
        ("Europe/Sydney", "did you mean `Australia/Sydney`?"),
        ("europe/paris", "did you mean `Europe/Paris`?"),
        ("Europe/Pariss", "did you mean `Europe/Paris`?"),
        ("New York", "did you mean `America/New_York`?"),
        ("Auckland ", "did you mean `Pacific/Auckland`?"),
        ("the moon", "write its name in the database of time zones, as `Europe/Paris`"),
    ] {
        assert_eq!(near(name, &all), expected, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn a_compiled_zone_agrees_with_the_database(which: prop::sample::Index, utc in FROM..TO, near_a_change: bool, beside in -90_i64..=90) {
        let all: Vec<String> = names().collect();
        let name = which.get(&all);
        let zone = TimeZoneDatabase::bundled().get(name).unwrap();
        // Gaps and repeated hours are where mistakes are.
        let change = zone.following(instant(utc).unwrap()).next().map(|next| next.timestamp().as_second().div_euclid(60));
        let utc = change.filter(|at| near_a_change && *at < TO - 90).map_or(utc, |at| (at + beside).max(FROM));
        let compiled = named(name).unwrap();
        let (found, until) = Zone::read(&compiled).at(utc);
        prop_assert_eq!(found, i64::from(offset(zone.to_offset(instant(utc).unwrap())).unwrap()), "{} at {}", name, utc);
        let next = zone.following(instant(utc).unwrap()).find(|next| i64::from(offset(next.offset()).unwrap()) != found);
        match next.map(|next| next.timestamp().as_second().div_euclid(60)) {
            Some(at) if at < TO => prop_assert_eq!(until, at, "{}", name),
            _ => prop_assert!(until >= TO, "{}", name),
        }
        let wall = zone.to_datetime(instant(utc).unwrap());
        // The way back, also of times that are skipped or come twice.
        let back = zone.to_ambiguous_timestamp(wall.saturating_add(beside.minutes())).compatible().unwrap();
        let local = utc + found + beside;
        if (FROM + 2 * DAY..TO - 2 * DAY).contains(&utc) {
            prop_assert_eq!(Zone::read(&compiled).utc(local), back.as_second().div_euclid(60), "{} at {}", name, local);
        }
        let local = Local::of(Millis(utc * calendar::MINUTE), Zone::read(&compiled)).unwrap();
        prop_assert_eq!(i64::from(local.minute), i64::from(wall.hour()) * 60 + i64::from(wall.minute()));
        prop_assert_eq!(i64::from(local.weekday), i64::from(wall.weekday().to_monday_zero_offset()));
    }
}

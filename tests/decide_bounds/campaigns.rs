//! Dates of campaigns, shares of variants, the size of parts, and what is remembered of a campaign that is waved away.

use parvis::assign::hash::{Stage, Unit};
use parvis::facts::{Event, Facts};
use parvis::reason::Reason;
use parvis::response::outcome::Content;
use serde_json::json;

use super::support::*;

#[test]
fn a_campaign_runs_from_the_second_it_starts_to_the_second_it_ends() {
    let until = |starts: Option<&str>, ends: Option<&str>| {
        let mut campaign = campaign(json!({}));
        for (key, moment) in [("starts", starts), ("ends", ends)] {
            if let Some(moment) = moment {
                campaign[key] = moment.into();
            }
        }
        engine(&json!({ "campaigns": [campaign] }))
    };
    let noon = Some("2026-11-21T12:00:00Z");
    for (engine, now, expected) in [
        (until(noon, None), NOW - 1, Reason::NotYet),
        (until(noon, None), NOW, Reason::Matched),
        (until(None, noon), NOW + 999, Reason::Matched),
        (until(None, noon), NOW + 1000, Reason::Over),
        (until(noon, noon), NOW - 1, Reason::NotYet),
        (until(noon, noon), NOW, Reason::Matched),
        (until(noon, noon), NOW + 1000, Reason::Over),
    ] {
        assert_eq!(reason(&engine, at(now, facts())), expected, "{now}");
    }
    let clockless = |engine| reason(&engine, Facts { now: None, ..facts() });
    assert_eq!(clockless(until(noon, None)), Reason::NoClock);
    assert_eq!(clockless(until(None, noon)), Reason::NoClock);
    assert_eq!(clockless(until(None, None)), Reason::Matched);
}

#[test]
fn a_share_is_rounded_to_the_nearest_ten_thousandth() {
    // A third and two thirds of the traffic's half: 1,667 and 3,334 of 5,001 buckets.
    let engine = engine(&json!({ "campaigns": [campaign(json!({
        "experiment": { "seed": "thirds", "coverage_percent": 50 },
        "variants": [{ "id": "a", "weight": 33.33, "html": "<p>A</p>" }, { "id": "b", "weight": 66.67, "html": "<p>B</p>" }],
    }))] }));
    let bucket = |unit: u64| Unit(unit).bucket(Stage::Variant, "thirds");
    for (place, variant) in [
        (0, Some((0, 3333))),
        (1666, Some((0, 3333))),
        (1667, None),
        (3332, None),
        (3333, Some((1, 6667))),
        (6666, Some((1, 6667))),
        (6667, None),
    ] {
        let unit = (0..).find(|unit| bucket(*unit) == place).unwrap();
        let mut entropy = [7; 32];
        entropy[24..].copy_from_slice(&unit.to_le_bytes());
        let told = ask(&engine, Facts { entropy: Some(entropy), ..facts() });
        let chosen = told.chosen[0].map(|chosen| (chosen.variant, chosen.propensity));
        assert_eq!(chosen, variant, "bucket {place}");
        let kept = told.chosen[0].map(|chosen| chosen.bucket);
        assert_eq!(kept, variant.map(|_| Some(place)), "the bucket that was drawn");
        assert_eq!(told.reasons[0], if variant.is_some() { Reason::Matched } else { Reason::NotAllocated });
    }
}

#[test]
fn parts_of_65536_bytes_are_shown_and_none_longer() {
    // Each part costs five bytes and its key beside its value.
    let shown = |bytes: usize| {
        let half = (bytes - 2 * (5 + 1)) / 2;
        let rest = bytes - 2 * (5 + 1) - half;
        let engine = hero(
            json!({ "variants": [{ "id": "only", "parts": { "a": "x".repeat(half), "b": "y".repeat(rest) } }] }),
        );
        let told = ask(&engine, facts());
        match &told.contents[0] {
            Content::Parts(changes) => Ok(changes.len()),
            _ => Err(told.reasons[0]),
        }
    };
    assert_eq!(shown(65_536), Ok(65_536));
    assert_eq!(shown(65_537), Err(Reason::ContentTooLarge));
}

#[test]
fn a_campaign_that_is_waved_away_is_remembered_as_what_the_rules_ask_for() {
    // The id of the campaign is the id of an item too, which the rule is about.
    let lamp = json!({ "id": "lamp", "block": "hero", "variants": [{ "id": "only", "html": "<p>Lamp</p>" }],
        "suppress": [{ "when": "dismissed", "what": "item", "of": "lamp", "days": 30 }] });
    let letter = json!({ "id": "letter", "block": "offers", "variants": [{ "id": "only", "html": "<p>Letter</p>" }],
        "suppress": [{ "when": "dismissed", "what": "campaign", "days": 30 },
            { "when": "bought", "what": "item", "of": "lamp", "days": 30 }] });
    let engine = engine(&json!({ "campaigns": [lamp, letter] }));
    let waved = |id: &str| ask(&engine, with(Event::Dismissed(id.to_owned()), facts()));
    let entry = |id: &str, kind: u8| [&code(id)[..], &[0; 4], &[kind, 12, 0]].concat();
    let told = waved("lamp");
    assert_eq!((told.reasons[0], told.part(4)), (Reason::Suppressed, Some(entry("lamp", 3))));
    let told = waved("letter");
    assert_eq!((told.reasons[1], told.part(4)), (Reason::Suppressed, Some(entry("letter", 4))));
    // Of a category no item is known.
    let lights = hero(
        json!({ "suppress": [{ "when": "dismissed", "what": "category", "of": "lights", "days": 30 }] }),
    );
    let told = ask(&lights, with(Event::Dismissed("spring".to_owned()), facts()));
    let of_category = [&[0; 4][..], &code("lights"), &[3, 12, 0]].concat();
    assert_eq!((told.reasons[0], told.part(4)), (Reason::Suppressed, Some(of_category)));
    let told = waved("other");
    assert_eq!((&told.reasons[..], told.part(4)), (&[Reason::Matched, Reason::Matched][..], None));
}

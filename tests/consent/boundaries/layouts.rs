//! The layouts of the US sections, each entry in its place (src/docs/consent.md), and what each entry says by itself.

use parvis::consent::gpp::layout;
use parvis::consent::gpp::section::us_section;
use parvis::consent::purpose::Purpose;
use parvis::consent::resolve::{Resolution, State};
use serde_json::{Map, Value, json};

use super::bits::Bits;
use super::table::{ask, names};
use super::us::{LAYOUTS, Layout, gpp};

/// The entries of a section in order: field, number from 1.
pub(crate) fn entries(layout: &Layout) -> Vec<(String, usize)> {
    let core =
        layout.fields.iter().flat_map(|(name, count)| (1..=*count).map(move |number| (name.clone(), number)));
    let apart = 1..=if layout.apart { 8 } else { 0 };
    core.chain(apart.map(|number| ("SensitiveDataProcessing".to_owned(), number))).collect()
}

/// A section with these values in the order of [`entries`].
pub(crate) fn section(layout: &Layout, values: &[u64]) -> String {
    let put = |bits: Bits, values: &[u64]| values.iter().fold(bits, |bits, value| bits.put(*value, 2));
    let core = if layout.apart { values.len() - 8 } else { values.len() };
    let mut text = put(Bits::default().put(layout.version(), 6), &values[..core]).text();
    if layout.apart {
        text.push('.');
        text.push_str(&put(Bits::default(), &values[core..]).text());
    }
    text
}

/// What a section with these values says, by the rules; whether it carries the signal is `gpc`.
pub(crate) fn rule(layout: &Layout, values: &[u64], gpc: bool) -> (Vec<&'static str>, Vec<&'static str>) {
    let entries = entries(layout);
    let find =
        |name: &str| entries.iter().position(|(field, _)| field == name).map_or(0, |place| values[place]);
    let (mut out, mut stays, mut unnoticed, mut child) = (gpc, false, false, false);
    let (mut personal, mut serves) = (false, false);
    let mut geo = 0;
    for ((name, number), value) in entries.iter().zip(values) {
        match name.as_str() {
            // 3 is not defined, and is no answer in favor of sale.
            "SaleOptOut" | "SharingOptOut" | "TargetedAdvertisingOptOut" => {
                out |= *value == 1 || *value == 3;
                stays |= *value == 2;
                unnoticed |= *value == 2 && find(&format!("{name}Notice")) != 1;
            }
            // 1 is "no consent", without which a minor's data may not be sold.
            "KnownChildSensitiveDataConsents" => {
                child |= *value != 0;
                out |= *value == 1 || *value == 3;
            }
            "MspaServiceProviderMode" => serves |= *value == 1 || *value == 3,
            "PersonalDataConsents" | "AdditionalDataProcessingConsent" => {
                personal |= *value == 1 || *value == 3
            }
            "SensitiveDataProcessing" if *number == layout.geo => geo = *value,
            _ => {}
        }
    }
    let (mut granted, mut denied) = (Vec::new(), Vec::new());
    if stays && !out && !unnoticed && !serves {
        granted.push(Purpose::SaleShare);
    }
    if child {
        denied.push(Purpose::PersistentPersonalization);
    }
    if out || child || personal {
        denied.push(Purpose::Profile);
    }
    match geo {
        // In California, Utah and Iowa 2 says "did not opt out", which is no consent.
        2 if !["usca", "usut", "usia"].contains(&layout.name.as_str()) => {
            granted.insert(0, Purpose::PreciseGeo)
        }
        1 | 3 => denied.push(Purpose::PreciseGeo),
        _ => {}
    }
    if out || serves {
        denied.push(Purpose::SaleShare);
    }
    (names(granted), names(denied))
}

/// The states of a resolution.
pub(crate) fn found(resolution: &Resolution) -> (Vec<&'static str>, Vec<&'static str>) {
    let of =
        |state| names(Purpose::ALL.into_iter().filter(|purpose| resolution.ruling(*purpose).state == state));
    (of(State::Granted), of(State::Denied))
}

/// What the engine makes of one section in a state of the US.
pub(crate) fn resolve(id: u32, section: String) -> Resolution {
    ask(&json!({"case": "section", "region": "US-CO", "cookies": [format!("gpp={}", gpp(&[(id, section)]))]}))
        .0
}

#[test]
fn sections_are_those_of_the_specification() {
    assert_eq!(LAYOUTS.len(), 22);
    for layout in LAYOUTS.iter() {
        let count = entries(layout).len();
        let values: Vec<u64> = (0..count).map(|place| (place as u64 * 7 + place as u64 / 3) % 4).collect();
        let text = section(layout, &values);
        let opened = us_section(layout.id, &text).unwrap();
        let expected: Vec<(String, usize, u64)> = entries(layout)
            .into_iter()
            .zip(&values)
            .map(|((name, number), value)| (name, number, *value))
            .collect();
        let shown: Vec<(String, usize, u64)> = opened
            .values()
            .map(|(field, number, value)| (field.name().to_owned(), number.into(), value.into()))
            .collect();
        assert_eq!(shown, expected, "{}", layout.name);
        for (field, ..) in opened.values() {
            let count =
                layout.fields.iter().find(|(name, _)| name == field.name()).map_or(8, |(_, count)| *count);
            assert_eq!(usize::from(opened.count(field)), count, "{} {}", layout.name, field.name());
        }
        assert_eq!(
            format!("{}{}", opened.layout().name, if count == 27 && layout.id == 7 { "-1" } else { "" }),
            layout.name
        );
        assert_eq!(u64::from(opened.version), layout.version());
        assert_eq!(usize::from(opened.layout().id), usize::try_from(layout.id).unwrap());
        // A field that the section does not have has no entry.
        let known: Vec<&str> = layout.fields.iter().map(|(name, _)| name.as_str()).collect();
        for field in us_section(24, "BAAAA")
            .unwrap()
            .values()
            .map(|(field, ..)| field)
            .filter(|field| !known.contains(&field.name()))
        {
            assert_eq!(opened.count(field), 0, "{} {}", layout.name, field.name());
        }
    }
    for id in [0, 1, 2, 5, 6, 28, 29, 63, u32::MAX] {
        assert!(us_section(id, "BAAAAAAAAAAAAAAA").is_none(), "{id}");
        assert!((7..=27).contains(&id) || layout::layout(id).is_none(), "{id}");
    }
}

/// Each entry of each section with each value, by itself, and beside all others with each value.
#[test]
fn every_entry_of_every_section() {
    for layout in LAYOUTS.iter() {
        let count = entries(layout).len();
        for background in 0..4 {
            for place in 0..count {
                for value in 0..4 {
                    let mut values = vec![background; count];
                    values[place] = value;
                    let resolution = resolve(layout.id, section(layout, &values));
                    let what =
                        format!("{} {:?} is {value} among {background}", layout.name, entries(layout)[place]);
                    assert_eq!(found(&resolution), rule(layout, &values, false), "{what}");
                    assert!(!resolution.gpc());
                }
            }
        }
    }
}

/// Each value of each notice with each value of the opt-out it is about, and of the other ones.
#[test]
fn every_notice_with_every_opt_out() {
    for layout in LAYOUTS.iter() {
        let entries = entries(layout);
        let place = |wanted: &str| entries.iter().position(|(name, _)| name == wanted);
        let pairs: Vec<(usize, usize)> = ["SaleOptOut", "SharingOptOut", "TargetedAdvertisingOptOut"]
            .iter()
            .filter_map(|name| Some((place(&format!("{name}Notice"))?, place(name)?)))
            .collect();
        assert_eq!(pairs.len(), if layout.id == 7 { 3 } else { 2 }, "{}", layout.name);
        for one in &pairs {
            for other in pairs.iter().filter(|other| *other != one) {
                for values in 0..256u64 {
                    let mut all = vec![0; entries.len()];
                    all[one.0] = values & 3;
                    all[one.1] = values >> 2 & 3;
                    all[other.0] = values >> 4 & 3;
                    all[other.1] = values >> 6;
                    let resolution = resolve(layout.id, section(layout, &all));
                    assert_eq!(
                        found(&resolution),
                        rule(layout, &all, false),
                        "{} {one:?} {other:?} {values}",
                        layout.name
                    );
                }
            }
        }
    }
}

/// A section cut after each character: it may have held an opt-out, so it denies, and what it still says in favor is lost.
#[test]
fn every_section_cut_everywhere() {
    for layout in LAYOUTS.iter() {
        let values: Vec<u64> = entries(layout)
            .iter()
            .map(|(name, _)| match name.as_str() {
                name if name.ends_with("Notice") => 1,
                name if name.ends_with("OptOut") || name.starts_with("Sensitive") => 2,
                _ => 0,
            })
            .collect();
        let whole = section(layout, &values);
        assert!(found(&resolve(layout.id, whole.clone())).0.contains(&"sale_share"), "{}", layout.name);
        let dot = whole.find('.').unwrap_or(usize::MAX);
        for length in 0..whole.len() {
            let resolution = resolve(layout.id, whole[..length].to_owned());
            // Without its segment of sensitive data a section of 2025 is one that has none.
            let expected = if length == dot {
                (vec!["sale_share"], vec![])
            } else {
                (vec![], vec!["profile", "sale_share"])
            };
            assert_eq!(found(&resolution), expected, "{} {length} of {}", layout.name, whole.len());
        }
    }
}

/// What a cut section refuses, it still refuses.
#[test]
fn a_cut_section_keeps_its_refusals() {
    let layout = Layout::named("usnat");
    let refused = |values: &Map<String, Value>, characters: usize| {
        let text: String = layout.section(values).chars().take(characters).collect();
        found(&resolve(7, text)).1
    };
    let geo = json!({"SensitiveDataProcessing": [0, 0, 0, 0, 0, 0, 0, 1]});
    let geo = geo.as_object().unwrap();
    // The eighth entry of sensitive data is the 17th of the core: bits 38 and 39, in the seventh character.
    assert_eq!(refused(geo, 6), ["profile", "sale_share"]);
    assert_eq!(refused(geo, 7), ["profile", "precise_geo", "sale_share"]);
}

//! GPP strings: headers, segments with Global Privacy Control, headed sections of 2025 (src/docs/consent.md).

use parvis::consent::gpp::parse;
use parvis::consent::gpp::section::us_section;
use serde_json::json;

use super::bits::Bits;
use super::layouts::{entries, found, resolve, rule, section};
use super::table::ask;
use super::us::{LAYOUTS, gpp};

fn ids(text: &str) -> Option<Vec<u32>> {
    parse(text).map(|gpp| gpp.sections().map(|(id, _)| id).collect())
}

/// A header of `count` entries, each single id or group a distance and, for a group, a length.
fn header(count: u64, entries: &[(usize, Option<usize>)]) -> Bits {
    entries.iter().fold(Bits::default().put(3, 6).put(1, 6).put(count, 12), |bits, (distance, length)| {
        match length {
            Some(length) => bits.put(1, 1).fibonacci(*distance).fibonacci(*length),
            None => bits.put(0, 1).fibonacci(*distance),
        }
    })
}

fn with(header: &Bits, sections: usize) -> Option<Vec<u32>> {
    ids(&format!("{}{}", header.text(), "~x".repeat(sections)))
}

#[test]
fn headers_name_their_sections() {
    for id in 1..=33 {
        assert_eq!(with(&header(1, &[(id, None)]), 1), Some(vec![u32::try_from(id).unwrap()]));
        let group: Vec<u32> = (0..=4).map(|more| u32::try_from(id).unwrap() + more).collect();
        assert_eq!(with(&header(1, &[(id, Some(4))]), 5), Some(group));
    }
    let mixed = header(4, &[(2, None), (4, Some(3)), (1, None), (5, Some(1))]);
    assert_eq!(with(&mixed, 8), Some(vec![2, 6, 7, 8, 9, 10, 15, 16]));
    for wrong in [0, 1, 6, 7, 9, 10] {
        assert_eq!(with(&mixed, wrong), None, "{wrong} sections for 8 ids");
    }
    // A header that counts more or fewer entries than it has.
    assert_eq!(with(&header(2, &[(7, None)]), 1), None);
    assert_eq!(with(&header(2, &[(7, None)]), 2), None);
    assert_eq!(with(&header(0, &[]), 1), None);
    assert_eq!(with(&header(1, &[(7, None), (1, None)]), 2), None);
    // Other types and versions.
    for (kind, version) in [(2, 1), (4, 1), (3, 0), (3, 2), (0, 0), (63, 63), (7, 1), (3, 3)] {
        let other = Bits::default().put(kind, 6).put(version, 6).put(1, 12).put(0, 1).fibonacci(7);
        assert_eq!(with(&other, 1), None, "type {kind} version {version}");
    }
    // A header whose last code has no end.
    let endless = Bits::default().put(3, 6).put(1, 6).put(1, 12).put(0, 1).put(1, 1);
    assert_eq!(with(&endless, 1), None);
}

/// A string has up to 64 sections; empty ones, or only space, are none.
#[test]
fn sections_of_a_string_are_counted() {
    let many = |count: usize| {
        let entries: Vec<_> = (0..count).map(|_| (1, None)).collect();
        with(&header(count as u64, &entries), count).map(|ids| ids.len())
    };
    assert_eq!((many(1), many(63), many(64), many(65)), (Some(1), Some(63), Some(64), None));
    let two = header(2, &[(7, None), (1, None)]).text();
    assert_eq!(ids(&format!("{two}~x~y")), Some(vec![7, 8]));
    for broken in ["~x~", "~~y", "~x~ ", "~  ~y", "x~y", "", "~", "~x", "~x~y~z"] {
        assert_eq!(ids(&format!("{two}{broken}")), None, "{broken}");
    }
    assert!(parse(&format!("{two}~ x~y ")).unwrap().sections().eq([(7, " x"), (8, "y ")]));
}

/// Segments behind a core: subsection types, and the signal in any of them.
#[test]
fn every_segment_may_carry_the_signal() {
    let kind = |kind: u64, gpc: u64| Bits::default().put(kind, 2).put(gpc, 1).text();
    let cases: [(&[String], Option<bool>); 17] = [
        (&[], None),
        (&[kind(1, 1)], Some(true)),
        (&[kind(1, 0)], Some(false)),
        (&[kind(0, 1)], None),
        (&[kind(2, 1)], None),
        (&[kind(3, 1)], None),
        (&[kind(1, 1), kind(1, 0)], Some(true)),
        (&[kind(1, 0), kind(1, 1)], Some(true)),
        (&[kind(1, 0), kind(1, 0)], Some(false)),
        (&[kind(0, 1), kind(1, 1)], Some(true)),
        (&[kind(1, 0), kind(2, 1)], Some(false)),
        (&[kind(2, 0), kind(3, 1), kind(1, 1)], Some(true)),
        (&[kind(2, 0), kind(3, 1), kind(0, 0), kind(1, 1)], Some(true)),
        (&[kind(1, 1), kind(3, 1), kind(0, 0), kind(1, 0)], Some(true)),
        // A fifth segment is not looked at: no specification has a second one.
        (&[kind(2, 0), kind(3, 1), kind(0, 0), kind(0, 0), kind(1, 1)], None),
        (&[Bits::default().put(0b011, 3).put(0, 21).text()], Some(true)),
        (&["f".to_owned()], Some(true)),
    ];
    for layout in LAYOUTS.iter().filter(|layout| !layout.apart) {
        let mut values = vec![0; entries(layout).len()];
        for (place, (name, _)) in entries(layout).iter().enumerate() {
            values[place] = if name.ends_with("Notice") {
                1
            } else if name.ends_with("OptOut") {
                2
            } else {
                0
            };
        }
        for (segments, expected) in &cases {
            let text =
                [section(layout, &values)].iter().chain(*segments).cloned().collect::<Vec<_>>().join(".");
            let opened = us_section(layout.id, &text).unwrap();
            assert_eq!(opened.gpc, *expected, "{} {segments:?}", layout.name);
            let resolution = resolve(layout.id, text);
            let gpc = *expected == Some(true);
            assert_eq!(resolution.gpc(), gpc, "{} {segments:?}", layout.name);
            assert_eq!(found(&resolution), rule(layout, &values, gpc), "{} {segments:?}", layout.name);
        }
        // A segment that ends before it says what it is: the section cannot be read, and may have held an opt-out.
        for broken in ["", "$"] {
            let resolution = resolve(layout.id, format!("{}.{broken}", section(layout, &values)));
            assert_eq!(found(&resolution), (vec![], vec!["profile", "sale_share"]), "{}", layout.name);
        }
    }
}

/// Sections of 2025 with a segment of sensitive data have exactly one.
#[test]
fn sensitive_data_stands_in_one_segment() {
    for layout in LAYOUTS.iter().filter(|layout| layout.apart) {
        let mut values = vec![0; entries(layout).len()];
        let geo = values.len() - 8 + layout.geo - 1;
        values[geo] = 2;
        let text = section(layout, &values);
        assert_eq!(
            found(&resolve(layout.id, text.clone())),
            (vec!["precise_geo"], vec![]),
            "{}",
            layout.name
        );
        let (core, sensitive) = text.split_once('.').unwrap();
        assert_eq!(found(&resolve(layout.id, core.to_owned())), (vec![], vec![]));
        for broken in [
            format!("{core}.{sensitive}.{sensitive}"),
            format!("{core}.{sensitive}.YA"),
            format!("{core}.{sensitive}."),
            format!("{core}."),
            format!("{core}.{}", &sensitive[..2]),
        ] {
            let found = found(&resolve(layout.id, broken.clone()));
            assert_eq!(found, (vec![], vec!["profile", "sale_share"]), "{} {broken}", layout.name);
        }
        // The signal is in no segment of theirs.
        assert_eq!(us_section(layout.id, &format!("{core}.YAA")).unwrap().gpc, None);
    }
}

/// Sections 24 to 27 may have a header of their own, which names the section again.
#[test]
fn headed_and_bare_sections() {
    for layout in LAYOUTS.iter() {
        let mut values = vec![0; entries(layout).len()];
        let sale = entries(layout).iter().position(|(name, _)| name == "SaleOptOut").unwrap();
        values[sale] = 1;
        let bare = section(layout, &values);
        let head = |id: u64| Bits::default().put(id, 6).put(1, 6).put(0, 12).text();
        for id in 7..=28 {
            let text = format!("{}.{bare}", head(id));
            let right = layout.id >= 24 && id == u64::from(layout.id);
            let opened = us_section(layout.id, &text);
            assert_eq!(opened.is_some(), right, "{} headed {id}", layout.name);
            if let Some(opened) = opened {
                assert_eq!(u64::from(opened.version), 1);
                assert!(opened.values().eq(us_section(layout.id, &bare).unwrap().values()));
            }
        }
        assert!(layout.id < 24 || us_section(layout.id, &head(layout.id.into())).is_none(), "a header alone");
        // Versions: 1 everywhere, 2 of the national section alone.
        for version in 0..64u64 {
            let text = format!("{}{}", Bits::default().put(version, 6).text(), &bare[1..]);
            let read = version == 1 || (version == 2 && layout.id == 7);
            assert_eq!(us_section(layout.id, &text).is_some(), read, "{} version {version}", layout.name);
        }
    }
}

/// Sections without a meaning are passed over; each known one is read by the reader of its kind.
#[test]
fn sections_are_read_by_their_ids() {
    let seen = |sections: &[(u32, &str)]| {
        let sections: Vec<(u32, String)> =
            sections.iter().map(|(id, text)| (*id, (*text).to_owned())).collect();
        ask(&json!({"case": "ids", "region": "US", "cookies": [format!("gpp={}", gpp(&sections))]})).1.0
    };
    for id in [1, 3, 4, 5] {
        assert_eq!(seen(&[(id, "whatever")]), ["gpp: not chosen"], "{id}");
    }
    // Those that came later may be of a state, and hold an opt-out.
    for id in [28, 29, 30] {
        assert_eq!(
            seen(&[(id, "whatever")]),
            ["gpp: not chosen".to_owned(), format!("gpp:{id}: not chosen")]
        );
        let row = json!({"case": "a later section", "region": "US", "cookies": [format!("gpp={}", gpp(&[(id, "whatever".to_owned())]))], "denied": ["profile", "sale_share"]});
        assert_eq!(super::table::problems(&row), Vec::<String>::new());
    }
    assert_eq!(
        seen(&[(2, "C"), (6, "1YNN")]),
        ["gpp: not chosen", "gpp:tcfeuv2: malformed", "gpp:uspv1: chosen"]
    );
    for layout in LAYOUTS.iter().take(21) {
        assert_eq!(
            seen(&[(layout.id, "$")]),
            ["gpp: not chosen".to_owned(), format!("gpp:{}: malformed", layout.name)]
        );
    }
}

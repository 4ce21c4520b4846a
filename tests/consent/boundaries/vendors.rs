//! The fields of TC strings as they are decoded: vendor sets and restrictions at their ends, and every field of the core in
//! its own place (src/docs/consent.md, "Vendor sections").

use parvis::consent::tcf::vendors::Vendors;
use parvis::consent::tcf::{Tcf, parse};
use parvis::reason::Reason;
use serde_json::{Value, json};

use super::bits::Bits;
use super::tc;

fn ranges(set: Vendors<'_>) -> Vec<(u16, u16)> {
    set.collect()
}

/// A set as it is written, and the ranges that it stands for.
fn sets() -> Vec<(Value, Vec<(u16, u16)>)> {
    let bits = |ids: Vec<u64>, max: u64| json!({"bits": ids, "max": max});
    let mut sets = vec![
        (json!([]), vec![]),
        (json!([1]), vec![(1, 1)]),
        (json!([0]), vec![(0, 0)]),
        (json!([65535]), vec![(65535, 65535)]),
        (json!([[1, 65535]]), vec![(1, 65535)]),
        (json!([[65535, 65535]]), vec![(65535, 65535)]),
        (json!([[3, 3], 3, [2, 4]]), vec![(3, 3), (3, 3), (2, 4)]),
        (json!([9, [1, 4], 7]), vec![(9, 9), (1, 4), (7, 7)]),
        (bits(vec![], 0), vec![]),
        (bits(vec![], 1), vec![]),
        (bits(vec![1, 3, 4], 4), vec![(1, 1), (3, 4)]),
        (bits(vec![1, 3, 4], 5), vec![(1, 1), (3, 4)]),
        // One more than could be counted on from does not fit into any flag that is read.
        (bits(vec![65534], 65534), vec![(65534, 65534)]),
        (bits((1..=65534).collect(), 65534), vec![(1, 65534)]),
    ];
    // Around the bits that are taken at once, and twice as many.
    for last in [1u64, 2, 55, 56, 57, 58, 63, 64, 65, 111, 112, 113, 168, 169] {
        let end = u16::try_from(last).unwrap();
        sets.push((bits(vec![last], last), vec![(end, end)]));
        sets.push((bits((1..=last).collect(), last), vec![(1, end)]));
        sets.push((bits((1..=last).collect(), last + 1), vec![(1, end)]));
        sets.push((bits((last..=last + 60).collect(), last + 70), vec![(end, end + 60)]));
        if last > 2 {
            sets.push((bits(vec![1, last], last), vec![(1, 1), (end, end)]));
            sets.push((bits((2..last).collect(), last), vec![(2, end - 1)]));
        }
    }
    sets
}

/// Each set in each place, read to its end: what follows it is in its place too.
#[test]
fn vendor_sets_at_both_ends() {
    for (set, expected) in sets() {
        let text = tc::string(
            &json!({"vendors": set, "vendor_interests": [5], "restrictions": [[4, 1, [6]]], "disclosed": set}),
        );
        let tcf = parse(&text).unwrap();
        assert_eq!(ranges(tcf.vendor_consents), expected, "{set}");
        assert_eq!(ranges(tcf.vendor_interests), [(5, 5)], "{set}");
        let restrictions: Vec<_> =
            tcf.restrictions.map(|one| (one.purpose, one.kind, ranges(one.vendors))).collect();
        assert_eq!(restrictions, [(4, 1, vec![(6, 6)])], "{set}");
        assert_eq!(ranges(tcf.disclosed.unwrap()), expected, "{set}");
        let text =
            tc::string(&json!({"vendors": [5], "vendor_interests": set, "restrictions": [[24, 3, [8]]]}));
        let tcf = parse(&text).unwrap();
        assert_eq!(
            (ranges(tcf.vendor_consents), ranges(tcf.vendor_interests)),
            (vec![(5, 5)], expected.clone()),
            "{set}"
        );
        let edges = expected
            .iter()
            .flat_map(|(first, last)| [first.saturating_sub(1), *first, *last, last.saturating_add(1)]);
        for vendor in edges.chain([0, 1, 2, 1000, 65534, 65535]) {
            let within = expected.iter().any(|(first, last)| (*first..=*last).contains(&vendor));
            assert_eq!(tcf.vendor_interests.contains(vendor), within, "{vendor} in {set}");
        }
    }
}

#[test]
fn restrictions_are_read_one_after_the_other() {
    for restrictions in [
        json!([]),
        json!([[1, 0, []]]),
        json!([[63, 3, [[1, 2], 3]]]),
        json!([[0, 0, [0]]]),
        json!([[2, 0, [[1, 65535]]], [2, 1, [4, 5]], [11, 2, [[6, 7], 8]], [8, 3, []]]),
    ] {
        let text = tc::string(&json!({"restrictions": restrictions}));
        let found: Vec<Value> = parse(&text)
            .unwrap()
            .restrictions
            .map(|one| {
                let entry = |(first, last): (u16, u16)| {
                    if first == last { json!(first) } else { json!([first, last]) }
                };
                json!([one.purpose, one.kind, one.vendors.map(entry).collect::<Vec<_>>()])
            })
            .collect();
        assert_eq!(json!(found), restrictions);
    }
}

/// A range that ends in front of its begin makes the string a broken one, wherever it stands.
#[test]
fn reversed_ranges_break_a_string() {
    let broken = |tc: Value| parse(&tc::string(&tc)).err();
    for place in ["vendors", "vendor_interests", "disclosed"] {
        assert_eq!(broken(json!({place: [[4, 4]]})), None, "{place}");
        assert_eq!(broken(json!({place: [[5, 4]]})), Some(Reason::Malformed), "{place}");
        assert_eq!(broken(json!({place: [1, [65535, 0], 2]})), Some(Reason::Malformed), "{place}");
    }
    assert_eq!(broken(json!({"restrictions": [[2, 0, [[5, 4]]]]})), Some(Reason::Malformed));
    assert_eq!(broken(json!({"restrictions": [[2, 0, [[5, 4]]], [3, 0, [1]]]})), Some(Reason::Malformed));
}

/// Where a field begins, how many bits it has, and how it is read.
type Place = (usize, usize, fn(&Tcf<'_>) -> u64);

/// A field whose value is all ones between fields of zeros, and the other way around.
#[test]
fn every_field_of_the_core_has_its_place() {
    let fields: &[Place] = &[
        (6, 36, |tcf| u64::try_from(tcf.created().0).unwrap() / 100),
        (42, 36, |tcf| u64::try_from(tcf.updated().0).unwrap() / 100),
        (78, 12, |tcf| tcf.cmp().into()),
        (90, 12, |tcf| tcf.cmp_version().into()),
        (102, 6, |tcf| tcf.screen().into()),
        (108, 12, |tcf| letters(tcf.language())),
        (120, 12, |tcf| tcf.vendor_list().into()),
        (132, 6, |tcf| tcf.policy().into()),
        (138, 1, |tcf| tcf.service_specific().into()),
        (139, 1, |tcf| tcf.custom_texts().into()),
        (140, 12, |tcf| ids(tcf.special_features().iter(), 12)),
        (152, 24, |tcf| ids(tcf.consents().iter(), 24)),
        (176, 24, |tcf| ids(tcf.interests().iter(), 24)),
        (200, 1, |tcf| tcf.purpose_one_hidden().into()),
        (201, 12, |tcf| letters(tcf.country())),
    ];
    for (at, count, read) in fields {
        for value in [0, 1, 1 << (count - 1), (1 << count) - 1, 0x5_5555_5555 & ((1 << count) - 1)] {
            for around in [false, true] {
                let filled =
                    |count: usize| (0..count).fold(Bits::default(), |bits, _| bits.put(around.into(), 1));
                let core = Bits::default()
                    .put(2, 6)
                    .then(filled(at - 6))
                    .put(value, *count)
                    .then(filled(213 - at - count));
                let text = core.put(0, 17 + 17 + 12).text();
                assert_eq!(read(&parse(&text).unwrap()), value, "{count} bits at {at}");
            }
        }
    }
}

/// Two letters as twelve bits.
fn letters([one, two]: [u8; 2]) -> u64 {
    u64::from(one - b'A') << 6 | u64::from(two - b'A')
}

/// Ids 1 to `count` as bits, the first the highest.
fn ids(ids: impl Iterator<Item = u8>, count: u8) -> u64 {
    ids.fold(0, |bits, id| bits | 1 << (count - id))
}

/// Ids are in the set from the first to the last, and nothing else is.
#[test]
fn sets_of_purposes_at_both_ends() {
    for count in [0u64, 1, 2, 31, 32, 33, 62, 63] {
        for listed in
            [vec![], vec![1], vec![count], (1..=count).collect(), (1..=count).step_by(2).collect::<Vec<_>>()]
        {
            let listed: Vec<u64> = listed.into_iter().filter(|id| (1..=count).contains(id)).collect();
            let text = tc::string(&json!({"publisher": {"consents": [24], "interests": [1], "custom": count,
                "custom_consents": listed, "custom_interests": [count]}}));
            let publisher = parse(&text).unwrap().publisher().unwrap();
            let custom = publisher.custom_consents;
            assert_eq!(u64::from(custom.count()), count);
            assert_eq!(custom.iter().map(u64::from).collect::<Vec<_>>(), listed, "of {count}");
            for id in 0..=255u8 {
                assert_eq!(custom.has(id), listed.contains(&u64::from(id)), "{id} of {count}");
            }
            let last: Vec<u64> = publisher.custom_interests.iter().map(u64::from).collect();
            assert_eq!(last, if count == 0 { vec![] } else { vec![count] });
            assert_eq!((publisher.consents.count(), publisher.interests.count()), (24, 24));
            assert!(publisher.consents.iter().eq([24]) && publisher.interests.iter().eq([1]));
        }
    }
}

/// Versions, kinds of segments, and how many there may be.
#[test]
fn versions_and_segments() {
    let plain = json!({"publisher": null, "disclosed": null});
    let with = |more: Vec<String>| {
        let mut tc = plain.clone();
        tc["more"] = json!(more);
        parse(&tc::string(&tc)).map(|_| ())
    };
    for version in 0..64 {
        let text = tc::string(&json!({"version": version}));
        let expected = if version == 2 { None } else { Some(Reason::UnsupportedVersion) };
        assert_eq!(parse(&text).err(), expected, "version {version}");
    }
    // Cut off within the version, it has none; behind it, it is a broken one of its version.
    assert_eq!(parse("").err(), Some(Reason::Malformed));
    assert_eq!(parse("B").err(), Some(Reason::UnsupportedVersion));
    assert_eq!(parse("C").err(), Some(Reason::Malformed));
    let segment = |kind: u64| {
        let body = if kind == 3 { Bits::default().put(0, 54) } else { Bits::default().put(0, 17) };
        Bits::default().put(kind, 3).then(body).text()
    };
    assert_eq!(with(vec![]), Ok(()));
    for kind in 0..8 {
        let expected = if kind == 0 { Err(Reason::Malformed) } else { Ok(()) };
        assert_eq!(with(vec![segment(kind)]), expected, "type {kind}");
        assert_eq!(with(vec![segment(kind); 2]), Err(Reason::Malformed), "type {kind} twice");
        let others: Vec<String> = (1..8).filter(|other| *other != kind).map(segment).collect();
        assert_eq!(with(others.clone()), Ok(()), "all but type {kind}");
        let twice = others.iter().cloned().chain([segment(kind), segment(kind)]).collect();
        assert_eq!(with(twice), Err(Reason::Malformed), "type {kind} twice behind the others");
    }
    assert_eq!(with(vec![String::new()]), Err(Reason::Malformed));
    // A publisher segment says how many custom purposes it has, and must have them.
    let publisher = |custom: u64, bits: usize| {
        with(vec![Bits::default().put(3, 3).put(0, 48).put(custom, 6).put(0, bits).text()])
    };
    for (custom, bits, whole) in [
        (0, 0, true),
        (1, 0, true),
        (2, 1, false),
        (2, 4, true),
        (32, 60, false),
        (63, 126, true),
        (63, 119, false),
    ] {
        assert_eq!(publisher(custom, bits).is_ok(), whole, "{custom} purposes in {bits} bits");
    }
}

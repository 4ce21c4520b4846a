//! TC strings from a description: every field by name, in the layout of the IAB's *Consent string and vendor list formats v2*.

use parvis::base::calendar;
use serde_json::{Value, json};

use super::bits::Bits;

/// The numbers of a list; none where there is no list.
pub(crate) fn numbers(value: &Value) -> Vec<u64> {
    value.as_array().into_iter().flatten().filter_map(Value::as_u64).collect()
}

/// The string that `tc` describes. What is not said is a plain string of TCF 2.3 of 1 October 2026 in which all is refused
/// and the segments are the disclosed vendors, of whom there is one, and the publisher's.
pub(crate) fn string(tc: &Value) -> String {
    const KNOWN: [&str; 21] = [
        "version",
        "created",
        "updated",
        "policy",
        "specific",
        "features",
        "consents",
        "interests",
        "hidden",
        "country",
        "vendors",
        "vendor_interests",
        "restrictions",
        "disclosed",
        "publisher",
        "more",
        "cut",
        "cmp",
        "language",
        "order",
        "note",
    ];
    for field in tc.as_object().unwrap().keys() {
        assert!(KNOWN.contains(&field.as_str()), "no field of a TC string: {field}");
    }
    let mut segments = vec![core(tc).text()];
    let one = json!([9]);
    let disclosed = tc.get("disclosed").unwrap_or(&one);
    if !disclosed.is_null() {
        segments.push(Bits::default().put(1, 3).then(vendors(disclosed)).text());
    }
    let refused = json!({});
    let publisher = tc.get("publisher").unwrap_or(&refused);
    if !publisher.is_null() {
        segments.push(self::publisher(publisher).text());
    }
    segments
        .extend(tc["more"].as_array().into_iter().flatten().map(|more| more.as_str().unwrap().to_owned()));
    let mut text = segments.join(".");
    text.truncate(text.len() - usize::try_from(tc["cut"].as_u64().unwrap_or(0)).unwrap());
    text
}

/// Tenths of a second since 1970 of a time.
fn tenths(at: &Value) -> u64 {
    let millis = calendar::parse(at.as_str().unwrap_or("2026-10-01")).unwrap().0;
    assert_eq!(millis % 100, 0, "a TC string has tenths of a second");
    u64::try_from(millis / 100).unwrap()
}

fn letters(bits: Bits, text: &str) -> Bits {
    text.bytes().fold(bits, |bits, letter| bits.put(u64::from(letter - b'A'), 6))
}

/// The core segment.
pub(crate) fn core(tc: &Value) -> Bits {
    let number = |name: &str, other| tc[name].as_u64().unwrap_or(other);
    let flag = |name: &str, other| u64::from(tc[name].as_bool().unwrap_or(other));
    let text = |name: &str| tc[name].as_str().unwrap_or("FR").to_owned();
    let updated = if tc["updated"].is_null() { &tc["created"] } else { &tc["updated"] };
    let mut bits = Bits::default()
        .put(number("version", 2), 6)
        .put(tenths(&tc["created"]), 36)
        .put(tenths(updated), 36)
        .put(number("cmp", 300), 12)
        .put(2, 12)
        .put(1, 6);
    bits = letters(bits, &text("language"))
        .put(120, 12)
        .put(number("policy", 5), 6)
        .put(flag("specific", true), 1)
        .put(0, 1)
        .ids(&numbers(&tc["features"]), 12)
        .ids(&numbers(&tc["consents"]), 24)
        .ids(&numbers(&tc["interests"]), 24)
        .put(flag("hidden", false), 1);
    bits = letters(bits, &text("country"));
    assert_eq!(bits.len(), 213);
    bits = bits.then(vendors(&tc["vendors"])).then(vendors(&tc["vendor_interests"]));
    let restrictions = tc["restrictions"].as_array().map_or(&[][..], Vec::as_slice);
    bits = bits.put(restrictions.len() as u64, 12);
    for restriction in restrictions {
        let [purpose, kind, ranges] = restriction.as_array().unwrap().as_slice() else {
            panic!("{restriction}")
        };
        bits =
            bits.put(purpose.as_u64().unwrap(), 6).put(kind.as_u64().unwrap(), 2).then(self::ranges(ranges));
    }
    bits
}

/// A vendor section: `{"bits": [ids], "max": id}` is a bit field, a list of ids and of `[first, last]` is ranges.
pub(crate) fn vendors(set: &Value) -> Bits {
    if let Some(ids) = set.get("bits") {
        let ids = numbers(ids);
        let last = set["max"].as_u64().unwrap_or_else(|| ids.iter().copied().max().unwrap_or(0));
        return Bits::default().put(last, 16).put(0, 1).ids(&ids, last);
    }
    // The highest id is not looked at in ranges; a bit field needs it.
    Bits::default().put(set.as_array().map_or(0, |_| 0xffff), 16).put(1, 1).then(ranges(set))
}

fn ranges(set: &Value) -> Bits {
    let entries = set.as_array().map_or(&[][..], Vec::as_slice);
    entries.iter().fold(Bits::default().put(entries.len() as u64, 12), |bits, entry| {
        match numbers(entry).as_slice() {
            [first, last] => bits.put(1, 1).put(*first, 16).put(*last, 16),
            _ => bits.put(0, 1).put(entry.as_u64().unwrap(), 16),
        }
    })
}

/// The publisher segment: `{"consents": [], "interests": [], "custom": 3, "custom_consents": [], "custom_interests": []}`.
pub(crate) fn publisher(publisher: &Value) -> Bits {
    let custom = publisher["custom"].as_u64().unwrap_or(0);
    Bits::default()
        .put(3, 3)
        .ids(&numbers(&publisher["consents"]), 24)
        .ids(&numbers(&publisher["interests"]), 24)
        .put(custom, 6)
        .ids(&numbers(&publisher["custom_consents"]), custom)
        .ids(&numbers(&publisher["custom_interests"]), custom)
}

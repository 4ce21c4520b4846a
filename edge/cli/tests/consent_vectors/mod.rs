//! Answers of `parvis consent` against the vectors of `fixtures/consent/vectors.json`: every expected field is compared.
//!
//! Where an answer must differ from a vector, the vector is named here with what is expected in its place.

use std::collections::{BTreeMap, BTreeSet};

use parvis::consent::settings::{Slot, Store};
use parvis::consent::shown::View;
use parvis::consent::source::Banner;
use serde_json::{Value, json};

/// Fewest vectors of each kind of standard flag, and of flags weighed together.
const STANDARDS: [(&str, usize); 5] =
    [("gpc", 7), ("gpp", 34), ("resolve", 37), ("tcf", 62), ("usprivacy", 6)];
/// Fewest vectors of a banner where it has more than one.
const BANNERS: [(&str, usize); 11] = [
    ("axeptio", 2),
    ("complianz", 2),
    ("cookiebot", 5),
    ("didomi", 3),
    ("klaro", 2),
    ("onetrust", 9),
    ("orejime", 2),
    ("osano", 2),
    ("shopify", 3),
    ("tarteaucitron", 4),
    ("trustarc", 3),
];

/// Fewest vectors of each kind there is: every banner that stores something in the browser has one.
pub(crate) fn fewest() -> BTreeMap<String, usize> {
    let stored = |banner: &Banner| {
        let mut slots = Slot::ALL.iter().filter(|slot| slot.banner() == Some(*banner));
        slots.any(|slot| !matches!(slot.store(), Store::Script | Store::Described))
    };
    let banners = Banner::ALL.into_iter().filter(stored).map(|banner| {
        let known = BANNERS.iter().find(|(name, _)| *name == banner.name());
        let least = if banner.shown().view == View::Described { 4 } else { 1 };
        (format!("cmp:{}", banner.name()), known.map_or(least, |(_, count)| *count))
    });
    banners.chain(STANDARDS.map(|(kind, count)| (kind.to_owned(), count))).collect()
}

/// TC strings that the reference reads and a strict reader refuses, as their notes say, and why.
const REFUSED: [(&str, &str); 4] = [
    ("tcf-064-v1-bitfield", "unsupported-version"),
    ("tcf-089-second-core-segment", "malformed"),
    ("tcf-090-duplicate-pubtc", "malformed"),
    ("tcf-091-range-end-before-start", "malformed"),
];

/// TC strings that the reference refuses, and why they are refused here.
const BROKEN: [(&str, &str); 14] = [
    ("tcf-066-v1-range-default1", "unsupported-version"),
    ("tcf-067-v1-real", "unsupported-version"),
    ("tcf-069-one-char", "malformed"),
    ("tcf-072-truncated-vendor-bitfield", "malformed"),
    ("tcf-074-truncated-inside-pubtc", "malformed"),
    ("tcf-078-std-base64-plus-slash", "malformed"),
    ("tcf-079-padding-equals", "malformed"),
    ("tcf-080-space-inside", "malformed"),
    ("tcf-082-garbage", "unsupported-version"),
    ("tcf-083-json-value", "malformed"),
    ("tcf-084-unicode", "malformed"),
    ("tcf-085-version-0", "unsupported-version"),
    ("tcf-086-version-3-future", "unsupported-version"),
    ("tcf-087-version-7", "unsupported-version"),
];

/// A segment of an unknown type, which the reference fails on and the vector's note lets a reader skip: the purposes are those
/// of the string without it.
const UNKNOWN_SEGMENT: &str = "tcf-088-unknown-segment-type-5";

/// What the view of a European section within GPP leaves out; the view of a TC string has all of it.
const NOT_IN_GPP: [&str; 7] = [
    "PublisherRestrictions",
    "PublisherPurposesSegmentType",
    "PublisherCustomConsents",
    "PublisherCustomLegitimateInterests",
    "VendorsAllowedSegmentType",
    "VendorsAllowed",
    "VendorsDisclosedSegmentType",
];
/// What the reference shows as empty where the segment is missing, and the first letters of that segment (§1.2).
const OF_SEGMENTS: [(&str, std::ops::RangeInclusive<u8>); 4] = [
    ("PublisherConsents", b'Y'..=b'f'),
    ("PublisherLegitimateInterests", b'Y'..=b'f'),
    ("NumCustomPurposes", b'Y'..=b'f'),
    ("VendorsDisclosed", b'I'..=b'P'),
];

/// A value whose letters are documented nowhere: nobody knows whether a choice was made.
const OPAQUE: &str = "cmq-063-shopify-v3-compact";
/// A value that is no object and means that nobody was asked.
const NO_OBJECT: &str = "cmq-020-cookiebot-bare-zero";

/// What vectors say about themselves.
const ABOUT: [&str; 6] =
    ["note", "referenceError", "handDerived", "cookieBeforeChoice", "cookieName", "tcfVector"];

/// The first source of this name in an answer.
pub(crate) fn source<'a>(answer: &'a Value, name: &str) -> &'a Value {
    let sources = answer["sources"].as_array().unwrap();
    sources.iter().find(|source| source["source"] == name).unwrap_or(&Value::Null)
}

/// Differences, each told with its place.
#[derive(Default)]
pub(crate) struct Problems(pub(crate) Vec<String>);

impl Problems {
    fn same(&mut self, what: &str, found: &Value, expected: &Value) {
        if found != expected {
            self.0.push(format!("{what} should be {expected}, is {found}"));
        }
    }

    fn refused(&mut self, found: &Value, error: &str) {
        self.same("decoded", &found["decoded"], &Value::Null);
        self.same("error", &found["error"], &json!(error));
        self.same("valid", &found["valid"], &json!(false));
        self.same("choice_made", &found["choice_made"], &json!(false));
        for list in ["grants", "denies"] {
            // A string that might hold an opt-out refuses what that would.
            if found["source"] == "tcf" || list == "grants" {
                self.same(list, &found[list], &json!([]));
            }
        }
    }
}

/// What is wrong with an answer to a vector.
pub(crate) fn problems(vector: &Value, answer: &Value) -> Vec<String> {
    let mut problems = Problems::default();
    problems.same("id", &answer["id"], &vector["id"]);
    let (kind, expected) = (vector["kind"].as_str().unwrap(), &vector["expected"]);
    match kind {
        "resolve" => resolve(&mut problems, expected, answer),
        "gpc" => gpc(&mut problems, expected, answer),
        "tcf" => tcf(&mut problems, vector, source(answer, "tcf")),
        "usprivacy" => us_privacy(&mut problems, expected, source(answer, "us_privacy")),
        "gpp" => gpp(&mut problems, vector, answer),
        // Their choice is a TC string, which is told as what it is.
        "cmp:google-consent-messages" | "cmp:consentmanager" if !source(answer, "tcf").is_null() => {
            banner(&mut problems, vector, source(answer, "tcf"));
        }
        _ => banner(&mut problems, vector, source(answer, kind.strip_prefix("cmp:").unwrap())),
    }
    problems.0
}

fn resolve(problems: &mut Problems, expected: &Value, answer: &Value) {
    problems.same("gpc", &answer["gpc"], &expected["gpc"]);
    let purposes = answer["purposes"].as_object().unwrap();
    for (purpose, found) in purposes {
        let state = match expected["states"][purpose].as_str() {
            Some("G") => json!("granted"),
            Some("D") => json!("denied"),
            Some("U") => json!("unknown"),
            _ => json!(null),
        };
        problems.same(&format!("state of {purpose}"), &found["state"], &state);
        problems.same(&format!("decision of {purpose}"), &found["decision"], &expected["decisions"][purpose]);
    }
    for list in ["states", "decisions"] {
        problems.same(
            list,
            &json!(expected[list].as_object().map(|list| list.len())),
            &json!(purposes.len()),
        );
    }
    if let Some(status) = expected.get("tcfStatus") {
        let tcf = source(answer, "tcf");
        let found = match (tcf["error"].as_str(), tcf["stale"].as_bool()) {
            (None, Some(false)) => "ok",
            (None, Some(true)) => "stale",
            (Some("no-publisher-segment"), _) => "no-publisher-tc",
            (Some("policy-outdated" | "no-disclosed-vendors" | "unsupported-version"), _) => "invalid",
            _ => "something else",
        };
        problems.same("tcfStatus", &json!(found), status);
    }
}

fn gpc(problems: &mut Problems, expected: &Value, answer: &Value) {
    problems.same("gpc", &answer["gpc"], &expected["gpc"]);
    // Where a vector recommends to honor what is not the signal, it refuses what the signal refuses.
    let refused = expected["gpc"] == true || expected["recommended"] == true;
    let state = if refused { "denied" } else { "unknown" };
    for purpose in ["sale_share", "profile"] {
        problems.same(purpose, &answer["purposes"][purpose]["state"], &json!(state));
    }
    if let Some(recommended) = expected.get("recommended") {
        problems.same("recommended", recommended, &json!(true));
    }
    if let Some(dnt) = expected.get("dnt") {
        problems.same("dnt", dnt, &json!(true));
    }
}

fn tcf(problems: &mut Problems, vector: &Value, found: &Value) {
    let (id, expected) = (vector["id"].as_str().unwrap(), &vector["expected"]);
    if let Some((_, error)) = REFUSED.iter().find(|(known, _)| *known == id) {
        problems.same("a note", &json!(expected["note"].is_string()), &json!(true));
        return problems.refused(found, error);
    }
    if let Some(error) = expected.get("error") {
        problems.same("the reference's error", error, &json!(true));
        if id == UNKNOWN_SEGMENT {
            problems.same("error", &found["error"], &Value::Null);
            return problems.same("choice_made", &found["choice_made"], &json!(true));
        }
        let known = BROKEN.iter().find(|(known, _)| *known == id);
        return problems.refused(found, known.map_or("none of those that are refused", |(_, error)| *error));
    }
    let decoded = &found["decoded"];
    for (field, value) in expected.as_object().unwrap() {
        match field.as_str() {
            "segmentTypes" => {
                let fields = [(1, "disclosedVendorRanges"), (3, "publisherTC")].into_iter();
                let there = fields.filter(|(_, field)| !decoded[field].is_null()).map(|(number, _)| number);
                // A string may have its segments in any order.
                let mut types = value.clone();
                if let Some(types) = types.as_array_mut() {
                    types.sort_by_key(Value::to_string);
                }
                problems.same("segmentTypes", &json!(there.collect::<Vec<_>>()), &types);
            }
            field if ABOUT.contains(&field) => {}
            field => problems.same(field, &decoded[field], value),
        }
    }
    // A field that is expected to be `null` is one that there is, and none is left out.
    let names = |fields: &Value| {
        let names = fields.as_object().into_iter().flat_map(|fields| fields.keys());
        names.filter(|name| !ABOUT.contains(&name.as_str())).cloned().collect::<BTreeSet<_>>()
    };
    let mut fields = names(expected);
    problems.same("segmentTypes", &json!(fields.remove("segmentTypes")), &json!(true));
    problems.same("fields", &json!(names(decoded)), &json!(fields));
    problems.same("number of fields", &json!(fields.len()), &json!(21));
}

fn us_privacy(problems: &mut Problems, expected: &Value, found: &Value) {
    let strict = expected["strict"].as_str().unwrap_or_default();
    if strict == "invalid" {
        problems.refused(found, "malformed");
        problems.same("denies", &found["denies"], &json!(["profile", "sale_share"]));
        // What the reference reads in it all the same is of the string, not of the answer.
        for field in ["version", "notice", "optOutSale", "lspaCovered"] {
            problems.same(field, &json!(expected[field].is_null()), &json!(false));
        }
        return;
    }
    problems.same("valid", &found["valid"], &json!(true));
    problems.same("error", &found["error"], &Value::Null);
    for field in ["version", "notice", "optOutSale", "lspaCovered"] {
        problems.same(field, &found["decoded"][field], &expected[field]);
    }
    let denies = if strict == "opted-out" { json!(["profile", "sale_share"]) } else { json!([]) };
    problems.same("denies", &found["denies"], &denies);
    let said = match expected["optOutSale"].as_str() {
        Some("Y") => "opted-out",
        Some("N") => "not-opted-out",
        _ => "not-applicable",
    };
    problems.same("strict", &json!(said), &expected["strict"]);
}

/// The id of a section by its name, for the vectors' counts of segments.
fn section_id(name: &str) -> &'static str {
    match name {
        "tcfeuv2" => "2",
        "uspv1" => "6",
        name => {
            let states = [
                "usnat", "usca", "usva", "usco", "usut", "usct", "usfl", "usmt", "usor", "ustx", "usde",
                "usia", "usne", "usnh", "usnj", "ustn", "usmn", "usmd", "usin", "usky", "usri",
            ];
            let ids = [
                "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "22",
                "23", "24", "25", "26", "27",
            ];
            states.iter().position(|state| *state == name).map_or("", |place| ids[place])
        }
    }
}

/// The text of a section; all of a bare string.
fn section<'a>(vector: &'a Value, id: &str) -> &'a str {
    let text = vector["cookies"].as_object().unwrap().values().next().unwrap().as_str().unwrap();
    let ids = vector["expected"]["headerSectionIds"].as_array().map_or(&[][..], Vec::as_slice);
    let place = ids.iter().position(|known| known.as_u64() == id.parse().ok());
    place.map_or(text, |place| text.split('~').nth(place + 1).unwrap_or_default())
}

fn gpp(problems: &mut Problems, vector: &Value, answer: &Value) {
    let (id, expected, found) = (vector["id"].as_str().unwrap(), &vector["expected"], source(answer, "gpp"));
    let decoded = &found["decoded"];
    if let Some(error) = expected.get("error") {
        problems.same("the reference's error", error, &json!(true));
        match id {
            // An EU string in the place of a Canadian section: the header counts, and what else can be read.
            "gpp-050-spec-3-canada" => {
                problems.same("headerSectionIds", &decoded["headerSectionIds"], &json!([5, 6]));
                problems.same("decodedSectionIds", &decoded["decodedSectionIds"], &json!([6]));
            }
            // A US Privacy string under a name of GPP is read as what it is.
            "gpp-059-no-header" => {
                problems.same("no GPP string", found, &Value::Null);
                problems.same("US Privacy", &source(answer, "us_privacy")["valid"], &json!(true));
            }
            // The header is in order, its section is not: it may hold an opt-out.
            "gpp-061-bad-base64" => {
                problems.same("headerSectionIds", &decoded["headerSectionIds"], &json!([7]));
                problems.same("sections", &decoded["sections"], &json!({}));
                problems.same("error", &found["error"], &json!("malformed"));
                problems.same("valid", &found["valid"], &json!(false));
                problems.same("sale", &answer["purposes"]["sale_share"]["state"], &json!("denied"));
            }
            _ => {
                problems.refused(found, "malformed");
                problems.same("denies", &found["denies"], &json!(["profile", "sale_share"]));
            }
        }
        return;
    }
    // Strings of the specification's own examples are older than the policies that are in force.
    let policy = expected["sections"]["tcfeuv2"]["PolicyVersion"].as_u64();
    let error = if policy.is_some_and(|policy| policy < 4) { json!("policy-outdated") } else { Value::Null };
    problems.same("error", &found["error"], &error);
    problems.same("headerSectionIds", &decoded["headerSectionIds"], &expected["headerSectionIds"]);
    problems.same(
        "segmentCountBySectionId",
        &decoded["segmentCountBySectionId"],
        &expected["segmentCountBySectionId"],
    );
    let sections = expected["sections"].as_object().unwrap();
    // Canada's sections are of no use here and are passed over.
    let read = |id: &&Value| **id != 5;
    let ids: Vec<&Value> =
        expected["decodedSectionIds"].as_array().into_iter().flatten().filter(read).collect();
    problems.same("decodedSectionIds", &decoded["decodedSectionIds"], &json!(ids));
    problems.same(
        "sections",
        &json!(sections.len()),
        &json!(expected["decodedSectionIds"].as_array().map_or(0, Vec::len)),
    );
    for (name, fields) in sections {
        let mine = &decoded["sections"][name];
        if name == "tcfcav1" {
            problems.same(name, &json!([mine, fields.is_null()]), &json!([null, false]));
            continue;
        }
        let text = section(vector, section_id(name));
        let others: Vec<u8> = text.split('.').skip(1).filter_map(|segment| segment.bytes().next()).collect();
        let empty = serde_json::Map::new();
        let fields = fields.as_object().unwrap_or(&empty);
        problems.same("fields", &json!(fields.is_empty()), &json!(false));
        for (field, value) in fields {
            // The reference shows segments that are absent as if they were all false.
            let absent = match name.as_str() {
                "tcfeuv2" => {
                    let missing = |letters: &std::ops::RangeInclusive<u8>| {
                        !others.iter().any(|letter| letters.contains(letter))
                    };
                    NOT_IN_GPP.contains(&field.as_str())
                        || OF_SEGMENTS.iter().any(|(known, letters)| known == field && missing(letters))
                }
                _ => others.is_empty() && ["Gpc", "GpcSegmentType"].contains(&field.as_str()),
            };
            let place = format!("{name}.{field}");
            if absent {
                let empty = match field.as_str() {
                    "PublisherConsents" | "PublisherLegitimateInterests" => {
                        json!({ "idsSet": [], "length": 24 })
                    }
                    "NumCustomPurposes" => json!(0),
                    "VendorsDisclosed" => json!([]),
                    _ if value.is_null() => json!("a value"),
                    _ => value.clone(),
                };
                problems.same(&place, &json!([mine[field], value]), &json!([null, empty]));
            } else {
                problems.same(&place, &mine[field], value);
            }
        }
        for (field, value) in mine.as_object().into_iter().flatten() {
            if !fields.contains_key(field) {
                problems.same(&format!("{name}.{field}"), value, &json!("no field of it"));
            }
        }
    }
}

fn banner(problems: &mut Problems, vector: &Value, found: &Value) {
    let (id, expected, decoded) = (&vector["id"], &vector["expected"], &found["decoded"]);
    for (field, value) in expected.as_object().unwrap() {
        match field.as_str() {
            "choiceMade" if *id == OPAQUE => {
                problems.same("choiceMade", value, &Value::Null);
                problems.same("error", &found["error"], &json!("opaque"));
                problems.same("choice_made", &found["choice_made"], &json!(false));
            }
            "choiceMade" => problems.same("choice_made", &found["choice_made"], value),
            "decoded" => problems.same("decoded", decoded, value),
            "error" => {
                problems.same("error", &json!(!found["error"].is_null()), value);
                problems.same("decoded", decoded, &Value::Null);
            }
            field if ABOUT.contains(&field) => {}
            field => problems.same(field, &decoded[field], value),
        }
    }
    let silent = expected["error"] == true || *id == NO_OBJECT;
    problems.same("decoded to nothing", &json!(decoded.is_null()), &json!(silent));
}

/// The places of an expectation that must be compared, as JSON pointers; a list counts as a whole.
///
/// What the reference reads in a string that is refused here is not compared: the refusal is.
pub(crate) fn places(vector: &Value) -> Vec<String> {
    let mut places = Vec::new();
    if REFUSED.iter().any(|(id, _)| vector["id"] == *id) {
        return places;
    }
    walk(&vector["expected"], "", &mut places);
    places.retain(|place| !ABOUT.iter().any(|about| place == &format!("/{about}")));
    // Of a section of Canada only that it is passed over.
    places.retain(|place| !place.starts_with("/sections/tcfcav1/"));
    places
}

fn walk(value: &Value, place: &str, places: &mut Vec<String>) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (name, value) in fields {
                walk(value, &format!("{place}/{}", name.replace('~', "~0").replace('/', "~1")), places);
            }
        }
        Value::Null => {}
        _ => places.push(place.to_owned()),
    }
}

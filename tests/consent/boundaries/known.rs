//! The vectors of `fixtures/consent/banner-vectors.json`: what banners store, as their sources and documentation have it, and
//! what a reader must take from it where silence is a no and where it is a yes.

use std::collections::BTreeSet;

use parvis::consent::source::Banner;
use serde_json::{Value, json};

use super::table;

/// Banners that store a TC string in a form of their own.
const WITH_TC_STRING: [&str; 2] = ["cmp:google-consent-messages", "cmp:consentmanager"];

/// A vector as a row of a table, for visitors of one region.
fn row(vector: &Value, region: &str) -> Value {
    let expected = &vector["expected"];
    let listed = |name: &str| expected[name].as_array().cloned().unwrap_or_default();
    let mut denied = listed("denied");
    if region.starts_with("US") {
        denied.extend(listed("deniedUnderOptOut"));
    }
    let order =
        |name: &Value| parvis::consent::purpose::Purpose::from_name(name.as_str().unwrap()).unwrap() as u8;
    denied.sort_by_key(order);
    denied.dedup();
    let mut granted = listed("granted");
    granted.retain(|purpose| !denied.contains(purpose));
    let cookies = vector["cookies"].as_object().into_iter().flatten();
    let cookies = cookies.map(|(name, value)| format!("{name}={}", value.as_str().unwrap()));
    let mut row = json!({
        "case": format!("{} in {region}", vector["id"].as_str().unwrap()),
        "region": region,
        "cookies": cookies.collect::<Vec<_>>(),
        "granted": granted,
        "denied": denied,
    });
    for (field, of) in [("storage", "localStorage"), ("settings", "consent")] {
        if let Some(value) = vector.get(of) {
            row[field] = value.clone();
        }
    }
    // A TC string makes an opt-out region opt-in.
    if WITH_TC_STRING.contains(&vector["kind"].as_str().unwrap()) && expected["choiceMade"] == true {
        row["regime"] = json!("opt-in");
    }
    if let (Some(at), Some(first)) = (expected.get("decidedAt"), granted.first()) {
        row["granted_at"] = json!({ first.as_str().unwrap(): at });
    }
    row
}

/// Whether a choice counts, as what was seen has it. Some banners store a TC string, which is its own source.
fn chosen(row: &Value, kind: &str) -> bool {
    let (_, seen) = table::ask(row);
    let source = if WITH_TC_STRING.contains(&kind) { "tcf-pub" } else { kind };
    seen.0.iter().any(|seen| seen.strip_prefix(source).is_some_and(|how| how.starts_with(": chosen")))
}

#[test]
fn what_banners_store_is_read_as_their_sources_say() {
    let text = include_str!("../../../fixtures/consent/banner-vectors.json");
    let vectors: Vec<Value> = serde_json::from_str(text).unwrap();
    let names: BTreeSet<_> = Banner::ALL.iter().map(|banner| format!("cmp:{}", banner.name())).collect();
    let mut problems = Vec::new();
    for vector in &vectors {
        let kind = vector["kind"].as_str().unwrap();
        assert!(names.contains(kind), "no banner is called {kind}");
        for region in ["FR", "US-CA"] {
            let row = row(vector, region);
            problems.extend(table::problems(&row));
            let (expected, found) = (vector["expected"]["choiceMade"] == true, chosen(&row, kind));
            if expected != found {
                problems.push(format!("{}: a choice should be {expected}, is {found}", row["case"]));
            }
        }
    }
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
    assert_eq!(vectors.len(), 147, "vectors");
}

//! Stored flags of visitors with the settings that they were stored under, from the rows of `fixtures/consent`.

use parvis::base::calendar as time;
use parvis::consent::settings::{NAMES, Store};
use parvis::consent::stored::StoredSettings;
use serde_json::{Value, json};

use crate::world::NOW;

/// Flags of one visitor.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) case: String,
    pub(crate) settings: Value,
    pub(crate) region: String,
    pub(crate) now: i64,
    pub(crate) cookies: Vec<(String, String)>,
    pub(crate) storage: Vec<(String, String)>,
}

/// All rows that hold flags as text and give them no names of their own.
pub(crate) fn rows() -> Vec<Row> {
    let defaults = StoredSettings::default();
    let mut rows = Vec::new();
    for table in [
        include_str!("../../../../fixtures/consent/boundaries/banners.json"),
        include_str!("../../../../fixtures/consent/boundaries/collect.json"),
        include_str!("../../../../fixtures/consent/boundaries/resolve.json"),
    ] {
        let table: Vec<Value> = serde_json::from_str(table).unwrap();
        rows.extend(table.iter().filter(|row| row["settings"]["names"].is_null()).map(of_table));
    }
    let vectors: Vec<Value> =
        serde_json::from_str(include_str!("../../../../fixtures/consent/vectors.json")).unwrap();
    rows.extend(vectors.iter().flat_map(|vector| ["FR", "US-CA"].map(|region| of_vector(vector, region))));
    // Where nobody has to say yes first, there is always something to take back.
    let there: Vec<Row> = rows.iter().map(|row| Row { region: "US".to_owned(), ..row.clone() }).collect();
    rows.extend(there);
    // What scripts of the page report, or web storage holds, is what is also stored in cookies, where a kind of flag has both.
    for (key, slot) in NAMES.iter().filter(|(key, slot)| key.starts_with('@') || slot.store() == Store::Both)
    {
        let stored = |row: &Row| {
            let (_, value) = row.cookies.iter().find(|(name, _)| defaults.slot(name) == Some(*slot))?;
            let storage = vec![((*key).to_owned(), value.clone())];
            Some(Row { cookies: Vec::new(), storage, settings: json!({}), ..row.clone() })
        };
        let reported: Vec<Row> = rows.iter().filter_map(stored).collect();
        rows.extend(reported);
    }
    rows.extend(["FR", "US"].into_iter().flat_map(mirrors));
    rows.retain(|row| !row.cookies.is_empty() || !row.storage.is_empty());
    rows
}

fn pairs(members: &Value) -> Vec<(String, String)> {
    let members = members.as_object().into_iter().flatten();
    members.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect()
}

fn or_none(settings: &Value) -> Value {
    if settings.is_null() { json!({}) } else { settings.clone() }
}

fn of_table(row: &Value) -> Row {
    let cookies = row["cookies"].as_array().into_iter().flatten();
    let headers = cookies.filter_map(Value::as_str).flat_map(|header| header.split("; "));
    let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    Row {
        case: row["case"].as_str().unwrap().to_owned(),
        settings: or_none(&row["settings"]),
        region: row["region"].as_str().unwrap_or("FR").to_owned(),
        now: row["now"].as_str().and_then(time::parse).map_or(NOW, |now| now.0),
        cookies: headers.filter_map(|cookie| cookie.split_once('=')).map(pair).collect(),
        storage: pairs(&row["storage"]),
    }
}

fn of_vector(vector: &Value, region: &str) -> Row {
    Row {
        case: format!("{} in {region}", vector["id"].as_str().unwrap()),
        settings: json!({}),
        region: region.to_owned(),
        now: NOW,
        cookies: pairs(&vector["cookies"]),
        storage: pairs(&vector["localStorage"]),
    }
}

/// A yes, a no, and a no that a banner said, in the mirror; of the day before.
fn mirrors(region: &'static str) -> impl Iterator<Item = Row> {
    let seconds = format!("{:x}", NOW / 1000 - 86_400);
    ["3ff.0.0", "0.3fc.0", "0.20c.12", "zz"].into_iter().map(move |record| Row {
        case: format!("a mirror of {record} in {region}"),
        settings: json!({}),
        region: region.to_owned(),
        now: NOW,
        cookies: vec![("parvis-consent".to_owned(), format!("1.{seconds}.{record}"))],
        storage: Vec::new(),
    })
}

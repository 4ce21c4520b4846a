//! GPP strings from a description, with the layouts of `fixtures/consent/boundaries/us-sections.json`.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::bits::Bits;

/// A US section, as the specification has it.
pub(crate) struct Layout {
    pub(crate) id: u32,
    pub(crate) name: String,
    /// Fields and how many entries each has.
    pub(crate) fields: Vec<(String, usize)>,
    /// The entry of sensitive data that is precise location, from 1; 0 for none.
    pub(crate) geo: usize,
    /// Whether sensitive data has a segment of its own.
    pub(crate) apart: bool,
}

/// Sections 7 to 27, and the shorter national core behind them.
pub(crate) static LAYOUTS: LazyLock<Vec<Layout>> = LazyLock::new(|| {
    let rows: Vec<Value> =
        serde_json::from_str(include_str!("../../../fixtures/consent/boundaries/us-sections.json")).unwrap();
    let layout = |row: &Value| Layout {
        id: u32::try_from(row["id"].as_u64().unwrap()).unwrap(),
        name: row["name"].as_str().unwrap().to_owned(),
        fields: row["fields"].as_array().unwrap().iter().map(field).collect(),
        geo: usize::try_from(row["geo"].as_u64().unwrap()).unwrap(),
        apart: row["apart"] == true,
    };
    rows.iter().map(layout).collect()
});

/// `SaleOptOut` or `SensitiveDataProcessing*8`.
fn field(text: &Value) -> (String, usize) {
    let text = text.as_str().unwrap();
    match text.split_once('*') {
        Some((name, count)) => (name.to_owned(), count.parse().unwrap()),
        None => (text.to_owned(), 1),
    }
}

impl Layout {
    /// The layout with this name: `usnat`, `usca`, and `usnat-1` for the shorter national core.
    pub(crate) fn named(name: &str) -> &'static Layout {
        LAYOUTS.iter().find(|layout| layout.name == name).unwrap()
    }

    /// The version that writers put in front.
    pub(crate) fn version(&self) -> u64 {
        if self.name == "usnat" { 2 } else { 1 }
    }

    /// The core in bits. `values` has a number for every entry of a field, or a list of them; all others are 0.
    pub(crate) fn core(&self, values: &Map<String, Value>) -> Bits {
        let version = values.get("version").and_then(Value::as_u64).unwrap_or_else(|| self.version());
        let mut bits = Bits::default().put(version, 6);
        for (name, count) in &self.fields {
            for entry in 0..*count {
                let value = match values.get(name) {
                    Some(Value::Array(list)) => list.get(entry).and_then(Value::as_u64).unwrap_or(0),
                    Some(value) => value.as_u64().unwrap(),
                    None => 0,
                };
                bits = bits.put(value, 2);
            }
        }
        for name in values.keys() {
            let known = self.fields.iter().any(|(field, _)| field == name)
                || ["version", "segments", "cut", "headed"].contains(&name.as_str());
            assert!(known, "{} has no field {name}", self.name);
        }
        bits
    }

    /// The section with its segments.
    pub(crate) fn section(&self, values: &Map<String, Value>) -> String {
        let mut core = self.core(values);
        if let Some(cut) = values.get("cut").and_then(Value::as_u64) {
            core = core.cut(usize::try_from(cut).unwrap());
        }
        let mut segments = vec![core.text()];
        if values.get("headed") == Some(&Value::Bool(true)) {
            segments.insert(0, Bits::default().put(u64::from(self.id), 6).put(1, 6).put(0, 12).text());
        }
        let more = values.get("segments").and_then(Value::as_array).into_iter().flatten();
        segments.extend(more.map(|segment| segment.as_str().unwrap().to_owned()));
        segments.join(".")
    }
}

/// A GPP string of these sections, each with its id; rising.
pub(crate) fn gpp(sections: &[(u32, String)]) -> String {
    let mut header = Bits::default().put(3, 6).put(1, 6).put(sections.len() as u64, 12);
    let mut last = 0;
    for (id, _) in sections {
        header = header.put(0, 1).fibonacci(usize::try_from(id - last).unwrap());
        last = *id;
    }
    let sections = sections.iter().map(|(_, section)| section.as_str());
    [header.text().as_str()].into_iter().chain(sections).collect::<Vec<_>>().join("~")
}

/// The GPP string that `{"usnat": {…}, "uspv1": "1YNN"}` describes.
pub(crate) fn string(sections: &Value) -> String {
    let mut all: Vec<(u32, String)> = Vec::new();
    for (name, values) in sections.as_object().unwrap() {
        match (name.as_str(), values) {
            ("tcfeuv2", tc) => all.push((2, super::tc::string(tc))),
            ("uspv1", text) => all.push((6, text.as_str().unwrap().to_owned())),
            (name, Value::String(text)) => all.push((Layout::named(name).id, text.clone())),
            (name, values) => {
                let layout = Layout::named(name);
                all.push((layout.id, layout.section(values.as_object().unwrap())));
            }
        }
    }
    all.sort();
    gpp(&all)
}

//! The view of a GPP string: section ids, and the fields of each section by name.

use std::collections::BTreeMap;

use parvis::consent::gpp;
use parvis::consent::gpp::layout::Field;
use parvis::consent::gpp::section::{self, UsSection};
use parvis::consent::us_privacy::{self, UsPrivacy};
use serde_json::{Map, Value, json};

use super::{json as view, tcf};

/// The decoded GPP string; null if it is refused.
pub(super) fn decoded(text: &str) -> Value {
    if text.starts_with('C') && !text.contains('~') {
        let Some(section) = tcf::section(text) else { return Value::Null };
        return json!({
            "headerSectionIds": null,
            "decodedSectionIds": [2],
            "segmentCountBySectionId": {},
            "sections": { "tcfeuv2": section },
        });
    }
    let Some(gpp) = gpp::parse(text) else { return Value::Null };
    let mut sections = Map::new();
    let mut segments = BTreeMap::new();
    let (mut ids, mut known) = (Vec::new(), Vec::new());
    for (id, section) in gpp.sections() {
        ids.push(id);
        segments.insert(id.to_string(), section.split('.').count());
        let read = match id {
            2 => tcf::section(section).map(|view| ("tcfeuv2", view)),
            6 => us_privacy::parse(section).map(|letters| ("uspv1", usp_section(letters))),
            _ => {
                section::us_section(id, section).map(|section| (section.layout().name, us_section(&section)))
            }
        };
        if let Some((name, view)) = read {
            known.push(id);
            sections.insert(name.to_owned(), view);
        }
    }
    json!({
        "headerSectionIds": ids,
        "decodedSectionIds": known,
        "segmentCountBySectionId": view::counts(segments),
        "sections": sections,
    })
}

/// The decoded US Privacy string; null if it is refused.
pub(super) fn us_privacy(text: &str) -> Value {
    us_privacy::parse(text).map_or(Value::Null, |letters| {
        json!({
            "version": 1,
            "notice": letter(letters.notice),
            "optOutSale": letter(letters.opt_out),
            "lspaCovered": letter(letters.covered),
        })
    })
}

fn usp_section(letters: UsPrivacy) -> Value {
    json!({
        "Version": 1,
        "Notice": letter(letters.notice),
        "OptOutSale": letter(letters.opt_out),
        "LspaCovered": letter(letters.covered),
    })
}

fn us_section(section: &UsSection<'_>) -> Value {
    let mut fields = Map::new();
    let newer = section.id >= 24;
    fields.insert(if newer { "MspaVersion" } else { "Version" }.to_owned(), json!(section.version));
    for (field, number, value) in section.values() {
        let list = section.count(field) > 1
            || field == Field::SensitiveDataProcessing
            || (field == Field::KnownChildSensitiveDataConsents && section.count(field) > 1);
        if !list {
            fields.insert(field.name().to_owned(), json!(value));
        } else if number == 1 {
            fields.insert(field.name().to_owned(), json!([value]));
        } else if let Some(Value::Array(entries)) = fields.get_mut(field.name()) {
            entries.push(json!(value));
        }
    }
    if let Some(gpc) = section.gpc {
        fields.insert("GpcSegmentType".to_owned(), json!(1));
        fields.insert("Gpc".to_owned(), json!(gpc));
    }
    Value::Object(fields)
}

fn letter(byte: u8) -> String {
    char::from(byte).to_string()
}

//! What the engine reads.

use parvis::consent::gpp::layout::{Field, layout};
use parvis::consent::gpp::{self, section};
use parvis::consent::tcf::vendors::Vendors;
use parvis::consent::tcf::{self, Ids};
use parvis::consent::us_privacy;
use serde_json::{Value, json};

use crate::make::Kind;
use crate::view::{Fields, Outcome, REFUSED, Tcf};

/// How the entries of US sections are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// By the specification's names.
    Named,
    /// As one list, for a library with names of its own.
    Listed,
}

/// What the engine makes of `text`.
#[must_use]
pub fn read(kind: Kind, text: &str, form: Form) -> Outcome {
    match kind {
        Kind::Tcf => match tcf::parse(text) {
            Ok(tcf) => Outcome::Read(view(&tcf).fields("")),
            Err(reason) => Outcome::Refused(reason.code().to_owned()),
        },
        Kind::Gpp => platform(text, form),
        Kind::Usp => match us_privacy::parse(text) {
            Some(letters) => Outcome::Read(usp("", &letters)),
            None => Outcome::Refused("not of the form".to_owned()),
        },
    }
}

fn view(tcf: &tcf::Tcf<'_>) -> Tcf {
    let letters = |letters: [u8; 2]| String::from_utf8_lossy(&letters).into_owned();
    let ids = |ids: Ids| ids.iter().map(u16::from).collect::<Vec<_>>();
    let vendors = |vendors: Vendors<'_>| vendors.collect::<Vec<_>>();
    Tcf {
        created: tcf.created().0,
        updated: tcf.updated().0,
        numbers: [
            tcf.cmp().into(),
            tcf.cmp_version().into(),
            tcf.screen().into(),
            tcf.vendor_list().into(),
            tcf.policy().into(),
        ],
        letters: [letters(tcf.language()), letters(tcf.country())],
        flags: [tcf.service_specific(), tcf.custom_texts(), tcf.purpose_one_hidden()],
        ids: [ids(tcf.special_features()), ids(tcf.consents()), ids(tcf.interests())],
        vendors: [vendors(tcf.vendor_consents), vendors(tcf.vendor_interests)],
        restrictions: tcf.restrictions.map(|one| (one.purpose, one.kind, vendors(one.vendors))).collect(),
        disclosed: tcf.disclosed.map(vendors),
        publisher: tcf.publisher().map(|own| {
            [ids(own.consents), ids(own.interests), ids(own.custom_consents), ids(own.custom_interests)]
        }),
        custom_count: Some(tcf.publisher().map_or(0, |own| own.custom_consents.count().into())),
    }
}

fn platform(text: &str, form: Form) -> Outcome {
    let Some(read) = gpp::parse(text) else { return Outcome::Refused("not of the form".to_owned()) };
    let mut fields = Fields::new();
    fields.insert("sections".to_owned(), read.sections().map(|(id, _)| id).collect());
    for (id, section) in read.sections() {
        let prefix = format!("{id}.");
        let own = match id {
            2 => tcf::parse(section).ok().map(|tcf| view(&tcf).fields(&prefix)),
            6 => us_privacy::parse(section).map(|letters| usp(&prefix, &letters)),
            _ if layout(id).is_none() => continue,
            _ => us_section(id, section, form),
        };
        match own {
            Some(own) => fields.extend(own),
            None => {
                fields.insert(id.to_string(), json!(REFUSED));
            }
        }
    }
    Outcome::Read(fields)
}

fn usp(prefix: &str, letters: &us_privacy::UsPrivacy) -> Fields {
    let letter = |byte: u8| json!(char::from(byte).to_string());
    [
        ("Version", json!(1)),
        ("Notice", letter(letters.notice)),
        ("OptOutSale", letter(letters.opt_out)),
        ("LspaCovered", letter(letters.covered)),
    ]
    .into_iter()
    .map(|(name, value)| (format!("{prefix}{name}"), value))
    .collect()
}

/// The fields of a US section; a section whose entries end early is refused here, for the engine takes it for an opt-out.
fn us_section(id: u32, text: &str, form: Form) -> Option<Fields> {
    let section = section::us_section(id, text)?;
    let mut fields = Fields::new();
    let version = if id >= 24 { "MspaVersion" } else { "Version" };
    fields.insert(format!("{id}.{version}"), json!(section.version));
    fields.insert(format!("{id}.Gpc"), json!(section.gpc));
    let mut all = Vec::new();
    for (field, number, value) in section.values() {
        all.push(value);
        let name = format!("{id}.{}", field.name());
        if section.count(field) > 1 || field == Field::SensitiveDataProcessing {
            let list = fields.entry(name).or_insert_with(|| json!([]));
            if let Value::Array(list) = list {
                list.push(json!(value));
            }
        } else {
            fields.insert(name, json!(value));
        }
        debug_assert!(number >= 1);
    }
    if form == Form::Listed {
        fields.retain(|name, _| name.ends_with(".Gpc") || name.ends_with("Version"));
        fields.insert(format!("{id}.entries"), json!(all));
    }
    Some(fields)
}

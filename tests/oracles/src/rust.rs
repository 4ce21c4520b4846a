//! What the two Rust libraries read; a panic is an outcome like any other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::str::FromStr as _;

use iab_gpp::sections::tcfeuv2::TcfEuV2;
use iab_gpp::sections::uspv1::UspV1;
use iab_gpp::v1::GPPString;
use lib_tcstring::TcModelV2;
use serde_json::{Value, json};

use crate::make::Kind;
use crate::view::{Fields, Outcome, REFUSED, Tcf, ranges};

/// What `lib_tcstring` makes of a TC string.
#[must_use]
pub fn lib_tcstring(text: &str) -> Outcome {
    guarded(|| match TcModelV2::try_from(text) {
        Ok(model) => Outcome::Read(tc_model(&model).fields("")),
        Err(error) => Outcome::Refused(error.to_string()),
    })
}

/// What `iab_gpp` makes of a string.
#[must_use]
pub fn iab_gpp(kind: Kind, text: &str) -> Outcome {
    guarded(|| match kind {
        Kind::Tcf => match TcfEuV2::from_str(text) {
            Ok(section) => Outcome::Read(tcf_eu(&json!(section)).fields("")),
            Err(error) => Outcome::Refused(error.to_string()),
        },
        Kind::Usp => match UspV1::from_str(text) {
            Ok(section) => Outcome::Read(usp("", &json!(section))),
            Err(error) => Outcome::Refused(error.to_string()),
        },
        Kind::Gpp => platform(text),
    })
}

fn guarded(decode: impl FnOnce() -> Outcome) -> Outcome {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|panic| {
        let message = panic.downcast_ref::<String>().cloned();
        let message = message.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Outcome::Panicked(message.unwrap_or_default())
    })
}

fn tc_model(model: &TcModelV2) -> Tcf {
    use lib_tcstring::PublisherRestrictionType as Type;
    let ids = |ids: &[u8]| ids.iter().map(|id| u16::from(*id)).collect::<Vec<_>>();
    let kind = |kind: &Type| match kind {
        Type::NotAllowed => 0,
        Type::RequireConsent => 1,
        Type::RequireLegitimateInterest => 2,
        Type::Undefined => 3,
    };
    Tcf {
        created: i64::try_from(model.created_at).unwrap_or(i64::MAX),
        updated: i64::try_from(model.updated_at).unwrap_or(i64::MAX),
        numbers: [
            model.cmp_id.into(),
            model.cmp_version.into(),
            model.consent_screen.into(),
            model.vendor_list_version.into(),
            model.tcf_policy_version.into(),
        ],
        letters: [model.consent_language.clone(), model.publisher_country_code.clone()],
        flags: [model.is_service_specific, model.use_non_standard_stacks, model.purpose_one_treatment],
        ids: [
            ids(&model.special_feature_opt_ins),
            ids(&model.purposes_consent),
            ids(&model.purposes_li_transparency),
        ],
        vendors: [ranges(&model.vendors_consent), ranges(&model.vendors_li_consent)],
        restrictions: model
            .publisher_restrictions
            .iter()
            .map(|one| (one.purpose_id, kind(&one.restriction_type), ranges(&one.vendor_list)))
            .collect(),
        disclosed: Some(ranges(&model.disclosed_vendors)),
        publisher: Some([
            ids(&model.publisher_purposes_consent),
            ids(&model.publisher_purposes_li_transparency),
            ids(&model.custom_purposes_consent),
            ids(&model.custom_purposes_li_transparency),
        ]),
        custom_count: None,
    }
}

fn list(value: &Value) -> Vec<u16> {
    let ids = value.as_array().into_iter().flatten().filter_map(Value::as_u64);
    ids.filter_map(|id| u16::try_from(id).ok()).collect()
}

/// The library's structure in its own JSON, which is easier to walk than its types.
fn tcf_eu(section: &Value) -> Tcf {
    let core = &section["core"];
    let number = |name: &str| core[name].as_u64().unwrap_or(u64::MAX);
    let seconds = |name: &str| i64::try_from(number(name)).unwrap_or(i64::MAX / 1000) * 1000;
    let letters = |name: &str| core[name].as_str().unwrap_or_default().to_owned();
    let flag = |name: &str| core[name].as_bool().unwrap_or_default();
    let kind = |name: &Value| match name.as_str() {
        Some("NotAllowed") => 0,
        Some("RequireConsent") => 1,
        Some("RequireLegitimateInterest") => 2,
        _ => 3,
    };
    let publisher = &section["publisher_purposes"];
    let own = ["consents", "legitimate_interests", "custom_consents", "custom_legitimate_interests"];
    Tcf {
        created: seconds("created"),
        updated: seconds("last_updated"),
        numbers: ["cmp_id", "cmp_version", "consent_screen", "vendor_list_version", "policy_version"]
            .map(number),
        letters: ["consent_language", "publisher_country_code"].map(letters),
        flags: ["is_service_specific", "use_non_standard_stacks", "purpose_one_treatment"].map(flag),
        ids: ["special_feature_optins", "purpose_consents", "purpose_legitimate_interests"]
            .map(|name| list(&core[name])),
        vendors: ["vendor_consents", "vendor_legitimate_interests"].map(|name| ranges(&list(&core[name]))),
        restrictions: core["publisher_restrictions"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|one| {
                let purpose =
                    one["purpose_id"].as_u64().and_then(|id| u8::try_from(id).ok()).unwrap_or(u8::MAX);
                (purpose, kind(&one["restriction_type"]), ranges(&list(&one["restricted_vendor_ids"])))
            })
            .collect(),
        disclosed: section["disclosed_vendors"]
            .is_array()
            .then(|| ranges(&list(&section["disclosed_vendors"]))),
        publisher: publisher.is_object().then(|| own.map(|name| list(&publisher[name]))),
        custom_count: None,
    }
}

fn usp(prefix: &str, section: &Value) -> Fields {
    let letter = |name: &str| match section[name].as_str() {
        Some("Yes") => json!("Y"),
        Some("No") => json!("N"),
        _ => json!("-"),
    };
    [
        ("Version", json!(1)),
        ("Notice", letter("opt_out_notice")),
        ("OptOutSale", letter("opt_out_sale")),
        ("LspaCovered", letter("lspa_covered_transaction")),
    ]
    .into_iter()
    .map(|(name, value)| (format!("{prefix}{name}"), value))
    .collect()
}

fn platform(text: &str) -> Outcome {
    let read = match GPPString::from_str(text) {
        Ok(read) => read,
        Err(error) => return Outcome::Refused(error.to_string()),
    };
    let mut fields = Fields::new();
    let ids: Vec<u32> = read.section_ids().map(|id| *id as u32).collect();
    fields.insert("sections".to_owned(), json!(ids));
    for (id, section) in ids.into_iter().zip(read.section_ids().map(|id| read.decode_section(*id))) {
        // Sections of Canada and the older European one are not ours to read.
        if matches!(id, 1 | 3 | 4 | 5) {
            continue;
        }
        let prefix = format!("{id}.");
        match section {
            Err(error) => {
                fields.insert(id.to_string(), json!(format!("{REFUSED}{error}")));
            }
            Ok(section) => {
                // One variant, named after the section.
                let whole = json!(section);
                let inner =
                    whole.as_object().and_then(|one| one.values().next()).cloned().unwrap_or_default();
                fields.extend(match id {
                    2 => tcf_eu(&inner).fields(&prefix),
                    6 => usp(&prefix, &inner),
                    _ => us_section(&prefix, &inner),
                });
            }
        }
    }
    Outcome::Read(fields)
}

/// The entries in the order of the library's fields, which is that of the bits.
fn us_section(prefix: &str, section: &Value) -> Fields {
    let mut core = &section["core"];
    let mut version = 1;
    for (name, number) in [("V1", 1), ("V2", 2)] {
        if core[name].is_object() {
            (core, version) = (&core[name], number);
        }
    }
    let mut entries = Vec::new();
    leaves(core, &mut entries);
    [("Version", json!(version)), ("Gpc", section["gpc"].clone()), ("entries", json!(entries))]
        .into_iter()
        .map(|(name, value)| (format!("{prefix}{name}"), value))
        .collect()
}

fn leaves(value: &Value, into: &mut Vec<u8>) {
    match value {
        Value::Object(object) => object.values().for_each(|value| leaves(value, into)),
        Value::Bool(covered) => into.push(if *covered { 1 } else { 2 }),
        Value::String(name) => into.push(match name.as_str() {
            "NotApplicable" => 0,
            "Provided" | "OptedOut" | "NoConsent" | "Yes" => 1,
            "NotProvided" | "DidNotOptOut" | "Consent" | "No" => 2,
            _ => u8::MAX,
        }),
        _ => into.push(u8::MAX),
    }
}

//! Finds where in a stored flag a purpose was decided: the group, category, service, TCF purpose or field, by name.

use parvis::consent::evidence::Evidence;
use parvis::consent::gpp::layout::Field;
use parvis::consent::gpp::section;
use parvis::consent::purpose::Purpose;
use parvis::consent::resolve::Ruling;
use parvis::consent::shown::Answers;
use parvis::consent::source::{Banner, Source};
use parvis::consent::stored::StoredSettings;
use parvis::consent::us_privacy;
use serde_json::Value;

use super::banners;
use super::report::{Notebook, Seen};

/// The finding that decided the state of a purpose: the latest counted one of its most specific source.
pub(super) fn deciding<'n>(purpose: Purpose, ruling: &Ruling, notebook: &'n Notebook) -> Option<&'n Seen> {
    let source = ruling.source?;
    let granted = ruling.state == parvis::consent::resolve::State::Granted;
    let says = |seen: &&Seen| {
        let vote = &seen.answer.vote;
        seen.source == source && if granted { vote.granted } else { vote.denied }.contains(purpose)
    };
    let said = notebook
        .0
        .iter()
        .filter(says)
        .filter(|seen| !seen.stale || !granted)
        .max_by_key(|seen| seen.answer.vote.decided_at);
    said.or_else(|| notebook.0.iter().find(|seen| !granted && seen.source == source && seen.answer.hides))
}

/// The refused entries without a configured meaning, by their stored keys.
pub(super) fn refused_without_meaning(
    banner: Banner,
    seen: &Seen,
    settings: &StoredSettings<'_>,
    evidence: &Evidence<'_>,
) -> Vec<String> {
    let decoded = banners::decoded(banner, seen, settings, evidence);
    let keys: Vec<&str> = match banner.shown().answers {
        Answers::Flags(name) | Answers::Words(name) => {
            let members = within(&decoded, name).and_then(Value::as_object);
            members.into_iter().flat_map(|members| members.keys().map(String::as_str)).collect()
        }
        Answers::Own => {
            let disabled = DIDOMI.iter().filter_map(|of| decoded.get(of)?.get("disabled")?.as_array());
            disabled.flatten().filter_map(Value::as_str).collect()
        }
        Answers::Listed(_) | Answers::Unknown => Vec::new(),
    };
    let mapped = |key: &str| settings.entries(banner).any(|(known, _)| known == key);
    let refused = |key: &&str| !mapped(key) && answered(banner, &decoded, key) == Some(false);
    keys.into_iter().filter(refused).map(str::to_owned).collect()
}

/// The deciding part of the flag, as `group C0003` or `TCF purposes 5 and 6`; `None` if it has no name.
pub(super) fn detail(
    purpose: Purpose,
    seen: &Seen,
    granted: bool,
    settings: &StoredSettings<'_>,
    evidence: &Evidence<'_>,
) -> Option<String> {
    if let Some(banner) = seen.source.as_banner() {
        return banner_entries(purpose, banner, seen, granted, settings, evidence);
    }
    match seen.source {
        Source::TCF_PUBLISHER | Source::TCF_CORE | Source::TCF_VENDOR => Some(tcf(purpose, granted)),
        Source::US_PRIVACY => us(&seen.value),
        source => match source.as_section()? {
            2 => Some(tcf(purpose, granted)),
            6 => us(&seen.value),
            id => section(purpose, granted, u32::from(id), &seen.value),
        },
    }
}

/// The banner's term for its entries, and those that map to the purpose and have this answer.
fn banner_entries(
    purpose: Purpose,
    banner: Banner,
    seen: &Seen,
    granted: bool,
    settings: &StoredSettings<'_>,
    evidence: &Evidence<'_>,
) -> Option<String> {
    let decoded = banners::decoded(banner, seen, settings, evidence);
    // A category banner refuses precise location with the functional category.
    let stands = if purpose == Purpose::PreciseGeo { Purpose::SessionPersonalization } else { purpose };
    let keys: Vec<&str> = settings
        .entries(banner)
        .filter(|(_, purposes)| purposes.contains(purpose) || (!granted && purposes.contains(stands)))
        .map(|(key, _)| key)
        .collect();
    let told = |key: &&str| answered(banner, &decoded, key).is_some();
    let keys: Vec<&str> = if keys.iter().any(told) {
        keys.into_iter().filter(|key| answered(banner, &decoded, key) == Some(granted)).collect()
    } else {
        keys
    };
    let what = banner.shown().entry;
    match keys.as_slice() {
        [] => None,
        [key] => Some(format!("{what} {key}")),
        many => Some(format!("{} {}", plural(what), list(many))),
    }
}

/// Didomi has two kinds of entries, each with a list of accepted and one of refused ones.
const DIDOMI: [&str; 2] = ["purposes", "vendors"];

/// The part of a view with this name; an empty name is the view itself.
fn within<'v>(decoded: &'v Value, name: &str) -> Option<&'v Value> {
    if name.is_empty() { Some(decoded) } else { decoded.get(name) }
}

/// The visitor's answer for one entry, if the view has it.
fn answered(banner: Banner, decoded: &Value, key: &str) -> Option<bool> {
    let lists = |list: &Value| list.as_array().map(|list| list.iter().any(|entry| entry == key));
    match banner.shown().answers {
        Answers::Flags(name) => within(decoded, name)?.get(key)?.as_bool(),
        Answers::Words(name) => match within(decoded, name)?.get(key)?.as_str()? {
            "yes" | "allow" | "1" | "true" => Some(true),
            "no" | "deny" | "0" | "false" => Some(false),
            _ => None,
        },
        Answers::Listed(name) => lists(within(decoded, name)?),
        Answers::Own => {
            let named = |list: &str| {
                DIDOMI.iter().any(|of| decoded.get(of).and_then(|of| lists(of.get(list)?)) == Some(true))
            };
            if named("disabled") { Some(false) } else { named("enabled").then_some(true) }
        }
        Answers::Unknown => None,
    }
}

fn plural(noun: &str) -> String {
    match noun.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{noun}s"),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list(words: &[&str]) -> String {
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// The TCF purposes that map to one of ours (src/docs/consent.md).
fn tcf(purpose: Purpose, granted: bool) -> String {
    let named = match purpose {
        Purpose::DeviceStorage => "TCF purpose 1 (store and access information on a device)",
        Purpose::SessionPersonalization => {
            "TCF purposes 1 and 11 (limited data to select content), or 1, 5 and 6 (profiles for content)"
        }
        Purpose::PersistentPersonalization => "TCF purposes 1, 5 and 6 (create and use profiles for content)",
        Purpose::Profile if granted => "a custom purpose of this site",
        Purpose::Profile => "TCF purposes 1, 5 and 6 (create and use profiles for content)",
        Purpose::PreciseGeo => "TCF special feature 1 (precise location), with purpose 1 and 6 or 11",
        Purpose::Measurement => "TCF purpose 8 (measure content performance)",
        Purpose::Experimentation => "TCF purposes 1 and 8 (measure content performance)",
        Purpose::SaleShare => "TCF purposes 3 and 4 (create and use profiles for advertising)",
        Purpose::Necessary | Purpose::Contextual => "no TCF purpose",
    };
    if granted { named.to_owned() } else { format!("not all of {named}") }
}

fn us(text: &str) -> Option<String> {
    let letters = us_privacy::parse(text)?;
    Some(
        if letters.opt_out == b'Y' {
            "which opts out of sale"
        } else {
            "which does not opt out, after notice"
        }
        .to_owned(),
    )
}

/// The fields of a US section that grant the purpose, or deny it.
fn section(purpose: Purpose, granted: bool, id: u32, text: &str) -> Option<String> {
    let section = section::us_section(id, text)?;
    if purpose == Purpose::PreciseGeo {
        return Some("SensitiveDataProcessing, its entry on precise location".to_owned());
    }
    let speaks = |field: Field, value: u8| match field {
        Field::SaleOptOut | Field::SharingOptOut | Field::TargetedAdvertisingOptOut => {
            let agrees = if granted { value == 2 } else { matches!(value, 1 | 3) };
            matches!(purpose, Purpose::SaleShare | Purpose::Profile) && agrees
        }
        Field::KnownChildSensitiveDataConsents => match purpose {
            Purpose::Profile | Purpose::PersistentPersonalization => value != 0,
            Purpose::SaleShare => !granted && matches!(value, 1 | 3),
            _ => false,
        },
        Field::MspaServiceProviderMode => purpose == Purpose::SaleShare && !granted && matches!(value, 1 | 3),
        Field::PersonalDataConsents | Field::AdditionalDataProcessingConsent => {
            purpose == Purpose::Profile && matches!(value, 1 | 3)
        }
        _ => false,
    };
    let mut fields: Vec<String> = section
        .values()
        .filter(|(field, _, value)| speaks(*field, *value))
        .map(|(field, _, value)| format!("{} {value}", field.name()))
        .collect();
    if section.gpc == Some(true) && matches!(purpose, Purpose::SaleShare | Purpose::Profile) {
        fields.push("Gpc 1".to_owned());
    }
    fields.dedup();
    let words: Vec<&str> = fields.iter().map(String::as_str).collect();
    (!words.is_empty()).then(|| list(&words))
}

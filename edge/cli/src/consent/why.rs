//! Finds where in a stored flag a purpose was decided: the group, category, service, TCF purpose or field, by name.

use parvis::consent::evidence::Evidence;
use parvis::consent::gpp::layout::Field;
use parvis::consent::gpp::section;
use parvis::consent::purpose::Purpose;
use parvis::consent::resolve::Ruling;
use parvis::consent::shown::Answers;
use parvis::consent::source::{Banner, Source};
use parvis::consent::stored::StoredSettings;
use parvis::consent::tcf::parse;
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
        Answers::Listed(_) => {
            has(&decoded).into_iter().flat_map(|all| all.keys().map(String::as_str)).collect()
        }
        Answers::Unknown => Vec::new(),
    };
    let mapped = |key: &str| settings.entries(banner).any(|(known, _)| known == key);
    // The answer to all keys at once, which a described banner tells under this key, is none of a key.
    let refused = |key: &&str| *key != "*" && !mapped(key) && answered(banner, &decoded, key) == Some(false);
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
        Source::TCF_PUBLISHER | Source::TCF_CORE | Source::TCF_VENDOR => {
            tcf(purpose, granted, &seen.value, seen.source)
        }
        Source::US_PRIVACY => us(&seen.value),
        source => match source.as_section()? {
            2 if settings.vendor != 0 => tcf(purpose, granted, &seen.value, Source::TCF_VENDOR),
            2 => tcf(purpose, granted, &seen.value, Source::TCF_PUBLISHER),
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
    // What the stored value does not tell is not named, as where the browser has mirrored what only it sees.
    let keys: Vec<&str> =
        keys.into_iter().filter(|key| answered(banner, &decoded, key) == Some(granted)).collect();
    let what = noun(banner);
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

/// Everything that a banner which lists what was accepted asks for, where its value tells: version 3 of vanilla-cookieconsent
/// keeps the services of each of its categories.
fn has(decoded: &Value) -> Option<&serde_json::Map<String, Value>> {
    decoded.get("services")?.as_object().filter(|all| !all.is_empty())
}

/// What the visitor answered for one entry, where the view tells.
fn answered(banner: Banner, decoded: &Value, key: &str) -> Option<bool> {
    let lists = |list: &Value| list.as_array().map(|list| list.iter().any(|entry| entry == key));
    match banner {
        // Levels are numbers; what is not listed is refused.
        Banner::TrustArc => {
            let levels = decoded.get("levels")?.as_array()?;
            let wanted: Option<u64> = key.parse().ok();
            return Some(wanted.is_some() && levels.iter().any(|level| level.as_u64() == wanted));
        }
        // The word of the older banner is about everything at once, and names no category.
        Banner::Osano => {
            return match (key, decoded.get(key)?.as_str()?) {
                ("OPT_OUT", "ACCEPT") | (_, "DENY") => Some(false),
                (_, "ACCEPT") => Some(true),
                _ => None,
            };
        }
        _ => {}
    }
    match banner.shown().answers {
        Answers::Flags(name) => within(decoded, name)?.get(key)?.as_bool(),
        Answers::Words(name) => match within(decoded, name)?.get(key)?.as_str()? {
            "yes" | "allow" | "1" | "true" => Some(true),
            "no" | "deny" | "0" | "false" => Some(false),
            _ => None,
        },
        Answers::Listed(name) => {
            let asked = has(decoded).is_none_or(|all| all.contains_key(key));
            lists(within(decoded, name)?).filter(|_| asked)
        }
        Answers::Own => {
            let named = |list: &str| {
                DIDOMI.iter().any(|of| decoded.get(of).and_then(|of| lists(of.get(list)?)) == Some(true))
            };
            if named("disabled") { Some(false) } else { named("enabled").then_some(true) }
        }
        Answers::Unknown => None,
    }
}

/// What a banner calls its entries, in the singular; Didomi has purposes and vendors in one value.
pub(super) const fn noun(banner: Banner) -> &'static str {
    match banner {
        Banner::Didomi => "entry",
        banner => banner.shown().entry,
    }
}

pub(super) fn plural(noun: &str) -> String {
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

/// The TCF purposes that stand for one of ours (src/docs/consent.md), as far as the string has them; `None` where the flag is no
/// string that can be read, but what the browser mirrored of one.
fn tcf(purpose: Purpose, granted: bool, text: &str, source: Source) -> Option<String> {
    const DEVICE: &str = "TCF purpose 1 (store and access information on a device)";
    const PROFILES: &str = "TCF purposes 1, 5 and 6 (create and use profiles for content)";
    const LIMITED: &str = "TCF purposes 1 and 11 (limited data to select content)";
    const MEASURE: &str = "TCF purpose 8 (measure content performance)";
    const FEATURE: &str = "TCF special feature 1 (precise location)";
    let string = parse(text).ok()?;
    let publisher = if source == Source::TCF_PUBLISHER { string.publisher() } else { None };
    let (consents, interests) =
        publisher.map_or((string.consents(), string.interests()), |own| (own.consents, own.interests));
    let by_interest = |named: &str| format!("{named}, on legitimate interest");
    let storage = consents.has(1) || string.purpose_one_hidden();
    let profiles = storage && consents.has(5) && consents.has(6);
    let standard = match purpose {
        Purpose::DeviceStorage => storage && (granted || consents.has(1)),
        Purpose::SessionPersonalization => profiles || storage && (consents.has(11) || interests.has(11)),
        Purpose::PersistentPersonalization | Purpose::Profile => profiles,
        Purpose::PreciseGeo => {
            storage && string.special_features().has(1) && (consents.has(6) || consents.has(11))
        }
        Purpose::Measurement => consents.has(8) || interests.has(8),
        Purpose::Experimentation => storage && consents.has(8),
        Purpose::SaleShare => string.consents().has(3) && string.consents().has(4),
        Purpose::Necessary | Purpose::Contextual => return None,
    };
    // A vendor is bound by more than its purposes; where the purposes say something else, one of the site's own decided.
    if source != Source::TCF_VENDOR && (granted != standard || (granted && purpose == Purpose::Profile)) {
        return Some("a custom purpose of this site".to_owned());
    }
    Some(match (purpose, granted) {
        (Purpose::DeviceStorage, true) if consents.has(1) => DEVICE.to_owned(),
        (Purpose::DeviceStorage, true) => {
            format!("{DEVICE}, which was not shown there, and the playbook counts that as granted")
        }
        (Purpose::DeviceStorage, false) => format!("no consent to {DEVICE}"),
        (Purpose::SessionPersonalization, true) if consents.has(11) => LIMITED.to_owned(),
        (Purpose::SessionPersonalization, true) if consents.has(5) && consents.has(6) => PROFILES.to_owned(),
        (Purpose::SessionPersonalization, true) => by_interest(LIMITED),
        (Purpose::SessionPersonalization, false) => format!("not all of {LIMITED}, nor of {PROFILES}"),
        (Purpose::PersistentPersonalization | Purpose::Profile, true) => PROFILES.to_owned(),
        (Purpose::PersistentPersonalization | Purpose::Profile, false) => format!("not all of {PROFILES}"),
        (Purpose::PreciseGeo, true) => {
            format!("{FEATURE}, with purposes 1 and {}", if consents.has(6) { 6 } else { 11 })
        }
        (Purpose::PreciseGeo, false) => format!("not all of {FEATURE}, purpose 1, and purpose 6 or 11"),
        (Purpose::Measurement, true) if consents.has(8) => MEASURE.to_owned(),
        (Purpose::Measurement, true) => by_interest(MEASURE),
        (Purpose::Measurement, false) => format!("neither consent to {MEASURE} nor legitimate interest"),
        (Purpose::Experimentation, true) => "TCF purposes 1 and 8 (measure content performance)".to_owned(),
        (Purpose::Experimentation, false) => {
            "not all of TCF purposes 1 and 8 (measure content performance)".to_owned()
        }
        (Purpose::SaleShare, granted) => {
            let named = "TCF purposes 3 and 4 (create and use profiles for advertising)";
            if granted { named.to_owned() } else { format!("not all of {named}") }
        }
        (Purpose::Necessary | Purpose::Contextual, _) => return None,
    })
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

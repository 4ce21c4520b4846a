//! The deciding part of what standards define: purposes of TC strings, letters of US Privacy strings, fields of GPP sections.

use parvis::consent::gpp::layout::Field;
use parvis::consent::gpp::section;
use parvis::consent::purpose::Purpose;
use parvis::consent::resolve::ON_DEVICE;
use parvis::consent::source::{Banner, Source};
use parvis::consent::stored::StoredSettings;
use parvis::consent::tcf::{Tcf, parse};
use parvis::consent::us_privacy;

use super::list;

/// The TCF purposes that stand for one of ours (src/docs/consent.md), as far as the string has them; `None` where the flag is no
/// string that can be read, but what the browser mirrored of one.
pub(super) fn tcf(
    purpose: Purpose,
    granted: bool,
    text: &str,
    source: Source,
    settings: &StoredSettings<'_>,
) -> Option<String> {
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
    let hidden = string.purpose_one_hidden() && !consents.has(1);
    let storage = consents.has(1) || (hidden && settings.undisclosed_storage(string.country()));
    let profiles = storage && consents.has(5) && consents.has(6);
    let standard = match purpose {
        Purpose::DeviceStorage => storage,
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
    if granted != standard || (granted && purpose == Purpose::Profile) {
        return match source {
            // A vendor is bound by more than its purposes.
            Source::TCF_VENDOR if granted => None,
            Source::TCF_VENDOR => Some(format!("where vendor {} may not do it", settings.vendor)),
            // The purposes say something else, so one of the site's own decided.
            _ => custom(purpose, granted, &string, settings),
        };
    }
    // All but purpose 1 may be there.
    let device = ON_DEVICE.with(Purpose::DeviceStorage).contains(purpose);
    if !granted && !storage && hidden && device {
        return Some(format!(
            "where {DEVICE} was not shown, and the playbook does not count that as granted"
        ));
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

/// The custom purposes of the site that the playbook maps to this one, and that have this answer.
fn custom(
    purpose: Purpose,
    granted: bool,
    string: &Tcf<'_>,
    settings: &StoredSettings<'_>,
) -> Option<String> {
    let own = string.publisher()?;
    let mapped = settings.entries(Banner::TcfCustom).filter(|(_, purposes)| purposes.contains(purpose));
    let asked = mapped.filter(|(key, _)| {
        let number = key.parse::<u8>().unwrap_or(0);
        (1..=own.custom_consents.count()).contains(&number) && own.custom_consents.has(number) == granted
    });
    let keys: Vec<&str> = asked.map(|(key, _)| key).collect();
    let plural = if keys.len() > 1 { "s" } else { "" };
    (!keys.is_empty()).then(|| format!("custom purpose{plural} {} of this site", list(&keys)))
}

/// What a US Privacy string says of sale.
pub(super) fn us(text: &str) -> Option<String> {
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

/// The fields of a US section that grant the purpose, or deny it, with what their values mean.
pub(super) fn section(purpose: Purpose, granted: bool, id: u32, text: &str) -> Option<String> {
    let section = section::us_section(id, text)?;
    if purpose == Purpose::PreciseGeo {
        // In California, Utah and Iowa the visitor opts out of it.
        let meaning = match (granted, id) {
            (true, _) => "consent",
            (false, 8 | 11 | 18) => "opted out",
            (false, _) => "no consent",
        };
        return Some(format!("SensitiveDataProcessing, its entry on precise location ({meaning})"));
    }
    let mut fields: Vec<String> = section
        .values()
        .filter_map(|(field, _, value)| {
            let meaning = meaning(purpose, granted, field, value)?;
            Some(format!("{} {value} ({meaning})", field.name()))
        })
        .collect();
    if section.gpc == Some(true) && !granted && matches!(purpose, Purpose::SaleShare | Purpose::Profile) {
        fields.push("Gpc 1 (Global Privacy Control)".to_owned());
    }
    let mut told: Vec<&str> = Vec::new();
    for field in &fields {
        if !told.contains(&field.as_str()) {
            told.push(field);
        }
    }
    (!told.is_empty()).then(|| list(&told))
}

/// What the value of a field means, where it decides the purpose.
fn meaning(purpose: Purpose, granted: bool, field: Field, value: u8) -> Option<&'static str> {
    let profile = purpose == Purpose::Profile && !granted;
    let sale = purpose == Purpose::SaleShare;
    match (field, value) {
        (Field::SaleOptOut | Field::SharingOptOut | Field::TargetedAdvertisingOptOut, 2) => {
            (sale && granted).then_some("did not opt out")
        }
        (Field::SaleOptOut | Field::SharingOptOut | Field::TargetedAdvertisingOptOut, 1 | 3) => {
            let meaning = if value == 1 { "opted out" } else { "not defined, counts as opted out" };
            (profile || (sale && !granted)).then_some(meaning)
        }
        (Field::KnownChildSensitiveDataConsents, 1..=3) => {
            let lasting = purpose == Purpose::PersistentPersonalization && !granted;
            let sold = sale && !granted && value != 2;
            let meaning = match value {
                1 => "no consent for a known child",
                2 => "consent for a known child, whose data is used for no profile",
                _ => "not defined, counts as no consent for a known child",
            };
            (profile || lasting || sold).then_some(meaning)
        }
        (Field::MspaServiceProviderMode, 1 | 3) => {
            (sale && !granted).then_some("the site is a service provider only")
        }
        (Field::PersonalDataConsents | Field::AdditionalDataProcessingConsent, 1 | 3) => {
            profile.then_some("no consent")
        }
        _ => None,
    }
}

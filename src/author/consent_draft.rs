//! The `consent` object of a draft, and the section it compiles to.
//!
//! Everything is optional: a field that is left out keeps its default ([`crate::consent::settings::Defaults`]).

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::banner_draft::{self, BannerDraft, OWN};
use super::cookie_name::is_cookie_name;
pub use super::purpose_name::PurposeName;
use super::{banner_check, consent_names};
use crate::base::calendar;
use crate::consent::purpose::{Purpose, PurposeSet};
use crate::consent::settings::{REGIMES, Regime};
use crate::consent::source::Banner;
use crate::consent::statement::{STATUS_HEADER, Statement};
use crate::consent::stored::{
    DNT_AS_GPC, EXPERIMENTS_EXEMPT, FALLBACK_TO_CORE, KEYS, MEASUREMENT_DECIDED, MEASUREMENT_EXEMPT,
    SPECIAL_PURPOSES_ONLY, TARTEAUCITRON_PRESUMES, VERSION,
};

/// Maximum number of entries of one banner's map: marks are kept in 64 bits.
const ENTRIES: usize = 64;
/// Maximum length of one part of the section, in bytes.
const PART_BYTES: usize = 0xffff;

/// How stored consent is read on this site.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ConsentDraft {
    /// Cookie names by kind of flag (`tcf`, `gpp`, `onetrust`, …), which replace the default names of that kind. All of a
    /// list are read; `mirror` is written under its first name, and the cookies under its others are then deleted.
    pub names: BTreeMap<String, Vec<String>>,
    /// The meaning of a banner's categories, services or purposes, by banner and key:
    /// `{"klaro": {"matomo": ["measurement"]}}`.
    pub meanings: BTreeMap<String, BTreeMap<String, Vec<PurposeName>>>,
    /// The banners that the site uses: `true` for one that Parvis knows, a description for another. What other banners stored
    /// then grants nothing; what it refused stays refused. Without it all known ones count.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub banners: BTreeMap<String, BannerDraft>,
    /// How TCF strings are read.
    pub tcf: TcfDraft,
    /// Regimes that differ from the defaults.
    pub regimes: Vec<RegimeDraft>,
    /// Whether audience measurement is exempt from consent in opt-in regions, which overrides the region's regime.
    pub exempt_measurement: Option<bool>,
    /// Whether experiments are exempt from consent in opt-in regions; ask counsel first.
    pub exempt_experimentation: bool,
    /// Whether `DNT: 1` counts as Global Privacy Control.
    pub dnt_as_gpc: bool,
    /// The site's statement on Global Privacy Control; without it the origin serves `/.well-known/gpc.json`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpc: Option<GpcDraft>,
    /// The lowest revision of vanilla-cookieconsent's configuration under which choices count.
    pub revision: u32,
    /// The policy id of Complianz under which choices count; empty for any.
    pub complianz_policy: String,
    /// Set it when tarteaucitron has `serviceDefaultState: true`: it then writes consent without a choice.
    pub tarteaucitron_presumes: bool,
}

/// The site's statement on Global Privacy Control: it honors the signal, and reports its status.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GpcDraft {
    /// The day on which the site last changed this statement, `2026-11-21`; it is in `/.well-known/gpc.json`.
    pub last_update: String,
    /// The response header that reports the status of the visitor's signal, in lower case; empty for none.
    #[serde(default = "default_status_header")]
    pub status_header: String,
    /// Where visitors are told: `US-CA`, or `US` for all of it. By default where a regime says `shows_opt_out`: California.
    #[serde(default = "default_status_regions")]
    pub status_regions: Vec<String>,
}

fn default_status_header() -> String {
    STATUS_HEADER.to_string()
}

/// The regions whose law asks for it.
fn default_status_regions() -> Vec<String> {
    let asks = REGIMES.iter().filter(|(_, _, regime)| regime.shows_opt_out);
    asks.map(|(region, ..)| {
        let letters = String::from_utf8_lossy(&region[..]);
        let letters = letters.trim_end_matches('\0');
        letters.split_at_checked(2).map_or_else(String::new, |(country, sub)| format!("{country}-{sub}"))
    })
    .collect()
}

/// Response headers that are set elsewhere, or that change how a response is read.
const TAKEN_HEADERS: [&str; 12] = [
    "age",
    "cache-control",
    "connection",
    "date",
    "etag",
    "expires",
    "location",
    "server-timing",
    "set-cookie",
    "transfer-encoding",
    "vary",
    "refresh",
];

/// How TCF strings are read.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TcfDraft {
    /// This operator's id in the Global Vendor List; without one the publisher segment is read.
    pub vendor: Option<u16>,
    /// Whether the core's purposes are used if the publisher segment is missing.
    pub fallback_to_core: bool,
    /// The meaning of the site's own purposes, by number: `{"1": ["profile"]}`.
    pub custom_purposes: BTreeMap<String, Vec<PurposeName>>,
    /// Publisher countries where a purpose 1 that was not disclosed counts as granted; ask counsel first.
    pub undisclosed_storage: Vec<String>,
    /// Whether `vendor` has registered special purposes only: its bits are then never set, which is no objection.
    pub special_purposes_only: bool,
}

/// The consent regime of one region.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegimeDraft {
    /// The region: `FR`, `US-CA`.
    pub region: String,
    /// Whether only what was granted is allowed.
    pub opt_in: bool,
    /// Days after which a choice expires.
    pub max_age_days: u16,
    /// Whether audience measurement is exempt from consent, unless the visitor objects.
    #[serde(default)]
    pub exempt_measurement: bool,
    /// Whether visitors can object to choosing by the request alone. Where the law of the region asks for it, they can.
    #[serde(default)]
    pub contextual_objection: bool,
    /// Whether visitors must be shown that their opt-out was processed. Where the law of the region asks for it, they are.
    #[serde(default)]
    pub shows_opt_out: bool,
    /// The day from which this holds, `2027-01-01`; until then the region's row before it does. Without one, always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The day on which somebody checked this: `2026-11-21`.
    pub as_of: String,
}

/// What is wrong in a draft, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The place within `consent`, keys and indices separated by dots.
    pub place: String,
    /// The problem and the help.
    pub message: String,
}

impl ConsentDraft {
    /// Finds all problems at once.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut say = |place: String, message: String| problems.push(Problem { place, message });
        consent_names::check(&self.names, &mut say);
        for (banner, map) in &self.meanings {
            let place = format!("meanings.{banner}");
            let is_custom = banner == Banner::TcfCustom.name();
            if banner_draft::known(banner).is_none() && !is_custom {
                let known = Banner::ALL.iter().map(|banner| banner.name());
                let known: Vec<&str> = known.filter(|name| banner_draft::known(name).is_some()).collect();
                say(place.clone(), format!("`{banner}` is no banner: use one of {}", known.join(", ")));
            }
            check_keys(map, &place, &mut say);
        }
        banner_check::check(&self.banners, &|name| consent_names::named(&self.names, name), &mut say);
        for (name, description) in banner_draft::described(&self.banners) {
            check_keys(&description.means, &format!("banners.{name}.means"), &mut say);
        }
        check_keys(&self.tcf.custom_purposes, "tcf.custom_purposes", &mut say);
        for number in self.tcf.custom_purposes.keys() {
            if !number.parse::<u8>().is_ok_and(|number| (1..=63).contains(&number)) {
                let message = format!("`{number}` is no custom purpose: use a number from 1 to 63");
                say(format!("tcf.custom_purposes.{number}"), message);
            }
        }
        if self.tcf.vendor == Some(0) {
            say(
                "tcf.vendor".to_string(),
                "`0` is no vendor id: leave it out to read the publisher segment".to_string(),
            );
        }
        for (index, country) in self.tcf.undisclosed_storage.iter().enumerate() {
            if !is_letters(country, 2..=2) {
                say(
                    format!("tcf.undisclosed_storage.{index}"),
                    format!("`{country}` is no country: write `DE`"),
                );
            }
        }
        for (index, regime) in self.regimes.iter().enumerate() {
            if place(&regime.region).is_none() {
                let message = format!("`{}` is no region: write `FR` or `US-CA`", regime.region);
                say(format!("regimes.{index}.region"), message);
            }
            if calendar::parse(&regime.as_of).is_none() {
                let message = format!("`{}` is no day: write `2026-11-21`", regime.as_of);
                say(format!("regimes.{index}.as_of"), message);
            }
            if let Some(from) = regime.from.as_ref().filter(|from| day(from).is_none()) {
                let message = format!("`{from}` is no day: write `2027-01-01`");
                say(format!("regimes.{index}.from"), message);
            }
        }
        if let Some(gpc) = &self.gpc {
            gpc.check(&mut say);
        }
        if self.parts().iter().any(|part| part.len() > PART_BYTES) {
            say(
                String::new(),
                "the consent settings are larger than 64 KB: shorten names or maps".to_string(),
            );
        }
        problems
    }

    /// Encodes the section that [`crate::consent::stored::StoredSettings`] reads; fields that [`ConsentDraft::check`]
    /// refuses are left out.
    pub fn encode(&self) -> Vec<u8> {
        if *self == ConsentDraft::default() {
            return Vec::new();
        }
        let flag = |on: bool, flag: u8| if on { flag } else { 0 };
        let flags = flag(self.tcf.fallback_to_core, FALLBACK_TO_CORE)
            | flag(self.exempt_measurement.is_some(), MEASUREMENT_DECIDED)
            | flag(self.exempt_measurement == Some(true), MEASUREMENT_EXEMPT)
            | flag(self.exempt_experimentation, EXPERIMENTS_EXEMPT)
            | flag(self.dnt_as_gpc, DNT_AS_GPC)
            | flag(self.tarteaucitron_presumes, TARTEAUCITRON_PRESUMES)
            | flag(self.tcf.special_purposes_only, SPECIAL_PURPOSES_ONLY);
        let mut bytes = alloc::vec![VERSION, flags];
        bytes.extend(self.tcf.vendor.unwrap_or(0).to_le_bytes());
        bytes.extend(self.revision.to_le_bytes());
        let parts = self.parts().map(|part| if part.len() > PART_BYTES { Vec::new() } else { part });
        for part in &parts {
            bytes.extend(u16::try_from(part.len()).unwrap_or(0).to_le_bytes());
        }
        bytes.extend(parts.concat());
        bytes
    }

    /// Names, purpose map, regimes, policy, countries, statement, banners, forms.
    fn parts(&self) -> [Vec<u8>; 8] {
        let mut stored = Vec::new();
        for (slot, list) in consent_names::renamed(&self.names) {
            // The empty name replaces the defaults even if all other names are refused.
            let list = list.iter().map(String::as_str).filter(|name| is_cookie_name(name));
            for name in [""].into_iter().chain(list) {
                stored.push(slot as u8);
                text(&mut stored, name);
            }
        }
        let mut map = Vec::new();
        let (mut forms, mut keys) = (Vec::new(), Vec::new());
        let mut named: Vec<u8> =
            self.banners.keys().filter_map(|name| banner_draft::known(name)).map(Banner::code).collect();
        for ((banner, slot), (name, description)) in
            OWN.into_iter().zip(banner_draft::described(&self.banners))
        {
            for name in description.names() {
                stored.push(slot as u8);
                text(&mut stored, name);
            }
            for key in &description.storage {
                keys.push(KEYS);
                text(&mut keys, key);
            }
            rows(&mut map, banner, &description.means);
            named.push(banner.code());
            let form = description.form();
            forms.push(banner.code());
            text(&mut forms, name);
            forms.extend(u16::try_from(form.len()).unwrap_or(0).to_le_bytes());
            forms.extend(form.bytes());
        }
        // Behind all names: a name is looked for in order, and these rows are none.
        stored.extend(keys);
        for (banner, keys) in &self.meanings {
            let custom = Some(Banner::TcfCustom).filter(|custom| custom.name() == banner);
            if let Some(banner) = banner_draft::known(banner).or(custom) {
                rows(&mut map, banner, keys);
            }
        }
        if !self.tcf.custom_purposes.is_empty() {
            rows(&mut map, Banner::TcfCustom, &self.tcf.custom_purposes);
        }
        let mut regimes = Vec::new();
        for regime in &self.regimes {
            if let Some(place) = place(&regime.region) {
                regimes.extend(place);
                regimes.extend(regime.regime().written(regime.from.as_deref().and_then(day).unwrap_or(0)));
            }
        }
        let countries = self.tcf.undisclosed_storage.iter().filter(|country| country.len() == 2);
        [
            stored,
            map,
            regimes,
            self.complianz_policy.clone().into_bytes(),
            countries.flat_map(|country| country.bytes()).collect(),
            self.gpc.as_ref().map(GpcDraft::encode).unwrap_or_default(),
            named,
            forms,
        ]
    }
}

impl RegimeDraft {
    fn regime(&self) -> Regime {
        Regime {
            opt_in: self.opt_in,
            max_age_days: self.max_age_days,
            exempt_measurement: self.exempt_measurement,
            contextual_objection: self.contextual_objection,
            shows_opt_out: self.shows_opt_out,
        }
    }
}

/// A day since 1970, as rows of regimes have it.
fn day(text: &str) -> Option<u16> {
    let at = calendar::parse(text).filter(|_| is_day(text))?;
    u16::try_from(at.days()).ok()
}

impl GpcDraft {
    fn check(&self, say: &mut impl FnMut(String, String)) {
        if !is_day(&self.last_update) {
            let message = format!("`{}` is no day: write `2026-11-21`", self.last_update);
            say("gpc.last_update".to_string(), message);
        }
        let header = self.status_header.as_str();
        let token = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let taken = TAKEN_HEADERS.contains(&header) || header.starts_with("content-");
        if header.len() > 64 || taken || !header.bytes().all(token) {
            let message = format!("`{header}` cannot name this header: write `{STATUS_HEADER}`, or nothing");
            say("gpc.status_header".to_string(), message);
        }
        for (index, region) in
            self.status_regions.iter().enumerate().filter(|(_, name)| place(name).is_none())
        {
            let message = format!("`{region}` is no region: write `US` or `US-CA`");
            say(format!("gpc.status_regions.{index}"), message);
        }
    }

    fn encode(&self) -> Vec<u8> {
        let regions = self.status_regions.iter().filter_map(|region| place(region));
        let day = if is_day(&self.last_update) { self.last_update.as_str() } else { "" };
        Statement::encode(day, &self.status_header, regions)
    }
}

/// Country and subdivision in five bytes; `None` for an invalid region.
fn place(region: &str) -> Option<[u8; 5]> {
    let (country, sub) = region.split_once('-').unwrap_or((region, ""));
    if !is_letters(country, 2..=2) || !is_letters(sub, 0..=3) {
        return None;
    }
    let mut bytes = country.bytes().chain(sub.bytes());
    Some(core::array::from_fn(|_| bytes.next().unwrap_or(0)))
}

fn is_day(text: &str) -> bool {
    text.len() == 10 && calendar::parse(text).is_some()
}

fn rows(map: &mut Vec<u8>, banner: Banner, keys: &BTreeMap<String, Vec<PurposeName>>) {
    let keys = keys.iter().filter(|(key, _)| is_key(key)).take(ENTRIES);
    let entries = keys.map(|(key, purposes)| (key.as_str(), set(purposes)));
    for (key, purposes) in [("", PurposeSet::EMPTY)].into_iter().chain(entries) {
        map.push(banner.code());
        map.extend(purposes.bits().to_le_bytes());
        text(map, key);
    }
}

/// The purposes of an entry; accepting one of them includes accepting device access for it.
fn set(purposes: &[PurposeName]) -> PurposeSet {
    let all = purposes.iter().fold(PurposeSet::EMPTY, |set, name| set.with(name.purpose()));
    let free = PurposeSet::EMPTY
        .with(Purpose::Necessary)
        .with(Purpose::Contextual)
        .with(Purpose::PreciseGeo)
        .with(Purpose::SaleShare);
    if all.without(free).is_empty() { all } else { all.with(Purpose::DeviceStorage) }
}

/// Appends a name or key, which has at most 255 bytes.
fn text(bytes: &mut Vec<u8>, text: &str) {
    bytes.push(u8::try_from(text.len()).unwrap_or(0));
    bytes.extend(text.bytes());
}

fn check_keys(map: &BTreeMap<String, Vec<PurposeName>>, place: &str, say: &mut impl FnMut(String, String)) {
    if map.len() > ENTRIES {
        say(place.to_string(), format!("{} entries are more than the {ENTRIES} that are read", map.len()));
    }
    for key in map.keys().filter(|key| !is_key(key)) {
        say(format!("{place}.{key}"), format!("`{key}` must have 1 to 255 bytes"));
    }
}

fn is_key(key: &str) -> bool {
    (1..=255).contains(&key.len())
}

fn is_letters(text: &str, length: core::ops::RangeInclusive<usize>) -> bool {
    length.contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]
    use super::*;
    use crate::base::calendar::Millis;
    use crate::consent::settings::Slot;
    use crate::consent::stored::StoredSettings;

    const DRAFT: &str = r#"{
        "names": {"onetrust": ["Consent"], "klaro": ["choices"]},
        "meanings": {"klaro": {"matomo": ["measurement"], "map": ["precise_geo"]}},
        "tcf": {"vendor": 755, "fallback_to_core": true, "custom_purposes": {"2": ["profile"]}, "undisclosed_storage": ["DE"]},
        "regimes": [
            {"region": "US", "opt_in": false, "max_age_days": 100, "as_of": "2026-11-21"},
            {"region": "US-CA", "opt_in": true, "max_age_days": 90, "exempt_measurement": true, "as_of": "2026-11-21"}
        ],
        "exempt_measurement": false, "dnt_as_gpc": true, "revision": 3, "complianz_policy": "34",
        "gpc": {"last_update": "2026-11-21", "status_regions": ["US-CA", "CA"]}
    }"#;

    #[test]
    fn what_is_written_is_read() {
        let draft: ConsentDraft = serde_json::from_str(DRAFT).unwrap();
        assert_eq!(draft.check(), []);
        let bytes = draft.encode();
        let settings = StoredSettings::open(&bytes).unwrap();
        assert_eq!(settings.slot("Consent"), Some(Slot::OneTrust));
        assert_eq!(settings.slot("OptanonConsent"), None);
        assert_eq!(settings.slot("klaro"), None);
        assert_eq!(settings.slot("cc_cookie"), Some(Slot::Vanilla));
        assert_eq!(settings.slot("@tcf"), Some(Slot::Tcf));
        let device = PurposeSet::EMPTY.with(Purpose::DeviceStorage);
        assert_eq!(
            settings.entries(Banner::Klaro).nth(1),
            Some(("matomo", device.with(Purpose::Measurement)))
        );
        assert_eq!(settings.entries(Banner::Klaro).nth(2), None);
        assert_eq!(settings.entries(Banner::Vanilla).next().unwrap().0, "functionality");
        assert_eq!(settings.entries(Banner::TcfCustom).next().unwrap().0, "2");
        assert_eq!(settings.regime("US", "CA", None).max_age_days, 90);
        assert_eq!(settings.regime("US", "TX", None).max_age_days, 100);
        assert!(settings.regime("GB", "", Some(Millis(1_795_262_400_000))).exempt_measurement);
        assert_eq!(settings.vendor, 755);
        assert_eq!((settings.revision, settings.complianz_policy), (3, "34"));
        assert_eq!(settings.exempt_measurement(), Some(false));
        assert!(settings.undisclosed_storage(*b"DE") && !settings.undisclosed_storage(*b"FR"));
        assert!(settings.dnt_as_gpc() && !settings.exempt_experimentation());
        let statement = settings.statement().unwrap();
        assert_eq!((statement.last_update(), statement.header()), ("2026-11-21", Some("gpc-status")));
        assert!(statement.tells("US", "CA") && statement.tells("CA", "QC") && !statement.tells("US", "TX"));
        assert!(!statement.tells("", "") && !statement.tells("U", "S"));
    }

    #[test]
    fn a_cut_section_does_not_open() {
        let bytes = serde_json::from_str::<ConsentDraft>(DRAFT).unwrap().encode();
        for end in 1..bytes.len() {
            assert!(StoredSettings::open(bytes.get(..end).unwrap()).is_none(), "{end}");
        }
        assert!(ConsentDraft::default().encode().is_empty());
    }

    #[test]
    fn names_and_keys_of_255_bytes_are_written_and_none_longer() {
        for (length, written) in [(255, true), (256, false)] {
            let long = "x".repeat(length);
            let draft = format!(
                r#"{{"names": {{"onetrust": ["{long}", "Consent"]}}, "meanings": {{"klaro": {{"{long}": [], "y": []}}}}}}"#
            );
            let draft: ConsentDraft = serde_json::from_str(&draft).unwrap();
            let places: Vec<String> = draft.check().into_iter().map(|problem| problem.place).collect();
            let refused = ["names.onetrust.0".to_string(), format!("meanings.klaro.{long}")];
            assert_eq!(places, if written { &[][..] } else { &refused });
            let bytes = draft.encode();
            let settings = StoredSettings::open(&bytes).unwrap();
            assert_eq!(settings.slot("Consent"), Some(Slot::OneTrust));
            assert_eq!(settings.slot(&long).is_some(), written, "{length}");
            let keys: Vec<&str> = settings.entries(Banner::Klaro).map(|(key, _)| key).collect();
            let expected = [long.as_str(), "y"];
            assert!(keys.iter().eq(expected.iter().skip(usize::from(!written))), "{length}: {keys:?}");
        }
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let draft: ConsentDraft = serde_json::from_str(
            r#"{"names": {"klaro": [], "onetrst": ["a"], "osano-categories": ["b"], "tcf": ["a b"]}, "meanings": {"clarow": {}}, "tcf": {"vendor": 0,
                "custom_purposes": {"64": []}, "undisclosed_storage": ["Germany"]},
                "regimes": [{"region": "France", "opt_in": true, "max_age_days": 1, "as_of": "today"}],
                "gpc": {"last_update": "21.11.2026", "status_header": "Set-Cookie", "status_regions": ["US-CA", "California"]}}"#,
        )
        .unwrap();
        let places: Vec<String> = draft.check().into_iter().map(|problem| problem.place).collect();
        assert_eq!(
            places,
            [
                "names.klaro",
                "names.onetrst",
                "names.osano-categories",
                "names.tcf.0",
                "meanings.clarow",
                "tcf.custom_purposes.64",
                "tcf.vendor",
                "tcf.undisclosed_storage.0",
                "regimes.0.region",
                "regimes.0.as_of",
                "gpc.last_update",
                "gpc.status_header",
                "gpc.status_regions.1"
            ]
        );
    }
}

//! What a site says about consent, and the defaults where it says nothing.
//!
//! Cookie names, what a banner's categories mean, how long a choice lasts in which region: all of it is data.

use super::purpose::{Purpose, PurposeSet};
use super::source::Banner;
use super::stored::{EXEMPT, OPT_IN, StoredSettings};

/// The day on which the default regimes were last checked.
pub const REGIMES_AS_OF: &str = "2026-11-21";

macro_rules! slots {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $name:literal;)*) => {
        /// What kind of flag is stored under a name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Slot { $($(#[$doc])* $variant = $code),* }

        impl Slot {
            /// Every slot, in the order of their codes.
            pub const ALL: &'static [Slot] = &[$(Slot::$variant),*];

            /// The name that drafts use.
            pub const fn name(self) -> &'static str {
                match self { $(Slot::$variant => $name),* }
            }
        }
    };
}

slots! {
    /// A TC string of TCF 2.
    Tcf = 0, "tcf";
    /// A string of TCF 1: reported, never used.
    Tcf1 = 1, "tcf-1";
    /// A GPP string.
    Gpp = 2, "gpp";
    /// A US Privacy string.
    UsPrivacy = 3, "us-privacy";
    /// Our own mirror of what only the browser can see.
    Mirror = 4, "mirror";
    /// OneTrust's groups.
    OneTrust = 5, "onetrust";
    /// When OneTrust's banner was closed.
    OneTrustClosed = 6, "onetrust-closed";
    /// Cookiebot's object.
    Cookiebot = 7, "cookiebot";
    /// Didomi's token.
    Didomi = 8, "didomi";
    /// Didomi's binary string.
    DidomiBinary = 9, "didomi-binary";
    /// Axeptio's vendors.
    Axeptio = 10, "axeptio";
    /// tarteaucitron's services.
    Tarteaucitron = 11, "tarteaucitron";
    /// Klaro's services.
    Klaro = 12, "klaro";
    /// orejime's purposes.
    Orejime = 13, "orejime";
    /// vanilla-cookieconsent's categories.
    Vanilla = 14, "vanilla-cookieconsent";
    /// CookieYes's categories.
    CookieYes = 15, "cookieyes";
    /// Complianz's category preferences.
    ComplianzPreferences = 16, "complianz-preferences";
    /// Complianz's category statistics.
    ComplianzStatistics = 17, "complianz-statistics";
    /// Complianz's category marketing.
    ComplianzMarketing = 18, "complianz-marketing";
    /// The policy that Complianz asked under.
    ComplianzPolicy = 19, "complianz-policy";
    /// TrustArc's levels.
    TrustArcLevels = 20, "trustarc-levels";
    /// TrustArc's highest level.
    TrustArcHighest = 21, "trustarc-highest";
    /// TrustArc's permits.
    TrustArcPermits = 22, "trustarc-permits";
    /// Whether TrustArc asked.
    TrustArcBehavior = 23, "trustarc-behavior";
    /// The status of cookieconsent 3.
    Osano = 24, "cookieconsent-status";
    /// Osano's blob.
    OsanoBlob = 25, "osano";
    /// Sourcepoint's id, next to a TC string.
    Sourcepoint = 26, "sourcepoint";
    /// Additional consent, next to a TC string of Quantcast or InMobi.
    Quantcast = 27, "quantcast";
    /// Commanders Act's categories.
    CommandersAct = 28, "commandersact";
    /// Shopify's tracking consent.
    Shopify = 29, "shopify";
    /// Usercentrics's data, in web storage.
    Usercentrics = 30, "usercentrics";
    /// Usercentrics's older settings, in web storage.
    UsercentricsOld = 31, "usercentrics-2";
    /// Google Consent Mode, as the page last updated it.
    ConsentMode = 32, "consent-mode";
    /// Osano's categories, as it gives them to the page.
    OsanoCategories = 33, "osano-categories";
}

/// Where a kind of flag is stored, which decides whether a site can name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// In a cookie, whose name the site may choose.
    Cookie,
    /// In web storage, under keys that the banner fixes: a page looks for them before it has loaded the playbook.
    WebStorage,
    /// Nowhere: a script of the page reports it, under a key of [`super::evidence`].
    Script,
}

impl Slot {
    /// Where it is stored.
    pub const fn store(self) -> Store {
        match self {
            Slot::Usercentrics | Slot::UsercentricsOld => Store::WebStorage,
            Slot::ConsentMode | Slot::OsanoCategories => Store::Script,
            _ => Store::Cookie,
        }
    }
}

/// What the law of a region asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Regime {
    /// Whether nothing is allowed that was not granted; otherwise all that was not denied is.
    pub opt_in: bool,
    /// Days after which a choice must be asked for again.
    pub max_age_days: u16,
    /// Whether counting is exempt from consent, unless the visitor objects.
    pub exempt_measurement: bool,
}

impl Regime {
    /// What holds where nothing else is known.
    pub const CAUTIOUS: Regime = Regime { opt_in: true, max_age_days: 184, exempt_measurement: false };

    /// The name that reports use.
    pub const fn name(self) -> &'static str {
        if self.opt_in { "opt-in" } else { "opt-out" }
    }
}

/// What a site says about consent, wherever it is kept.
pub trait Settings {
    /// The settings in the form that is read.
    fn stored(&self) -> StoredSettings<'_>;
}

/// The defaults of [banner cookies](crate::docs::consent#banner-cookies) and [regimes](crate::docs::consent#regimes).
///
/// ```
/// use parvis::consent::settings::{Defaults, Settings, Slot};
/// assert_eq!(Defaults.stored().slot("euconsent-v2"), Some(Slot::Tcf));
/// assert!(Defaults.stored().regime("FR", "").opt_in && !Defaults.stored().regime("US", "CA").opt_in);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Defaults;

impl Settings for Defaults {
    fn stored(&self) -> StoredSettings<'_> {
        StoredSettings::default()
    }
}

/// The default names of flags, with their slots. A name that begins with `@` is never a cookie (see [`super::evidence`]). The
/// first of a slot is the one that is written.
pub const NAMES: &[(&str, Slot)] = &[
    ("euconsent-v2", Slot::Tcf),
    ("eupubconsent-v2", Slot::Tcf),
    ("euconsent", Slot::Tcf1),
    ("gpp", Slot::Gpp),
    ("OTGPPConsent", Slot::Gpp),
    ("usprivacy", Slot::UsPrivacy),
    ("parvis-consent", Slot::Mirror),
    ("OptanonConsent", Slot::OneTrust),
    ("OptanonAlertBoxClosed", Slot::OneTrustClosed),
    ("CookieConsent", Slot::Cookiebot),
    ("didomi_token", Slot::Didomi),
    ("didomi_dcs", Slot::DidomiBinary),
    ("axeptio_cookies", Slot::Axeptio),
    ("tarteaucitron", Slot::Tarteaucitron),
    ("klaro", Slot::Klaro),
    ("eu-consent", Slot::Orejime),
    ("orejime", Slot::Orejime),
    ("cc_cookie", Slot::Vanilla),
    ("cookieyes-consent", Slot::CookieYes),
    ("cmplz_preferences", Slot::ComplianzPreferences),
    ("cmplz_statistics", Slot::ComplianzStatistics),
    ("cmplz_marketing", Slot::ComplianzMarketing),
    ("cmplz_policy_id", Slot::ComplianzPolicy),
    ("notice_gdpr_prefs", Slot::TrustArcLevels),
    ("notice_preferences", Slot::TrustArcHighest),
    ("cmapi_cookie_privacy", Slot::TrustArcPermits),
    ("notice_behavior", Slot::TrustArcBehavior),
    ("cookieconsent_status", Slot::Osano),
    ("osano_consentmanager", Slot::OsanoBlob),
    ("consentUUID", Slot::Sourcepoint),
    ("addtl_consent", Slot::Quantcast),
    ("TC_PRIVACY", Slot::CommandersAct),
    ("_tracking_consent", Slot::Shopify),
    ("ucData", Slot::Usercentrics),
    ("uc_settings", Slot::UsercentricsOld),
    ("@tcf", Slot::Tcf),
    ("@gpp", Slot::Gpp),
    ("@consent-mode", Slot::ConsentMode),
    ("@osano", Slot::OsanoCategories),
];

const DEVICE: PurposeSet = PurposeSet::EMPTY.with(Purpose::DeviceStorage);
const FUNCTIONAL: PurposeSet =
    DEVICE.with(Purpose::SessionPersonalization).with(Purpose::PersistentPersonalization);
const STATISTICS: PurposeSet = DEVICE.with(Purpose::Measurement).with(Purpose::Experimentation);
const SALE: PurposeSet = PurposeSet::EMPTY.with(Purpose::SaleShare);
const MARKETING: PurposeSet = DEVICE.with(Purpose::Profile).with(Purpose::SaleShare);
const TARGETING: PurposeSet = SALE.with(Purpose::Profile);

/// A key of a banner's map and the purposes it stands for.
type Meaning = (&'static str, PurposeSet);

/// What the categories of banners mean; banners by service have no default map.
const MAP: &[(Banner, &[Meaning])] = &[
    (
        Banner::OneTrust,
        &[("C0002", STATISTICS), ("C0003", FUNCTIONAL), ("C0004", MARKETING), ("C0005", DEVICE)],
    ),
    (Banner::Cookiebot, &[("preferences", FUNCTIONAL), ("statistics", STATISTICS), ("marketing", MARKETING)]),
    (Banner::Vanilla, &[("functionality", FUNCTIONAL), ("analytics", STATISTICS), ("marketing", MARKETING)]),
    (
        Banner::CookieYes,
        &[
            ("functional", FUNCTIONAL),
            ("analytics", DEVICE.with(Purpose::Measurement)),
            ("performance", DEVICE.with(Purpose::Experimentation)),
            ("advertisement", MARKETING),
        ],
    ),
    (Banner::Complianz, &[("preferences", FUNCTIONAL), ("statistics", STATISTICS), ("marketing", MARKETING)]),
    (Banner::TrustArc, &[("1", FUNCTIONAL.with(Purpose::Measurement)), ("2", MARKETING)]),
    (
        Banner::Osano,
        &[
            ("all", FUNCTIONAL.union(STATISTICS).union(MARKETING)),
            ("PERSONALIZATION", FUNCTIONAL),
            ("ANALYTICS", STATISTICS),
            ("MARKETING", MARKETING),
            ("OPT_OUT", TARGETING),
        ],
    ),
    (Banner::Shopify, &[("p", FUNCTIONAL), ("a", STATISTICS), ("m", MARKETING), ("s", SALE)]),
    (
        Banner::ConsentMode,
        &[
            ("personalization_storage", FUNCTIONAL),
            ("analytics_storage", STATISTICS),
            ("functionality_storage", DEVICE),
            ("ad_storage", DEVICE),
            ("ad_user_data", TARGETING),
            ("ad_personalization", TARGETING),
        ],
    ),
];

/// The regimes that differ from [`Regime::CAUTIOUS`].
const REGIMES: &[(&[u8; 2], Regime)] = &[
    (b"US", Regime { opt_in: false, max_age_days: 365, exempt_measurement: false }),
    (b"GB", Regime { opt_in: true, max_age_days: 184, exempt_measurement: true }),
];

/// [`NAMES`] as a compiled playbook writes names: slot, length, name.
pub(crate) static DEFAULT_NAMES: &[u8] = &written::<{ names().length }>(names());
/// The shapes that names of flags have, one bit each.
pub(crate) const DEFAULT_SHAPES: u128 = {
    let mut shapes = 0;
    let mut rest = NAMES;
    while let [(name, _), more @ ..] = rest {
        shapes |= 1 << shape(name.as_bytes());
        rest = more;
    }
    shapes
};

/// The shape of a name, from its length and its first letter: 0 to 127.
pub(crate) const fn shape(name: &[u8]) -> u32 {
    let first = match name {
        [first, ..] => *first,
        [] => 0,
    };
    #[expect(clippy::cast_possible_truncation, reason = "only the low bits count")]
    let length = name.len() as u32;
    (length * 37 + first as u32) & 127
}

/// [`MAP`] as a compiled playbook writes meanings: banner, purposes, length, key.
pub(crate) static DEFAULT_MAP: &[u8] = &written::<{ meanings().length }>(meanings());
/// [`REGIMES`] as a compiled playbook writes them.
pub(crate) static DEFAULT_REGIMES: &[u8] = &written::<{ regimes().length }>(regimes());

/// Bytes written while compiling.
struct Writer {
    bytes: [u8; 2048],
    length: usize,
}

impl Writer {
    const EMPTY: Writer = Writer { bytes: [0; 2048], length: 0 };

    const fn byte(mut self, byte: u8) -> Writer {
        if let (_, [place, ..]) = self.bytes.split_at_mut(self.length) {
            *place = byte;
        }
        self.length += 1;
        self
    }

    const fn bytes(mut self, mut bytes: &[u8]) -> Writer {
        while let [byte, rest @ ..] = bytes {
            self = self.byte(*byte);
            bytes = rest;
        }
        self
    }

    const fn text(self, text: &str) -> Writer {
        #[expect(clippy::cast_possible_truncation, reason = "names of defaults are short")]
        self.byte(text.len() as u8).bytes(text.as_bytes())
    }
}

const fn written<const N: usize>(writer: Writer) -> [u8; N] {
    match writer.bytes.first_chunk() {
        Some(bytes) => *bytes,
        None => [0; N],
    }
}

const fn names() -> Writer {
    let mut writer = Writer::EMPTY;
    let mut rest = NAMES;
    while let [(name, slot), more @ ..] = rest {
        writer = writer.byte(*slot as u8).text(name);
        rest = more;
    }
    writer
}

const fn meanings() -> Writer {
    let mut writer = Writer::EMPTY;
    let mut banners = MAP;
    while let [(banner, keys), more @ ..] = banners {
        let mut rest = *keys;
        while let [(key, purposes), others @ ..] = rest {
            writer = writer.byte(banner.code()).bytes(&purposes.bits().to_le_bytes()).text(key);
            rest = others;
        }
        banners = more;
    }
    writer
}

const fn regimes() -> Writer {
    let mut writer = Writer::EMPTY;
    let mut rest = REGIMES;
    while let [(country, regime), more @ ..] = rest {
        let flags =
            if regime.opt_in { OPT_IN } else { 0 } | if regime.exempt_measurement { EXEMPT } else { 0 };
        writer = writer.bytes(*country).bytes(&[0; 3]).byte(flags).bytes(&regime.max_age_days.to_le_bytes());
        rest = more;
    }
    writer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::stored::REGIME_BYTES;

    #[test]
    fn what_is_written_is_all_there_is() {
        let settings = Defaults.stored();
        for (name, slot) in NAMES {
            assert_eq!(settings.slot(name), Some(*slot), "{name}");
        }
        for (banner, keys) in MAP {
            assert!(settings.entries(*banner).eq(keys.iter().copied()), "{}", banner.name());
        }
        assert_eq!(DEFAULT_REGIMES.len(), REGIMES.len() * REGIME_BYTES);
        assert!(names().length < 2048 && meanings().length < 2048);
    }
}

//! What a site says about consent, and the defaults where it says nothing.
//!
//! Cookie names, what a banner's categories mean, how long a choice lasts in which region: all of it is data.

use super::banners::banners;
use super::purpose::{Purpose, PurposeSet};
use super::source::Banner;
use super::stored::{EXEMPT, OPT_IN, StoredSettings};

/// The day on which the default regimes were last checked.
pub const REGIMES_AS_OF: &str = "2026-11-21";

macro_rules! rows {
    ($($(#[$_doc:meta])* $banner:ident = $_code:literal $_name:literal by_category: $_by_category:literal
        slots { $($(#[$doc:meta])* $slot:ident = $code:literal $name:literal $store:ident [$($key:literal),*] => $_how:ident $(($($_read:tt)*))?;)* }
        means { $($entry:literal: $purposes:expr),* }
        shown $_shown:tt)*) => {
        /// What kind of flag is stored under a name. Those of banners are in `banners.rs`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Slot {
            /// A TC string of TCF 2.
            Tcf = 0,
            /// A string of TCF 1: reported, never used.
            Tcf1 = 1,
            /// A GPP string.
            Gpp = 2,
            /// A US Privacy string.
            UsPrivacy = 3,
            /// Our own mirror of what only the browser can see.
            Mirror = 4,
            $($($(#[$doc])* $slot = $code,)*)*
        }

        impl Slot {
            /// Every slot.
            pub const ALL: &'static [Slot] =
                &[Slot::Tcf, Slot::Tcf1, Slot::Gpp, Slot::UsPrivacy, Slot::Mirror, $($(Slot::$slot,)*)*];

            /// The slot with this code, as compiled playbooks store it.
            pub const fn from_code(code: u8) -> Option<Slot> {
                Some(match code {
                    0 => Slot::Tcf,
                    1 => Slot::Tcf1,
                    2 => Slot::Gpp,
                    3 => Slot::UsPrivacy,
                    4 => Slot::Mirror,
                    $($($code => Slot::$slot,)*)*
                    _ => return None,
                })
            }

            /// The name that drafts use.
            pub const fn name(self) -> &'static str {
                match self {
                    Slot::Tcf => "tcf",
                    Slot::Tcf1 => "tcf-1",
                    Slot::Gpp => "gpp",
                    Slot::UsPrivacy => "us-privacy",
                    Slot::Mirror => "mirror",
                    $($(Slot::$slot => $name,)*)*
                }
            }

            /// Where it is stored.
            pub const fn store(self) -> Store {
                match self {
                    Slot::Tcf | Slot::Tcf1 | Slot::Gpp | Slot::UsPrivacy | Slot::Mirror => Store::Cookie,
                    $($(Slot::$slot => Store::$store,)*)*
                }
            }

            /// The banner that writes it; `None` for what the standards define, and for our own.
            pub const fn banner(self) -> Option<Banner> {
                match self {
                    Slot::Tcf | Slot::Tcf1 | Slot::Gpp | Slot::UsPrivacy | Slot::Mirror => None,
                    $($(Slot::$slot => Some(Banner::$banner),)*)*
                }
            }
        }

        /// The default names of flags, with their slots. A name that begins with `@` is never a cookie (see
        /// [`super::evidence`]). The first of a slot is the one that is written.
        pub const NAMES: &[(&str, Slot)] = &[
            ("euconsent-v2", Slot::Tcf),
            ("eupubconsent-v2", Slot::Tcf),
            ("__cmpconsent#", Slot::Tcf),
            ("euconsent", Slot::Tcf1),
            ("gpp", Slot::Gpp),
            ("OTGPPConsent", Slot::Gpp),
            ("usprivacy", Slot::UsPrivacy),
            (crate::names::MIRROR, Slot::Mirror),
            ("@tcf", Slot::Tcf),
            ("@gpp", Slot::Gpp),
            $($($(($key, Slot::$slot),)*)*)*
        ];

        /// What the categories of banners mean; banners by service have no default map.
        const MAP: &[(Banner, &[Meaning])] = &[$((Banner::$banner, &[$(($entry, $purposes)),*])),*];
    };
}

banners!(rows);

/// Where a kind of flag is stored, which decides whether a site can name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// In a cookie, whose name the site may choose.
    Cookie,
    /// In several cookies whose names the banner fixes, because they say what each is about.
    Cookies,
    /// In web storage, under keys that the banner fixes: a page looks for them before it has loaded the playbook.
    WebStorage,
    /// In a cookie and in web storage, under a key that the banner fixes.
    Both,
    /// Nowhere: a script of the page reports it, under a key of [`super::evidence`].
    Script,
    /// Where the playbook says.
    Described,
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

    /// What holds where an edge told that the law asks for opt-out, and not where.
    pub const OPT_OUT: Regime = Regime { opt_in: false, max_age_days: 365, exempt_measurement: false };

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

const DEVICE: PurposeSet = PurposeSet::EMPTY.with(Purpose::DeviceStorage);
const FUNCTIONAL: PurposeSet =
    DEVICE.with(Purpose::SessionPersonalization).with(Purpose::PersistentPersonalization);
const STATISTICS: PurposeSet = DEVICE.with(Purpose::Measurement).with(Purpose::Experimentation);
const SALE: PurposeSet = PurposeSet::EMPTY.with(Purpose::SaleShare);
const MARKETING: PurposeSet = DEVICE.with(Purpose::Profile).with(Purpose::SaleShare);
const TARGETING: PurposeSet = SALE.with(Purpose::Profile);

/// A key of a banner's map and the purposes it stands for.
type Meaning = (&'static str, PurposeSet);

/// The regimes that differ from [`Regime::CAUTIOUS`].
const REGIMES: &[(&[u8; 2], Regime)] = &[
    (b"US", Regime { opt_in: false, max_age_days: 365, exempt_measurement: false }),
    (b"GB", Regime { opt_in: true, max_age_days: 184, exempt_measurement: true }),
];

/// [`NAMES`] as a compiled playbook writes names: slot, length, name; without those that are only beginnings.
pub(crate) static DEFAULT_NAMES: &[u8] = &written::<{ names(false).length }>(names(false));
/// The others.
pub(crate) static DEFAULT_BEGINNINGS: &[u8] = &written::<{ names(true).length }>(names(true));
/// The shapes that names of flags have, one bit each.
pub(crate) const DEFAULT_SHAPES: u128 = {
    let mut shapes = 0;
    let mut rest = NAMES;
    while let [(name, _), more @ ..] = rest {
        if !is_beginning(name) {
            shapes |= 1 << shape(name.as_bytes());
        }
        rest = more;
    }
    shapes
};

/// Whether a name stands for all that begin so.
const fn is_beginning(name: &str) -> bool {
    matches!(name.as_bytes(), [.., b'*' | b'#'])
}

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

const fn names(beginnings: bool) -> Writer {
    let mut writer = Writer::EMPTY;
    let mut rest = NAMES;
    while let [(name, slot), more @ ..] = rest {
        if is_beginning(name) == beginnings {
            writer = writer.byte(*slot as u8).text(name);
        }
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
            let name = name.replace(['*', '#'], "1");
            assert_eq!(settings.slot(&name), Some(*slot), "{name}");
        }
        for (banner, keys) in MAP {
            assert!(settings.entries(*banner).eq(keys.iter().copied()), "{}", banner.name());
        }
        assert_eq!(DEFAULT_REGIMES.len(), REGIMES.len() * REGIME_BYTES);
        assert!(names(false).length < 2048 && meanings().length < 2048);
    }
}

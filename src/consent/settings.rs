//! What a site says about consent, and the defaults where it says nothing.
//!
//! Cookie names, what a banner's categories mean, how long a choice lasts in which region: all of it is data.

use super::banners::banners;
use super::purpose::{Purpose, PurposeSet};
use super::source::Banner;
use super::stored::StoredSettings;
use crate::base::calendar::days;

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
            ("__cmpccpausps#", Slot::UsPrivacy),
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
#[expect(clippy::struct_excessive_bools, reason = "each is a question that the law answers by itself")]
pub struct Regime {
    /// Whether nothing is allowed that was not granted; otherwise all that was not denied is.
    pub opt_in: bool,
    /// Days after which a choice must be asked for again.
    pub max_age_days: u16,
    /// Whether counting is exempt from consent, unless the visitor objects.
    pub exempt_measurement: bool,
    /// Whether visitors can object to choosing by the request alone, which needs no consent anywhere.
    pub contextual_objection: bool,
    /// Whether visitors must be shown that their opt-out was processed.
    pub shows_opt_out: bool,
}

impl Regime {
    /// What holds where nothing else is known.
    pub const CAUTIOUS: Regime = Regime {
        opt_in: true,
        max_age_days: 184,
        exempt_measurement: false,
        contextual_objection: false,
        shows_opt_out: false,
    };
    /// What holds in the US, but for what its states add; also where an edge says that the law asks for opt-out, and not where.
    pub const OPT_OUT: Regime = Regime { opt_in: false, max_age_days: 365, ..Regime::CAUTIOUS };

    /// The name that reports use.
    pub const fn name(self) -> &'static str {
        if self.opt_in { "opt-in" } else { "opt-out" }
    }

    /// What a row has behind its region: flags, days, and the day from which it holds.
    pub(crate) const fn written(self, from: u16) -> [u8; REGIME_BYTES - 5] {
        let flags = (self.opt_in as u8 * OPT_IN)
            | (self.exempt_measurement as u8 * EXEMPT)
            | (self.contextual_objection as u8 * OBJECTION)
            | (self.shows_opt_out as u8 * SHOWS_OPT_OUT);
        let ([d0, d1], [f0, f1]) = (self.max_age_days.to_le_bytes(), from.to_le_bytes());
        [flags, d0, d1, f0, f1]
    }

    /// The reverse of [`Regime::written`], with the day.
    pub(crate) const fn read(bytes: [u8; REGIME_BYTES - 5]) -> (Regime, u16) {
        let [flags, d0, d1, f0, f1] = bytes;
        let regime = Regime {
            opt_in: flags & OPT_IN != 0,
            max_age_days: u16::from_le_bytes([d0, d1]),
            exempt_measurement: flags & EXEMPT != 0,
            contextual_objection: flags & OBJECTION != 0,
            shows_opt_out: flags & SHOWS_OPT_OUT != 0,
        };
        (regime, u16::from_le_bytes([f0, f1]))
    }
}

/// Flags of one regime.
const OPT_IN: u8 = 1;
const EXEMPT: u8 = 2;
const OBJECTION: u8 = 4;
const SHOWS_OPT_OUT: u8 = 8;
/// Bytes of one regime: country, subdivision filled up with zeros, flags, days (u16), the day from which it holds (u16).
pub(crate) const REGIME_BYTES: usize = 10;

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
/// assert!(Defaults.stored().regime("FR", "", None).opt_in && !Defaults.stored().regime("US", "CA", None).opt_in);
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

/// The regimes that differ from [`Regime::CAUTIOUS`]: country and subdivision in five bytes, the day from which the row holds, and
/// what it says. A later row of a region replaces the one before from its day on.
///
/// 5 February 2026: the exceptions for statistics and for appearance, each with an objection (Data (Use and Access) Act 2025,
/// Schedule 12). 1 January 2026: the display of the status of an opt-out (11 CCR 7025(c)(6)).
pub(crate) const REGIMES: &[(&[u8; 5], u16, Regime)] = &[
    (b"US\0\0\0", 0, Regime::OPT_OUT),
    (b"USCA\0", since(2026, 1, 1), Regime { shows_opt_out: true, ..Regime::OPT_OUT }),
    (
        b"GB\0\0\0",
        since(2026, 2, 5),
        Regime { exempt_measurement: true, contextual_objection: true, ..Regime::CAUTIOUS },
    ),
];

/// [`NAMES`] as a compiled playbook writes names: slot, length, name; without those that are only beginnings.
pub(crate) static DEFAULT_NAMES: &[u8] = &written::<{ names(false).length }>(names(false));
/// The others.
pub(crate) static DEFAULT_BEGINNINGS: &[u8] = &written::<{ names(true).length }>(names(true));

/// A day as rows of regimes have it, in days since 1970.
const fn since(year: i64, month: i64, day: i64) -> u16 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "days of this century")]
    let day = days(year, month, day) as u16;
    day
}
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
    while let [(region, from, regime), more @ ..] = rest {
        writer = writer.bytes(*region).bytes(&regime.written(*from));
        rest = more;
    }
    writer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_all_there_is() {
        let settings = Defaults.stored();
        for (name, slot) in NAMES {
            let name = name.replace('*', "1-a").replace('#', "1");
            assert_eq!(settings.slot(&name), Some(*slot), "{name}");
        }
        for (banner, keys) in MAP {
            assert!(settings.entries(*banner).eq(keys.iter().copied()), "{}", banner.name());
        }
        assert_eq!(DEFAULT_REGIMES.len(), REGIMES.len() * REGIME_BYTES);
        assert!(names(false).length < 2048 && meanings().length < 2048);
    }
}

//! A site's consent settings as a compiled playbook carries them: a little-endian section, read in place.
//!
//! Total on any bytes: every read is bounds-checked, and what cannot be read is absent. An empty section is the defaults; a
//! section names only what differs from them, by slot and by banner. Layout: version, flags, vendor id (u16), revision
//! (u32), six lengths (u16), then names, purpose map, regimes, Complianz policy, countries, statement.

use super::purpose::PurposeSet;
use super::settings::{Defaults, Regime, Settings, Slot, TcfReading};
use super::source::Banner;
use super::statement::Statement;

/// The version of the section.
pub(super) const VERSION: u8 = 2;
pub(super) const FALLBACK_TO_CORE: u8 = 1;
pub(super) const MEASUREMENT_DECIDED: u8 = 2;
pub(super) const MEASUREMENT_EXEMPT: u8 = 4;
pub(super) const EXPERIMENTS_EXEMPT: u8 = 8;
pub(super) const DNT_AS_GPC: u8 = 16;
pub(super) const TARTEAUCITRON_PRESUMES: u8 = 32;
/// Flags of one regime.
pub(super) const OPT_IN: u8 = 1;
pub(super) const EXEMPT: u8 = 2;

/// Settings in the bytes of a compiled playbook.
///
/// ```
/// use parvis::consent::settings::{Settings, Slot};
/// use parvis::consent::stored::StoredSettings;
/// let settings = StoredSettings::open(&[]).unwrap();
/// assert_eq!(settings.slot("cc_cookie"), Some(Slot::Vanilla));
/// assert!(StoredSettings::open(b"\x01").is_none());
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct StoredSettings<'a> {
    flags: u8,
    vendor: u16,
    revision: u32,
    names: &'a [u8],
    map: &'a [u8],
    regimes: &'a [u8],
    policy: &'a str,
    countries: &'a [u8],
    statement: &'a [u8],
}

impl<'a> StoredSettings<'a> {
    /// Opens a section; `None` if it is cut off or of another version.
    pub fn open(bytes: &'a [u8]) -> Option<StoredSettings<'a>> {
        if bytes.is_empty() {
            return Some(StoredSettings::default());
        }
        let mut rest = bytes;
        let [version, flags] = chunk(&mut rest)?;
        (version == VERSION).then_some(())?;
        let vendor = u16::from_le_bytes(chunk(&mut rest)?);
        let revision = u32::from_le_bytes(chunk(&mut rest)?);
        let mut lengths = [0usize; 6];
        for length in &mut lengths {
            *length = usize::from(u16::from_le_bytes(chunk(&mut rest)?));
        }
        let [names, map, regimes, policy, countries, statement] = lengths;
        let settings = StoredSettings {
            flags,
            vendor,
            revision,
            names: split(&mut rest, names)?,
            map: split(&mut rest, map)?,
            regimes: split(&mut rest, regimes)?,
            policy: core::str::from_utf8(split(&mut rest, policy)?).ok()?,
            countries: split(&mut rest, countries)?,
            statement: split(&mut rest, statement)?,
        };
        rest.is_empty().then_some(settings)
    }

    /// What the site states about Global Privacy Control, if anything.
    pub fn statement(&self) -> Option<Statement<'a>> {
        Statement::open(self.statement)
    }

    /// Whether `DNT: 1` counts as Global Privacy Control.
    pub const fn hears_dnt(&self) -> bool {
        self.flags & DNT_AS_GPC != 0
    }

    /// Names with their slots; an empty name only says that the defaults of its slot do not count.
    fn names(&self) -> impl Iterator<Item = (u8, &'a [u8])> {
        let mut rest = self.names;
        core::iter::from_fn(move || {
            let [slot, length] = chunk(&mut rest)?;
            Some((slot, split(&mut rest, usize::from(length))?))
        })
    }

    /// Rows of the purpose map: banner, purposes, key.
    fn rows(&self, banner: Banner) -> impl Iterator<Item = (PurposeSet, &'a [u8])> {
        let mut rest = self.map;
        core::iter::from_fn(move || {
            let [code, low, high, length] = chunk(&mut rest)?;
            let purposes = PurposeSet::from_bits(u16::from_le_bytes([low, high]));
            Some((code, purposes, split(&mut rest, usize::from(length))?))
        })
        .filter(move |(code, ..)| *code == banner.code())
        .map(|(_, purposes, key)| (purposes, key))
    }

    fn flag(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

impl Settings for StoredSettings<'_> {
    fn slot(&self, name: &str) -> Option<Slot> {
        if self.names.is_empty() {
            return Defaults.slot(name);
        }
        let own = self.names().find(|(_, own)| !own.is_empty() && *own == name.as_bytes());
        if let Some((code, _)) = own {
            return Slot::ALL.get(usize::from(code)).copied();
        }
        // What the browser itself reports does not depend on cookie names.
        let slot = Defaults.slot(name)?;
        let replaced = self.names().any(|(code, _)| code == slot as u8);
        (!replaced || name.starts_with('@')).then_some(slot)
    }

    fn entry(&self, banner: Banner, index: u32) -> Option<(&str, PurposeSet)> {
        let mut rows = self.rows(banner).peekable();
        if rows.peek().is_none() {
            return Defaults.entry(banner, index);
        }
        let (purposes, key) = rows.filter(|(_, key)| !key.is_empty()).nth(usize::try_from(index).ok()?)?;
        Some((core::str::from_utf8(key).ok()?, purposes))
    }

    fn regime(&self, country: &str, subdivision: &str) -> Regime {
        let mut best = None;
        let mut rest = self.regimes;
        while let Some([one, two, sub @ .., flags, low, high]) = chunk::<8>(&mut rest) {
            let length = sub.iter().take_while(|byte| **byte != 0).count();
            let whole = length == 0;
            let here = sub.get(..length).is_some_and(|sub| sub == subdivision.as_bytes());
            if country.as_bytes() == [one, two] && (here || (whole && best.is_none())) {
                let regime = Regime {
                    opt_in: flags & OPT_IN != 0,
                    max_age_days: u16::from_le_bytes([low, high]),
                    exempt_measurement: flags & EXEMPT != 0,
                };
                if !whole {
                    return regime;
                }
                best = Some(regime);
            }
        }
        best.unwrap_or_else(|| Defaults.regime(country, subdivision))
    }

    fn tcf(&self) -> TcfReading {
        TcfReading {
            vendor: (self.vendor != 0).then_some(self.vendor),
            fallback_to_core: self.flag(FALLBACK_TO_CORE),
        }
    }

    fn exempt_measurement(&self) -> Option<bool> {
        self.flag(MEASUREMENT_DECIDED).then(|| self.flag(MEASUREMENT_EXEMPT))
    }

    fn exempt_experimentation(&self) -> bool {
        self.flag(EXPERIMENTS_EXEMPT)
    }

    fn dnt_as_gpc(&self) -> bool {
        self.hears_dnt()
    }

    fn undisclosed_storage(&self, country: [u8; 2]) -> bool {
        self.countries.chunks_exact(2).any(|known| known == country)
    }

    fn revision(&self) -> u32 {
        self.revision
    }

    fn complianz_policy(&self) -> &str {
        self.policy
    }

    fn tarteaucitron_presumes(&self) -> bool {
        self.flag(TARTEAUCITRON_PRESUMES)
    }
}

fn chunk<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, tail) = rest.split_first_chunk()?;
    *rest = tail;
    Some(*head)
}

fn split<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    Some(head)
}

//! A site's consent settings as a compiled playbook carries them: a little-endian section, read in place.
//!
//! Total on any bytes: every read is bounds-checked, and what cannot be read is absent. An empty section is the defaults; a
//! section names only what differs from them, by slot and by banner. Layout: version, flags, vendor id (u16), revision
//! (u32), eight lengths (u16), then names, purpose map, regimes, Complianz policy, countries, statement, the codes of the banners
//! that the site uses, and the forms of those that the playbook describes (code, length and name, length (u16) and form).

use super::purpose::PurposeSet;
use super::settings::{
    DEFAULT_BEGINNINGS, DEFAULT_MAP, DEFAULT_NAMES, DEFAULT_REGIMES, DEFAULT_SHAPES, REGIME_BYTES, Regime,
    Settings, Slot, shape,
};
use super::source::Banner;
use super::statement::Statement;
use crate::base::calendar::Millis;
use crate::base::split::slice;
use crate::names::MIRROR;

/// The version of the section.
pub(crate) const VERSION: u8 = 3;
pub(crate) const FALLBACK_TO_CORE: u8 = 1;
pub(crate) const MEASUREMENT_DECIDED: u8 = 2;
pub(crate) const MEASUREMENT_EXEMPT: u8 = 4;
pub(crate) const EXPERIMENTS_EXEMPT: u8 = 8;
pub(crate) const DNT_AS_GPC: u8 = 16;
pub(crate) const TARTEAUCITRON_PRESUMES: u8 = 32;
pub(crate) const SPECIAL_PURPOSES_ONLY: u8 = 64;
/// In the place of a slot's code among the names: the name is a key of web storage, too.
pub(crate) const KEYS: u8 = 0xff;

/// Settings in the bytes of a compiled playbook.
///
/// ```
/// use parvis::consent::settings::Slot;
/// use parvis::consent::stored::StoredSettings;
/// let settings = StoredSettings::open(&[]).unwrap();
/// assert_eq!(settings.slot("cc_cookie"), Some(Slot::Vanilla));
/// assert!(StoredSettings::open(b"\x01").is_none());
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct StoredSettings<'a> {
    flags: u8,
    /// The operator's id in the Global Vendor List; 0 reads the publisher segment of TC strings.
    pub vendor: u16,
    /// The lowest revision of vanilla-cookieconsent's configuration that choices must have been made under.
    pub revision: u32,
    names: &'a [u8],
    map: &'a [u8],
    regimes: &'a [u8],
    /// The policy that Complianz must have asked under; empty for any.
    pub complianz_policy: &'a str,
    countries: &'a [u8],
    statement: &'a [u8],
    named: &'a [u8],
    forms: &'a [u8],
}

impl<'a> StoredSettings<'a> {
    /// Opens a section; `None` if it is cut off or of another version.
    pub fn open(bytes: &'a [u8]) -> Option<StoredSettings<'a>> {
        if bytes.is_empty() {
            return Some(StoredSettings::default());
        }
        let (head, mut rest) = bytes.split_first_chunk()?;
        let [VERSION, flags, v0, v1, r0, r1, r2, r3, lengths @ ..]: [u8; 24] = *head else { return None };
        let mut lengths = lengths.as_slice();
        let mut part = || split(&mut rest, usize::from(u16::from_le_bytes(*chunk(&mut lengths)?)));
        let settings = StoredSettings {
            flags,
            vendor: u16::from_le_bytes([v0, v1]),
            revision: u32::from_le_bytes([r0, r1, r2, r3]),
            names: part()?,
            map: part()?,
            regimes: part()?,
            complianz_policy: core::str::from_utf8(part()?).ok()?,
            countries: part()?,
            statement: part()?,
            named: part()?,
            forms: part()?,
        };
        rest.is_empty().then_some(settings)
    }

    /// What the site states about Global Privacy Control, if anything.
    pub fn statement(&self) -> Option<Statement<'a>> {
        Statement::open(self.statement)
    }

    /// What kind of flag is stored under the cookie or storage name `name`.
    pub fn slot(&self, name: &str) -> Option<Slot> {
        self.place(name).map(|(slot, _)| slot)
    }

    /// The same, with the key that the name is in the banner: what follows a listed beginning, or else the whole name.
    pub(super) fn place<'n>(&self, name: &'n str) -> Option<(Slot, &'n str)> {
        let mut found = rows(self.names).find_map(|row| row.named(name));
        if found.is_none() {
            // Most cookies have another length or another first letter than any flag.
            let may_be = DEFAULT_SHAPES >> shape(name.as_bytes()) & 1 == 1;
            let whole = rows(if may_be { DEFAULT_NAMES } else { &[] });
            found = whole.chain(rows(DEFAULT_BEGINNINGS)).find_map(|row| row.named(name));
            // Names of the site's own replace the defaults of their slot; an empty one only says so. What the browser itself
            // reports does not depend on cookie names.
            let code = found.map(|(code, _)| code);
            let renamed = rows(self.names).any(|row| Some(row.code) == code);
            // A denial is written under the usual name of the mirror where a page does not know another.
            if !name.starts_with('@') && renamed && name != MIRROR {
                return None;
            }
        }
        let (code, key) = found?;
        Some((Slot::from_code(code)?, key))
    }

    /// The key that a cookie is in the banner whose choice is spread over several.
    pub fn key<'n>(&self, name: &'n str) -> &'n str {
        self.place(name).map_or("", |(_, key)| key)
    }

    /// The form by which what a slot holds is read, where it is read by one.
    pub fn form_of(&self, slot: Slot) -> Option<&'a str> {
        super::collect::form(slot, self).map(|form| form.0)
    }

    /// Whether what the banner grants counts: the playbook names it, or it names none.
    pub fn uses(&self, banner: Banner) -> bool {
        self.named.is_empty() || self.named.contains(&banner.code())
    }

    /// The banners that the playbook describes, each with its name there and with its form.
    pub(super) fn described(&self) -> impl Iterator<Item = (u8, &'a str, &'a str)> {
        let mut rest = self.forms;
        core::iter::from_fn(move || {
            let [code] = *chunk(&mut rest)?;
            let name = core::str::from_utf8(text(&mut rest)?).ok()?;
            let length = usize::from(u16::from_le_bytes(*chunk(&mut rest)?));
            Some((code, name, core::str::from_utf8(split(&mut rest, length)?).ok()?))
        })
    }

    /// The keys of web storage in which banners keep a choice that the playbook describes.
    pub fn stored_keys(&self) -> impl Iterator<Item = &'a str> {
        let keys = rows(self.names).filter(|row| row.code == KEYS);
        keys.filter_map(|row| core::str::from_utf8(row.name).ok())
    }

    /// The form of a banner that the playbook describes; empty where there is none.
    pub(super) fn form(&self, banner: Banner) -> &'a str {
        let mut forms = self.described().filter(|(code, ..)| *code == banner.code());
        forms.next().map_or("", |(.., form)| form)
    }

    /// The name of a banner that the playbook describes.
    pub fn own_name(&self, banner: Banner) -> Option<&'a str> {
        let mut own = self.described().filter(|(code, ..)| *code == banner.code());
        own.next().map(|(_, name, _)| name)
    }

    /// The name of a banner in this playbook: its own, where the playbook describes it.
    pub fn name_of(&self, banner: Banner) -> &'a str {
        self.own_name(banner).unwrap_or(banner.name())
    }

    /// The cookie names of a kind of flag: those of the site where it has any, else the defaults. What Parvis writes itself, it
    /// writes under the first.
    ///
    /// ```
    /// use parvis::consent::settings::Slot;
    /// use parvis::consent::stored::StoredSettings;
    /// assert!(StoredSettings::default().names(Slot::Gpp).eq(["gpp", "OTGPPConsent"]));
    /// ```
    pub fn names(&self, slot: Slot) -> impl Iterator<Item = &'a str> {
        let settings = *self;
        let code = slot as u8;
        let own = rows(self.names).any(|row| row.code == code);
        let defaults = [DEFAULT_NAMES, DEFAULT_BEGINNINGS];
        let [first, second] = if own { [self.names, &[]] } else { defaults };
        rows(first)
            .chain(rows(second))
            .filter_map(move |row| {
                let name = core::str::from_utf8(row.name).ok()?;
                // A name is listed here only if it is also read as this kind of flag.
                (row.code == code && settings.slot(name) == Some(slot)).then_some(name)
            })
            .filter(|name| !name.starts_with('@'))
    }

    /// The names of cookies that the site gives flags itself; one that ends in `*` or `#` is the beginning of a name.
    pub fn own_names(&self) -> impl Iterator<Item = &'a str> {
        let cookies = rows(self.names).filter(|row| row.code != KEYS);
        cookies.filter_map(|row| core::str::from_utf8(row.name).ok()).filter(|name| !name.is_empty())
    }

    /// Whether the site maps the banner's keys itself.
    pub fn maps(&self, banner: Banner) -> bool {
        !Entries::first(self.map, banner).rest.is_empty()
    }

    /// The entries of a banner's purpose map: each key it uses with the purposes that stands for.
    pub fn entries(&self, banner: Banner) -> Entries<'a> {
        let own = Entries::first(self.map, banner);
        // What a site calls its own purposes has no default.
        if !own.rest.is_empty() || banner == Banner::TcfCustom {
            own
        } else {
            Entries::first(DEFAULT_MAP, banner)
        }
    }

    /// The regime of a region at a time. Without a time no row that holds from some day on makes anything looser.
    pub fn regime(&self, country: &str, subdivision: &str, now: Option<Millis>) -> Regime {
        let mut regime = Regime::CAUTIOUS;
        // Later rows are more to the point: the defaults, the site's own, and in each a subdivision after its country.
        for rows in [DEFAULT_REGIMES, self.regimes] {
            for whole in [true, false] {
                let mut rest = rows;
                while let Some([one, two, s0, s1, s2, row @ ..]) = chunk::<REGIME_BYTES>(&mut rest) {
                    let sub = [*s0, *s1, *s2];
                    let length = sub.iter().position(|byte| *byte == 0).unwrap_or(sub.len());
                    let region = if whole { "" } else { subdivision };
                    let here = sub.get(..length) == Some(region.as_bytes());
                    let (mut row, from) = Regime::read(*row);
                    let holds = now.is_none_or(|now| now.days() >= i64::from(from));
                    if here && holds && country.as_bytes() == [*one, *two] {
                        if now.is_none() && from > 0 {
                            row.opt_in |= regime.opt_in;
                            row.exempt_measurement &= regime.exempt_measurement;
                            row.max_age_days = row.max_age_days.min(regime.max_age_days);
                        }
                        // What visitors are owed by law is not taken back by a row that does not mention it.
                        row.contextual_objection |= regime.contextual_objection;
                        row.shows_opt_out |= regime.shows_opt_out;
                        regime = row;
                    }
                }
            }
        }
        regime
    }

    const fn flag(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Whether the core's purposes count where the publisher segment of a TC string is missing.
    pub const fn fallback_to_core(&self) -> bool {
        self.flag(FALLBACK_TO_CORE)
    }

    /// Whether the operator's vendor has special purposes only, so that its cleared bits in a TC string are no objection.
    pub const fn special_purposes_only(&self) -> bool {
        self.flag(SPECIAL_PURPOSES_ONLY)
    }

    /// Whether counting is exempt from consent, where the site decides it against the regime's own answer.
    pub const fn exempt_measurement(&self) -> Option<bool> {
        if self.flag(MEASUREMENT_DECIDED) { Some(self.flag(MEASUREMENT_EXEMPT)) } else { None }
    }

    /// The same settings, with it decided that counting is exempt from consent, or is not.
    #[must_use]
    pub const fn deciding_measurement(mut self, exempt: bool) -> StoredSettings<'a> {
        let bit = if exempt { MEASUREMENT_EXEMPT } else { 0 };
        self.flags = (self.flags & !MEASUREMENT_EXEMPT) | MEASUREMENT_DECIDED | bit;
        self
    }

    /// Whether experiments are exempt from consent in opt-in regions.
    pub const fn exempt_experimentation(&self) -> bool {
        self.flag(EXPERIMENTS_EXEMPT)
    }

    /// Whether `DNT: 1` counts as Global Privacy Control.
    pub const fn dnt_as_gpc(&self) -> bool {
        self.flag(DNT_AS_GPC)
    }

    /// Whether tarteaucitron writes `true` without a click (its `serviceDefaultState`), so that only refusals count.
    pub const fn tarteaucitron_presumes(&self) -> bool {
        self.flag(TARTEAUCITRON_PRESUMES)
    }

    /// Whether a TC string that did not disclose purpose 1 in `country` (two letters) allows device storage all the same.
    pub fn undisclosed_storage(&self, country: [u8; 2]) -> bool {
        self.countries.chunks_exact(2).any(|known| known == country)
    }
}

impl Settings for StoredSettings<'_> {
    fn stored(&self) -> StoredSettings<'_> {
        *self
    }
}

/// The entries of one banner; see [`StoredSettings::entries`].
#[derive(Clone, Copy, Debug)]
pub struct Entries<'a> {
    /// From the next row of the banner on, whose rows stand together; empty if it has none.
    rest: &'a [u8],
    banner: u8,
}

impl<'a> Entries<'a> {
    /// The entries of a banner in a whole map.
    fn first(map: &'a [u8], banner: Banner) -> Entries<'a> {
        let banner = banner.code();
        let mut rest = map;
        while let Some([code, _, _, length]) = rest.first_chunk() {
            if *code == banner {
                return Entries { rest, banner };
            }
            rest = rest.get(4 + usize::from(*length)..).unwrap_or_default();
        }
        Entries { rest: &[], banner }
    }

    /// The next row of the banner; an empty key only says that its defaults do not count.
    #[cfg_attr(target_family = "wasm", inline(never))]
    fn row(&mut self) -> Option<(&'a str, PurposeSet)> {
        let [code, low, high] = *chunk(&mut self.rest)?;
        if code != self.banner {
            return None;
        }
        let key = core::str::from_utf8(text(&mut self.rest)?).ok()?;
        Some((key, PurposeSet::from_bits(u16::from_le_bytes([low, high]))))
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = (&'a str, PurposeSet);

    fn next(&mut self) -> Option<(&'a str, PurposeSet)> {
        let row = self.row()?;
        if row.0.is_empty() { self.row() } else { Some(row) }
    }
}

/// A name with its slot.
struct Row<'a> {
    code: u8,
    name: &'a [u8],
}

impl Row<'_> {
    /// The slot, if this is the row of `name`, which is not empty, and the key that the name is in its banner.
    ///
    /// A row that ends in `*` is about all names that begin so, one that ends in `#` about those that end in letters and digits.
    fn named<'n>(&self, name: &'n str) -> Option<(u8, &'n str)> {
        // Every cookie is compared with every row, and few begin alike.
        let first = self.name.first();
        if first != name.as_bytes().first() && !matches!(first, Some(b'*' | b'#')) {
            return None;
        }
        let mut key = name;
        if let [begin @ .., ending @ (b'*' | b'#')] = self.name {
            key = slice(name, begin.len(), name.len());
            let plain = *ending == b'*' || key.bytes().all(|byte| byte.is_ascii_alphanumeric());
            if !plain || !name.as_bytes().starts_with(begin) {
                return None;
            }
        } else if self.name != name.as_bytes() {
            return None;
        }
        (!key.is_empty()).then_some((self.code, key))
    }
}

fn rows<'a>(mut rest: &'a [u8]) -> impl Iterator<Item = Row<'a>> {
    core::iter::from_fn(move || {
        let [code] = *chunk(&mut rest)?;
        Some(Row { code, name: text(&mut rest)? })
    })
}

/// A text behind its length.
fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let [length] = *chunk(rest)?;
    split(rest, usize::from(length))
}

fn chunk<'a, const N: usize>(rest: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (head, tail) = rest.split_first_chunk()?;
    *rest = tail;
    Some(head)
}

fn split<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    Some(head)
}

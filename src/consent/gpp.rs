//! GPP strings: the header, sections by position, and the US sections by one table of layouts.
//!
//! Promises: total, no allocation, unknown sections skipped. A US section that is present and cannot be read denies sale and
//! profile, for it may hide an opt-out (facts/consent.md §2 and §8.4).

use super::bits::Bits;
use super::purpose::Purpose;
use super::text::{pair, parts, trim};
use super::vote::{Answer, Vote};
use crate::reason::Reason;

/// Sections one string may have.
const SECTIONS: usize = 64;

/// A GPP string whose header names exactly the sections that follow it.
#[derive(Clone, Copy, Debug)]
pub struct Gpp<'a> {
    ids: SectionIds<'a>,
    sections: &'a str,
}

/// Reads the header and counts the sections.
///
/// ```
/// use parvis::consent::gpp::parse;
/// let gpp = parse("DBACNY~CQraFkA.I~1YNN").unwrap();
/// assert!(gpp.sections().eq([(2, "CQraFkA.I"), (6, "1YNN")]));
/// assert!(parse("DBABM~C~C").is_none());
/// ```
pub fn parse(text: &str) -> Option<Gpp<'_>> {
    let (header, sections) = pair(text, b'~')?;
    let mut bits = Bits::new(header)?;
    (bits.take(6)? == 3 && bits.take(6)? == 1).then_some(())?;
    let left = bits.small(12)?;
    let ids = SectionIds { bits, left, last: 0, run: 0, broken: false };
    let mut walked = ids;
    let count = walked.by_ref().take(SECTIONS + 1).count();
    let whole = !walked.broken && count <= SECTIONS && count == parts(sections, b'~').count();
    (whole && parts(sections, b'~').all(|section| !trim(section, b" ").is_empty()))
        .then_some(Gpp { ids, sections })
}

impl<'a> Gpp<'a> {
    /// The ids of the sections with their text, in order; ids the engine does not know included.
    pub fn sections(self) -> impl Iterator<Item = (u32, &'a str)> {
        self.ids.zip(parts(self.sections, b'~'))
    }

    /// Whether a section of US law is there.
    pub fn has_us(self) -> bool {
        self.ids.into_iter().any(|id| matches!(id, 6..=27))
    }
}

/// Section ids of a header: numbers and groups, each as the distance from the one before, in Fibonacci coding.
#[derive(Clone, Copy, Debug)]
struct SectionIds<'a> {
    bits: Bits<'a>,
    left: u16,
    last: u32,
    run: u32,
    broken: bool,
}

impl Iterator for SectionIds<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if self.run > 0 {
            self.run -= 1;
        } else {
            self.left = self.left.checked_sub(1)?;
            let step = self.step();
            self.broken = step.is_none();
            let (distance, run) = step?;
            self.last = self.last.saturating_add(distance - 1);
            self.run = run;
        }
        self.last = self.last.saturating_add(1);
        Some(self.last)
    }
}

impl SectionIds<'_> {
    fn step(&mut self) -> Option<(u32, u32)> {
        let group = self.bits.bit()?;
        let distance = self.bits.fibonacci()?;
        Some((distance, if group { self.bits.fibonacci()? } else { 0 }))
    }
}

macro_rules! fields {
    ($($variant:ident,)*) => {
        /// A field of a US section; all but the version have two bits.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Field { $(#[doc = concat!("`", stringify!($variant), "`")] $variant),* }

        impl Field {
            /// The name that the specification uses.
            pub const fn name(self) -> &'static str {
                match self { $(Field::$variant => stringify!($variant)),* }
            }
        }
    };
}

fields! {
    SharingNotice,
    ProcessingNotice,
    SaleOptOutNotice,
    SharingOptOutNotice,
    TargetedAdvertisingOptOutNotice,
    SensitiveDataProcessingOptOutNotice,
    SensitiveDataOptOutNotice,
    SensitiveDataLimitUseNotice,
    SaleOptOut,
    SharingOptOut,
    TargetedAdvertisingOptOut,
    SensitiveDataProcessing,
    KnownChildSensitiveDataConsents,
    PersonalDataConsents,
    AdditionalDataProcessingConsent,
    MspaCoveredTransaction,
    MspaOptOutOptionMode,
    MspaServiceProviderMode,
    MspaMode,
}

/// Fields and how many entries each has.
type Fields = &'static [(Field, u8)];

/// The layout of a US section.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// The section's id.
    pub id: u8,
    /// The section's name.
    pub name: &'static str,
    /// The fields behind the version.
    fields: Fields,
    /// The entry of sensitive data that is precise location, from 1; 0 for none.
    geo: u8,
    /// Whether sensitive data in 2 means "did not opt out" and not "agreed".
    sensitive_by_opt_out: bool,
    /// Whether a dotted segment may carry Global Privacy Control.
    gpc: bool,
    /// Whether this is a section of 2025, which may begin with a header and keeps sensitive data in its own segment.
    newer: bool,
}

macro_rules! layout {
    ($($field:ident $(* $count:literal)?),* $(,)?) => { &[$((Field::$field, 1 $(* $count)?)),*] };
}

/// Sharing or processing notice, both opt-outs with notices, sensitive data, children, the agreement's three fields.
macro_rules! state {
    ($notice:ident, $sensitive:literal, $child:literal) => {
        layout![
            $notice,
            SaleOptOutNotice,
            TargetedAdvertisingOptOutNotice,
            SaleOptOut,
            TargetedAdvertisingOptOut,
            SensitiveDataProcessing * $sensitive,
            KnownChildSensitiveDataConsents * $child,
            MspaCoveredTransaction,
            MspaOptOutOptionMode,
            MspaServiceProviderMode
        ]
    };
    ($notice:ident, $sensitive:literal, $child:literal, more) => {
        layout![
            $notice,
            SaleOptOutNotice,
            TargetedAdvertisingOptOutNotice,
            SaleOptOut,
            TargetedAdvertisingOptOut,
            SensitiveDataProcessing * $sensitive,
            KnownChildSensitiveDataConsents * $child,
            AdditionalDataProcessingConsent,
            MspaCoveredTransaction,
            MspaOptOutOptionMode,
            MspaServiceProviderMode
        ]
    };
    ($notice:ident, $extra:ident) => {
        layout![
            $notice,
            SaleOptOutNotice,
            TargetedAdvertisingOptOutNotice,
            $extra,
            SaleOptOut,
            TargetedAdvertisingOptOut,
            SensitiveDataProcessing * 8,
            KnownChildSensitiveDataConsents,
            MspaCoveredTransaction,
            MspaOptOutOptionMode,
            MspaServiceProviderMode
        ]
    };
}

macro_rules! national {
    ($sensitive:literal, $child:literal) => {
        layout![
            SharingNotice,
            SaleOptOutNotice,
            SharingOptOutNotice,
            TargetedAdvertisingOptOutNotice,
            SensitiveDataProcessingOptOutNotice,
            SensitiveDataLimitUseNotice,
            SaleOptOut,
            SharingOptOut,
            TargetedAdvertisingOptOut,
            SensitiveDataProcessing * $sensitive,
            KnownChildSensitiveDataConsents * $child,
            PersonalDataConsents,
            MspaCoveredTransaction,
            MspaOptOutOptionMode,
            MspaServiceProviderMode
        ]
    };
}

const NATIONAL_1: Fields = national!(12, 2);
const NATIONAL_2: Fields = national!(16, 3);
/// Bits of the longer national core; banners write its length under version 1 too, so length decides.
const NATIONAL_2_BITS: usize = 70;
const CALIFORNIA: Fields = layout![
    SaleOptOutNotice,
    SharingOptOutNotice,
    SensitiveDataLimitUseNotice,
    SaleOptOut,
    SharingOptOut,
    SensitiveDataProcessing * 9,
    KnownChildSensitiveDataConsents * 2,
    PersonalDataConsents,
    MspaCoveredTransaction,
    MspaOptOutOptionMode,
    MspaServiceProviderMode
];
const MARYLAND: Fields = layout![
    MspaCoveredTransaction,
    MspaMode,
    ProcessingNotice,
    SaleOptOutNotice,
    TargetedAdvertisingOptOutNotice,
    SaleOptOut,
    TargetedAdvertisingOptOut,
    AdditionalDataProcessingConsent
];
const INDIANA: Fields = layout![
    MspaCoveredTransaction,
    MspaMode,
    ProcessingNotice,
    SaleOptOutNotice,
    TargetedAdvertisingOptOutNotice,
    SaleOptOut,
    TargetedAdvertisingOptOut,
    KnownChildSensitiveDataConsents,
    AdditionalDataProcessingConsent
];
/// The segment of the sections of 2025 that holds sensitive data.
const SENSITIVE: Fields = layout![SensitiveDataProcessing * 8];

const fn section(id: u8, name: &'static str, fields: Fields, geo: u8, gpc: bool) -> Layout {
    let sensitive_by_opt_out = matches!(id, 8 | 11 | 18);
    Layout { id, name, fields, geo, sensitive_by_opt_out, gpc, newer: id >= 24 }
}

/// Sections 7 to 27 in order (facts/consent.md §2.3).
const LAYOUTS: [Layout; 21] = [
    section(7, "usnat", NATIONAL_2, 8, true),
    section(8, "usca", CALIFORNIA, 3, true),
    section(9, "usva", state!(SharingNotice, 8, 1), 8, false),
    section(10, "usco", state!(SharingNotice, 7, 1), 0, true),
    section(11, "usut", state!(SharingNotice, SensitiveDataProcessingOptOutNotice), 8, false),
    section(12, "usct", state!(SharingNotice, 8, 3), 8, true),
    section(13, "usfl", state!(ProcessingNotice, 8, 3, more), 8, false),
    section(14, "usmt", state!(SharingNotice, 8, 3, more), 8, true),
    section(15, "usor", state!(ProcessingNotice, 11, 3, more), 11, true),
    section(16, "ustx", state!(ProcessingNotice, 8, 1, more), 8, true),
    section(17, "usde", state!(ProcessingNotice, 9, 5, more), 8, true),
    section(18, "usia", state!(ProcessingNotice, SensitiveDataOptOutNotice), 8, true),
    section(19, "usne", state!(ProcessingNotice, 8, 1, more), 8, true),
    section(20, "usnh", state!(ProcessingNotice, 8, 3, more), 8, true),
    section(21, "usnj", state!(ProcessingNotice, 10, 5, more), 8, true),
    section(22, "ustn", state!(ProcessingNotice, 8, 1, more), 8, true),
    section(23, "usmn", state!(ProcessingNotice, 8, 1, more), 8, true),
    section(24, "usmd", MARYLAND, 0, true),
    section(25, "usin", INDIANA, 8, false),
    section(26, "usky", INDIANA, 8, false),
    section(27, "usri", INDIANA, 8, false),
];

/// The layout of section `id`, if it is a US section in bits (7 to 27).
pub fn layout(id: u32) -> Option<&'static Layout> {
    LAYOUTS.get(usize::try_from(id.checked_sub(7)?).ok()?)
}

/// A US section, ready to be read field by field.
#[derive(Clone, Copy, Debug)]
pub struct UsSection<'a> {
    /// The section's layout.
    pub layout: &'static Layout,
    /// The version of the section, or of the agreement in sections of 2025.
    pub version: u8,
    core: Bits<'a>,
    fields: Fields,
    sensitive: Option<Bits<'a>>,
    /// Global Privacy Control of the dotted segment; `None` when there is none.
    pub gpc: Option<bool>,
}

/// Opens US section `id`; `None` if it cannot be read at all.
///
/// ```
/// use parvis::consent::gpp::{Field, us_section};
/// let section = us_section(7, "CVQVAAAAAACA.YA").unwrap();
/// assert!(section.values().any(|(field, _, value)| field == Field::SaleOptOut && value == 1));
/// assert_eq!(section.gpc, Some(true));
/// ```
pub fn us_section(id: u32, text: &str) -> Option<UsSection<'_>> {
    let layout = layout(id)?;
    let mut segments = parts(text, b'.');
    let mut first = Bits::new(segments.next()?)?;
    let mut lead = first.small(6)?;
    if layout.newer && lead == u16::from(layout.id) {
        first = Bits::new(segments.next()?)?;
        lead = first.small(6)?;
    }
    let known = lead == 1 || (lead == 2 && layout.id == 7);
    known.then_some(())?;
    let shorter = layout.id == 7 && first.left() + 6 < NATIONAL_2_BITS;
    let mut section = UsSection {
        layout,
        version: u8::try_from(lead).ok()?,
        core: first,
        fields: if shorter { NATIONAL_1 } else { layout.fields },
        sensitive: None,
        gpc: None,
    };
    for segment in segments.take(4) {
        let mut bits = Bits::new(segment)?;
        if layout.newer && !layout.gpc {
            section.sensitive.is_none().then_some(())?;
            section.sensitive = Some(bits);
        } else if bits.take(2)? == 1 {
            // Also where the section has no such segment: honoring it is the safe side.
            section.gpc = Some(section.gpc == Some(true) || bits.bit()?);
        }
    }
    Some(section)
}

impl UsSection<'_> {
    /// Every entry with its field and its number from 1, in order; ends early where the text does.
    pub fn values(&self) -> Values<'_> {
        Values { fields: self.fields, bits: self.core, number: 0, behind: self.sensitive }
    }

    /// How many entries the field has, for a view that tells lists from numbers.
    pub fn count(&self, field: Field) -> u8 {
        let find = |fields: Fields| fields.iter().find(|(known, _)| *known == field).map(|(_, count)| *count);
        find(self.fields).or_else(|| find(SENSITIVE)).unwrap_or(0)
    }

    /// What the section says (facts/consent.md §8.3). "Did not opt out" counts only where notice was given.
    pub(super) fn answer(&self) -> Answer {
        // One bit a notice or opt-out: sale, sharing, targeted advertising.
        let (mut noticed, mut out, mut stays) = (0u8, 0u8, 0u8);
        let (mut denied_profile, mut child, mut geo) = (self.gpc == Some(true), false, 0u8);
        let mut opt_out = |bit: u8, value: u8| match value {
            0 => {}
            2 => stays |= bit,
            _ => out |= bit,
        };
        let mut read = 0usize;
        for (field, number, value) in self.values() {
            read += 1;
            let given = value == 1;
            match field {
                Field::SaleOptOutNotice if given => noticed |= 1,
                Field::SharingOptOutNotice if given => noticed |= 2,
                Field::TargetedAdvertisingOptOutNotice if given => noticed |= 4,
                Field::SaleOptOut => opt_out(1, value),
                Field::SharingOptOut => opt_out(2, value),
                Field::TargetedAdvertisingOptOut => opt_out(4, value),
                Field::SensitiveDataProcessing if number == self.layout.geo => geo = value,
                Field::KnownChildSensitiveDataConsents => child |= value != 0,
                Field::PersonalDataConsents | Field::AdditionalDataProcessingConsent => {
                    denied_profile |= matches!(value, 1 | 3);
                }
                _ => {}
            }
        }
        let entries = |fields: Fields| fields.iter().map(|(_, count)| usize::from(*count)).sum::<usize>();
        let behind = if self.sensitive.is_some() { entries(SENSITIVE) } else { 0 };
        let truncated = read < entries(self.fields) + behind;
        let mut vote = Vote::default();
        if out != 0 || self.gpc == Some(true) || truncated {
            vote = Vote::OPT_OUT;
        } else if stays != 0 && stays & !noticed == 0 {
            vote.say(Purpose::SaleShare, true);
        }
        if denied_profile || child {
            vote.say(Purpose::Profile, false);
        }
        if child {
            vote.say(Purpose::PersistentPersonalization, false);
        }
        match geo {
            0 => {}
            2 if !self.layout.sensitive_by_opt_out && !truncated => vote.say(Purpose::PreciseGeo, true),
            2 => {}
            _ => vote.say(Purpose::PreciseGeo, false),
        }
        let fault = truncated.then_some(Reason::Malformed);
        let silent = vote.granted.is_empty() && vote.denied.is_empty();
        Answer { fault, chosen: !truncated && !silent, vote }
    }
}

/// The entries of a US section; see [`UsSection::values`].
#[derive(Clone, Copy, Debug)]
pub struct Values<'a> {
    fields: Fields,
    bits: Bits<'a>,
    /// Entries of the first field that were read.
    number: u8,
    /// The segment of sensitive data, still to come.
    behind: Option<Bits<'a>>,
}

impl Iterator for Values<'_> {
    type Item = (Field, u8, u8);

    #[inline(never)]
    fn next(&mut self) -> Option<(Field, u8, u8)> {
        loop {
            let Some(((field, count), rest)) = self.fields.split_first() else {
                self.bits = self.behind.take()?;
                self.fields = SENSITIVE;
                continue;
            };
            if self.number < *count {
                self.number += 1;
                return Some((*field, self.number, u8::try_from(self.bits.small(2)?).ok()?));
            }
            self.number = 0;
            self.fields = rest;
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]
    use super::*;

    #[test]
    fn headers_of_the_specification() {
        for (header, ids) in [("DBABM", &[2][..]), ("DBACNY", &[2, 6]), ("DBABjw", &[5, 6])] {
            let text = std::format!("{header}{}", "~x".repeat(ids.len()));
            assert!(parse(&text).unwrap().sections().map(|(id, _)| id).eq(ids.iter().copied()), "{header}");
        }
        for text in ["", "~", "DBABM", "DBABM~", "DBABM~ ", "AAABM~x", "DBABM~x~x", "DBAB~x", "hello~world"] {
            assert!(parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn layouts_are_in_order_and_complete() {
        for (index, layout) in LAYOUTS.iter().enumerate() {
            assert_eq!(usize::from(layout.id), index + 7);
        }
    }

    #[test]
    fn both_forms_of_the_sections_of_2025() {
        let bare = us_section(25, "BhWQ.AAA").unwrap();
        let headed = us_section(25, "ZBAA.BhWQ.AAA").unwrap();
        assert!(bare.values().eq(headed.values()));
        assert!(us_section(25, "ChWQ").is_none());
        assert_eq!(us_section(24, "BVVU.YA").unwrap().gpc, Some(true));
    }
}

//! One US section of a GPP string: its segments, what it says about the purposes, and every field for who wants to see it.

use crate::base::split::parts;
use crate::consent::bits::Bits;
use crate::consent::purpose::Purpose;
use crate::consent::reading::Answer;
use crate::reason::Reason;

use super::layout::{Field, Fields, LAYOUTS, Layout, NATIONAL_1, PLACES, Places, SENSITIVE, layout};

/// The ids of US sections that are written in bits.
const IDS: core::ops::RangeInclusive<u32> = 7..=27;
/// The first of the sections of 2025, which may begin with a header.
const HEADED: u32 = 24;
/// The index of the shorter national core among the places.
const SHORTER: usize = 21;
/// Bits behind the version of the longer national core. Banners write it under version 1 too, so that length decides there; version 2
/// has no other, and one that is shorter was cut off.
const NATIONAL_2_BITS: usize = 64;

/// A US section, opened.
#[derive(Clone, Copy, Debug)]
pub struct UsSection<'a> {
    /// The section's id.
    pub id: u32,
    /// The version of the section, or of the agreement in sections of 2025.
    pub version: u16,
    core: Bits<'a>,
    places: &'static Places,
    sensitive: Option<Bits<'a>>,
    /// Global Privacy Control of the dotted segment; `None` when there is none.
    pub gpc: Option<bool>,
}

/// Opens US section `id`; `None` if it cannot be read at all.
///
/// ```
/// use parvis::consent::gpp::{layout::Field, section::us_section};
/// let section = us_section(7, "CVQVAAAAAACA.YA").unwrap();
/// assert!(section.values().any(|(field, _, value)| field == Field::SaleOptOut && value == 1));
/// assert_eq!(section.gpc, Some(true));
/// ```
pub fn us_section(id: u32, text: &str) -> Option<UsSection<'_>> {
    if !IDS.contains(&id) {
        return None;
    }
    let mut segments = parts(text, b'.');
    let mut core = Bits::new(segments.next()?);
    let mut version = core.small(6);
    if id >= HEADED && u32::from(version) == id {
        core = Bits::new(segments.next()?);
        version = core.small(6);
    }
    let shorter = id == 7 && version == 1 && core.left() < NATIONAL_2_BITS;
    let index = if shorter { SHORTER } else { usize::try_from(id - 7).ok()? };
    let places = PLACES.get(index)?;
    let mut section = UsSection { id, version, core, places, sensitive: None, gpc: None };
    let mut broken = !(version == 1 || (version == 2 && id == 7));
    for segment in segments.take(4) {
        let mut bits = Bits::new(segment);
        if places.apart {
            broken |= section.sensitive.is_some();
            section.sensitive = Some(bits);
        } else if bits.take(2) == 1 {
            // Also where the section has no such segment: honoring it is the safe side.
            section.gpc = Some(bits.bit() || section.gpc == Some(true));
        }
        broken |= bits.is_over();
    }
    (!broken).then_some(section)
}

/// What US section `id` says ([rules](crate::docs::consent#what-a-us-section-says)); returns whether it carries Global Privacy
/// Control.
///
/// "Did not opt out" counts only where notice was given. What cannot be read may hide an opt-out, and denies.
pub(in crate::consent) fn read(id: u32, text: &str, answer: &mut Answer) -> bool {
    let Some(section) = us_section(id, text) else {
        answer.fail_closed(Reason::Malformed);
        return false;
    };
    let places = section.places;
    let gpc = section.gpc == Some(true);
    let (mut out, mut stays, mut unnoticed) = (gpc, false, false);
    for (notice, opt_out) in places.notices.iter().zip(&places.opt_outs) {
        let said = section.entries(*opt_out, 1);
        out |= said & 1 == 1;
        stays |= said == 2;
        unnoticed |= said == 2 && section.entries(*notice, 1) != 1;
    }
    let truncated = section.core.left() < usize::from(places.count) * 2
        || section.sensitive.is_some_and(|bits| bits.left() < usize::from(SENSITIVE_ENTRIES) * 2);
    let children = section.entries(places.children, places.child_count);
    let child = children != 0;
    // Selling the data of a minor needs opt-in consent (Cal. Civ. Code 1798.120(c)): 1 says that there is none.
    out |= children & LOW_BITS != 0;
    // The site acts as a service provider only, and passes on nothing for anybody else's purposes.
    let serves = section.entries(places.service_provider, 1) & 1 == 1;
    let geo = section.geo();
    if truncated {
        answer.fail_closed(Reason::Malformed);
    } else if !out && stays && !unnoticed && !serves {
        answer.say(Purpose::SaleShare, true);
    }
    if out || serves {
        answer.say(Purpose::SaleShare, false);
    }
    if out || child || section.entries(places.personal, 1) & 1 == 1 {
        answer.say(Purpose::Profile, false);
    }
    if child {
        answer.say(Purpose::PersistentPersonalization, false);
    }
    // In California, Utah and Iowa 2 says "did not opt out", which is no consent.
    if geo & 1 == 1 || (geo == 2 && !truncated && !matches!(id, 8 | 11 | 18)) {
        answer.say(Purpose::PreciseGeo, geo == 2);
    }
    answer.chosen &= !truncated;
    gpc
}

/// The low bit of every entry, which has two.
const LOW_BITS: u64 = 0x5555_5555_5555_5555;
/// Entries of the segment of sensitive data.
const SENSITIVE_ENTRIES: u8 = 8;

impl<'a> UsSection<'a> {
    /// `count` entries of the core from the one at `place`, counted from 1, as one number; 0 where there are none.
    fn entries(&self, place: u8, count: u8) -> u64 {
        let Some(before) = place.checked_sub(1) else { return 0 };
        let mut bits = self.core;
        bits.skip(usize::from(before) * 2);
        bits.take(usize::from(count) * 2)
    }

    fn geo(&self) -> u64 {
        match self.sensitive {
            Some(core) => UsSection { core, ..*self }.entries(self.places.geo, 1),
            None if self.places.apart => 0,
            None => self.entries(self.places.geo, 1),
        }
    }

    /// The section's layout.
    pub fn layout(&self) -> &'static Layout {
        static FIRST: Layout = {
            let [first, ..] = LAYOUTS;
            first
        };
        layout(self.id).unwrap_or(&FIRST)
    }

    fn fields(&self) -> Fields {
        if self.id == 7 && self.core.left() < NATIONAL_2_BITS { NATIONAL_1 } else { self.layout().fields }
    }

    /// Every entry with its field and its number from 1, in order; ends early where the text does.
    pub fn values(&self) -> impl Iterator<Item = (Field, u8, u8)> + use<'a> {
        let core = named(self.fields(), self.core);
        core.chain(self.sensitive.into_iter().flat_map(|bits| named(SENSITIVE, bits)))
    }

    /// How many entries the field has, for a view that tells lists from numbers.
    pub fn count(&self, field: Field) -> u8 {
        let find = |fields: Fields| fields.iter().find(|(known, _)| *known == field).map(|(_, count)| *count);
        find(self.fields()).or_else(|| find(SENSITIVE)).unwrap_or(0)
    }
}

fn named(fields: Fields, mut bits: Bits<'_>) -> impl Iterator<Item = (Field, u8, u8)> {
    let entries = fields.iter().flat_map(|(field, count)| (1..=*count).map(move |number| (*field, number)));
    entries.map_while(move |(field, number)| {
        let value = u8::try_from(bits.take(2)).ok()?;
        (!bits.is_over()).then_some((field, number, value))
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]
    use super::*;
    use crate::consent::purpose::PurposeSet;
    use crate::consent::reading::Vote;

    #[test]
    fn both_forms_of_the_sections_of_2025() {
        let bare = us_section(25, "BhWQ.AAA").unwrap();
        let headed = us_section(25, "ZBAA.BhWQ.AAA").unwrap();
        assert!(bare.values().eq(headed.values()));
        assert!(us_section(25, "ChWQ").is_none());
        assert_eq!(us_section(24, "BVVU.YA").unwrap().gpc, Some(true));
    }

    /// The places that decide are those of the fields that a view shows: every single entry of every section is set alone.
    #[test]
    fn what_decides_is_what_is_shown() {
        for id in IDS {
            for version in if id == 7 { 1..=2u8 } else { 1..=1 } {
                for entry in 0..40 {
                    let text = single(version, entry, if id == 7 && version == 1 { 66 } else { 120 });
                    let section = us_section(id, &text).unwrap();
                    let Some((field, number, _)) = section.values().find(|(.., value)| *value == 1) else {
                        continue;
                    };
                    let mut answer = Answer::UNCHOSEN;
                    let gpc = read(id, &text, &mut answer);
                    let mut expected = PurposeSet::EMPTY;
                    let denied: &[Purpose] = match field {
                        Field::SaleOptOut | Field::SharingOptOut | Field::TargetedAdvertisingOptOut => {
                            &[Purpose::SaleShare, Purpose::Profile]
                        }
                        Field::KnownChildSensitiveDataConsents => {
                            &[Purpose::PersistentPersonalization, Purpose::Profile, Purpose::SaleShare]
                        }
                        Field::MspaServiceProviderMode => &[Purpose::SaleShare],
                        Field::PersonalDataConsents | Field::AdditionalDataProcessingConsent => {
                            &[Purpose::Profile]
                        }
                        Field::SensitiveDataProcessing if number == section.layout().geo => {
                            &[Purpose::PreciseGeo]
                        }
                        _ => &[],
                    };
                    for purpose in denied {
                        expected = expected.with(*purpose);
                    }
                    let Vote { granted, denied: vote, .. } = answer.vote;
                    assert!(granted.is_empty() && !gpc);
                    assert_eq!(vote, expected, "section {id} version {version}, {} {number}", field.name());
                }
            }
        }
    }

    /// A core of `bits` bits whose entry `entry`, from 0, is 1 and all others 0.
    fn single(version: u8, entry: usize, bits: usize) -> std::string::String {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let one = 6 + entry * 2 + 1;
        let sextets = (0..bits.div_ceil(6)).map(|index| {
            let value = if index == 0 { version } else { 0 };
            if one / 6 == index { value | 1 << (5 - one % 6) } else { value }
        });
        sextets.map(|value| char::from(*ALPHABET.get(usize::from(value)).unwrap())).collect()
    }
}

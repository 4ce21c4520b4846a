//! TCF 2.2 and 2.3 strings: every segment, read strictly, vendor sets streamed and never stored.
//!
//! Promises: total on any text, no allocation, and a truncated string never grants more than the whole one. Refuses a
//! second core, a repeated segment, reversed ranges, and characters outside the url-safe alphabet.
//! Layout: facts/consent.md §1, after the IAB's *Consent string and vendor list formats v2*.

use super::bits::Bits;
use super::purpose::Purpose;
use super::settings::{Settings, TcfReading};
use super::source::Banner;
use super::text::{number, parts};
use super::time::{DAY, days};
use super::vote::{Answer, Marks, Vote};
use crate::facts::Millis;
use crate::reason::Reason;

/// Segments a string may have.
const SEGMENTS: usize = 8;
/// Purposes that may rest on legitimate interest: 2, 7, 8, 9, 10 and 11 (facts/consent.md §1.5).
const BY_INTEREST: Ids = Ids { bits: 0b0100_0011_1110_0000_0000_0000, count: 24 };
/// Strings updated from here on must list the disclosed vendors.
const DISCLOSURE_DUE: i64 = days(2026, 3, 1) * DAY;
/// The first TCF policy version that is still valid (TCF 2.2).
const FIRST_POLICY: u16 = 4;

/// Ids 1 to `count`, each there or not, the first in the highest bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ids {
    bits: u64,
    count: u8,
}

impl Ids {
    #[inline(never)]
    fn read(bits: &mut Bits<'_>, count: u8) -> Option<Ids> {
        // At most 63 custom purposes: read in two halves, since a reader takes 48 bits at once.
        let low = count.min(32);
        let high = bits.take(usize::from(count - low))?;
        Some(Ids { bits: (high << low) | bits.take(usize::from(low))?, count })
    }

    /// Whether `id` is among them.
    #[inline(never)]
    pub fn has(self, id: u8) -> bool {
        id >= 1 && id <= self.count && self.bits >> (self.count - id) & 1 == 1
    }

    /// The ids, rising.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        (1..=self.count).filter(move |id| self.has(*id))
    }

    /// How many ids there could be.
    pub const fn count(self) -> u8 {
        self.count
    }

    fn only(self, others: Ids) -> Ids {
        Ids { bits: self.bits & others.bits, ..self }
    }
}

/// A set of vendor ids, streamed from the string as ranges.
#[derive(Clone, Copy, Debug)]
pub struct Vendors<'a> {
    bits: Bits<'a>,
    /// Entries of a range section, or bits of a bit field.
    left: u16,
    ranged: bool,
    next: u16,
}

impl<'a> Vendors<'a> {
    /// The section that begins here; leaves `bits` behind it.
    fn read(bits: &mut Bits<'a>) -> Option<Vendors<'a>> {
        let last = bits.small(16)?;
        if bits.bit()? {
            Vendors::entries(bits)
        } else {
            let section = Vendors { bits: *bits, left: last, ranged: false, next: 1 };
            bits.skip(usize::from(last))?;
            Some(section)
        }
    }

    fn entries(bits: &mut Bits<'a>) -> Option<Vendors<'a>> {
        let left = bits.small(12)?;
        let section = Vendors { bits: *bits, left, ranged: true, next: 1 };
        for _ in 0..left {
            let (start, end) = entry(bits)?;
            (start <= end).then_some(())?;
        }
        Some(section)
    }

    /// Whether the set holds `vendor`.
    pub fn contains(self, vendor: u16) -> bool {
        self.into_iter().any(|(start, end)| (start..=end).contains(&vendor))
    }
}

/// The ranges as they are written, those of a bit field joined: first and last id.
impl Iterator for Vendors<'_> {
    type Item = (u16, u16);

    fn next(&mut self) -> Option<(u16, u16)> {
        if self.ranged {
            self.left = self.left.checked_sub(1)?;
            return entry(&mut self.bits);
        }
        let mut start = None;
        while self.left > 0 {
            self.left -= 1;
            let id = self.next;
            self.next = self.next.saturating_add(1);
            match (self.bits.bit()?, start) {
                (true, None) => start = Some(id),
                (false, Some(start)) => return Some((start, id - 1)),
                _ => {}
            }
        }
        // A run that reaches the end of the field ends with the last id.
        start.map(|start| (start, self.next - 1))
    }
}

#[inline(never)]
fn entry(bits: &mut Bits<'_>) -> Option<(u16, u16)> {
    let is_range = bits.bit()?;
    let start = bits.small(16)?;
    let end = if is_range { bits.small(16)? } else { start };
    Some((start, end))
}

/// One publisher restriction.
#[derive(Clone, Copy, Debug)]
pub struct Restriction<'a> {
    /// The purpose it restricts.
    pub purpose: u8,
    /// 0 not allowed, 1 require consent, 2 require legitimate interest, 3 undefined.
    pub kind: u8,
    /// The vendors it binds; the ranges may cover ids that do not exist.
    pub vendors: Vendors<'a>,
}

/// The publisher restrictions of a string, streamed.
#[derive(Clone, Copy, Debug)]
pub struct Restrictions<'a> {
    bits: Bits<'a>,
    left: u16,
}

impl<'a> Iterator for Restrictions<'a> {
    type Item = Restriction<'a>;

    fn next(&mut self) -> Option<Restriction<'a>> {
        self.left = self.left.checked_sub(1)?;
        let purpose = u8::try_from(self.bits.small(6)?).ok()?;
        let kind = u8::try_from(self.bits.small(2)?).ok()?;
        Some(Restriction { purpose, kind, vendors: Vendors::entries(&mut self.bits)? })
    }
}

/// The publisher segment: what the visitor allowed the site itself.
#[derive(Clone, Copy, Debug)]
pub struct Publisher {
    /// Purposes consented to.
    pub consents: Ids,
    /// Purposes on legitimate interest that were not objected to; illegal ones included as written.
    pub interests: Ids,
    /// The site's own purposes that were consented to.
    pub custom_consents: Ids,
    /// The site's own purposes on legitimate interest.
    pub custom_interests: Ids,
}

/// A decoded TC string.
#[derive(Clone, Copy, Debug)]
pub struct Tcf<'a> {
    /// When it was made.
    pub created: Millis,
    /// When the visitor last chose.
    pub updated: Millis,
    /// The id of the consent banner in the IAB's list.
    pub cmp: u16,
    /// The banner's version.
    pub cmp_version: u16,
    /// The banner's screen on which the choice was made.
    pub screen: u8,
    /// The banner's language, two capital letters.
    pub language: [u8; 2],
    /// The version of the vendor list.
    pub vendor_list: u16,
    /// The TCF policy version: 4 for TCF 2.2, 5 for 2.3.
    pub policy: u16,
    /// Whether the string is for this site alone, as it must be.
    pub service_specific: bool,
    /// Whether the banner used its own wording.
    pub custom_texts: bool,
    /// Special features opted in to: 1 precise location, 2 device scanning.
    pub special_features: Ids,
    /// Purposes that vendors may use with consent.
    pub consents: Ids,
    /// Purposes that vendors may use on legitimate interest; illegal ones included as written.
    pub interests: Ids,
    /// Whether purpose 1 was not shown to the visitor.
    pub purpose_one_hidden: bool,
    /// The publisher's country, two capital letters.
    pub country: [u8; 2],
    /// Vendors consented to.
    pub vendor_consents: Vendors<'a>,
    /// Vendors on legitimate interest that were not objected to.
    pub vendor_interests: Vendors<'a>,
    /// What the publisher forbids vendors.
    pub restrictions: Restrictions<'a>,
    /// Vendors that the visitor was told of; `None` when the segment is missing.
    pub disclosed: Option<Vendors<'a>>,
    /// The publisher segment; `None` when it is missing.
    pub publisher: Option<Publisher>,
}

/// Decodes a TC string; the reason says what kind of string it is not.
///
/// ```
/// use parvis::consent::tcf::parse;
/// let string = "CQraFkAQraFkAEsACBFRB4FgAIwAAAAAAAqIAAAAAAAA.IF5wAQF5gAAA.cYAAAAAAAAAA";
/// let tcf = parse(string).unwrap();
/// assert!(tcf.publisher.unwrap().consents.has(5) && tcf.service_specific);
/// assert!(parse(&string[..50]).is_err());
/// ```
pub fn parse(text: &str) -> Result<Tcf<'_>, Reason> {
    let mut segments = parts(text, b'.');
    let mut tcf = core(segments.next().unwrap_or_default())?;
    let mut seen = 0u8;
    for (index, segment) in segments.enumerate() {
        let kind = (index < SEGMENTS).then(|| tcf.segment(segment)).flatten().ok_or(Reason::Malformed)?;
        let bit = 1 << kind;
        if seen & bit != 0 {
            return Err(Reason::Malformed);
        }
        seen |= bit;
    }
    Ok(tcf)
}

fn core(text: &str) -> Result<Tcf<'_>, Reason> {
    let mut bits = Bits::new(text).ok_or(Reason::Malformed)?;
    match bits.take(6) {
        Some(2) => fields(&mut bits).ok_or(Reason::Malformed),
        Some(_) => Err(Reason::UnsupportedVersion),
        None => Err(Reason::Malformed),
    }
}

fn fields<'a>(bits: &mut Bits<'a>) -> Option<Tcf<'a>> {
    Some(Tcf {
        created: time(bits)?,
        updated: time(bits)?,
        cmp: bits.small(12)?,
        cmp_version: bits.small(12)?,
        screen: u8::try_from(bits.small(6)?).ok()?,
        language: letters(bits)?,
        vendor_list: bits.small(12)?,
        policy: bits.small(6)?,
        service_specific: bits.bit()?,
        custom_texts: bits.bit()?,
        special_features: Ids::read(bits, 12)?,
        consents: Ids::read(bits, 24)?,
        interests: Ids::read(bits, 24)?,
        purpose_one_hidden: bits.bit()?,
        country: letters(bits)?,
        vendor_consents: Vendors::read(bits)?,
        vendor_interests: Vendors::read(bits)?,
        restrictions: restrictions(bits)?,
        disclosed: None,
        publisher: None,
    })
}

fn restrictions<'a>(bits: &mut Bits<'a>) -> Option<Restrictions<'a>> {
    let left = bits.small(12)?;
    let all = Restrictions { bits: *bits, left };
    for _ in 0..left {
        bits.skip(8)?;
        Vendors::entries(bits)?;
    }
    Some(all)
}

#[inline(never)]
fn time(bits: &mut Bits<'_>) -> Option<Millis> {
    Some(Millis(i64::try_from(bits.take(36)?).ok()? * 100))
}

#[inline(never)]
fn letters(bits: &mut Bits<'_>) -> Option<[u8; 2]> {
    let mut letter = || Some(b'A'.saturating_add(u8::try_from(bits.small(6)?).ok()?));
    Some([letter()?, letter()?])
}

impl<'a> Tcf<'a> {
    /// Reads one segment behind the core and returns its type.
    fn segment(&mut self, text: &'a str) -> Option<u8> {
        let mut bits = Bits::new(text)?;
        match bits.take(3)? {
            1 => {
                self.disclosed = Some(Vendors::read(&mut bits)?);
                Some(1)
            }
            // Allowed vendors, removed from the specification and still met, and types that are yet to be defined: never used.
            // Refusing them would make a cut string grant more than the whole one.
            kind @ (2 | 4..=7) => u8::try_from(kind).ok(),
            3 => {
                let consents = Ids::read(&mut bits, 24)?;
                let interests = Ids::read(&mut bits, 24)?;
                let custom = u8::try_from(bits.small(6)?).ok()?;
                self.publisher = Some(Publisher {
                    consents,
                    interests,
                    custom_consents: Ids::read(&mut bits, custom)?,
                    custom_interests: Ids::read(&mut bits, custom)?,
                });
                Some(3)
            }
            _ => None,
        }
    }

    /// Why the string is not in force, whatever the time is (facts/consent.md §1.7).
    pub fn invalid(&self) -> Option<Reason> {
        if !self.service_specific {
            Some(Reason::NotSiteSpecific)
        } else if self.policy < FIRST_POLICY {
            Some(Reason::PolicyOutdated)
        } else if self.disclosed.is_none() && self.updated.0 >= DISCLOSURE_DUE {
            Some(Reason::NoDisclosedVendors)
        } else {
            None
        }
    }

    /// Purposes with consent and with legitimate interest, for whom the settings name; `None` when it says nothing.
    fn bases(&self, reading: TcfReading) -> Option<(Ids, Ids)> {
        let (consents, interests) = match (reading.vendor, self.publisher) {
            (Some(vendor), _) => self.for_vendor(vendor)?,
            (None, Some(publisher)) => (publisher.consents, publisher.interests),
            (None, None) if reading.fallback_to_core => (self.consents, self.interests),
            (None, None) => return None,
        };
        Some((consents, interests.only(BY_INTEREST)))
    }

    fn for_vendor(&self, vendor: u16) -> Option<(Ids, Ids)> {
        let disclosed = self.disclosed?.contains(vendor);
        let allowed = |vendors: Vendors<'_>, ids: Ids| {
            if disclosed && vendors.contains(vendor) { ids } else { Ids { bits: 0, ..ids } }
        };
        let mut consents = allowed(self.vendor_consents, self.consents);
        let mut interests = allowed(self.vendor_interests, self.interests);
        for restriction in self.restrictions {
            if restriction.purpose < 1 || restriction.purpose > 24 || !restriction.vendors.contains(vendor) {
                continue;
            }
            let others = !(1u64 << (24 - restriction.purpose));
            if matches!(restriction.kind, 0 | 2) {
                consents.bits &= others;
            }
            if matches!(restriction.kind, 0 | 1) {
                interests.bits &= others;
            }
        }
        Some((consents, interests))
    }

    /// What the string says about the purposes (facts/consent.md §8.3).
    pub(super) fn answer(&self, settings: &impl Settings) -> Answer {
        if let Some(reason) = self.invalid() {
            return Answer::fault(reason);
        }
        let Some((c, l)) = self.bases(settings.tcf()) else {
            return Answer::fault(Reason::NoPublisherSegment);
        };
        let mut vote = match self.publisher {
            Some(publisher) if settings.tcf().vendor.is_none() => custom(&publisher, settings),
            _ => Vote::default(),
        };
        let storage = c.has(1) || (self.purpose_one_hidden && settings.undisclosed_storage(self.country));
        let profile = c.has(5) && c.has(6);
        let visit = storage && (c.has(11) || profile);
        let by_interest = storage && l.has(11);
        vote.say(Purpose::DeviceStorage, storage);
        vote.say(Purpose::SessionPersonalization, visit || by_interest);
        vote.say(Purpose::PersistentPersonalization, storage && profile);
        vote.say(Purpose::PreciseGeo, storage && self.special_features.has(1) && (c.has(6) || c.has(11)));
        vote.say(Purpose::Measurement, c.has(8) || l.has(8));
        vote.say(Purpose::Experimentation, storage && c.has(8));
        vote.say(Purpose::SaleShare, self.consents.has(3) && self.consents.has(4));
        if !(storage && profile) {
            vote.say(Purpose::Profile, false);
        }
        if by_interest && !visit {
            vote.interest = vote.interest.with(Purpose::SessionPersonalization);
        }
        if l.has(8) && !c.has(8) {
            vote.interest = vote.interest.with(Purpose::Measurement);
        }
        vote.granted = vote.granted.without(vote.denied);
        vote.interest = vote.interest.without(vote.denied);
        vote.decided_at = Some(self.updated);
        Answer::choice(vote)
    }
}

/// What the site's own purposes say, where the settings map their numbers.
fn custom(publisher: &Publisher, settings: &impl Settings) -> Vote {
    let mut marks = Marks::default();
    for index in 0..64 {
        let Some((key, _)) = settings.entry(Banner::TcfCustom, index) else { break };
        let Some(number) = number(key) else { continue };
        let number = u8::try_from(number).unwrap_or(0);
        if number >= 1 && number <= publisher.custom_consents.count() {
            marks.mark(settings, Banner::TcfCustom, key, publisher.custom_consents.has(number));
        }
    }
    marks.vote(settings, Banner::TcfCustom, None)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]
    use super::*;

    const ACCEPT: &str = "CQraFkAQraFkAEsACBFRB4FsAP_gAEPgAAqIF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.IF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.f_wACHwAAAAA";

    #[test]
    fn reads_every_segment() {
        let tcf = parse(ACCEPT).unwrap();
        assert_eq!((tcf.cmp, tcf.vendor_list, tcf.policy), (300, 120, 5));
        assert_eq!((&tcf.language, &tcf.country), (b"FR", b"FR"));
        assert!(tcf.vendor_consents.eq([
            (2, 2),
            (6, 6),
            (8, 8),
            (10, 16),
            (21, 21),
            (23, 23),
            (25, 25),
            (28, 28),
            (755, 755)
        ]));
        assert!(tcf.disclosed.unwrap().contains(12) && !tcf.disclosed.unwrap().contains(17));
        assert!(tcf.publisher.unwrap().interests.iter().eq([2, 7, 8, 9, 10, 11]));
    }

    #[test]
    fn a_prefix_is_refused_or_says_less() {
        let whole = parse(ACCEPT).unwrap();
        for end in 0..ACCEPT.len() {
            if let Ok(part) = parse(ACCEPT.get(..end).unwrap()) {
                assert_eq!(part.consents, whole.consents);
                assert!(part.publisher.is_none_or(|p| p.consents == whole.publisher.unwrap().consents));
            }
        }
    }

    #[test]
    fn runs_of_a_bit_field_reach_its_end() {
        // MaxVendorId 4, bit field, 1011.
        let mut bits = Bits::new("AARY").unwrap();
        let vendors = Vendors::read(&mut bits).unwrap();
        assert!(vendors.eq([(1, 1), (3, 4)]));
    }
}

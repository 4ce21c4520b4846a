//! TCF 2.2 and 2.3 strings: every segment, read strictly and in place, vendor sets streamed and never stored.
//!
//! Promises: total on any text, no allocation, and a truncated string never grants more than the whole one. Refuses a
//! second core, a repeated segment, reversed ranges, and characters outside the url-safe alphabet.
//! Layout: [here](crate::docs::consent#tcf-strings), after the IAB's *Consent string and vendor list formats v2*.

pub mod vendors;
pub(super) mod vote;

use super::bits::Bits;
use crate::base::calendar::{DAY, Millis, days};
use crate::base::split::parts;
use crate::reason::Reason;

use vendors::{Restrictions, Vendors};

/// Segments a string may have behind its core.
const SEGMENTS: usize = 8;
/// Where the fields of the core begin, in bits; the vendors follow the last of them.
mod at {
    pub(super) const CREATED: usize = 6;
    pub(super) const UPDATED: usize = 42;
    pub(super) const CMP: usize = 78;
    pub(super) const CMP_VERSION: usize = 90;
    pub(super) const SCREEN: usize = 102;
    pub(super) const LANGUAGE: usize = 108;
    pub(super) const VENDOR_LIST: usize = 120;
    pub(super) const POLICY: usize = 132;
    pub(super) const SERVICE_SPECIFIC: usize = 138;
    pub(super) const CUSTOM_TEXTS: usize = 139;
    pub(super) const SPECIAL_FEATURES: usize = 140;
    pub(super) const CONSENTS: usize = 152;
    pub(super) const INTERESTS: usize = 176;
    pub(super) const PURPOSE_ONE_HIDDEN: usize = 200;
    pub(super) const COUNTRY: usize = 201;
    pub(super) const VENDORS: usize = 213;
}
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
    fn read(bits: &mut Bits<'_>, count: u8) -> Ids {
        // At most 63 custom purposes: read in two halves, since a reader takes 58 bits at once.
        let low = count.min(32);
        let high = bits.take(usize::from(count - low));
        Ids { bits: (high << low) | bits.take(usize::from(low)), count }
    }

    /// Whether `id` is among them.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub fn has(self, id: u8) -> bool {
        id >= 1 && id <= self.count && self.bits >> (self.count - id) & 1 == 1
    }

    /// The ids, rising.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        let mut rest = self.bits.checked_shl(64 - u32::from(self.count)).unwrap_or(0);
        core::iter::from_fn(move || {
            let before = rest.leading_zeros();
            rest &= !(1u64 << 63).checked_shr(before)?;
            u8::try_from(before + 1).ok()
        })
    }

    /// How many ids there could be.
    pub const fn count(self) -> u8 {
        self.count
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

/// A TC string whose segments were all walked once; its fields are read when they are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Tcf<'a> {
    core: Bits<'a>,
    /// Vendors consented to.
    pub vendor_consents: Vendors<'a>,
    /// Vendors on legitimate interest that were not objected to.
    pub vendor_interests: Vendors<'a>,
    /// What the publisher forbids vendors.
    pub restrictions: Restrictions<'a>,
    /// Vendors that the visitor was told of; `None` when the segment is missing.
    pub disclosed: Option<Vendors<'a>>,
    publisher: Option<Bits<'a>>,
}

/// Decodes a TC string; the reason says what kind of string it is not.
///
/// ```
/// use parvis::consent::tcf::parse;
/// let string = "CQraFkAQraFkAEsACBFRB4FgAIwAAAAAAAqIAAAAAAAA.IF5wAQF5gAAA.cYAAAAAAAAAA";
/// let tcf = parse(string).unwrap();
/// assert!(tcf.publisher().unwrap().consents.has(5) && tcf.service_specific());
/// assert!(parse(&string[..50]).is_err());
/// ```
#[cfg_attr(target_family = "wasm", inline(never))]
pub fn parse(text: &str) -> Result<Tcf<'_>, Reason> {
    let mut segments = parts(text, b'.');
    let core = Bits::new(segments.next().unwrap_or_default());
    let mut bits = core;
    let version = bits.take(6);
    if !bits.is_over() && version != 2 {
        return Err(Reason::UnsupportedVersion);
    }
    bits.skip(at::VENDORS - at::CREATED);
    let mut tcf = Tcf {
        core,
        vendor_consents: Vendors::read(&mut bits),
        vendor_interests: Vendors::read(&mut bits),
        restrictions: Restrictions::read(&mut bits),
        disclosed: None,
        publisher: None,
    };
    let mut broken = bits.is_over();
    let mut seen = 1u8;
    for (index, segment) in segments.enumerate() {
        let mut bits = Bits::new(segment);
        let kind = bits.take(3);
        match kind {
            1 => tcf.disclosed = Some(Vendors::read(&mut bits)),
            3 => {
                tcf.publisher = Some(bits);
                bits.skip(48);
                let custom = bits.take(6);
                bits.skip(usize::try_from(custom * 2).unwrap_or(usize::MAX));
            }
            // Allowed vendors, removed from the specification and still met, and types that are yet to be defined: never used.
            // Refusing them would make a cut string grant more than the whole one.
            _ => {}
        }
        let bit = 1 << kind;
        // Type 0 is a second core.
        broken |= bits.is_over() || seen & bit != 0 || index >= SEGMENTS;
        seen |= bit;
    }
    if broken { Err(Reason::Malformed) } else { Ok(tcf) }
}

impl Tcf<'_> {
    fn field(&self, at: usize, count: usize) -> u64 {
        self.core.from(at).take(count)
    }

    fn small(&self, at: usize, count: usize) -> u16 {
        self.core.from(at).small(count)
    }

    fn time(&self, at: usize) -> Millis {
        Millis(i64::try_from(self.field(at, 36)).unwrap_or(0) * 100)
    }

    fn letters(&self, at: usize) -> [u8; 2] {
        [at, at + 6].map(|at| b'A'.saturating_add(u8::try_from(self.field(at, 6)).unwrap_or(0)))
    }

    fn ids(&self, at: usize, count: u8) -> Ids {
        Ids::read(&mut self.core.from(at), count)
    }

    /// When it was made.
    pub fn created(&self) -> Millis {
        self.time(at::CREATED)
    }

    /// When the visitor last chose.
    pub fn updated(&self) -> Millis {
        self.time(at::UPDATED)
    }

    /// The id of the consent banner in the IAB's list.
    pub fn cmp(&self) -> u16 {
        self.small(at::CMP, 12)
    }

    /// The banner's version.
    pub fn cmp_version(&self) -> u16 {
        self.small(at::CMP_VERSION, 12)
    }

    /// The banner's screen on which the choice was made.
    pub fn screen(&self) -> u16 {
        self.small(at::SCREEN, 6)
    }

    /// The banner's language, two capital letters.
    pub fn language(&self) -> [u8; 2] {
        self.letters(at::LANGUAGE)
    }

    /// The version of the vendor list.
    pub fn vendor_list(&self) -> u16 {
        self.small(at::VENDOR_LIST, 12)
    }

    /// The TCF policy version: 4 for TCF 2.2, 5 for 2.3.
    pub fn policy(&self) -> u16 {
        self.small(at::POLICY, 6)
    }

    /// Whether the string is for this site alone, as it must be.
    pub fn service_specific(&self) -> bool {
        self.field(at::SERVICE_SPECIFIC, 1) == 1
    }

    /// Whether the banner used its own wording.
    pub fn custom_texts(&self) -> bool {
        self.field(at::CUSTOM_TEXTS, 1) == 1
    }

    /// Special features opted in to: 1 precise location, 2 device scanning.
    pub fn special_features(&self) -> Ids {
        self.ids(at::SPECIAL_FEATURES, 12)
    }

    /// Purposes that vendors may use with consent.
    pub fn consents(&self) -> Ids {
        self.ids(at::CONSENTS, 24)
    }

    /// Purposes that vendors may use on legitimate interest; illegal ones included as written.
    pub fn interests(&self) -> Ids {
        self.ids(at::INTERESTS, 24)
    }

    /// Whether purpose 1 was not shown to the visitor.
    pub fn purpose_one_hidden(&self) -> bool {
        self.field(at::PURPOSE_ONE_HIDDEN, 1) == 1
    }

    /// The publisher's country, two capital letters.
    pub fn country(&self) -> [u8; 2] {
        self.letters(at::COUNTRY)
    }

    /// The publisher segment; `None` when it is missing.
    pub fn publisher(&self) -> Option<Publisher> {
        let mut bits = self.publisher?;
        let mut ids = |count| Ids::read(&mut bits, count);
        let (consents, interests) = (ids(24), ids(24));
        let custom = u8::try_from(bits.take(6)).unwrap_or(0);
        let mut ids = |count| Ids::read(&mut bits, count);
        Some(Publisher { consents, interests, custom_consents: ids(custom), custom_interests: ids(custom) })
    }

    /// Why the string is not in force, whatever the time is ([validity](crate::docs::consent#validity)).
    pub fn invalid(&self) -> Option<Reason> {
        if !self.service_specific() {
            Some(Reason::NotSiteSpecific)
        } else if self.policy() < FIRST_POLICY {
            Some(Reason::PolicyOutdated)
        } else if self.disclosed.is_none() && self.updated().0 >= DISCLOSURE_DUE {
            Some(Reason::NoDisclosedVendors)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]
    use super::*;

    const ACCEPT: &str = "CQraFkAQraFkAEsACBFRB4FsAP_gAEPgAAqIF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.IF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.f_wACHwAAAAA";

    #[test]
    fn reads_every_segment() {
        let tcf = parse(ACCEPT).unwrap();
        assert_eq!((tcf.cmp(), tcf.vendor_list(), tcf.policy()), (300, 120, 5));
        assert_eq!((&tcf.language(), &tcf.country()), (b"FR", b"FR"));
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
        assert!(tcf.publisher().unwrap().interests.iter().eq([2, 7, 8, 9, 10, 11]));
    }

    #[test]
    fn a_prefix_is_refused_or_says_less() {
        let whole = parse(ACCEPT).unwrap();
        for end in 0..ACCEPT.len() {
            if let Ok(part) = parse(ACCEPT.get(..end).unwrap()) {
                assert_eq!(part.consents(), whole.consents());
                assert!(part.publisher().is_none_or(|p| p.consents == whole.publisher().unwrap().consents));
            }
        }
    }
}

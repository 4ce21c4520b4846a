//! GPP strings: the header, and the sections by position.
//!
//! Promises: total, no allocation, unknown sections skipped. A US section that is present and cannot be read denies sale and
//! profile, for it may hide an opt-out. Layout: [here](crate::docs::consent#gpp-strings), after the IAB's specification.

pub mod layout;
pub mod section;

use super::bits::Bits;
use crate::base::split::{pair, parts, trim};

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
#[cfg_attr(target_family = "wasm", inline(never))]
pub fn parse(text: &str) -> Option<Gpp<'_>> {
    let (header, sections) = pair(text, b'~')?;
    let mut bits = Bits::new(header);
    // Type 3 and version 1, six bits each.
    let known = bits.take(12) == 0b0000_1100_0001;
    let mut ids = SectionIds { left: bits.small(12), bits, last: 0, run: 0 };
    let gpp = Gpp { ids, sections };
    let mut whole = known;
    let mut count = 0;
    for section in parts(sections, b'~') {
        count += 1;
        whole &= ids.next().is_some() && !trim(section, b" ").is_empty();
    }
    let named_all = ids.left == 0 && ids.run == 0 && !ids.bits.is_over();
    (whole && named_all && count <= SECTIONS).then_some(gpp)
}

impl<'a> Gpp<'a> {
    /// The sections with their text, in order; ids the engine does not know included.
    pub fn sections(self) -> impl Iterator<Item = (u32, &'a str)> {
        self.ids.zip(parts(self.sections, b'~'))
    }
}

/// Section ids of a header: numbers and groups, each as the distance from the one before, in Fibonacci coding.
#[derive(Clone, Copy, Debug)]
struct SectionIds<'a> {
    bits: Bits<'a>,
    left: u16,
    last: u32,
    run: u32,
}

impl Iterator for SectionIds<'_> {
    type Item = u32;

    #[cfg_attr(target_family = "wasm", inline(never))]
    fn next(&mut self) -> Option<u32> {
        if self.run > 0 {
            self.run -= 1;
            self.last = self.last.saturating_add(1);
        } else {
            self.left = self.left.checked_sub(1)?;
            let group = self.bits.bit();
            self.last = self.last.saturating_add(self.bits.fibonacci());
            if group {
                self.run = self.bits.fibonacci();
            }
        }
        (!self.bits.is_over()).then_some(self.last)
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
}

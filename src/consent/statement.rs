//! The site's statement on Global Privacy Control: since when it honors the signal, and whom it tells so.
//!
//! The playbook makes it (`consent.gpc`); without it nothing is stated. `/.well-known/gpc.json` carries the day. Where the
//! law asks for a display (11 CCR 7025(c)(6) and 7026(g), in California since 2026), a response header says what became of the
//! visitor's own signal, or of the opt-out that is stored, so that the page can show it.

use super::purpose::{Purpose, PurposeSet};
use super::resolve::Resolution;

/// The header that tells what became of the signal, unless the playbook names another.
pub const STATUS_HEADER: &str = "gpc-status";
/// Bytes of the day, `2026-11-21`.
const DAY: usize = 10;
/// What the signal refuses (11 CCR 7025(c)(1); [the signal](crate::docs::consent#global-privacy-control)).
const REFUSED: PurposeSet = PurposeSet::EMPTY.with(Purpose::SaleShare).with(Purpose::Profile);

/// What a site states, in the bytes of a compiled playbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement<'a> {
    last_update: &'a str,
    header: &'a str,
    regions: &'a [u8],
}

/// What became of a visitor's opt-out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It was taken as an opt-out: nothing that it refuses is done.
    Processed,
    /// The visitor answered the site's own notice about it with a yes, later (7025(c)(3)).
    Overridden,
}

impl Status {
    /// The value of the header.
    pub const fn name(self) -> &'static str {
        match self {
            Status::Processed => "processed",
            Status::Overridden => "overridden",
        }
    }
}

impl<'a> Statement<'a> {
    /// Opens what [`Statement::encode`] wrote; `None` for anything else, and where nothing is stated.
    pub(crate) fn open(bytes: &'a [u8]) -> Option<Statement<'a>> {
        let (last_update, rest) = bytes.split_at_checked(DAY)?;
        let (length, rest) = rest.split_first()?;
        let (header, regions) = rest.split_at_checked(usize::from(*length))?;
        Some(Statement {
            last_update: core::str::from_utf8(last_update).ok()?,
            header: core::str::from_utf8(header).ok()?,
            regions,
        })
    }

    /// The statement as bytes: day, length of the header's name, its name, regions of five bytes.
    #[cfg(feature = "author")]
    pub(crate) fn encode(
        last_update: &str,
        header: &str,
        regions: impl Iterator<Item = [u8; 5]>,
    ) -> alloc::vec::Vec<u8> {
        let mut bytes = last_update.as_bytes().to_vec();
        bytes.push(u8::try_from(header.len()).unwrap_or(0));
        bytes.extend(header.bytes().take(255));
        bytes.extend(regions.flatten());
        bytes
    }

    /// The day on which the site last changed what it states, as `2026-11-21`.
    pub const fn last_update(&self) -> &'a str {
        self.last_update
    }

    /// The header that tells, in lower case; `None` where the site tells nobody.
    pub fn header(&self) -> Option<&'a str> {
        (!self.header.is_empty() && !self.regions.is_empty()).then_some(self.header)
    }

    /// Whether visitors of this region are told.
    pub fn tells(&self, country: &str, subdivision: &str) -> bool {
        self.header().is_some()
            && self.regions.chunks_exact(5).any(|region| {
                let (in_country, within) = region.split_at_checked(2).unwrap_or_default();
                let length = within.iter().take_while(|byte| **byte != 0).count();
                let within = within.get(..length).unwrap_or_default();
                in_country == country.as_bytes() && (within.is_empty() || within == subdivision.as_bytes())
            })
    }
}

/// What became of the visitor's signal, and of a stored opt-out where the regime wants that shown; `None` where there is none.
pub fn status(resolution: &Resolution) -> Option<Status> {
    let refused = resolution.allowed().intersection(REFUSED).is_empty();
    let stored = || resolution.regime().shows_opt_out && resolution.opted_out();
    if resolution.gpc() {
        Some(if refused { Status::Processed } else { Status::Overridden })
    } else {
        stored().then_some(Status::Processed)
    }
}

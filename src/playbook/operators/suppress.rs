//! Suppressions of a compiled playbook: kind (1), bits below (1), days (2), code of an id or a signal (4).

use crate::signal::registry::Signal;
use crate::visitor::history::Kind;

/// It is about what a signal names.
pub(crate) const OF_SIGNAL: u8 = 1;
/// The category is enough.
pub(crate) const BY_CATEGORY: u8 = 2;

/// What keeps a campaign away after something happened to what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suppress {
    /// What must have happened.
    pub kind: Kind,
    /// Whether it is enough that it happened to something of the same category.
    pub by_category: bool,
    /// For how many days.
    pub days: u16,
    /// What the campaign is about.
    pub of: Of,
}

/// What a campaign is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// What this signal names.
    Signal(Signal),
    /// What has an id with this code.
    Id(u32),
}

pub(super) fn read(body: &[u8]) -> Option<Suppress> {
    let (&[kind, flags], body) = body.split_first_chunk()?;
    let (days, body) = body.split_first_chunk()?;
    let (code, _) = body.split_first_chunk()?;
    let code = u32::from_le_bytes(*code);
    let of = if flags & OF_SIGNAL == 0 {
        Of::Id(code)
    } else {
        Of::Signal(Signal::from_code(u8::try_from(code).ok()?)?)
    };
    let by_category = flags & BY_CATEGORY != 0;
    Some(Suppress { kind: Kind::from_code(kind)?, by_category, days: u16::from_le_bytes(*days), of })
}

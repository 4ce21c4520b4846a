//! Suppression operator of a compiled playbook: kind (1), bits below (1), days (2), code of an id or a signal (4).

use crate::signal::registry::Signal;
use crate::visitor::history::Kind;

/// Flag: the subject is the value of a signal.
pub(crate) const OF_SIGNAL: u8 = 1;
/// Flag: the same category is enough.
pub(crate) const BY_CATEGORY: u8 = 2;

/// A suppression: hides a campaign after an event of its subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suppress {
    /// The kind of event.
    pub kind: Kind,
    /// Whether an event of an item of the same category is enough.
    pub by_category: bool,
    /// For how many days.
    pub days: u16,
    /// The subject of the campaign.
    pub of: Of,
}

/// The subject of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The value of this signal.
    Signal(Signal),
    /// The id with this code.
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

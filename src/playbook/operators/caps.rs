//! Caps of a compiled playbook: what is counted and where (1, bits below), key (4), times (1), days (2).

use super::{MEMORY, NOTHING};
use crate::consent::purpose::{Purpose, PurposeSet};
#[cfg(feature = "author")]
use crate::playbook::needs::Needs;

/// Visitor memory counts, not the visit.
pub(crate) const IN_MEMORY: u8 = 1;
/// Dismissals are counted, not exposures.
pub(crate) const DISMISSALS: u8 = 2;

/// How often a campaign may be seen or dismissed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// The counter: campaigns that are capped together have one key.
    pub key: u32,
    /// The times.
    pub times: u8,
    /// Days after which counting begins anew, in visitor memory; 0 for never.
    pub days: u16,
    /// Whether visitor memory counts, and not the visit.
    pub in_memory: bool,
    /// Whether dismissals are counted, and not exposures.
    pub dismissals: bool,
}

impl Cap {
    /// Whether the visit is needed: a dismissal happens in the browser, which tells an edge of it by the visit.
    const fn needs_visit(&self) -> bool {
        !self.in_memory || self.dismissals
    }

    pub(super) const fn permits(&self) -> PurposeSet {
        let purposes = if self.in_memory { MEMORY } else { NOTHING };
        if self.needs_visit() { purposes.with(Purpose::SessionPersonalization) } else { purposes }
    }

    #[cfg(feature = "author")]
    pub(super) const fn needs(&self, needs: &mut Needs) {
        needs.visit |= self.needs_visit();
        needs.memory |= self.in_memory;
    }
}

pub(super) fn read(body: &[u8]) -> Option<Cap> {
    let (&[flags], body) = body.split_first_chunk()?;
    let (key, body) = body.split_first_chunk()?;
    let (&[times], body) = body.split_first_chunk()?;
    let (days, _) = body.split_first_chunk()?;
    Some(Cap {
        key: u32::from_le_bytes(*key),
        times,
        days: u16::from_le_bytes(*days),
        in_memory: flags & IN_MEMORY != 0,
        dismissals: flags & DISMISSALS != 0,
    })
}

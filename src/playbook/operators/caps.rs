//! Frequency caps of a compiled playbook: flags (1, bits below), key (4), times (1), days (2).

use super::{MEMORY, NOTHING};
use crate::consent::purpose::{Purpose, PurposeSet};
#[cfg(feature = "author")]
use crate::playbook::needs::Needs;

/// Flag: counted in visitor memory, not in the visit.
pub(crate) const IN_MEMORY: u8 = 1;
/// Flag: dismissals are counted, not exposures.
pub(crate) const DISMISSALS: u8 = 2;

/// A frequency cap: how often a campaign may be seen or dismissed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// The key of the counter; campaigns that are capped together share it.
    pub key: u32,
    /// The maximum count.
    pub times: u8,
    /// Days after which the counter in visitor memory is reset; 0 for never.
    pub days: u16,
    /// Whether it is counted in visitor memory, not in the visit.
    pub in_memory: bool,
    /// Whether dismissals are counted, not exposures.
    pub dismissals: bool,
}

impl Cap {
    /// Whether the visit is needed: a dismissal happens in the browser, and the visit cookie carries it to an edge.
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

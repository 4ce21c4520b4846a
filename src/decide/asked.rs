//! The subject of a gate.

use crate::playbook::Playbook;
use crate::playbook::view::{Block, Campaign};

/// A campaign, or one of its variants, for which gates are checked.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) playbook: &'a Playbook,
    pub(super) block: Block<'a>,
    pub(super) campaign: &'a Campaign<'a>,
    /// The number of the variant; `None` while the campaign itself is checked.
    pub(super) variant: Option<u8>,
}

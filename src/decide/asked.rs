//! What a gate is asked about.

use crate::playbook::Playbook;
use crate::playbook::view::{Block, Campaign};

/// A campaign that may be shown, or one of its variants.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) playbook: &'a Playbook,
    pub(super) block: Block<'a>,
    pub(super) campaign: &'a Campaign<'a>,
    /// The number of the variant; `None` as long as the campaign is asked.
    pub(super) variant: Option<u8>,
}

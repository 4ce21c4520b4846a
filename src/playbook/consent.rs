//! What a visitor permits under the consent settings of a playbook.

use super::Playbook;
use crate::consent::evidence::Evidence;
use crate::consent::resolve::{Resolution, resolve};
use crate::consent::stored::StoredSettings;
use crate::facts::Facts;

/// What the visitor permits under the playbook's consent settings; damaged settings permit what is exempt.
///
/// It opens nothing else, so a host may ask it for a page that the playbook does not know.
pub fn permitted(playbook: &Playbook, facts: &Facts) -> Resolution {
    StoredSettings::open(playbook.consent_section())
        .map_or_else(Resolution::default, |settings| resolve(&Evidence::of(facts), &settings))
}

//! Consent resolution of a visitor under the settings of a playbook.

use super::Playbook;
use crate::consent::evidence::Evidence;
use crate::consent::resolve::{Resolution, resolve};
use crate::consent::stored::StoredSettings;
use crate::facts::Facts;

/// Resolves what the visitor permits under the playbook's consent settings; damaged settings permit only what is exempt.
///
/// It opens nothing else, so a host may call it for a page that is not in the playbook.
pub fn permitted(playbook: &Playbook, facts: &Facts) -> Resolution {
    StoredSettings::open(playbook.consent_section())
        .map_or_else(Resolution::default, |settings| resolve(&Evidence::of(facts), &settings))
}

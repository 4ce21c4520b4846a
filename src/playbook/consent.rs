//! Where the consent room plugs in: what it makes of the draft's `consent` object.
//!
//! Until it does, the object passes `check` as it is and compiles to an empty section, which means the defaults.

use alloc::vec::Vec;

use serde_json::Value as Json;

use super::check::Finding;

/// The section of the compiled playbook; [`super::Playbook::consent_section`] gives it back.
pub(super) fn consent_section(_consent: &Json) -> Vec<u8> {
    Vec::new()
}

/// What is wrong in the object, with JSON pointers below it.
pub(super) fn problems(_consent: &Json) -> Vec<Finding> {
    Vec::new()
}

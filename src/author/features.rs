//! Lists that a playbook declares once and campaigns refer to: preferences that visitors state, and the cookie of a login.

pub(in crate::author) mod preferences;
pub(in crate::author) mod profile;

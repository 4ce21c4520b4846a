//! Features that a playbook declares once and campaigns refer to: visitor preferences, and the profile cookie of a login.

pub(in crate::author) mod preferences;
pub(in crate::author) mod profile;

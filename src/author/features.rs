//! Lists that a playbook declares once and campaigns refer to: preferences that visitors state, the cookie of a login, parameters of
//! the address.

pub(in crate::author) mod parameters;
pub(in crate::author) mod preferences;
pub(in crate::author) mod profile;

//! What a playbook declares once and campaigns refer to: what is kept of a visitor, preferences that visitors state, the cookie of a login, parameters of the
//! address, and labels of what is sensitive.

pub(in crate::author) mod keeping;
pub(in crate::author) mod parameters;
pub(in crate::author) mod preferences;
pub(in crate::author) mod profile;
pub(in crate::author) mod sensitive;

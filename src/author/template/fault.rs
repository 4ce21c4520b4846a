//! Problems between the braces of a template, without their place.

use alloc::string::String;

/// A problem between the braces.
pub(in crate::author) struct Fault {
    pub(in crate::author) code: &'static str,
    pub(in crate::author) message: String,
    pub(in crate::author) help: String,
}

/// A problem with this code, message and help.
pub(super) fn fault(code: &'static str, message: String, help: impl Into<String>) -> Fault {
    Fault { code, message, help: help.into() }
}

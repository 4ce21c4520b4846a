//! Requests that are put aside before anything about the visitor is looked at.

use crate::facts::{Device, Facts, Method};
use crate::reason::Reason;
use crate::signal::device;

/// Why the request is put aside, if it is.
pub(crate) fn reason(facts: &Facts) -> Option<Reason> {
    if facts.method == Method::Other {
        return Some(Reason::Method);
    }
    let device = facts.device.or_else(|| device::of(&facts.user_agent));
    (device == Some(Device::Bot)).then_some(Reason::Bot)
}

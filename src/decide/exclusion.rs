//! Requests that are never personalized; checked before any cookie is parsed.

use crate::facts::{Device, Facts, Method};
use crate::reason::Reason;
use crate::signal::device;

/// The reason if the request is never personalized.
pub(crate) fn reason(facts: &Facts) -> Option<Reason> {
    if facts.method == Method::Other {
        return Some(Reason::Method);
    }
    let device = facts.device.or_else(|| device::of(&facts.user_agent));
    (device == Some(Device::Bot)).then_some(Reason::Bot)
}

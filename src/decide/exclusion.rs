//! Requests that are never personalized; checked before any cookie is parsed.

use crate::facts::{Device, Facts, Method, Viewer, robots};
use crate::reason::Reason;

/// The reason if the request is never personalized.
pub(crate) fn reason(facts: &Facts) -> Option<Reason> {
    if facts.method == Method::Other {
        return Some(Reason::Method);
    }
    // A host tells the device of a robot that poses as a phone, and the robot still names itself.
    let is_robot = facts.device == Some(Device::Bot)
        || facts.viewer == Viewer::Robot
        || robots::names_itself(&facts.user_agent);
    is_robot.then_some(Reason::Bot)
}

//! The CRM profile settings of a compiled playbook: one text, the cookie's name, the tiers and the segments with `/`
//! between.

use super::{Playbook, Section, site};
use crate::base::split::pair;
use crate::visitor::profile::{Listed, Names};

/// The profile cookie that the site's login writes, and the tiers and segments that the playbook lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile<'p> {
    /// The name of the cookie.
    pub cookie: &'p str,
    /// The listed tiers and segments.
    pub listed: Listed<'p>,
}

impl Playbook {
    /// The profile settings, if the playbook has any.
    pub fn profile(&self) -> Option<Profile<'_>> {
        let text = self.record(Section::Site, 0)?.text(site::PROFILE);
        let (cookie, names) = pair(text, b'/')?;
        let (tiers, segments) = pair(names, b'/')?;
        Some(Profile { cookie, listed: Listed { tiers: Names(tiers), segments: Names(segments) } })
    }
}

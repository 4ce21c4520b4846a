//! What a compiled playbook says of the site's profile: one text, the cookie's name, the tiers and the segments with `/` between.

use super::{Playbook, Section, site};
use crate::base::split::pair;
use crate::visitor::profile::{Listed, Names};

/// The cookie that the site's login writes, and the names in it that campaigns know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile<'p> {
    /// The name of the cookie.
    pub cookie: &'p str,
    /// The names.
    pub listed: Listed<'p>,
}

impl Playbook {
    /// The site's profile, if the playbook knows of one.
    pub fn profile(&self) -> Option<Profile<'_>> {
        let text = self.record(Section::Site, 0)?.text(site::PROFILE);
        let (cookie, names) = pair(text, b'/')?;
        let (tiers, segments) = pair(names, b'/')?;
        Some(Profile { cookie, listed: Listed { tiers: Names(tiers), segments: Names(segments) } })
    }
}

//! What a compiled playbook says of the site's profile: one text, the cookie's name, the tiers and the segments with `/` between.

use super::{Playbook, Section, site};

/// The cookie that the site's login writes, and the names in it that campaigns know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile<'p> {
    /// The name of the cookie.
    pub cookie: &'p str,
    pub(crate) tiers: &'p str,
    pub(crate) segments: &'p str,
}

impl<'p> Profile<'p> {
    /// The tiers, lowest first.
    pub fn tiers(&self) -> impl Iterator<Item = &'p str> + use<'p> {
        self.tiers.split('.').filter(|name| !name.is_empty())
    }

    /// The segments.
    pub fn segments(&self) -> impl Iterator<Item = &'p str> + use<'p> {
        self.segments.split('.').filter(|name| !name.is_empty())
    }
}

impl Playbook {
    /// The site's profile, if the playbook knows of one.
    pub fn profile(&self) -> Option<Profile<'_>> {
        let text = self.record(Section::Site, 0)?.text(site::PROFILE);
        let (cookie, names) = text.split_once('/')?;
        let (tiers, segments) = names.split_once('/')?;
        Some(Profile { cookie, tiers, segments })
    }
}

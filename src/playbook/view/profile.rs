//! What a compiled playbook says of the site's profile: one text, the cookie's name, the tiers and the segments with `/` between.

use super::{Playbook, Section, site};
use crate::consent::text::{pair, parts};

/// The cookie that the site's login writes, and the names in it that campaigns know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile<'p> {
    /// The name of the cookie.
    pub cookie: &'p str,
    /// The tiers, lowest first.
    pub tiers: Names<'p>,
    /// The segments.
    pub segments: Names<'p>,
}

/// Names with dots between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Names<'p>(pub(crate) &'p str);

impl<'p> Names<'p> {
    /// The name that is `wanted`, and its place among all, from 1; nothing for an empty one.
    pub fn find(self, wanted: &str) -> Option<(&'p str, u32)> {
        parts(self.0, b'.').zip(1..).find(|(name, _)| !name.is_empty() && *name == wanted)
    }
}

impl Playbook {
    /// The site's profile, if the playbook knows of one.
    pub fn profile(&self) -> Option<Profile<'_>> {
        let text = self.record(Section::Site, 0)?.text(site::PROFILE);
        let (cookie, names) = pair(text, b'/')?;
        let (tiers, segments) = pair(names, b'/')?;
        Some(Profile { cookie, tiers: Names(tiers), segments: Names(segments) })
    }
}

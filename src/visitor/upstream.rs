//! What the origin gets of a visitor's request: all cookies but ours, and no header that ends at the edge.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::cookie::{MEMORY, VISIT};
use crate::consent::settings::Slot;
use crate::consent::stored::StoredSettings;
use crate::names::MIRROR;

pub use crate::http::withheld::is_withheld;

/// What is cut from every request on its way to the origin, also from one that is put aside: [`crate::engine::Engine::upstream`]
/// has that of a playbook.
///
/// Headers are cut that [`is_withheld`] names. Of cookies are cut [`VISIT`], [`MEMORY`], and the bridge cookie that
/// [`crate::consent::bridge`] describes, under the names that the playbook gives it too: what a visitor chose is told to the edge
/// and to the page, and the site's own banner has its own cookies, which stay.
#[derive(Clone, Copy, Debug, Default)]
pub struct Upstream<'p> {
    settings: StoredSettings<'p>,
}

impl<'p> Upstream<'p> {
    /// What is cut under these settings of consent.
    pub const fn new(settings: StoredSettings<'p>) -> Upstream<'p> {
        Upstream { settings }
    }

    /// The value of a `Cookie` header as the origin gets it.
    ///
    /// `None` if nothing but ours was in it: such a header is left out. Whatever [`crate::http::cookies::pairs`] reads under a name of
    /// ours is cut; all other bytes stay as they are. The value is copied only where something is cut.
    ///
    /// ```
    /// use parvis::visitor::upstream::Upstream;
    /// let upstream = Upstream::default();
    /// assert_eq!(upstream.cookies(b"a=1; parvis-visit=a; b=2").as_deref(), Some(b"a=1; b=2".as_slice()));
    /// assert_eq!(upstream.cookies(b"__Host-parvis=AQE; parvis-consent=1.0.0.0.0"), None);
    /// ```
    pub fn cookies<'h>(&self, header: &'h [u8]) -> Option<Cow<'h, [u8]>> {
        let pairs = || header.split(|byte| *byte == b';');
        if !pairs().any(|pair| self.is_ours(pair)) {
            return Some(Cow::Borrowed(header));
        }
        let mut others = Vec::with_capacity(header.len());
        let mut stay = pairs().enumerate().filter(|(_, pair)| !self.is_ours(pair));
        if let Some((index, pair)) = stay.next() {
            // The space in front of a later one stood behind the semicolon of what is cut.
            others.extend_from_slice(if index > 0 { pair.trim_ascii_start() } else { pair });
        }
        for (_, pair) in stay {
            others.push(b';');
            others.extend_from_slice(pair);
        }
        let nothing = others.iter().all(|byte| *byte == b';' || byte.is_ascii_whitespace());
        (!nothing).then_some(Cow::Owned(others))
    }

    /// Whether a part of a `Cookie` header, between semicolons, is a cookie of ours.
    fn is_ours(&self, pair: &[u8]) -> bool {
        let name = pair.split(|byte| *byte == b'=').next().filter(|name| name.len() < pair.len());
        let name = name.and_then(|name| core::str::from_utf8(name).ok()).map(str::trim);
        let ours = |name: &str| OURS.contains(&name) || self.settings.slot(name) == Some(Slot::Mirror);
        name.is_some_and(ours)
    }
}

/// Cookies that are ours in every playbook.
const OURS: [&str; 3] = [VISIT, MEMORY, MIRROR];

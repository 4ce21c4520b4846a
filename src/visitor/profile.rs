//! The CRM profile of a visitor: the cookie of the site's login that the playbook names.
//!
//! The site writes and deletes it; the engine only reads it. Its value is a tier and segments separated by dots,
//! `gold.vip.lapsed`: names of letters, digits, `_` and `-`. Without a tier it begins with a dot, without segments it is
//! the tier alone, and an empty one has neither. No value needs escaping in a cookie.
//!
//! Visitors can write a cookie in their own browser, so the profile may decide what is shown and must not grant anything.
//! Only names that the playbook lists are read. A malformed value counts as absent.

use alloc::vec::Vec;

use crate::base::split::parts;
use crate::consent::permit::Permit;
use crate::consent::purpose::kind;
use crate::http::cookies::Sent;
use crate::limits;
use crate::signal::guarded::Guarded;

/// Maximum number of segments: that of any list.
const MOST: usize = limits::LIST_ELEMENTS as usize;

/// The names that the playbook lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed<'p> {
    /// The tiers, lowest first.
    pub tiers: Names<'p>,
    /// The segments.
    pub segments: Names<'p>,
}

/// Names separated by dots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Names<'p>(pub &'p str);

impl<'p> Names<'p> {
    /// The name that equals `wanted`, and its position, from 1; `None` for an empty one.
    pub fn find(self, wanted: &str) -> Option<(&'p str, u32)> {
        parts(self.0, b'.').zip(1..).find(|(name, _)| !name.is_empty() && *name == wanted)
    }
}

/// A visitor's profile, with names of the playbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile<'p> {
    /// The tier with its rank, 1 for the lowest.
    pub tier: Option<(&'p str, u32)>,
    /// The segments, each once, in the order of the cookie; the first [`limits::LIST_ELEMENTS`].
    pub segments: Vec<&'p str>,
}

impl<'p> Profile<'p> {
    /// Parses the cookie as sent; `None` if there is none, or several that differ.
    pub fn open(
        sent: Guarded<kind::Profile, Sent<'_>>,
        permit: &Permit<'_, kind::Profile>,
        listed: Listed<'p>,
    ) -> Option<Profile<'p>> {
        match sent.open(permit) {
            Sent::One(value) => Profile::parse(value, listed),
            Sent::Absent | Sent::Conflicting => None,
        }
    }

    fn parse(value: &str, listed: Listed<'p>) -> Option<Profile<'p>> {
        if value.is_empty() || value.len() > limits::PROFILE_BYTES || !value.bytes().all(is_written) {
            return None;
        }
        let mut profile = Profile { tier: None, segments: Vec::new() };
        let mut seen = 0_u64;
        for (index, name) in parts(value, b'.').enumerate() {
            if name.len() > limits::ID_BYTES || (name.is_empty() && index > 0) {
                return None;
            }
            if index == 0 {
                profile.tier = listed.tiers.find(name);
            } else if let Some((known, place)) = listed.segments.find(name) {
                let bit = 1_u64.wrapping_shl(place);
                if seen & bit == 0 && profile.segments.len() < MOST {
                    profile.segments.push(known);
                }
                seen |= bit;
            }
        }
        Some(profile)
    }
}

/// Whether `name` is valid for a tier or a segment: `[A-Za-z0-9_-]{1,64}`.
///
/// ```
/// use parvis::visitor::profile::is_name;
/// assert!(is_name("vip-2026"));
/// assert!(!is_name("a.b") && !is_name(""));
/// ```
#[cfg(feature = "author")]
pub fn is_name(name: &str) -> bool {
    (1..=limits::ID_BYTES).contains(&name.len()) && name.bytes().all(|byte| byte != b'.' && is_written(byte))
}

/// Whether the byte is valid in names and the dots between them.
const fn is_written(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::String;

    const LISTED: Listed<'static> =
        Listed { tiers: Names("silver.gold"), segments: Names("vip.lapsed.a_b-1") };

    type Known = (Option<(&'static str, u32)>, Vec<&'static str>);

    fn parse(value: &str) -> Option<Known> {
        Profile::parse(value, LISTED).map(|profile| (profile.tier, profile.segments))
    }

    #[test]
    fn names_that_the_playbook_lists_are_known() {
        assert_eq!(parse("gold.vip.lapsed"), Some((Some(("gold", 2)), Vec::from(["vip", "lapsed"]))));
        assert_eq!(parse("silver"), Some((Some(("silver", 1)), Vec::new())));
        assert_eq!(parse(".a_b-1"), Some((None, Vec::from(["a_b-1"]))));
        assert_eq!(parse("bronze.new.vip"), Some((None, Vec::from(["vip"]))), "the rest is dropped");
        assert_eq!(parse("vip.gold"), Some((None, Vec::new())), "each in its place");
        assert_eq!(parse("Gold.VIP"), Some((None, Vec::new())), "case matters");
        assert_eq!(parse("gold.vip.lapsed.vip"), parse("gold.vip.lapsed"), "each once");
        let nothing = Listed { tiers: Names(""), segments: Names("") };
        assert_eq!(
            Profile::parse(".vip", nothing),
            Some(Profile { tier: None, segments: Vec::new() }),
            "nothing is listed"
        );
    }

    #[test]
    fn what_is_not_of_the_form_is_nothing() {
        let odd = [
            "",
            ".",
            "..",
            "gold.",
            ".vip.",
            "gold..vip",
            "gold vip",
            "gold%2Evip",
            "gold,vip",
            "g\u{f6}ld",
            "\"gold\"",
            "a:b",
        ];
        for odd in odd {
            assert_eq!(parse(odd), None, "{odd}");
        }
        let names = |count| format!("gold{}", ".x".repeat(count));
        assert!(parse(&names(254)).is_some() && parse(&names(255)).is_none(), "512 bytes");
        assert!(parse(&"x".repeat(64)).is_some() && parse(&"x".repeat(65)).is_none(), "a name");
    }

    #[test]
    fn sixteen_segments_are_kept() {
        let all: Vec<String> = (0..20).map(|number| format!("s{number}")).collect();
        let joined = all.join(".");
        let listed = Listed { segments: Names(&joined), ..LISTED };
        let known = Profile::parse(&format!("gold.{joined}"), listed).map(|profile| profile.segments.len());
        assert_eq!(known, Some(16));
    }
}

//! The mirror cookie, `parvis-consent` by default: choices that only the browser can see, written down for the edge.
//!
//! Strictly necessary, first-party, at most 48 bytes, versioned, with provenance. The form is `1.<record>[~<record>]` with at
//! most one record of a choice made through Parvis itself and one of what the page's banner says. A record is
//! `<seconds since 1970>.<granted>.<denied>.<origin>[.<more>]`, all in lower-case hexadecimal. Origin 0 is Parvis itself; a
//! banner is its code plus one; any other source is its code plus 40. With origin 0, `more` is the version of the conflict
//! notice that the visitor answered, which alone may override Global Privacy Control for sale in the US (11 CCR
//! 7025(c)(3)); with any other, it is the granted purposes that rest on legitimate interest.

use super::purpose::PurposeSet;
use super::reading::Vote;
use super::source::{Banner, Source};
use crate::base::calendar::Millis;
use crate::base::split::{pair, parts};

/// Longest mirror cookie, in bytes.
pub const BYTES: usize = 48;
/// What the code of a source that is no banner is written with.
const OTHERS: u32 = 0x40;

/// A mirrored choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mirror {
    /// When the visitor chose, whole seconds.
    pub decided_at: Millis,
    /// What was granted.
    pub granted: PurposeSet,
    /// What was denied.
    pub denied: PurposeSet,
    /// Those of the granted that rest on legitimate interest, too.
    pub interest: PurposeSet,
    /// Who said it; [`Source::API`] for a choice made through Parvis itself.
    pub origin: Source,
    /// The version of the conflict notice that was answered; 0 for none, and for every origin but Parvis.
    pub notice: u16,
}

impl Mirror {
    /// What it says about the purposes.
    pub fn vote(&self) -> Vote {
        let granted = self.granted.without(self.denied);
        let interest = self.interest.intersection(granted);
        Vote { granted, denied: self.denied, interest, decided_at: Some(self.decided_at) }
    }

    /// Whether it answers a conflict notice, and so may override Global Privacy Control.
    pub fn is_override(&self) -> bool {
        self.origin == Source::API && self.notice > 0
    }

    /// One record in place of two of the same kind that were stored apart, as under an old and a new name of the cookie.
    ///
    /// A stored no wins: both records' denials stay. Grants are those of the newer record, so that none lasts longer than it was
    /// given for. A record of a TC string stays one, because it makes an opt-out region opt-in.
    #[must_use]
    pub fn joined(self, other: Mirror) -> Mirror {
        let (newer, older) = if self.decided_at >= other.decided_at { (self, other) } else { (other, self) };
        let denied = newer.denied.union(older.denied);
        Mirror {
            granted: newer.granted.without(denied),
            denied,
            interest: newer.interest.without(denied),
            origin: if older.origin.is_tcf() { older.origin } else { newer.origin },
            ..newer
        }
    }

    fn parse(text: &str) -> Option<Mirror> {
        let mut values = [0; 5];
        let mut count = 0;
        for field in parts(text, b'.') {
            *values.get_mut(count)? = hexadecimal(field)?;
            count += 1;
        }
        let [seconds, granted, denied, origin, more] = values;
        let origin = match origin {
            0 => Source::API,
            code if code < OTHERS => Source::banner(*Banner::ALL.get(usize::try_from(code - 1).ok()?)?),
            code => Source::other(u8::try_from(code - OTHERS).ok()?)?,
        };
        let small = |value: u32| u16::try_from(value).ok();
        let more = small(more)?;
        let own = origin == Source::API;
        (count >= 4).then_some(Mirror {
            decided_at: Millis(i64::from(seconds) * 1000),
            granted: PurposeSet::from_bits(small(granted)?),
            denied: PurposeSet::from_bits(small(denied)?),
            interest: PurposeSet::from_bits(if own { 0 } else { more }),
            origin,
            notice: if own { more } else { 0 },
        })
    }
}

/// The mirror cookie as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mirrors {
    /// What the visitor chose through Parvis itself.
    pub own: Option<Mirror>,
    /// What the page's banner says.
    pub seen: Option<Mirror>,
}

impl Mirrors {
    /// Reads a mirror cookie; `None` for anything that [`Mirrors::write`] does not write.
    ///
    /// ```
    /// use parvis::consent::bridge::Mirrors;
    /// let mirrors = Mirrors::parse("1.68dcdd00.1c.204.12").unwrap();
    /// assert!(mirrors.own.is_none() && mirrors.seen.is_some());
    /// assert_eq!(Mirrors::parse("2.68dcdd00.1c.204.11"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Mirrors> {
        let (version, records) = pair(text, b'.')?;
        if text.len() > BYTES || version != "1" {
            return None;
        }
        let mut mirrors = Mirrors::default();
        for record in parts(records, b'~') {
            let mirror = Mirror::parse(record)?;
            let place = if mirror.origin == Source::API { &mut mirrors.own } else { &mut mirrors.seen };
            if place.replace(mirror).is_some() {
                return None;
            }
        }
        Some(mirrors)
    }

    /// One mirror in place of two that were stored apart; see [`Mirror::joined`].
    #[must_use]
    pub fn joined(self, other: Mirrors) -> Mirrors {
        let join = |one: Option<Mirror>, other: Option<Mirror>| match (one, other) {
            (Some(one), Some(other)) => Some(one.joined(other)),
            (one, other) => one.or(other),
        };
        Mirrors { own: join(self.own, other.own), seen: join(self.seen, other.seen) }
    }

    /// What is denied, without any grant: all that counts under a name that the site does not give the cookie.
    #[must_use]
    pub fn denials(self) -> Mirrors {
        let none = PurposeSet::EMPTY;
        let denied = |mirror: Mirror| Mirror { granted: none, interest: none, notice: 0, ..mirror };
        let only = |mirror: Option<Mirror>| mirror.filter(|mirror| !mirror.denied.is_empty()).map(denied);
        Mirrors { own: only(self.own), seen: only(self.seen) }
    }

    /// Writes the mirror cookie into `buffer` and returns its text; `None` if it is longer than [`BYTES`].
    pub fn write(self, buffer: &mut [u8; BYTES]) -> Option<&str> {
        let mut length = 0;
        for mirror in [self.own, self.seen].into_iter().flatten() {
            let seconds = u32::try_from(mirror.decided_at.seconds()).ok()?;
            let origin = match mirror.origin.as_banner() {
                _ if mirror.origin == Source::API => 0,
                Some(banner) => u32::from(banner.code()) + 1,
                None => u32::from(mirror.origin.code()) + OTHERS,
            };
            let bits = |set: PurposeSet| u32::from(set.bits());
            let more = u32::from(mirror.notice) | bits(mirror.interest);
            let before = if length == 0 { [b'1', b'.'].as_slice() } else { b"~" };
            for byte in before {
                *buffer.get_mut(length)? = *byte;
                length += 1;
            }
            let fields = [seconds, bits(mirror.granted), bits(mirror.denied), origin, more];
            let count = if more == 0 { 4 } else { 5 };
            for (index, value) in fields.into_iter().take(count).enumerate() {
                if index > 0 {
                    *buffer.get_mut(length)? = b'.';
                    length += 1;
                }
                let digits = (8 - value.leading_zeros() / 4).max(1);
                for place in (0..digits).rev() {
                    let [.., low] = (value >> (place * 4) & 15).to_be_bytes();
                    *buffer.get_mut(length)? = if low < 10 { b'0' + low } else { b'a' + low - 10 };
                    length += 1;
                }
            }
        }
        core::str::from_utf8(buffer.get(..length)?).ok()
    }
}

fn hexadecimal(text: &str) -> Option<u32> {
    if text.is_empty() || text.len() > 8 {
        return None;
    }
    text.bytes().try_fold(0, |value, byte| Some((value << 4) | u32::from(crate::base::percent::hex(byte)?)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]
    use super::*;

    fn mirror(origin: Source, more: u16) -> Mirror {
        let own = origin == Source::API;
        Mirror {
            decided_at: Millis(1_790_841_600_000),
            granted: PurposeSet::from_bits(0x3ff),
            denied: PurposeSet::from_bits(0x204),
            interest: PurposeSet::from_bits(if own { 0 } else { more }),
            origin,
            notice: if own { more } else { 0 },
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let others = [Source::TCF_PUBLISHER, Source::GPP, Source::section(2), Source::section(27)];
        for origin in Banner::ALL.into_iter().map(Source::banner).chain(others) {
            for (own, seen) in [
                (None, Some(mirror(origin, 0))),
                (None, Some(mirror(origin, 0x180))),
                (Some(mirror(Source::API, 0)), Some(mirror(origin, 0))),
                (Some(mirror(Source::API, 0xfff)), Some(mirror(origin, 0x180))),
                (Some(mirror(Source::API, 0xffff)), None),
            ] {
                let mirrors = Mirrors { own, seen };
                assert_eq!(Mirrors::parse(mirrors.write(&mut [0; BYTES]).unwrap()), Some(mirrors));
            }
        }
        assert_eq!(Mirrors::default().write(&mut [0; BYTES]), Some(""));
    }

    #[test]
    fn of_two_mirrors_every_denial_and_the_newer_grants_stay() {
        let at = |seconds: i64, granted: u16, denied: u16, origin: Source| Mirror {
            decided_at: Millis(seconds * 1000),
            granted: PurposeSet::from_bits(granted),
            denied: PurposeSet::from_bits(denied),
            interest: PurposeSet::EMPTY,
            origin,
            notice: 0,
        };
        let (yes, no) = (at(2, 0x1c, 0, Source::API), at(1, 0x80, 0x8, Source::API));
        assert_eq!(yes.joined(no), at(2, 0x14, 0x8, Source::API));
        assert_eq!(no.joined(yes), yes.joined(no), "in either order");
        let (tcf, gpp) = (at(1, 0x4, 0, Source::TCF_PUBLISHER), at(2, 0x8, 0x200, Source::GPP));
        assert_eq!(tcf.joined(gpp), at(2, 0x8, 0x200, Source::TCF_PUBLISHER));
        let one = Mirrors { own: Some(yes), seen: None };
        assert_eq!(
            one.joined(Mirrors { own: Some(no), seen: Some(gpp) }),
            Mirrors { own: Some(yes.joined(no)), seen: Some(gpp) }
        );
    }

    #[test]
    fn what_is_not_a_mirror() {
        for text in [
            "",
            "1",
            "1.0.0.0",
            "1.0.0.0.0.0.0",
            "1.0.0.0.ff",
            "1.0.0.0.3f",
            "1.0.0.0.45",
            "1.0.0.0.44",
            "1.0.0.0.48",
            "1.000000000.0.0.0",
            "1.g.0.0.0",
            "1..0.0.0",
            "1.0.0.0.0~0.0.0.0",
            "1.0.0.0.1~0.0.0.2",
            "1.0.0.0.0~",
            "1.0.0.0.0~0.0.0.1~0.0.0.2",
        ] {
            assert_eq!(Mirrors::parse(text), None, "{text}");
        }
    }
}

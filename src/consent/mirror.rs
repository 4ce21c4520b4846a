//! The mirror cookie `parvis-consent`: a choice that only the browser can see, written down for the edge.
//!
//! Strictly necessary, first-party, at most 48 bytes, versioned, with provenance. The form is
//! `1.<seconds since 1970>.<granted>.<denied>.<origin>[.<notice>]`, all in lower-case hexadecimal. Origin 0 is a choice made
//! through Parvis itself; others are a banner's code plus one. A notice above 0 is the version of the conflict notice that
//! the visitor answered, which alone may override Global Privacy Control for sale in the US (11 CCR 7025(c)(3)).

use super::purpose::PurposeSet;
use super::source::{Banner, Source};
use super::text::parts;
use super::vote::Answer;
use crate::facts::Millis;
use crate::reason::Reason;

/// Longest mirror cookie, in bytes.
pub const BYTES: usize = 48;

/// A mirrored choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mirror {
    /// When the visitor chose, whole seconds.
    pub decided_at: Millis,
    /// What was granted.
    pub granted: PurposeSet,
    /// What was denied.
    pub denied: PurposeSet,
    /// The banner it was read from; `None` for a choice made through Parvis itself.
    pub origin: Option<Banner>,
    /// The version of the conflict notice that was answered; 0 for none.
    pub notice: u16,
}

impl Mirror {
    /// Reads a mirror cookie.
    ///
    /// ```
    /// use parvis::consent::mirror::Mirror;
    /// let mirror = Mirror::parse("1.68dcdd00.1c.204.12").unwrap();
    /// assert!(mirror.origin.is_some() && mirror.notice == 0);
    /// assert_eq!(Mirror::parse("2.68dcdd00.1c.204.11"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Mirror> {
        if text.len() > BYTES {
            return None;
        }
        let mut values = [0; 6];
        let mut count = 0;
        for field in parts(text, b'.') {
            *values.get_mut(count)? = hexadecimal(field)?;
            count += 1;
        }
        let [1, seconds, granted, denied, origin, notice] = values else { return None };
        let small = |value: u32| u16::try_from(value).ok();
        let origin = match origin.checked_sub(1) {
            None => None,
            Some(code) => Some(*Banner::ALL.get(usize::try_from(code).ok()?)?),
        };
        (count >= 5).then_some(Mirror {
            decided_at: Millis(i64::from(seconds) * 1000),
            granted: PurposeSet::from_bits(small(granted)?),
            denied: PurposeSet::from_bits(small(denied)?),
            origin,
            notice: small(notice)?,
        })
    }

    /// Writes the mirror cookie into `buffer` and returns its text.
    pub fn write(self, buffer: &mut [u8; BYTES]) -> Option<&str> {
        let seconds = u32::try_from(self.decided_at.seconds()).ok()?;
        let origin = self.origin.map_or(0, |banner| u32::from(banner.code()) + 1);
        let bits = |set: PurposeSet| u32::from(set.bits());
        let mut length = 0;
        for value in [1, seconds, bits(self.granted), bits(self.denied), origin, u32::from(self.notice)] {
            if length > 0 {
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
        core::str::from_utf8(buffer.get(..length)?).ok()
    }

    /// Who the choice is attributed to.
    pub fn source(&self) -> Source {
        self.origin.map_or(Source::API, Source::banner)
    }
}

/// What the cookie says, and who says it.
pub(super) fn read(text: &str, answer: &mut Answer) -> Option<Mirror> {
    let mirror = Mirror::parse(text);
    match mirror {
        None => answer.fail(Reason::Malformed),
        Some(mirror) => {
            answer.chosen = true;
            answer.vote.granted = mirror.granted.without(mirror.denied);
            answer.vote.denied = mirror.denied;
            answer.vote.decided_at = Some(mirror.decided_at);
        }
    }
    mirror
}

fn hexadecimal(text: &str) -> Option<u32> {
    if text.is_empty() || text.len() > 8 {
        return None;
    }
    text.bytes().try_fold(0, |value, byte| Some((value << 4) | u32::from(super::percent::hex(byte)?)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for origin in Banner::ALL.into_iter().map(Some).chain([None]) {
            for notice in [0, 1, 65_535] {
                let mirror = Mirror {
                    decided_at: Millis(1_790_841_600_000),
                    granted: PurposeSet::from_bits(0x3ff),
                    denied: PurposeSet::from_bits(0x204),
                    origin,
                    notice,
                };
                assert_eq!(Mirror::parse(mirror.write(&mut [0; BYTES]).unwrap()), Some(mirror));
            }
        }
    }

    #[test]
    fn what_is_not_a_mirror() {
        for text in
            ["", "1", "1.0.0.0", "1.0.0.0.0.0.0", "1.0.0.0.ff", "1.000000000.0.0.0", "1.g.0.0.0", "1..0.0.0"]
        {
            assert_eq!(Mirror::parse(text), None, "{text}");
        }
    }
}

//! TrustArc: levels in `notice_gdpr_prefs`, `notice_preferences` or `cmapi_cookie_privacy`, and whether it asked.
//!
//! The choice test is a `notice_behavior` that begins with `expressed`. A level is granted only if every cookie that
//! speaks of levels grants it.
//!
//! What the levels from 2 up stand for differs between sites: until the playbook maps them they grant nothing, and refusing all
//! of them refuses what the default map gives the second. Lists are divided by commas, bars, underscores or spaces.

use crate::base::split::{before, number, trim};
use crate::consent::reading::Ballot;

/// What the level cookies of one request say together.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::consent) struct Levels {
    granted: Option<u16>,
    garbled: bool,
    asked: Option<bool>,
}

impl Levels {
    /// Takes a list of levels; `None` is one that could not be read.
    pub(in crate::consent) fn levels(&mut self, levels: Option<u16>) {
        match levels {
            Some(levels) => self.granted = Some(self.granted.unwrap_or(u16::MAX) & levels),
            None => self.garbled = true,
        }
    }

    /// Takes the cookie that says how the banner behaved.
    pub(in crate::consent) fn behavior(&mut self, value: &str) {
        let expressed = before(before(value, b','), b'|') == "expressed";
        self.asked = Some(self.asked.unwrap_or(true) && expressed);
    }

    /// Whether there is any cookie that speaks of levels.
    pub(in crate::consent) const fn any(self) -> bool {
        self.granted.is_some() || self.garbled
    }

    /// What they come to.
    pub(in crate::consent) fn read(self, ballot: &mut Ballot<'_>) {
        let levels = self.granted.unwrap_or(0);
        let own = ballot.settings.maps(ballot.banner);
        for (index, (key, _)) in ballot.entries().enumerate() {
            let Some(level) = number(key) else { continue };
            let kept = levels.checked_shr(level).unwrap_or(0);
            // Without a map of the site, level 2 stands for all from there up, and only their refusal has a meaning.
            if own || level < 2 {
                ballot.marks.set(index, kept & 1 == 1);
            } else if kept == 0 {
                ballot.marks.set(index, false);
            }
        }
        // A level that lies below a granted one was refused, also where no meaning is known for it.
        ballot.unmapped.refused |= levels & levels.wrapping_add(1) != 0;
        ballot.end(self.granted.is_some() || !self.garbled, self.asked == Some(true));
        if self.garbled && self.granted.is_some() {
            ballot.doubt();
        }
    }
}

/// The levels of `0,1,2:` as bits.
pub fn levels(value: &str) -> Option<u16> {
    list(before(value, b':'))
}

/// The levels up to the highest, which `2:` names, as bits.
pub fn up_to_highest(value: &str) -> Option<u16> {
    let highest = levels(value)?.checked_ilog2()?;
    Some(u16::MAX >> (15 - highest))
}

/// The levels of `permit 1,2,3` (counted from 1) as bits; `permit 1 required` is level 0 alone.
pub fn permits(value: &str) -> Option<u16> {
    let rest = value.strip_prefix("permit")?;
    let end = rest.bytes().position(|byte| byte.is_ascii_alphabetic()).unwrap_or(rest.len());
    Some(list(trim(rest.get(..end)?, DIVIDERS))? >> 1)
}

/// What divides levels.
const DIVIDERS: &[u8] = b",|_+ ";

/// The levels of a list as bits, read byte by byte: searching for several letters at once would weigh more in the browser.
fn list(text: &str) -> Option<u16> {
    let mut levels = 0;
    let mut level: Option<u32> = None;
    for byte in text.bytes().chain(*b",") {
        if byte.is_ascii_digit() {
            level = Some(level.unwrap_or(0).checked_mul(10)?.checked_add(u32::from(byte & 15))?);
        } else if DIVIDERS.contains(&byte) {
            levels |= 1u16.checked_shl(level.take()?)?;
        } else {
            return None;
        }
    }
    Some(levels)
}

//! The last activity of a visit, by which it ends: the section `l` of the cookie.
//!
//! The format is the minute since 1970 of the last request or event; then `b` if a page began the visit and no edge has
//! counted it yet; then the code of the campaign parameter, where the playbook lets another one begin a visit. All three
//! are set off by `!`.

use alloc::string::String;

use super::Visit;
use crate::base::calendar::Millis;
use crate::base::text;

const BEGUN: &str = "b";

/// The last activity: all 0 and `false` while it is unknown, as in a cookie of an earlier version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Activity {
    /// The minute since 1970; 0 for unknown.
    minute: u32,
    begun: bool,
    /// The code of the campaign parameter; 0 for none.
    campaign: u32,
}

impl Activity {
    /// `None` if the minute is unknown: the section is then not written.
    pub(super) fn some(self) -> Option<Activity> {
        Some(self).filter(|activity| activity.minute > 0)
    }

    pub(super) fn read(text: &str) -> Option<Activity> {
        let (minute, rest) = text.split_once('!').map_or((text, None), |(minute, rest)| (minute, Some(rest)));
        let mut activity = Activity { minute: text::number(minute, u32::MAX)?, ..Activity::default() };
        if let Some(mut rest) = rest {
            if let Some(behind) =
                rest.strip_prefix(BEGUN).filter(|behind| behind.is_empty() || behind.starts_with('!'))
            {
                activity.begun = true;
                if behind.is_empty() {
                    return activity.some();
                }
                rest = behind.get(1..)?;
            }
            activity.campaign = u32::try_from(text::hex_number(rest, 8)?).ok().filter(|code| *code > 0)?;
        }
        activity.some()
    }

    pub(super) fn write(self, value: &mut String) {
        text::push_integer(value, self.minute.into());
        if self.begun {
            value.push('!');
            value.push_str(BEGUN);
        }
        if self.campaign > 0 {
            value.push('!');
            text::push_hex(value, self.campaign.into(), 8);
        }
    }
}

impl Visit {
    /// Whether so many minutes have passed since its last activity; not if that is unknown or the clock has gone back.
    pub fn is_over(&self, now: Millis, minutes: u16) -> bool {
        let last = i64::from(self.activity.minute);
        last > 0 && now.minutes().saturating_sub(last) >= minutes.into()
    }

    /// Whether it began in a page and no edge has counted it yet.
    pub const fn is_uncounted(&self) -> bool {
        self.activity.begun
    }

    /// The code of the campaign parameter that it came with last; 0 for none.
    pub const fn campaign(&self) -> u32 {
        self.activity.campaign
    }

    /// Forgets what is of this visit alone, so that the next one begins. What is pending stays, as does the time, by
    /// which it is over until [`Visit::act`].
    ///
    /// The cart stays while the page that told it is open, the unit and its variants where memory has the same.
    pub fn end(&mut self, keeps_cart: bool, keeps_unit: bool) {
        // Each field is named, so that a new one is decided on here.
        let Visit {
            activity,
            dismissed,
            past,
            declared,
            values,
            preferred,
            cart,
            change,
            unit,
            assigned,
            items: _,
            categories: _,
            caps: _,
            pace: _,
            searches: _,
            view: _,
        } = core::mem::replace(self, Visit::empty());
        *self = Visit { activity, dismissed, past, declared, values, preferred, ..Visit::empty() };
        if keeps_cart {
            (self.cart, self.change) = (cart, change);
        }
        if keeps_unit {
            (self.unit, self.assigned) = (unit, assigned);
        }
    }

    /// Records a request or an event now, with the code of a campaign parameter, 0 for none.
    ///
    /// `begun` says that an edge is still to count the visit. Then a page stands behind that edge, whose clock counts:
    /// the page's never takes the time back.
    pub fn act(&mut self, now: Millis, campaign: u32, begun: bool, behind_edge: bool) {
        let Ok(minute) = u32::try_from(now.minutes()) else { return };
        let last = &mut self.activity;
        last.minute = if behind_edge { minute.max(last.minute) } else { minute };
        last.begun = begun;
        if campaign > 0 {
            last.campaign = campaign;
        }
        self.fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::calendar::MINUTE;

    const fn at(minute: i64) -> Millis {
        Millis(minute * MINUTE + 59_999)
    }

    #[test]
    fn a_visit_is_over_when_its_minutes_have_passed() {
        let mut visit = Visit::empty();
        assert!(!visit.is_over(at(29_921_040), 30), "when it was active last is unknown");
        visit.act(at(29_921_040), 0, false, false);
        assert_eq!(visit.encode(None), "a~l29921040");
        for (minute, minutes, over) in [
            (29_921_040, 30, false),
            (29_921_069, 30, false),
            (29_921_070, 30, true),
            (29_921_044, 5, false),
            (29_921_045, 5, true),
            (29_921_279, 240, false),
            (29_921_280, 240, true),
            (29_920_000, 30, false),
        ] {
            assert_eq!(visit.is_over(at(minute), minutes), over, "{minute}, {minutes} minutes");
        }
        for clock in [i64::MIN, -1, 0, MINUTE - 1, i64::MAX] {
            let mut visit = Visit::empty();
            visit.act(Millis(clock), 7, true, false);
            assert!(visit.encode(None) == "a" && !visit.is_over(Millis(clock), 30), "{clock}");
        }
    }

    #[test]
    fn the_clock_of_an_edge_counts_and_that_of_a_page_goes_forward_only() {
        let mut visit = Visit::empty();
        visit.act(at(100), 0, false, false);
        visit.act(at(90), 0, false, true);
        assert_eq!(visit.encode(None), "a~l100");
        visit.act(at(101), 0, true, true);
        assert_eq!((visit.encode(None).as_str(), visit.is_uncounted()), ("a~l101!b", true));
        visit.act(at(90), 0, false, false);
        assert_eq!((visit.encode(None).as_str(), visit.is_uncounted()), ("a~l90", false));
    }

    #[test]
    fn the_campaign_stays_until_another_comes() {
        let mut visit = Visit::empty();
        visit.act(at(100), 0xbeef, true, true);
        assert_eq!(visit.encode(None), "a~l100!b!0000beef");
        visit.act(at(101), 0, false, false);
        assert_eq!((visit.encode(None).as_str(), visit.campaign()), ("a~l101!0000beef", 0xbeef));
        visit.act(at(101), 0xcafe, false, false);
        assert_eq!(visit.campaign(), 0xcafe);
    }

    #[test]
    fn what_is_pending_outlives_the_visit() {
        let pending = "~d00003f2a~p10000beef0000cafe~o00000007*20939";
        let unit = "~u000000000000beef~g0000000000000007";
        let preferred = "~r00000007*5~l29921040!b!0000beef";
        let ended = |keeps_cart, keeps_unit| {
            let whole = "a~idesk-lamp~clighting~koak-desk*2~x00003f2a*2~d00003f2a~p10000beef0000cafe~o00000007*20939\
                         ~t29921040*0~n2*1795262400~qrug~u000000000000beef~g0000000000000007~r00000007*5\
                         ~l29921040!b!0000beef";
            let mut visit = Visit::parse(whole).unwrap_or_else(Visit::empty);
            assert_eq!(visit.write(visit.unit), whole);
            visit.end(keeps_cart, keeps_unit);
            visit.write(visit.unit)
        };
        assert_eq!(ended(false, false), ["a", pending, preferred].concat());
        assert_eq!(ended(false, true), ["a", pending, unit, preferred].concat());
        let (lines, change) = ("~koak-desk*2", "~t29921040*0");
        assert_eq!(ended(true, false), ["a", lines, pending, change, preferred].concat());
    }

    #[test]
    fn what_is_not_our_form_is_refused() {
        for odd in [
            "",
            "0",
            "01",
            "-1",
            "4294967296",
            "1!",
            "1!b!",
            "1!bb",
            "1!b!b",
            "1!00000000",
            "1!0000beef!b",
            "1!beef",
            "1!0000beef!0000beef",
            "1*1",
            "!b",
            "b",
        ] {
            assert!(Activity::read(odd).is_none(), "{odd}");
        }
        assert!(Visit::parse("a~l1~l1").is_none(), "twice");
        for ours in ["a~l1", "a~l4294967295!b", "a~l1!0000beef", "a~l1!b!0000beef"] {
            assert_eq!(Visit::parse(ours).map(|visit| visit.write(None)).as_deref(), Some(ours));
        }
    }
}

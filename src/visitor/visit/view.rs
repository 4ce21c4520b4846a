//! The last page view of a visit, by which a reload is known: the section `v` of the cookie.
//!
//! The format is `page*second`, then the codes of the campaigns that the view showed, set off by `!`. The code of the page
//! and those of the campaigns are 16 bits in hex, the second is counted since 1970.

use alloc::string::String;
use alloc::vec::Vec;

use super::Visit;
use crate::base::calendar::Millis;
use crate::base::text;
use crate::limits;

/// The last page view: the second is 0 while none is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct View {
    page: u16,
    second: u32,
    campaigns: Vec<u16>,
}

impl View {
    /// `None` if there is none: the section is then not written.
    pub(super) fn some(&self) -> Option<&View> {
        Some(self).filter(|view| view.second > 0)
    }

    pub(super) fn read(text: &str) -> Option<View> {
        let mut entries = text.split('!');
        let (page, second) = entries.next()?.split_once('*')?;
        let second = text::number(second, u32::MAX).filter(|second| *second > 0)?;
        let mut view = View { page: short(page)?, second, campaigns: Vec::new() };
        for entry in entries {
            if view.campaigns.len() == limits::VISIT_SHOWN {
                return None;
            }
            view.campaigns.push(short(entry)?);
        }
        Some(view)
    }

    pub(super) fn write(&self, value: &mut String) {
        text::push_hex(value, self.page.into(), 4);
        value.push('*');
        text::push_integer(value, self.second.into());
        for campaign in &self.campaigns {
            value.push('!');
            text::push_hex(value, (*campaign).into(), 4);
        }
    }
}

impl Visit {
    /// Whether the page with this code was the last that was seen, less than [`limits::SAME_VIEW_SECONDS`] ago; not if the
    /// clock has gone back.
    pub fn is_same_view(&self, page: u32, now: Millis) -> bool {
        let View { page: last, second, .. } = self.view;
        let passed = now.seconds().saturating_sub(second.into());
        second > 0 && last == low(page) && (0..limits::SAME_VIEW_SECONDS).contains(&passed)
    }

    /// Records that the page with this code is seen now; a view that is no other keeps what it showed.
    pub fn see_view(&mut self, page: u32, now: Millis) {
        let Ok(second) = u32::try_from(now.seconds()) else { return };
        if !self.is_same_view(page, now) {
            self.view.campaigns.clear();
        }
        (self.view.page, self.view.second) = (low(page), second);
        self.fit();
    }

    /// Records that the last view, if it was of the page with this code, shows a campaign; one that has no place is not kept.
    pub fn show(&mut self, page: u32, campaign: u32) {
        let view = &mut self.view;
        let is_new = !view.campaigns.contains(&low(campaign));
        if view.second > 0 && view.page == low(page) && is_new && view.campaigns.len() < limits::VISIT_SHOWN {
            view.campaigns.push(low(campaign));
            self.fit();
        }
    }

    /// Whether the last view showed the campaign with this code.
    pub fn showed(&self, campaign: u32) -> bool {
        self.view.campaigns.contains(&low(campaign))
    }
}

/// The code as the cookie has it, in 16 bits: it tells apart what follows within seconds, and names no page.
fn low(code: u32) -> u16 {
    u16::try_from(code & u32::from(u16::MAX)).unwrap_or_default()
}

fn short(text: &str) -> Option<u16> {
    u16::try_from(text::hex_number(text, 4)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(second: i64) -> Millis {
        Millis(second * 1000 + 999)
    }

    #[test]
    fn a_reload_is_the_same_view_for_ten_seconds() {
        let mut visit = Visit::empty();
        assert!(!visit.is_same_view(0, at(0)), "no view is known");
        visit.see_view(0x0001_beef, at(1_795_262_400));
        assert_eq!(visit.encode(None), "a~vbeef*1795262400");
        for (page, second, is_same) in [
            (0x0001_beef, 1_795_262_400, true),
            (0x0001_beef, 1_795_262_409, true),
            (0x0001_beef, 1_795_262_410, false),
            (0x0001_beef, 1_795_262_399, false),
            (0x0001_beef, -1, false),
            (0x0001_beee, 1_795_262_400, false),
        ] {
            assert_eq!(visit.is_same_view(page, at(second)), is_same, "{page:x} at {second}");
        }
        for clock in [i64::MIN, -1, 0, 999, i64::MAX] {
            let mut visit = Visit::empty();
            visit.see_view(7, Millis(clock));
            assert!(visit.encode(None) == "a" && !visit.is_same_view(7, Millis(clock)), "{clock}");
        }
    }

    #[test]
    fn the_same_view_keeps_what_it_showed() {
        let mut visit = Visit::empty();
        visit.show(1, 7);
        assert_eq!(visit.encode(None), "a", "no view is known");
        visit.see_view(1, at(100));
        visit.show(1, 7);
        visit.show(1, 7);
        visit.show(2, 8);
        assert_eq!(visit.encode(None), "a~v0001*100!0007");
        visit.see_view(1, at(109));
        assert!(visit.showed(7) && !visit.showed(8));
        assert_eq!(visit.encode(None), "a~v0001*109!0007");
        visit.see_view(1, at(119));
        assert_eq!(visit.encode(None), "a~v0001*119");
        (0..20).for_each(|campaign| visit.show(1, campaign));
        assert!(visit.showed(15) && !visit.showed(16));
        assert!(Visit::parse(&visit.encode(None)) == Some(visit));
    }

    #[test]
    fn what_is_not_our_form_is_refused() {
        for odd in [
            "",
            "beef",
            "beef*",
            "*1",
            "beef*0",
            "beef*01",
            "beef*-1",
            "bee*1",
            "BEEF*1",
            "beef*4294967296",
            "beef*1!",
            "beef*1!1",
            "beef*1*1",
            "beef!0001",
        ] {
            assert!(View::read(odd).is_none(), "{odd}");
        }
        assert!(Visit::parse("a~vbeef*1~vbeef*1").is_none(), "twice");
        assert!(Visit::parse("a~v0000*1!0000!0000").is_some());
    }
}

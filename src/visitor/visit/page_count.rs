//! The page count and the start of a visit: the section `n` of the cookie.
//!
//! The format is `pages*second`: the pages counted, and the second since 1970 in which the visit began; 0 for a number
//! that no campaign needs.

use alloc::string::String;

use super::Visit;
use crate::base::calendar::Millis;
use crate::base::text;

/// Page count, and the second of the start; 0 for unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pace {
    pages: u16,
    began: u32,
}

impl Pace {
    /// `None` if both are 0: the section is then not written.
    pub(super) fn some(self) -> Option<Pace> {
        Some(self).filter(|pace| *pace != Pace::default())
    }

    pub(super) fn read(text: &str) -> Option<Pace> {
        let (pages, began) = text.split_once('*')?;
        let pages = u16::try_from(text::number(pages, u16::MAX.into())?).ok()?;
        Pace { pages, began: text::number(began, u32::MAX)? }.some()
    }

    pub(super) fn write(self, value: &mut String) {
        text::push_integer(value, self.pages.into());
        value.push('*');
        text::push_integer(value, self.began.into());
    }
}

impl Visit {
    /// The pages counted so far, at most 65,535.
    pub const fn pages(&self) -> u16 {
        self.pace.pages
    }

    /// Adds one page.
    pub fn see_page(&mut self) {
        self.pace.pages = self.pace.pages.saturating_add(1);
        self.fit();
    }

    /// Records that the visit begins now, unless its start is known.
    pub fn begin(&mut self, now: Millis) {
        if self.pace.began == 0 {
            self.pace.began = u32::try_from(now.seconds()).unwrap_or(0);
            self.fit();
        }
    }

    /// Whole seconds since the visit began: 0 if it begins now, and if the clock has gone back.
    pub fn seconds(&self, now: Millis) -> i64 {
        let began = if self.pace.began == 0 { now.seconds() } else { self.pace.began.into() };
        now.seconds().saturating_sub(began).max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_seconds_are_counted() {
        let mut visit = Visit::empty();
        assert_eq!((visit.pages(), visit.seconds(Millis(5_000))), (0, 0));
        visit.begin(Millis(1_795_262_400_999));
        visit.begin(Millis(1_795_262_500_000));
        visit.see_page();
        visit.see_page();
        assert_eq!((visit.pages(), visit.seconds(Millis(1_795_262_461_000))), (2, 61));
        assert_eq!(visit.seconds(Millis(0)), 0, "the clock has gone back");
        assert_eq!(visit.encode(None), "a~n2*1795262400");
        visit.pace.pages = u16::MAX;
        visit.see_page();
        assert_eq!(visit.pages(), u16::MAX);
        for clock in [i64::MIN, -1, 0, 999, i64::MAX] {
            let mut visit = Visit::empty();
            visit.begin(Millis(clock));
            assert!(visit.seconds(Millis(i64::MAX)) >= 0 && visit.encode(None) == "a", "{clock}");
        }
    }

    #[test]
    fn what_is_not_our_form_is_refused() {
        for odd in ["", "1", "1*", "*1", "0*0", "65536*1", "01*1", "1*01", "1*4294967296", "-1*1", "1*1*1"] {
            assert!(Pace::read(odd).is_none(), "{odd}");
        }
        assert!(Visit::parse("a~n1*1~n1*1").is_none(), "twice");
        assert!(Visit::parse("a~n0*5").is_some() && Visit::parse("a~n5*0").is_some());
    }
}

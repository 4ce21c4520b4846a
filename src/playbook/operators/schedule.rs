//! Schedule operator of a compiled playbook: weekdays (1), then spans of minutes, each from (2) and to (2).

use crate::signal::registry::Signal;

/// The weekdays and times at which a campaign runs, in the site's local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule<'p> {
    /// The weekdays as bits, the lowest for Monday.
    pub weekdays: u8,
    spans: &'p [u8],
}

/// The bits of all weekdays.
pub(crate) const EVERY_DAY: u8 = 0x7f;

impl<'p> Schedule<'p> {
    pub(crate) fn read(body: &'p [u8]) -> Option<Schedule<'p>> {
        let (weekdays, spans) = body.split_first()?;
        Some(Schedule { weekdays: *weekdays, spans })
    }

    /// The spans of minutes since midnight, end exclusive; one that reaches beyond 1,440 ends on the next day.
    pub fn spans(&self) -> impl Iterator<Item = (u16, u16)> {
        self.spans.chunks_exact(4).map(|span| {
            let at = |from: usize| {
                span.get(from..).and_then(<[u8]>::first_chunk).map_or(0, |two| u16::from_le_bytes(*two))
            };
            (at(0), at(2))
        })
    }

    /// The signals that it reads: only the hour if all its spans begin and end on the hour.
    pub fn signals(&self) -> impl Iterator<Item = Signal> {
        let every_day = self.weekdays & EVERY_DAY == EVERY_DAY;
        let full_hours = self.spans().all(|(from, to)| from % 60 == 0 && to % 60 == 0);
        let clock = if full_hours { Signal::Hour } else { Signal::Time };
        let clock = self.spans().next().map(|_| clock);
        (!every_day).then_some(Signal::Weekday).into_iter().chain(clock)
    }
}

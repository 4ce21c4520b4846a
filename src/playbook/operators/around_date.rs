//! Around-date operator of a compiled playbook: flags (1; the upper four are the kinds of values that its templates show), the code of the date's name (4), first and last day or minute
//! around it (2 each, signed).

/// The days around a date of the visitor on which a campaign runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Around {
    /// The code of the date's name: [`crate::assign::hash::code`].
    pub date: u32,
    /// Whether the date is yearly.
    pub yearly: bool,
    /// The kinds of values of the date that the campaign shows, a bit for each.
    pub values: u8,
    /// Whether minutes are counted instead of days.
    pub by_minutes: bool,
    /// The first day or minute, counted from the date: -7 days is a week before it.
    pub from: i16,
    /// The last one, at which it still runs.
    pub to: i16,
}

/// Flag of a yearly date.
pub(crate) const YEARLY: u8 = 1;
/// Flag of a window of minutes.
pub(crate) const BY_MINUTES: u8 = 2;

/// Where the kinds of values begin among the flags.
pub(crate) const VALUES: u32 = 4;

pub(super) fn read(body: &[u8]) -> Option<Around> {
    let (&[flags], body) = body.split_first_chunk()?;
    let (date, body) = body.split_first_chunk()?;
    let (from, body) = body.split_first_chunk()?;
    let (to, _) = body.split_first_chunk()?;
    Some(Around {
        date: u32::from_le_bytes(*date),
        yearly: flags & YEARLY != 0,
        values: flags >> VALUES,
        by_minutes: flags & BY_MINUTES != 0,
        from: i16::from_le_bytes(*from),
        to: i16::from_le_bytes(*to),
    })
}

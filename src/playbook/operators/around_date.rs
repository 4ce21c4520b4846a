//! Around-date operator of a compiled playbook: yearly flag (1), the code of the date's name (4), first and last day
//! around it (2 each, signed).

/// The days around a date of the visitor on which a campaign runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Around {
    /// The code of the date's name: [`crate::assign::hash::code`].
    pub date: u32,
    /// Whether the date is yearly.
    pub yearly: bool,
    /// The first day, counted from the date: -7 is a week before it.
    pub from: i16,
    /// The last day, on which it still runs.
    pub to: i16,
}

pub(super) fn read(body: &[u8]) -> Option<Around> {
    let (&[yearly], body) = body.split_first_chunk()?;
    let (date, body) = body.split_first_chunk()?;
    let (from, body) = body.split_first_chunk()?;
    let (to, _) = body.split_first_chunk()?;
    Some(Around {
        date: u32::from_le_bytes(*date),
        yearly: yearly != 0,
        from: i16::from_le_bytes(*from),
        to: i16::from_le_bytes(*to),
    })
}

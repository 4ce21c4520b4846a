//! Campaign operators of a compiled playbook: what limits a campaign beside its dates and conditions.
//!
//! A campaign has a heap of them, each a tag (1), a length (1) and as many bytes, little-endian. Whatever this build does not
//! know, or finds damaged, reads as [`Operator::Faulty`], which no campaign gets past.

use super::experiments::{Group, Sticky};
use super::fatigue::{self, Fatigue};
use super::stores::{self, InStock};
use super::suppress::{self, Suppress};
use crate::playbook::wire::operator as tag;

/// One thing that limits a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator<'p> {
    /// It runs on some weekdays or at some times only.
    Schedule(Schedule<'p>),
    /// It is seen, or dismissed, a number of times at most.
    Cap(Cap),
    /// It stays away after something happened to what it is about.
    Suppress(Suppress),
    /// It stays away for some hours after a purchase.
    Cooldown(u16),
    /// One of its variants is for visitors who have come often enough.
    MinVisits(MinVisits),
    /// It runs on some days around a date of the visitor only.
    Around(Around),
    /// The nearest store has an item in stock.
    InStock(InStock<'p>),
    /// It is for a stretch of an exclusive group.
    Group(Group<'p>),
    /// Its visitors keep their variants.
    Sticky(Sticky),
    /// It rests after it was seen.
    Fatigue(Fatigue),
    /// It cannot be read.
    Faulty,
}

/// How often a campaign may be seen or dismissed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// The counter: campaigns that are capped together have one key.
    pub key: u32,
    /// The times.
    pub times: u8,
    /// Days after which counting begins anew, in visitor memory; 0 for never.
    pub days: u16,
    /// Whether visitor memory counts, and not the visit.
    pub in_memory: bool,
    /// Whether dismissals are counted, and not exposures.
    pub dismissals: bool,
}

/// From which visit on a variant is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinVisits {
    /// The number of the variant in its campaign.
    pub variant: u8,
    /// The visit.
    pub visits: u16,
}

/// On which days around a date of the visitor a campaign runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Around {
    /// The code of the date's name: [`crate::assign::hash::code`].
    pub date: u32,
    /// Whether the date comes back every year.
    pub yearly: bool,
    /// The first day, counted from the date: -7 is a week before it.
    pub from: i16,
    /// The last day, on which it still runs.
    pub to: i16,
}

/// On which weekdays and at which times a campaign runs, on the clock of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule<'p> {
    /// The weekdays as bits, the lowest for Monday.
    pub weekdays: u8,
    spans: &'p [u8],
}

impl Schedule<'_> {
    /// The spans of minutes since the day's midnight, without their last; one that reaches beyond 1,440 ends on the next day.
    pub fn spans(&self) -> impl Iterator<Item = (u16, u16)> {
        self.spans.chunks_exact(4).map(|span| {
            let at = |from: usize| {
                span.get(from..).and_then(<[u8]>::first_chunk).map_or(0, |two| u16::from_le_bytes(*two))
            };
            (at(0), at(2))
        })
    }
}

/// The operators in `heap`; damage ends them with [`Operator::Faulty`].
pub(super) fn read(mut heap: &[u8]) -> impl Iterator<Item = Operator<'_>> + Clone {
    core::iter::from_fn(move || {
        if heap.is_empty() {
            return None;
        }
        let next = split(heap);
        heap = next.map_or(&[], |(_, rest)| rest);
        Some(next.map_or(Operator::Faulty, |(operator, _)| operator))
    })
}

// Every reader of operators goes through it: copies of it weigh more than the calls cost.
#[inline(never)]
fn split(heap: &[u8]) -> Option<(Operator<'_>, &[u8])> {
    let (&[tag, length], rest) = heap.split_first_chunk()?;
    let (body, rest) = rest.split_at_checked(length.into())?;
    let operator = match tag {
        tag::SCHEDULE => {
            let (weekdays, spans) = body.split_first()?;
            Operator::Schedule(Schedule { weekdays: *weekdays, spans })
        }
        tag::CAP => {
            let (&[flags], body) = body.split_first_chunk()?;
            let (key, body) = body.split_first_chunk()?;
            let (&[times], body) = body.split_first_chunk()?;
            let (days, _) = body.split_first_chunk()?;
            Operator::Cap(Cap {
                key: u32::from_le_bytes(*key),
                times,
                days: u16::from_le_bytes(*days),
                in_memory: flags & tag::IN_MEMORY != 0,
                dismissals: flags & tag::DISMISSALS != 0,
            })
        }
        tag::SUPPRESS => Operator::Suppress(suppress::read(body)?),
        tag::COOLDOWN => Operator::Cooldown(u16::from_le_bytes(*body.first_chunk()?)),
        tag::MIN_VISITS => {
            let (&[variant], body) = body.split_first_chunk()?;
            let (visits, _) = body.split_first_chunk()?;
            Operator::MinVisits(MinVisits { variant, visits: u16::from_le_bytes(*visits) })
        }
        tag::AROUND => {
            let (&[yearly], body) = body.split_first_chunk()?;
            let (date, body) = body.split_first_chunk()?;
            let (from, body) = body.split_first_chunk()?;
            let (to, _) = body.split_first_chunk()?;
            Operator::Around(Around {
                date: u32::from_le_bytes(*date),
                yearly: yearly != 0,
                from: i16::from_le_bytes(*from),
                to: i16::from_le_bytes(*to),
            })
        }
        tag::IN_STOCK => Operator::InStock(stores::in_stock(body)?),
        tag::GROUP => Operator::Group(Group::read(body)?),
        tag::STICKY => Operator::Sticky(Sticky::read(body)?),
        tag::FATIGUE => Operator::Fatigue(fatigue::read(body)?),
        _ => Operator::Faulty,
    };
    Some((operator, rest))
}

//! The table of campaign operators: all limits of a campaign beside its dates and conditions.
//!
//! An operator is a row of this table and three files: its view (a file of this folder, not needed for a single number),
//! its draft with check and bytes (`author::operators`) and its gate (`decide`). The modules of draft and gate have the
//! name in front of the row.
//!
//! A campaign has a heap of operators, each a tag (1), a length (1) and as many bytes, little-endian. An operator that
//! this build does not know, or that is damaged, is read as [`Operator::Faulty`]: its campaign never applies.

mod around_date;
mod caps;
mod fatigue;
mod group;
mod in_stock;
mod min_visits;
mod schedule;
mod sticky;
mod suppress;

pub use around_date::Around;
#[cfg(feature = "author")]
pub(crate) use around_date::{BY_MINUTES, VALUES, YEARLY};
pub use caps::Cap;
#[cfg(feature = "author")]
pub(crate) use caps::{DISMISSALS, IN_MEMORY};
pub use fatigue::Fatigue;
pub use group::Group;
pub use in_stock::InStock;
pub use min_visits::MinVisits;
#[cfg(feature = "author")]
pub(crate) use schedule::EVERY_DAY;
pub use schedule::Schedule;
pub use sticky::Sticky;
#[cfg(feature = "author")]
pub(crate) use suppress::{BY_CATEGORY, OF_SIGNAL};
pub use suppress::{Of, Suppress};

use crate::consent::purpose::{Purpose, PurposeSet};
#[cfg(feature = "author")]
use crate::playbook::needs::Needs;
#[cfg(feature = "author")]
use crate::visitor::history::Kind;

/// No purpose.
const NOTHING: PurposeSet = PurposeSet::EMPTY;
/// Of visitor memory.
const MEMORY: PurposeSet = NOTHING.with(Purpose::PersistentPersonalization);
/// Of browser events: memory stores them, and the visit cookie carries them there.
const EVENTS: PurposeSet = MEMORY.with(Purpose::SessionPersonalization);
/// Of experiments.
const BUCKETING: PurposeSet = NOTHING.with(Purpose::Experimentation);

/// Passes the rows of the table to the macro `$with`: each has documentation, a module, a variant and its columns in
/// braces.
macro_rules! operators {
    ($with:ident) => {
        // Columns: the code that compiled playbooks store; the key in drafts; the type of the view and its reader; the
        // place in the order of gates (see `gate`); the purposes without which the campaign is skipped; the visitor data
        // that must be stored beyond the signals that are read.
        $with! {
            /// Schedule: the campaign runs on some weekdays or at some times only.
            schedule Schedule {
                code: 1, key: "schedule", view: Schedule<'p>, read: Schedule::read, gate: 10,
                permits: |_| NOTHING, needs: |_, _| {},
            }
            /// Frequency cap: a visitor sees or dismisses the campaign a number of times at most.
            caps Cap {
                code: 2, key: "cap", view: Cap, read: caps::read, gate: 70,
                permits: Cap::permits, needs: Cap::needs,
            }
            /// Suppression: hides the campaign for some days after its subject was bought, removed or dismissed.
            suppress Suppress {
                code: 10, key: "suppress", view: Suppress, read: suppress::read, gate: 90,
                permits: |_| EVENTS, needs: |rule, needs| needs.remember(rule.kind, rule.days),
            }
            /// Cooldown: hides the campaign for some hours after a purchase.
            cooldown Cooldown {
                code: 11, key: "cooldown", view: u16, read: number, gate: 90,
                permits: |_| EVENTS, needs: |hours, needs| needs.remember(Kind::Bought, hours.div_ceil(24)),
            }
            /// Minimum visits of a variant; for visitors with fewer, or without memory, another variant is used.
            min_visits MinVisits {
                code: 20, key: "variants/min_visits", view: MinVisits, read: min_visits::read, gate: 210,
                permits: |_| NOTHING, needs: |_, _| {},
            }
            /// Runs the campaign only on some days, or within some minutes, around a date of the visitor.
            around_date Around {
                code: 21, key: "around", view: Around, read: around_date::read, gate: 30,
                permits: |_| MEMORY, needs: |_, _| {},
            }
            /// Requires that the nearest store has an item in stock.
            in_stock InStock {
                code: 30, key: "in_stock", view: InStock<'p>, read: in_stock::read, gate: 40,
                permits: |_| NOTHING, needs: |_, _| {},
            }
            /// Exclusive group: limits the campaign to a range of the group.
            group Group {
                code: 40, key: "experiment/group", view: Group<'p>, read: group::read, gate: 60,
                permits: |_| BUCKETING, needs: |_, _| {},
            }
            /// Sticky bucketing: visitors keep the variants they got.
            sticky Sticky {
                code: 41, key: "experiment/sticky", view: Sticky, read: sticky::read, gate: 100,
                permits: |_| BUCKETING, needs: |_, _| {},
            }
            /// Fatigue: hides the campaign for some time after each exposure.
            fatigue Fatigue {
                code: 50, key: "fatigue", view: Fatigue, read: fatigue::read, gate: 80,
                permits: |_| MEMORY, needs: |_, needs| needs.memory = true,
            }
        }
    };
}
pub(crate) use operators;

/// Places in the order of gates. Operators with the same place are checked together.
pub(crate) mod gate {
    /// Conditions of the campaign.
    pub(crate) const CONDITIONS: u8 = 20;
    /// The holdout.
    pub(crate) const HOLDOUT: u8 = 50;
    /// From here on gates are checked per variant, before that per campaign.
    pub(crate) const VARIANTS: u8 = 200;
    /// Unreadable operators, checked with the schedule.
    pub(super) const FAULTY: u8 = 10;
}

macro_rules! views {
    ($($(#[$doc:meta])* $module:ident $variant:ident {
        code: $code:literal, key: $key:literal, view: $view:ty, read: $read:path, gate: $gate:literal,
        permits: $permits:expr, needs: $needs:expr,
    })*) => {
        /// A limit of a campaign.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Operator<'p> {
            $($(#[$doc])* $variant($view),)*
            /// An unreadable operator.
            Faulty,
        }

        /// The tags of operators in compiled playbooks.
        #[cfg(feature = "author")]
        #[derive(Clone, Copy, Debug)]
        #[repr(u8)]
        pub(crate) enum Tag { $($variant = $code),* }

        impl<'p> Operator<'p> {
            /// The keys of all operators, as JSON pointers within a campaign of a draft.
            #[cfg(feature = "author")]
            pub const KEYS: &'static [&'static str] = &[$($key),*];

            /// The operator with this tag and body; `None` for a damaged body.
            fn read(tag: u8, body: &'p [u8]) -> Option<Operator<'p>> {
                Some(match tag {
                    $($code => Operator::$variant($read(body)?),)*
                    _ => Operator::Faulty,
                })
            }

            /// Its place in the order of gates.
            pub(crate) const fn gate(&self) -> u8 {
                match self { $(Operator::$variant(_) => $gate,)* Operator::Faulty => gate::FAULTY }
            }

            /// The purposes without which its campaign is skipped.
            pub fn permits(&self) -> PurposeSet {
                match self {
                    $(Operator::$variant(view) => { let permits: fn(&$view) -> PurposeSet = $permits; permits(view) })*
                    Operator::Faulty => NOTHING,
                }
            }

            /// Adds the visitor data that it needs.
            #[cfg(feature = "author")]
            pub(crate) fn add_needs(&self, needs: &mut Needs) {
                match self {
                    $(Operator::$variant(view) => { let add: fn(&$view, &mut Needs) = $needs; add(view, needs); })*
                    Operator::Faulty => {}
                }
            }
        }
    };
}
operators!(views);

/// A body that is one number.
fn number(body: &[u8]) -> Option<u16> {
    body.first_chunk().map(|two| u16::from_le_bytes(*two))
}

/// The operators of one campaign: its own cap within a visit first, then those of the heap.
#[derive(Clone, Debug)]
pub struct Operators<'p> {
    own: Option<Cap>,
    heap: &'p [u8],
}

impl<'p> Operators<'p> {
    pub(crate) const fn new(own: Option<Cap>, heap: &'p [u8]) -> Operators<'p> {
        Operators { own, heap }
    }
}

impl<'p> Iterator for Operators<'p> {
    type Item = Operator<'p>;

    // Every reader of operators calls it: copies would be larger than the calls.
    #[inline(never)]
    fn next(&mut self) -> Option<Operator<'p>> {
        if let Some(cap) = self.own.take() {
            return Some(Operator::Cap(cap));
        }
        if self.heap.is_empty() {
            return None;
        }
        let next = split(self.heap);
        // Damage ends the iteration.
        self.heap = next.map_or(&[], |(_, rest)| rest);
        Some(next.map_or(Operator::Faulty, |(operator, _)| operator))
    }
}

fn split(heap: &[u8]) -> Option<(Operator<'_>, &[u8])> {
    let (&[tag, length], rest) = heap.split_first_chunk()?;
    let (body, rest) = rest.split_at_checked(length.into())?;
    Some((Operator::read(tag, body)?, rest))
}

//! What a playbook needs to be kept of visitors: nothing is remembered that no campaign uses.

#[cfg(feature = "author")]
use super::view::{Operator, Playbook};
#[cfg(feature = "author")]
use crate::limits;
#[cfg(feature = "author")]
use crate::signal::registry::Signal;
use crate::visitor::history::Kind;

/// The signals that purchases answer.
#[cfg(feature = "author")]
const PURCHASES: [Signal; 4] =
    [Signal::Purchases, Signal::DaysSincePurchase, Signal::LastBoughtCategory, Signal::DueItem];

/// What the campaigns of a playbook need to be kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The items seen in a visit.
    pub items: bool,
    /// The categories seen in a visit.
    pub categories: bool,
    /// Anything else of a visit: its cart, how often a campaign was shown.
    pub visit: bool,
    /// When the cart of a visit was last changed, and by what.
    pub cart_change: bool,
    /// How many pages a visit has had.
    pub pages: bool,
    /// When a visit began.
    pub seconds: bool,
    /// What was searched for in a visit.
    pub searches: bool,
    /// The cart in visitor memory.
    pub left_cart: bool,
    /// Visitor memory.
    pub memory: bool,
    /// The day of the visit before in visitor memory.
    pub visit_before: bool,
    /// The interests in visitor memory.
    pub interests: bool,
    /// The bucketing unit.
    pub unit: bool,
    /// For how many days purchases are remembered; 0 for not at all.
    pub bought: u16,
    /// The same for removals from the cart.
    pub removed: u16,
    /// The same for dismissals of what campaigns are about.
    pub dismissed: u16,
    /// The same for dismissals of campaigns.
    pub waved: u16,
}

impl Needs {
    /// The needs as a compiled playbook has them: a bit for each of the flags, then the days, two bytes each.
    pub(crate) fn read(bytes: [u8; 10]) -> Needs {
        let [f0, f1, b0, b1, r0, r1, d0, d1, w0, w1] = bytes;
        let flags = u16::from_le_bytes([f0, f1]);
        let has = |bit: u8| flags & (1 << bit) != 0;
        Needs {
            items: has(0),
            categories: has(1),
            visit: has(2),
            cart_change: has(3),
            left_cart: has(4),
            memory: has(5),
            interests: has(6),
            unit: has(7),
            pages: has(8),
            seconds: has(9),
            visit_before: has(10),
            searches: has(11),
            bought: u16::from_le_bytes([b0, b1]),
            removed: u16::from_le_bytes([r0, r1]),
            dismissed: u16::from_le_bytes([d0, d1]),
            waved: u16::from_le_bytes([w0, w1]),
        }
    }

    /// The bytes that [`Needs::read`] reads.
    #[cfg(feature = "author")]
    pub(crate) fn write(self) -> [u8; 10] {
        let flags = [
            self.items,
            self.categories,
            self.visit,
            self.cart_change,
            self.left_cart,
            self.memory,
            self.interests,
            self.unit,
            self.pages,
            self.seconds,
            self.visit_before,
            self.searches,
        ];
        let flags = flags.into_iter().rev().fold(0, |all, flag| all << 1 | u16::from(flag));
        let [f0, f1] = flags.to_le_bytes();
        let [b0, b1] = self.bought.to_le_bytes();
        let [r0, r1] = self.removed.to_le_bytes();
        let [d0, d1] = self.dismissed.to_le_bytes();
        let [w0, w1] = self.waved.to_le_bytes();
        [f0, f1, b0, b1, r0, r1, d0, d1, w0, w1]
    }

    /// The needs of all campaigns of `playbook` together; the compiler writes them into the file.
    #[cfg(feature = "author")]
    pub(crate) fn of(playbook: &Playbook) -> Needs {
        let mut needs = Needs { unit: playbook.site().holdout > 0, ..Needs::default() };
        for campaign in playbook.every_campaign() {
            let reads = |signal| campaign.reads(signal);
            needs.items |= reads(Signal::Items) || reads(Signal::LastItem);
            needs.categories |= reads(Signal::LastCategory) || reads(Signal::Categories);
            needs.pages |= reads(Signal::Pages);
            needs.seconds |= reads(Signal::Seconds);
            needs.searches |= reads(Signal::Searches) || reads(Signal::LastSearch);
            needs.visit |= reads(Signal::Cart) || reads(Signal::CartCount) || reads(Signal::CartValue);
            needs.cart_change |= reads(Signal::CartMinutes) || reads(Signal::CartItem);
            needs.left_cart |= reads(Signal::LeftItem) || reads(Signal::LeftHours);
            needs.items |= reads(Signal::OtherItems);
            for cap in campaign.caps() {
                needs.visit |= !cap.in_memory || cap.dismissals;
                needs.memory |= cap.in_memory;
            }
            needs.memory |= campaign.fatigue().is_some();
            needs.visit_before |= reads(Signal::DaysSinceVisit);
            needs.interests |= reads(Signal::FavoriteCategory);
            needs.memory |=
                reads(Signal::Visits) || reads(Signal::DaysKnown) || reads(Signal::FavoriteCategory);
            needs.memory |= reads(Signal::Dates) || reads(Signal::Preferences);
            needs.unit |= campaign.is_experiment;
            for operator in campaign.operators() {
                let (kind, days) = match operator {
                    Operator::Suppress(rule) => (rule.kind, rule.days),
                    Operator::Cooldown(hours) => (Kind::Bought, hours.div_ceil(24)),
                    _ => continue,
                };
                let needed = match kind {
                    Kind::Bought => &mut needs.bought,
                    Kind::Removed => &mut needs.removed,
                    Kind::Dismissed => &mut needs.dismissed,
                    Kind::Waved => &mut needs.waved,
                };
                *needed = days.max(*needed);
            }
            if PURCHASES.into_iter().any(reads) {
                needs.bought = limits::MEMORY_DAYS;
            }
        }
        let past = needs.bought.max(needs.removed).max(needs.dismissed).max(needs.waved) > 0;
        needs.memory |= past;
        // What happens in the browser waits in the visit for an edge to remember it.
        needs.visit |= past;
        needs.visit |= needs.pages || needs.seconds || needs.searches;
        needs.cart_change |= needs.left_cart;
        needs.memory |= needs.left_cart || needs.visit_before;
        needs
    }

    /// For how many days what happened in this way is remembered; 0 for not at all.
    pub const fn past(self, kind: Kind) -> u16 {
        match kind {
            Kind::Bought => self.bought,
            Kind::Removed => self.removed,
            Kind::Dismissed => self.dismissed,
            Kind::Waved => self.waved,
        }
    }

    /// Whether anything is needed; then a visit cookie marks that a visit has begun.
    pub const fn any(self) -> bool {
        self.items || self.categories || self.visit || self.cart_change || self.memory || self.unit
    }
}

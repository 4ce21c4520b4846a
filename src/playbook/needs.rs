//! What the campaigns of a playbook need to store about visitors: nothing is remembered that no campaign uses.

use crate::visitor::history::Kind;

/// The visitor data that the campaigns of a playbook need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The items seen in a visit.
    pub items: bool,
    /// The categories seen in a visit.
    pub categories: bool,
    /// Other data of a visit: its cart, exposure counts.
    pub visit: bool,
    /// When the cart of a visit was last changed, and the item added last.
    pub cart_change: bool,
    /// The number of pages in a visit.
    pub pages: bool,
    /// When a visit began.
    pub seconds: bool,
    /// The searches of a visit.
    pub searches: bool,
    /// The abandoned cart in visitor memory.
    pub left_cart: bool,
    /// Visitor memory.
    pub memory: bool,
    /// The day of the previous visit in visitor memory.
    pub visit_before: bool,
    /// That what is sensitive is looked for in the catalog, which has some.
    pub sensitive: bool,
    /// What each block shows, for the blocks that leave that out.
    pub others: bool,
    /// The interests in visitor memory.
    pub interests: bool,
    /// The bucketing unit.
    pub unit: bool,
    /// For how many days purchases are remembered; 0 for not at all.
    pub bought: u16,
    /// The same for removals from the cart.
    pub removed: u16,
    /// The same for dismissals of the subjects of campaigns.
    pub dismissed: u16,
    /// The same for dismissals of campaigns.
    pub waved: u16,
}

impl Needs {
    /// Decodes the needs of a compiled playbook: a bit for each of the flags, then the days, two bytes each.
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
            sensitive: has(12),
            others: has(13),
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
            self.sensitive,
            self.others,
        ];
        let flags = flags.into_iter().rev().fold(0, |all, flag| all << 1 | u16::from(flag));
        let [f0, f1] = flags.to_le_bytes();
        let [b0, b1] = self.bought.to_le_bytes();
        let [r0, r1] = self.removed.to_le_bytes();
        let [d0, d1] = self.dismissed.to_le_bytes();
        let [w0, w1] = self.waved.to_le_bytes();
        [f0, f1, b0, b1, r0, r1, d0, d1, w0, w1]
    }

    /// Extends how long events of this kind are remembered to at least so many days.
    #[cfg(feature = "author")]
    pub(crate) fn remember(&mut self, kind: Kind, days: u16) {
        let needed = match kind {
            Kind::Bought => &mut self.bought,
            Kind::Removed => &mut self.removed,
            Kind::Dismissed => &mut self.dismissed,
            Kind::Waved => &mut self.waved,
        };
        *needed = days.max(*needed);
    }

    /// For how many days events of this kind are remembered; 0 for not at all.
    pub const fn past(self, kind: Kind) -> u16 {
        match kind {
            Kind::Bought => self.bought,
            Kind::Removed => self.removed,
            Kind::Dismissed => self.dismissed,
            Kind::Waved => self.waved,
        }
    }

    /// Whether anything is needed; then a visit cookie is set at the beginning of a visit.
    pub const fn any(self) -> bool {
        self.items || self.categories || self.visit || self.cart_change || self.memory || self.unit
    }
}

//! What a playbook needs to be kept of visitors: nothing is remembered that no campaign uses.

use super::view::Playbook;
use crate::signal::registry::Signal;

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
    /// The cart in visitor memory.
    pub left_cart: bool,
    /// Visitor memory.
    pub memory: bool,
    /// The interests in visitor memory.
    pub interests: bool,
    /// The bucketing unit.
    pub unit: bool,
}

impl Needs {
    /// The needs of all campaigns of `playbook` together.
    pub fn of(playbook: &Playbook) -> Needs {
        let mut needs = Needs { unit: playbook.site().holdout > 0, ..Needs::default() };
        for campaign in (0..u16::MAX).map_while(|index| playbook.campaign(index)) {
            let reads = |signal| campaign.reads(signal);
            needs.items |= reads(Signal::Items) || reads(Signal::LastItem);
            needs.categories |= reads(Signal::LastCategory);
            needs.visit |= reads(Signal::Cart) || reads(Signal::CartCount);
            needs.cart_change |= reads(Signal::CartMinutes) || reads(Signal::CartItem);
            needs.left_cart |= reads(Signal::LeftItem) || reads(Signal::LeftHours);
            needs.items |= reads(Signal::OtherItems);
            for cap in campaign.caps() {
                needs.visit |= !cap.in_memory || cap.dismissals;
                needs.memory |= cap.in_memory;
            }
            needs.interests |= reads(Signal::FavoriteCategory);
            needs.memory |=
                reads(Signal::Visits) || reads(Signal::DaysKnown) || reads(Signal::FavoriteCategory);
            needs.unit |= campaign.experiment.is_some();
        }
        needs.cart_change |= needs.left_cart;
        needs.memory |= needs.left_cart;
        needs
    }

    /// Whether anything is needed; then a visit cookie marks that a visit has begun.
    pub const fn any(self) -> bool {
        self.items || self.categories || self.visit || self.cart_change || self.memory || self.unit
    }
}

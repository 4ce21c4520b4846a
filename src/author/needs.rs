//! What a compiled playbook needs to be kept of visitors, found out from its campaigns.

use crate::limits;
use crate::playbook::needs::Needs;
use crate::playbook::view::{Campaign, Playbook};
use crate::signal::registry::Signal;

/// The signals that purchases answer.
const PURCHASES: [Signal; 4] =
    [Signal::Purchases, Signal::DaysSincePurchase, Signal::LastBoughtCategory, Signal::DueItem];

/// The needs of all campaigns of `playbook` together; the compiler writes them into the file.
pub(in crate::author) fn of(playbook: &Playbook) -> Needs {
    let mut needs = Needs { unit: playbook.site().holdout > 0, ..Needs::default() };
    for campaign in playbook.every_campaign() {
        add(&campaign, &mut needs);
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

fn add(campaign: &Campaign<'_>, needs: &mut Needs) {
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
    needs.visit_before |= reads(Signal::DaysSinceVisit);
    needs.interests |= reads(Signal::FavoriteCategory);
    needs.memory |= reads(Signal::Visits) || reads(Signal::DaysKnown) || reads(Signal::FavoriteCategory);
    needs.memory |= reads(Signal::Dates) || reads(Signal::Preferences);
    needs.unit |= campaign.is_experiment;
    for operator in campaign.operators() {
        operator.add_needs(needs);
    }
    if PURCHASES.into_iter().any(reads) {
        needs.bought = limits::MEMORY_DAYS;
    }
}

//! Computes the visitor data that a compiled playbook needs, from its campaigns.

use crate::playbook::needs::Needs;
use crate::playbook::view::{Campaign, Playbook};
use crate::signal::registry::{Kept, Signal};

/// The needs of all campaigns of `playbook` together; the compiler writes them into the file.
pub(in crate::author) fn of(playbook: &Playbook) -> Needs {
    let life_days = playbook.keeping().life_days;
    let mut needs = Needs { unit: playbook.site().holdout > 0, ..Needs::default() };
    for campaign in playbook.every_campaign() {
        add(&campaign, life_days, &mut needs);
    }
    needs.sensitive = playbook.items().any(|item| playbook.is_sensitive(Some(item.id), None))
        || playbook.categories().any(|category| playbook.is_sensitive(None, Some(category.id)));
    let past = needs.bought.max(needs.removed).max(needs.dismissed).max(needs.waved) > 0;
    needs.memory |= past;
    // Browser events are pending in the visit until an edge stores them.
    needs.visit |= past;
    needs.visit |= needs.pages || needs.seconds || needs.searches;
    needs.cart_change |= needs.left_cart;
    needs.memory |= needs.left_cart || needs.visit_before;
    needs
}

fn add(campaign: &Campaign<'_>, life_days: u16, needs: &mut Needs) {
    let read = Signal::ALL.iter().filter(|signal| campaign.reads(**signal));
    for kept in read.filter_map(|signal| signal.keeps()) {
        match kept {
            Kept::Items => needs.items = true,
            Kept::Categories => needs.categories = true,
            Kept::Cart => needs.visit = true,
            Kept::CartChange => needs.cart_change = true,
            Kept::Pages => needs.pages = true,
            Kept::Start => needs.seconds = true,
            Kept::Searches => needs.searches = true,
            Kept::Memory => needs.memory = true,
            Kept::LeftCart => needs.left_cart = true,
            Kept::VisitBefore => needs.visit_before = true,
            Kept::Interests => (needs.interests, needs.memory) = (true, true),
            Kept::Purchases => needs.bought = life_days,
        }
    }
    needs.unit |= campaign.is_experiment;
    needs.others |= campaign.follows_others;
    for operator in campaign.operators() {
        operator.add_needs(needs);
    }
}

//! What the cart of a visit costs, by the catalog of the playbook.

use crate::playbook::Playbook;
use crate::visitor::visit::Line;

/// Hundredths of a unit of the currency.
const UNIT: i64 = 100;

/// The prices of all pieces together, in whole units of the catalog's currency, rounded down; `None` where the price of one
/// item is not known.
pub(super) fn value(playbook: &Playbook, cart: &[Line]) -> Option<i64> {
    let mut sum: i64 = 0;
    for line in cart {
        let amount = playbook.amount(&line.item)?;
        sum = sum.saturating_add(i64::from(amount).saturating_mul(line.quantity.into()));
    }
    Some(sum.div_euclid(UNIT))
}

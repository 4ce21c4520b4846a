//! Computes the value of a visit's cart, by the catalog of the playbook.

use crate::playbook::Playbook;
use crate::visitor::visit::Line;

/// Hundredths per unit of the currency.
const UNIT: i64 = 100;

/// The total price of all pieces, in whole units of the catalog's currency, rounded down; `None` if the price of one item
/// is unknown.
pub(super) fn value(playbook: &Playbook, cart: &[Line]) -> Option<i64> {
    let mut sum: i64 = 0;
    for line in cart {
        let amount = playbook.amount(&line.item)?;
        sum = sum.saturating_add(i64::from(amount).saturating_mul(line.quantity.into()));
    }
    Some(sum.div_euclid(UNIT))
}

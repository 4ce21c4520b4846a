//! The gates of a campaign's operators, checked in the order of the table of operators.
//!
//! Each operator has a gate: the function `open` in the module that its row names. It returns whether the operator lets
//! the campaign be shown now, and if not, the reason.

use core::ops::Range;

use super::asked::Asked;
use super::signals::RequestSignals;
use crate::playbook::operators::{Operator, operators};
use crate::reason::Reason;

macro_rules! gates {
    ($($(#[$doc:meta])* $module:ident $variant:ident $columns:tt)*) => {
        fn open(operator: Operator<'_>, asked: Asked<'_>, signals: &RequestSignals<'_>) -> Result<(), Reason> {
            match operator {
                $(Operator::$variant(view) => super::$module::open(view, asked, signals),)*
                Operator::Faulty => Err(Reason::Faulty),
            }
        }
    };
}
operators!(gates);

/// Checks the gates whose places are in `places`, the lowest place first.
///
/// If one of several operators with the same place is not visible here, the others are still checked: one of them may be
/// closed for a visible reason.
///
/// # Errors
///
/// The reason of the first closed gate.
pub(super) fn pass(places: Range<u8>, asked: Asked<'_>, signals: &RequestSignals<'_>) -> Result<(), Reason> {
    let operators = asked.campaign.operators();
    let mut from = places.start;
    while let Some(place) = next(operators.clone().map(|operator| operator.gate()), from..places.end) {
        let mut hidden = Ok(());
        for operator in operators.clone().filter(|operator| operator.gate() == place) {
            match open(operator, asked, signals) {
                Ok(()) => {}
                Err(Reason::EdgeOnly) => hidden = Err(Reason::EdgeOnly),
                closed => return closed,
            }
        }
        hidden?;
        from = place.saturating_add(1);
    }
    Ok(())
}

fn next(places: impl Iterator<Item = u8>, within: Range<u8>) -> Option<u8> {
    places.filter(|place| within.contains(place)).min()
}

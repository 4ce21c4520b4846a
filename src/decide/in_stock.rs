//! Stock: whether the nearest store has an item.
//!
//! If the nearest store is uncertain, all of `place.stores` must have the item (see [`super::nearest_store`]). An unknown
//! item or location counts as not in stock.

use super::asked::Asked;
use super::signals::RequestSignals;
use crate::condition::{SignalReader as _, Value};
use crate::playbook::operators::InStock;
use crate::reason::Reason;
use crate::signal::registry::Signal;

/// Whether the nearest store has the item in stock; if it is uncertain, whether all of `place.stores` have it.
///
/// # Errors
///
/// [`Reason::NotInStock`], and [`Reason::NotPermitted`] or [`Reason::EdgeOnly`] as for the signals it reads.
pub(super) fn open(item: InStock<'_>, asked: Asked<'_>, signals: &RequestSignals<'_>) -> Result<(), Reason> {
    let item = match item {
        InStock::Item(item) => item,
        InStock::ItemOf(code) => match known(signals, Signal::from_code(code).ok_or(Reason::Faulty)?)? {
            Value::Text(item) => item,
            _ => return Err(Reason::NotInStock),
        },
    };
    let Value::List(stores) = known(signals, Signal::Stores)? else { return Err(Reason::NotInStock) };
    let has = |id: &str| asked.playbook.store(id).is_some_and(|store| store.has(item));
    let mut ids = (0..).map_while(|index| stores.text(index));
    if !ids.all(has) {
        return Err(Reason::NotInStock);
    }
    Ok(())
}

fn known<'s>(signals: &'s RequestSignals<'_>, signal: Signal) -> Result<Value<'s>, Reason> {
    signals.read(signal).known()?.ok_or(Reason::NotInStock)
}

//! Stores of a draft as the flat file has them, and the operator that asks for their stock.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::draft::{InStockDraft, StoreDraft};
use crate::signal::distance::Point;
use crate::signal::registry::{Signal, Type};

/// Where a store is, to a millionth of a degree; `None` off the globe.
pub(super) fn point(store: &StoreDraft) -> Option<Point> {
    Some(Point { latitude: millionths(store.latitude, 90)?, longitude: millionths(store.longitude, 180)? })
}

fn millionths(degrees: f64, most: i32) -> Option<i32> {
    // Written out and read again, since a number of degrees has no lossless way to an integer.
    let rounded: i32 = (degrees * 1e6).round().to_string().parse().ok()?;
    (rounded.unsigned_abs() <= most.unsigned_abs() * 1_000_000).then_some(rounded)
}

/// The stock of a store as one text: ids in the order of the alphabet, which have no spaces, with spaces between.
pub(super) fn stock(store: &StoreDraft) -> String {
    let mut ids: Vec<&str> = store.stock.iter().map(String::as_str).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.join(" ")
}

/// The body of the operator and the signals it reads; `None` for what [`super::check`] refuses.
pub(super) fn in_stock(draft: &InStockDraft) -> Option<(Vec<u8>, Vec<Signal>)> {
    match (&draft.item, &draft.item_of) {
        (Some(item), None) => Some((item.clone().into_bytes(), Vec::from([Signal::Stores]))),
        (None, Some(name)) => {
            let signal = naming(name)?;
            // No id begins with a control character, so a signal is told from an item by its first byte.
            Some((Vec::from([0, signal.code()]), Vec::from([Signal::Stores, signal])))
        }
        _ => None,
    }
}

/// The signal with this name, if it names one item.
pub(super) fn naming(name: &str) -> Option<Signal> {
    let one = |signal: &Signal| signal.entry().names_item && signal.entry().kind == Type::Text;
    Signal::from_name(name).filter(one)
}

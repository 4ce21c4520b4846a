//! Orders the blocks of a group by the visitor's interests.
//!
//! Each block of the group may be about a category. With the interest of the `visitor`, categories are ordered by their
//! counts in visitor memory, recent visits counting more; with that of the `visit`, by their last view, the latest first.
//! Blocks of equal interest keep the order of the group in the playbook. Blocks of no interest follow in page order. If
//! no block is of interest the variant has nothing to show, and the next campaign is considered.
//!
//! It reads the same data as `visitor.favorite_category` or `visit.last_category`, for the same purpose and under the
//! same permission.

use alloc::vec::Vec;

use super::signals::RequestSignals;
use crate::reason::Reason;
use crate::signal::registry::Signal;

/// The order of `code`, in the form of [`crate::html::splice::Operation::Reorder`].
///
/// # Errors
///
/// [`Reason::MissingValue`] without any interest; [`Reason::NotPermitted`] and [`Reason::EdgeOnly`] as for the signal it
/// reads; [`Reason::Faulty`].
pub(super) fn order(code: &[u8], signals: &RequestSignals<'_>) -> Result<Vec<u8>, Reason> {
    let (whose, mut rest) = code.split_first().ok_or(Reason::Faulty)?;
    let interests =
        signals.interests(if *whose == 0 { Signal::LastCategory } else { Signal::FavoriteCategory })?;
    let mut first: Vec<(usize, &[u8])> = Vec::new();
    let mut others: Vec<&[u8]> = Vec::new();
    while let Some((category, behind)) = rest.split_first_chunk() {
        let (length, behind) = behind.split_first().ok_or(Reason::Faulty)?;
        let (id, behind) = behind.split_at_checked(usize::from(*length)).ok_or(Reason::Faulty)?;
        rest = behind;
        let category = u32::from_le_bytes(*category);
        let known = interests.iter().find(|(_, code)| category != 0 && *code == category);
        match known {
            // Inserted in order: a sort would add kilobytes to the browser module.
            Some((rank, _)) => first.insert(first.partition_point(|(other, _)| other <= rank), (*rank, id)),
            None => others.push(id),
        }
    }
    if first.is_empty() {
        return Err(Reason::MissingValue);
    }
    let mut order = Vec::new();
    first.iter().for_each(|(_, id)| word(&mut order, b' ', id));
    others
        .iter()
        .enumerate()
        .for_each(|(place, id)| word(&mut order, if place == 0 { b'/' } else { b' ' }, id));
    if others.is_empty() {
        order.push(b'/');
    }
    Ok(order)
}

fn word(order: &mut Vec<u8>, before: u8, id: &[u8]) {
    if !order.is_empty() {
        order.push(before);
    }
    order.extend_from_slice(id);
}

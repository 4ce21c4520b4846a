//! Items of a compiled playbook that the nearest store must have: an id, or 0 and the code of the signal that names the item.

/// An item that the nearest store must have in stock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InStock<'p> {
    /// The item with this id.
    Item(&'p str),
    /// The item that the signal with this code names.
    ItemOf(u8),
}

pub(super) fn read(body: &[u8]) -> Option<InStock<'_>> {
    match body {
        [0, code] => Some(InStock::ItemOf(*code)),
        item => core::str::from_utf8(item).ok().map(InStock::Item),
    }
}

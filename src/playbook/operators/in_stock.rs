//! Stock operator of a compiled playbook: an item id, or 0 and the code of the signal that has the item.

/// An item that the nearest store must have in stock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InStock<'p> {
    /// The item with this id.
    Item(&'p str),
    /// The item that is the value of the signal with this code.
    ItemOf(u8),
}

pub(super) fn read(body: &[u8]) -> Option<InStock<'_>> {
    match body {
        [0, code] => Some(InStock::ItemOf(*code)),
        item => core::str::from_utf8(item).ok().map(InStock::Item),
    }
}

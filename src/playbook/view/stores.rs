//! The stores of a compiled playbook, sorted by id.

use super::Playbook;
use crate::html::template::Field;
use crate::limits;
use crate::playbook::wire::{Record, Section, store};
use crate::signal::distance::Point;

/// A store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Store<'p> {
    /// Its id.
    pub id: &'p str,
    /// Its title.
    pub title: &'p str,
    /// The URL of its page.
    pub url: &'p str,
    /// Its region.
    pub region: Option<&'p str>,
    /// Its coordinates.
    pub point: Point,
    /// Grows with the order of the stores in the source.
    pub place: u32,
    stock: &'p str,
}

impl<'p> Store<'p> {
    /// The text of `field`; a store has an id, a title, a URL and perhaps a region.
    pub const fn field(&self, field: Field) -> Option<&'p str> {
        match field {
            Field::Value => Some(self.id),
            Field::Title => Some(self.title),
            Field::Url => Some(self.url),
            Field::Region => self.region,
            Field::Image | Field::Price | Field::Category => None,
        }
    }

    /// Whether it has the item with this id in stock.
    pub fn has(&self, item: &str) -> bool {
        !item.is_empty() && self.stock.split(' ').any(|known| known == item)
    }
}

impl Playbook {
    /// The store with this id.
    pub fn store(&self, id: &str) -> Option<Store<'_>> {
        self.find(Section::Stores, id).map(|record| view(&record))
    }

    /// Every store, sorted by id, [`limits::STORES`] at most.
    pub fn stores(&self) -> impl Iterator<Item = Store<'_>> {
        self.stores_from(0)
    }

    /// The same from this number on.
    pub fn stores_from(&self, number: usize) -> impl Iterator<Item = Store<'_>> {
        self.records(Section::Stores, number, limits::STORES).map(|record| view(&record))
    }
}

fn view<'p>(record: &Record<'p>) -> Store<'p> {
    let degrees = |at| i32::from_le_bytes(record.array(at));
    Store {
        id: record.text(store::ID),
        title: record.text(store::TITLE),
        url: record.text(store::URL),
        region: record.some_text(store::REGION),
        place: record.u32(store::ID),
        point: Point { latitude: degrees(store::LATITUDE), longitude: degrees(store::LONGITUDE) },
        stock: record.text(store::STOCK),
    }
}

//! The catalog of a compiled playbook: items and categories for templates.

use super::Playbook;
use crate::html::template::Field;
use crate::playbook::wire::{Record, Section, category, item};

/// An item of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item<'p> {
    /// Its id.
    pub id: &'p str,
    /// Its title.
    pub title: &'p str,
    /// The URL of its page.
    pub url: &'p str,
    /// The URL of its picture.
    pub image: Option<&'p str>,
    /// Its price, as the site writes it.
    pub price: Option<&'p str>,
    /// The id of its category.
    pub category: Option<&'p str>,
}

impl<'p> Item<'p> {
    /// The text of `field`.
    pub fn field(&self, field: Field) -> Option<&'p str> {
        match field {
            Field::Value => Some(self.id),
            Field::Title => Some(self.title),
            Field::Url => Some(self.url),
            Field::Image => self.image,
            Field::Price => self.price,
            Field::Category => self.category,
            Field::Region => None,
        }
    }
}

/// What the place of an item in a list depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed<'p> {
    /// Its id.
    pub id: &'p str,
    /// The id of its category; empty for none.
    pub category: &'p str,
    /// The price of one piece in hundredths of the currency unit; `u32::MAX` if unknown.
    pub amount: u32,
    /// Grows with the order of the catalog in the source.
    pub place: u32,
    /// Whether it is sensitive, by itself or by its category.
    pub is_sensitive: bool,
}

impl<'p> Listed<'p> {
    /// What has an id and a place, and neither category nor price: a store, or an item that the catalog does not have.
    pub const fn bare(id: &'p str, place: u32) -> Listed<'p> {
        Listed { id, category: "", amount: u32::MAX, place, is_sensitive: false }
    }
}

/// A category of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Category<'p> {
    /// Its id.
    pub id: &'p str,
    /// Its title.
    pub title: &'p str,
    /// The URL of its page.
    pub url: &'p str,
}

impl<'p> Category<'p> {
    /// The text of `field`; a category has an id, a title and a URL.
    pub fn field(&self, field: Field) -> Option<&'p str> {
        match field {
            Field::Value => Some(self.id),
            Field::Title => Some(self.title),
            Field::Url => Some(self.url),
            Field::Image | Field::Price | Field::Category | Field::Region => None,
        }
    }
}

impl Playbook {
    /// The item with this id.
    pub fn item(&self, id: &str) -> Option<Item<'_>> {
        self.find(Section::Items, id).map(|record| item_view(&record))
    }

    /// Every item, sorted by id.
    pub fn items(&self) -> impl Iterator<Item = Item<'_>> {
        self.items_from(0)
    }

    /// Every item from this number on, sorted by id.
    pub fn items_from(&self, number: usize) -> impl Iterator<Item = Item<'_>> {
        self.records(Section::Items, number, usize::MAX).map(|record| item_view(&record))
    }

    /// What the place of an item in a list depends on, if it is in the catalog.
    pub fn listed(&self, id: &str) -> Option<Listed<'_>> {
        self.find(Section::Items, id).map(|record| listed(&record))
    }

    /// The same for every item, sorted by id.
    pub fn all_listed(&self) -> impl Iterator<Item = Listed<'_>> {
        self.records(Section::Items, 0, usize::MAX).map(|record| listed(&record))
    }

    /// The id of the item of this number, sorted by id, and its replenishment interval in days; 0 for none.
    pub fn replenishes(&self, number: usize) -> Option<(&str, u16)> {
        let record = self.record(Section::Items, number)?;
        Some((record.text(item::ID), record.u16(item::REPLENISH)))
    }

    /// The price of one piece of the item with this id, in hundredths of the currency unit; `None` if unknown.
    pub fn amount(&self, id: &str) -> Option<u32> {
        let amount = self.find(Section::Items, id)?.u32(item::AMOUNT);
        amount.checked_sub(1)
    }

    /// Whether the item or the category with one of these ids is sensitive, so that visitor memory keeps nothing of it.
    pub fn is_sensitive(&self, item: Option<&str>, category: Option<&str>) -> bool {
        let labelled = |section, id: Option<&str>, place| {
            id.and_then(|id| self.find(section, id)).is_some_and(|record| record.u8(place) != 0)
        };
        labelled(Section::Items, item, item::SENSITIVE)
            || labelled(Section::Categories, category, category::SENSITIVE)
    }

    /// The category with this id.
    pub fn category(&self, id: &str) -> Option<Category<'_>> {
        self.find(Section::Categories, id).map(|record| view(&record))
    }

    /// Every category, sorted by id.
    pub fn categories(&self) -> impl Iterator<Item = Category<'_>> {
        self.records(Section::Categories, 0, usize::MAX).map(|record| view(&record))
    }
}

fn item_view<'p>(record: &Record<'p>) -> Item<'p> {
    Item {
        id: record.text(item::ID),
        title: record.text(item::TITLE),
        url: record.text(item::URL),
        image: record.some_text(item::IMAGE),
        price: record.some_text(item::PRICE),
        category: record.some_text(item::CATEGORY),
    }
}

fn listed<'p>(record: &Record<'p>) -> Listed<'p> {
    Listed {
        id: record.text(item::ID),
        category: record.text(item::CATEGORY),
        amount: record.u32(item::AMOUNT).wrapping_sub(1),
        // The compiler writes the ids one after the other, before all else of the catalog.
        place: record.u32(item::ID),
        is_sensitive: record.u8(item::SENSITIVE) != 0,
    }
}

fn view<'p>(record: &Record<'p>) -> Category<'p> {
    Category {
        id: record.text(category::ID),
        title: record.text(category::TITLE),
        url: record.text(category::URL),
    }
}

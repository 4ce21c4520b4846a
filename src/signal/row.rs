//! Types of the columns of the registry of signals.

use alloc::vec::Vec;

use crate::consent::purpose::Purpose;

/// The type of a signal's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// UTF-8 text.
    Text,
    /// An integer.
    Number,
    /// A list of texts, newest or first added first.
    List,
}

/// The source of a signal's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The request alone.
    Request,
    /// The host's own geolocation, which is not passed from an edge to the browser.
    Place,
    /// The visit cookie, `parvis-visit`.
    Visit,
    /// The visitor memory, `__Host-parvis`.
    Memory,
    /// The cookie of the site's login that the playbook names.
    Profile,
}

/// Who can read a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Conditions and templates.
    All,
    /// Only templates of a campaign that names a date: the value is the distance to it.
    Templates,
    /// Only campaign operators; its name is not valid in a playbook.
    Operators,
}

/// What the values of a signal identify, so that templates may show its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// Nothing.
    Nothing,
    /// Items of the catalog.
    Item,
    /// Categories of the catalog.
    Category,
    /// Stores of the playbook.
    Store,
}

/// The values that a signal can have, for the check of playbooks.
#[derive(Clone, Copy, Debug)]
pub enum Values {
    /// Any of its type.
    Any,
    /// Numbers from the first to the second.
    Between(u8, u8),
    /// Numbers from this one on.
    AtLeast(u8),
    /// Some texts: the singular and plural of their name, and the texts.
    OneOf(&'static str, &'static str, fn() -> Vec<&'static str>),
    /// Texts of this form.
    Written(Form),
}

/// The form of a signal's texts.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// Two capital letters (ISO 3166-1).
    Country,
    /// A country and a subdivision (ISO 3166-2).
    Region,
    /// Two or three small letters (ISO 639).
    Language,
    /// Hours and minutes, as `18:30`.
    Time,
    /// A name and a value, as `promo=summer`.
    Parameter,
    /// A normalized search term.
    Search,
}

/// The visitor data that must be stored for a signal to have a value; only data that a campaign reads is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The items seen in the visit.
    Items,
    /// The categories seen in the visit.
    Categories,
    /// The cart of the visit.
    Cart,
    /// When the cart of the visit was last changed, and the item added last.
    CartChange,
    /// The number of pages in the visit.
    Pages,
    /// When the visit began.
    Start,
    /// The searches of the visit.
    Searches,
    /// Visitor memory.
    Memory,
    /// The abandoned cart in visitor memory.
    LeftCart,
    /// The day of the previous visit in visitor memory.
    VisitBefore,
    /// The interests in visitor memory.
    Interests,
    /// The purchases in visitor memory.
    Purchases,
}

/// The properties of a signal that the engine needs at each request.
#[derive(Debug)]
pub struct Entry {
    /// The name that conditions and templates use.
    pub name: &'static str,
    /// The type of its value.
    pub kind: Type,
    /// The unit of its value; empty for names.
    pub unit: &'static str,
    /// The purpose its use serves.
    pub purpose: Purpose,
    /// Its source.
    pub source: Source,
    /// Who can read it.
    pub readers: Readers,
    /// What its values identify.
    pub names: Named,
    /// Whether it is a function of the URL alone, so that any cache keys on it.
    pub in_url: bool,
}

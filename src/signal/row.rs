//! What a row of the registry of signals says.

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

/// Where a signal's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The request alone.
    Request,
    /// The host's own geolocation, which an edge does not tell the browser.
    Place,
    /// The visit cookie, `parvis-visit`.
    Visit,
    /// The visitor memory, `__Host-parvis`.
    Memory,
    /// The cookie of the site's own login that the playbook names.
    Profile,
}

/// Who can read a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Conditions and templates.
    All,
    /// Templates alone, of a campaign that names a date: the value is its distance, and means nothing elsewhere.
    Templates,
    /// Campaign operators alone, so that its name is none in a playbook.
    Operators,
}

/// What the values of a signal name, so that templates may show its fields.
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

/// Which values a signal can have, as far as the check of playbooks judges them.
#[derive(Clone, Copy, Debug)]
pub enum Values {
    /// Any of its type.
    Any,
    /// Numbers from the first to the second.
    Between(u8, u8),
    /// Numbers from this one on.
    AtLeast(u8),
    /// Some texts: what one of them is called, what several are called, and the texts.
    OneOf(&'static str, &'static str, fn() -> Vec<&'static str>),
    /// Texts that are written in this way.
    Written(Form),
}

/// How the texts of a signal are written.
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
    /// As searches are kept.
    Search,
}

/// What must be kept of visitors for a signal to have a value; nothing else is kept than what a campaign reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The items seen in the visit.
    Items,
    /// The categories seen in the visit.
    Categories,
    /// The cart of the visit.
    Cart,
    /// When the cart of the visit was last changed, and by what.
    CartChange,
    /// How many pages the visit has had.
    Pages,
    /// When the visit began.
    Start,
    /// What was searched for in the visit.
    Searches,
    /// Visitor memory.
    Memory,
    /// The cart in visitor memory.
    LeftCart,
    /// The day of the visit before in visitor memory.
    VisitBefore,
    /// The interests in visitor memory.
    Interests,
    /// The purchases in visitor memory.
    Purchases,
}

/// What the engine asks of a signal at each request.
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
    /// Where it comes from.
    pub source: Source,
    /// Who can read it.
    pub readers: Readers,
    /// What its values name.
    pub names: Named,
    /// Whether it is a function of the URL alone, so that any cache keys on it.
    pub in_url: bool,
}

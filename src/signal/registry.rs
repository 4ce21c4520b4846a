//! The registry of signals: all properties of each except its value, which `decide` reads.
//!
//! A signal without a purpose cannot exist, and a name that is not here is an error in `parvis check`.

use super::clock::WEEKDAYS;
use super::distance::Distance;
use super::influence::Influence;
use super::referrer::Referrer;
use crate::consent::purpose::Purpose;
use crate::facts::{Connection, Device};

pub use super::row::{Entry, Form, Kept, Named, Readers, Source, Type, Values};

/// A column of a row, or its default.
macro_rules! or {
    (; $default:expr) => {
        $default
    };
    ($value:expr; $default:expr) => {
        $value
    };
}

macro_rules! signals {
    ($($variant:ident = $code:literal {
        name: $name:literal, kind: $kind:ident, $(unit: $unit:literal,)? purpose: $purpose:ident, source: $source:ident,
        $(readers: $readers:ident,)? $(names: $names:ident,)? $(in_url: $url:literal,)? $(vary: $vary:literal,)?
        $(values: $values:expr,)? $(keeps: $kept:ident,)? example: $example:literal, sentence: $sentence:literal,
    })*) => {
        /// A signal: one fact about request, visit or visitor.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Signal { $(#[doc = $sentence] $variant = $code),* }

        impl Signal {
            /// Every signal, in the order of their codes.
            pub const ALL: &'static [Signal] = &[$(Signal::$variant),*];

            /// The properties that the engine needs at each request.
            pub const fn entry(self) -> &'static Entry {
                match self { $(Signal::$variant => &Entry {
                    name: $name, kind: Type::$kind, unit: or!($($unit)?; ""), purpose: Purpose::$purpose,
                    source: Source::$source, readers: or!($(Readers::$readers)?; Readers::All),
                    names: or!($(Named::$names)?; Named::Nothing), in_url: or!($($url)?; false),
                }),* }
            }

            /// The request headers that determine the signal, for `Vary`, if there are any.
            pub const fn vary(self) -> Option<&'static str> {
                match self { $($(Signal::$variant => Some($vary),)?)* _ => None }
            }

            /// The values that it can have.
            ///
            /// Separate from the row, as are the following, so that a module which checks no playbook does not contain
            /// them.
            pub const fn values(self) -> Values {
                use Values::{AtLeast, Between, OneOf, Written};
                match self { $($(Signal::$variant => $values,)?)* _ => Values::Any }
            }

            /// The visitor data that must be stored for it to have a value.
            pub const fn keeps(self) -> Option<Kept> {
                match self { $($(Signal::$variant => Some(Kept::$kept),)?)* _ => None }
            }

            /// An example value, as JSON.
            pub const fn example(self) -> &'static str {
                match self { $(Signal::$variant => $example),* }
            }

            /// Its meaning, for a marketer.
            pub const fn sentence(self) -> &'static str {
                match self { $(Signal::$variant => $sentence),* }
            }

            /// The signal with this code, as in compiled playbooks.
            pub const fn from_code(code: u8) -> Option<Signal> {
                match code { $($code => Some(Signal::$variant),)* _ => None }
            }
        }
    };
}

// Before the braces: the code that compiled playbooks store. Defaults of columns: no unit, read by all, naming nothing,
// not in the URL, no header that determines it, any value of its type, nothing to store.
signals! {
    Campaign = 0 {
        name: "campaign", kind: Text, purpose: Contextual, source: Request,
        in_url: true, example: "\"spring-sale\"",
        sentence: "the campaign that brought the visitor, from the utm_campaign parameter of this page's address",
    }
    PageKind = 1 {
        name: "page.kind", kind: Text, purpose: Contextual, source: Request,
        in_url: true, example: "\"product\"",
        sentence: "the kind of page, from the playbook's page patterns",
    }
    PageItem = 2 {
        name: "page.item", kind: Text, purpose: Contextual, source: Request,
        names: Item, in_url: true, example: "\"desk-lamp\"",
        sentence: "the product of this page",
    }
    PageCategory = 3 {
        name: "page.category", kind: Text, purpose: Contextual, source: Request,
        names: Category, in_url: true, example: "\"lighting\"",
        sentence: "the category of this page, or of its product",
    }
    Hour = 4 {
        name: "hour", kind: Number, unit: "hours", purpose: Contextual, source: Request,
        values: Between(0, 23), example: "14",
        sentence: "the hour of the day at the site, 0 to 23",
    }
    Device = 5 {
        name: "device", kind: Text, purpose: Contextual, source: Request,
        values: OneOf("device", "devices", || Device::ALL.map(Device::name).into()), example: "\"mobile\"",
        sentence: "the class of device: desktop, mobile or tablet",
    }
    Country = 6 {
        name: "country", kind: Text, purpose: Contextual, source: Request,
        values: Written(Form::Country), example: "\"FR\"",
        sentence: "the country of the visitor's network, as two capital letters",
    }
    LastItem = 7 {
        name: "visit.last_item", kind: Text, purpose: SessionPersonalization, source: Visit,
        names: Item, keeps: Items, example: "\"desk-lamp\"",
        sentence: "the product seen last in this visit",
    }
    Items = 8 {
        name: "visit.items", kind: List, purpose: SessionPersonalization, source: Visit,
        names: Item, keeps: Items, example: "[\"desk-lamp\"]",
        sentence: "the products seen in this visit, newest first",
    }
    LastCategory = 9 {
        name: "visit.last_category", kind: Text, purpose: SessionPersonalization, source: Visit,
        names: Category, keeps: Categories, example: "\"lighting\"",
        sentence: "the category seen last in this visit",
    }
    Cart = 10 {
        name: "visit.cart", kind: List, purpose: SessionPersonalization, source: Visit,
        names: Item, keeps: Cart, example: "[\"oak-desk\"]",
        sentence: "the products in the cart",
    }
    CartCount = 11 {
        name: "visit.cart_count", kind: Number, unit: "pieces", purpose: SessionPersonalization, source: Visit,
        values: AtLeast(0), keeps: Cart, example: "2",
        sentence: "the number of pieces in the cart",
    }
    Visits = 12 {
        name: "visitor.visits", kind: Number, unit: "visits", purpose: PersistentPersonalization, source: Memory,
        values: AtLeast(0), keeps: Memory, example: "3",
        sentence: "the number of visits so far, this one included",
    }
    FavoriteCategory = 13 {
        name: "visitor.favorite_category", kind: Text, purpose: PersistentPersonalization, source: Memory,
        names: Category, keeps: Interests, example: "\"lighting\"",
        sentence: "the category the visitor has looked at most, recent visits counting more",
    }
    Unit = 14 {
        name: "experiment.unit", kind: Text, purpose: Experimentation, source: Memory,
        readers: Operators, example: "\"5f2c9a0b7d1e4f38\"",
        sentence: "the random id by which variants are assigned; conditions cannot read it",
    }
    TimesShown = 15 {
        name: "visit.times_shown", kind: Number, unit: "times", purpose: SessionPersonalization, source: Visit,
        readers: Operators, example: "2",
        sentence: "how often a capped campaign was shown in this visit; conditions cannot read it",
    }
    PagePath = 16 {
        name: "page.path", kind: Text, purpose: Contextual, source: Request,
        in_url: true, example: "\"/p/desk-lamp\"",
        sentence: "the path of this page's address, as it was asked for",
    }
    Query = 17 {
        name: "query", kind: List, purpose: Contextual, source: Request,
        in_url: true, values: Written(Form::Parameter), example: "[\"promo=summer\"]",
        sentence: "the parameters of this page's address, each as name=value; the first sixteen, without those that may name one person",
    }
    CampaignSource = 18 {
        name: "campaign.source", kind: Text, purpose: Contextual, source: Request,
        in_url: true, example: "\"newsletter\"",
        sentence: "where the campaign that brought the visitor ran, from the utm_source parameter of this page's address",
    }
    CampaignMedium = 19 {
        name: "campaign.medium", kind: Text, purpose: Contextual, source: Request,
        in_url: true, example: "\"email\"",
        sentence: "the kind of advertising that brought the visitor, from utm_medium",
    }
    CampaignTerm = 20 {
        name: "campaign.term", kind: Text, purpose: Contextual, source: Request,
        in_url: true, example: "\"desk lamps\"",
        sentence: "the words that were paid for, from utm_term",
    }
    CampaignContent = 21 {
        name: "campaign.content", kind: Text, purpose: Contextual, source: Request,
        in_url: true, example: "\"banner-a\"",
        sentence: "which of several advertisements brought the visitor, from utm_content",
    }
    Weekday = 22 {
        name: "weekday", kind: Text, purpose: Contextual, source: Request,
        values: OneOf("day of the week", "days", || WEEKDAYS.into()), example: "\"saturday\"",
        sentence: "the day of the week at the site, monday to sunday",
    }
    Time = 23 {
        name: "time", kind: Text, purpose: Contextual, source: Request,
        values: Written(Form::Time), example: "\"18:30\"",
        sentence: "the time of day at the site, 00:00 to 23:59",
    }
    Language = 24 {
        name: "language", kind: Text, purpose: Contextual, source: Request,
        vary: "accept-language", values: Written(Form::Language), example: "\"fr\"",
        sentence: "the language the visitor's browser asks for first, as two or three small letters",
    }
    Region = 25 {
        name: "region", kind: Text, purpose: Contextual, source: Request,
        values: Written(Form::Region), example: "\"US-CA\"",
        sentence: "the country of the visitor's network with its state or region, where the host knows it",
    }
    Referrer = 26 {
        name: "referrer", kind: Text, purpose: Contextual, source: Request,
        vary: "referer", values: OneOf("class of referrer", "classes", || Referrer::ALL.map(Referrer::name).into()), example: "\"search\"",
        sentence: "what led here: direct, search, social, mail, same-site or other",
    }
    DaysKnown = 27 {
        name: "visitor.days_known", kind: Number, unit: "days", purpose: PersistentPersonalization, source: Memory,
        values: AtLeast(0), keeps: Memory, example: "12",
        sentence: "days since the visitor was first remembered",
    }
    TimesRemembered = 28 {
        name: "visitor.times_shown", kind: Number, unit: "times", purpose: PersistentPersonalization, source: Memory,
        readers: Operators, example: "2",
        sentence: "how often a capped campaign was shown over several visits; conditions cannot read it",
    }
    Purchases = 40 {
        name: "visitor.purchases", kind: Number, unit: "times", purpose: PersistentPersonalization, source: Memory,
        values: AtLeast(0), keeps: Purchases, example: "2",
        sentence: "how often the visitor bought something, as far as the last twelve items tell; within one hour counts once",
    }
    DaysSincePurchase = 41 {
        name: "visitor.days_since_purchase", kind: Number, unit: "days", purpose: PersistentPersonalization, source: Memory,
        values: AtLeast(0), keeps: Purchases, example: "12",
        sentence: "days since the visitor last bought something",
    }
    LastBoughtCategory = 42 {
        name: "visitor.last_bought_category", kind: Text, purpose: PersistentPersonalization, source: Memory,
        names: Category, keeps: Purchases, example: "\"lighting\"",
        sentence: "the category of what the visitor bought last",
    }
    DueItem = 43 {
        name: "visitor.due_item", kind: Text, purpose: PersistentPersonalization, source: Memory,
        names: Item, keeps: Purchases, example: "\"lamp-oil\"",
        sentence: "the product the visitor bought and is likely to need again by now",
    }
    Past = 44 {
        name: "visitor.past", kind: List, purpose: PersistentPersonalization, source: Memory,
        readers: Operators, example: "[\"desk-lamp\"]",
        sentence: "what the visitor bought, took out of the cart or waved away; conditions cannot read it",
    }
    Dates = 50 {
        name: "visitor.dates", kind: Number, unit: "days", purpose: PersistentPersonalization, source: Memory,
        readers: Operators, keeps: Memory, example: "-7",
        sentence: "how far today is from a date that the site declared of the visitor; campaigns with `around` read it, conditions cannot",
    }
    DaysLeft = 51 {
        name: "date.days_left", kind: Number, unit: "days", purpose: PersistentPersonalization, source: Memory,
        readers: Templates, example: "7",
        sentence: "days until the date that the campaign's `around` names, from 1 up; only its templates can show it",
    }
    DaysSince = 52 {
        name: "date.days_since", kind: Number, unit: "days", purpose: PersistentPersonalization, source: Memory,
        readers: Templates, example: "3",
        sentence: "days since the date that the campaign's `around` names, from 1 up; only its templates can show it",
    }
    HoursLeft = 53 {
        name: "date.hours_left", kind: Number, unit: "hours", purpose: PersistentPersonalization, source: Memory,
        readers: Templates, example: "2",
        sentence: "whole hours until the date that the campaign's `around` names, from 1 up, if the date has a time; only its templates can show it",
    }
    MinutesLeft = 54 {
        name: "date.minutes_left", kind: Number, unit: "minutes", purpose: PersistentPersonalization, source: Memory,
        readers: Templates, example: "20",
        sentence: "minutes until the date that the campaign's `around` names, from 1 up, if the date has a time; only its templates can show it",
    }
    Platform = 55 {
        name: "date.platform", kind: Text, purpose: PersistentPersonalization, source: Memory,
        readers: Templates, example: "\"7\"",
        sentence: "the platform that the site declared with the date that the campaign's `around` names; only its templates can show it",
    }
    Gate = 56 {
        name: "date.gate", kind: Text, purpose: PersistentPersonalization, source: Memory,
        readers: Templates, example: "\"B12\"",
        sentence: "the gate that the site declared with the date that the campaign's `around` names; only its templates can show it",
    }
    Seat = 57 {
        name: "date.seat", kind: Text, purpose: PersistentPersonalization, source: Memory,
        readers: Templates, example: "\"12A\"",
        sentence: "the seat that the site declared with the date that the campaign's `around` names; only its templates can show it",
    }
    File = 58 {
        name: "date.file", kind: Text, purpose: PersistentPersonalization, source: Memory,
        readers: Templates, example: "\"QX4711\"",
        sentence: "the file number that the site declared with the date that the campaign's `around` names; only its templates can show it",
    }
    NearestStore = 60 {
        name: "place.nearest_store", kind: Text, purpose: Contextual, source: Place,
        names: Store, example: "\"lyon\"",
        sentence: "the store nearest to the visitor's network, unless another one is less than 25 km farther away",
    }
    StoreDistance = 61 {
        name: "place.distance", kind: Text, purpose: Contextual, source: Place,
        values: OneOf("distance", "distances", || Distance::ALL.map(Distance::name).into()), example: "\"near\"",
        sentence: "how far the nearest store is: near (less than 25 km), region (less than 100 km) or far",
    }
    Stores = 62 {
        name: "place.stores", kind: List, purpose: Contextual, source: Place,
        names: Store, example: "[\"lyon\", \"villeurbanne\"]",
        sentence: "the nearest store and those less than 25 km farther away, nearest first, three at most",
    }
    CartMinutes = 63 {
        name: "visit.cart_minutes", kind: Number, unit: "minutes", purpose: SessionPersonalization, source: Visit,
        values: AtLeast(0), keeps: CartChange, example: "45",
        sentence: "minutes since the cart was last changed in this visit; not known while it is empty",
    }
    CartItem = 64 {
        name: "visit.cart_item", kind: Text, purpose: SessionPersonalization, source: Visit,
        names: Item, keeps: CartChange, example: "\"oak-desk\"",
        sentence: "the product that was put into the cart last, as long as it is there",
    }
    LeftItem = 66 {
        name: "visitor.cart_item", kind: Text, purpose: PersistentPersonalization, source: Memory,
        names: Item, keeps: LeftCart, example: "\"oak-desk\"",
        sentence: "the product put last into the cart that the visitor left, in this visit or an earlier one",
    }
    LeftHours = 67 {
        name: "visitor.cart_hours", kind: Number, unit: "hours", purpose: PersistentPersonalization, source: Memory,
        values: AtLeast(0), keeps: LeftCart, example: "20",
        sentence: "hours since the cart that the visitor left was changed, in this visit or an earlier one",
    }
    OtherItems = 68 {
        name: "visit.other_items", kind: List, purpose: SessionPersonalization, source: Visit,
        names: Item, keeps: Items, example: "[\"oak-desk\"]",
        sentence: "the products seen in this visit, newest first, without the one of this page",
    }
    KeptVariant = 70 {
        name: "experiment.kept", kind: Text, purpose: Experimentation, source: Memory,
        readers: Operators, example: "\"quiet\"",
        sentence: "the variant that the visitor got before and keeps; conditions cannot read it",
    }
    Pages = 80 {
        name: "visit.pages", kind: Number, unit: "pages", purpose: SessionPersonalization, source: Visit,
        values: AtLeast(1), keeps: Pages, example: "3",
        sentence: "the number of pages seen in this visit, this one included",
    }
    Seconds = 81 {
        name: "visit.seconds", kind: Number, unit: "seconds", purpose: SessionPersonalization, source: Visit,
        values: AtLeast(0), keeps: Start, example: "90",
        sentence: "seconds since this visit began",
    }
    Categories = 82 {
        name: "visit.categories", kind: List, purpose: SessionPersonalization, source: Visit,
        names: Category, keeps: Categories, example: "[\"lighting\"]",
        sentence: "the categories seen in this visit, newest first",
    }
    CartValue = 83 {
        name: "visit.cart_value", kind: Number, unit: "units", purpose: SessionPersonalization, source: Visit,
        values: AtLeast(0), keeps: Cart, example: "129",
        sentence: "what the products in the cart cost together, in whole units of the catalog's currency, rounded down; not known where a price is not",
    }
    DaysSinceVisit = 84 {
        name: "visitor.days_since_visit", kind: Number, unit: "days", purpose: PersistentPersonalization, source: Memory,
        values: AtLeast(0), keeps: VisitBefore, example: "12",
        sentence: "days since the visit before this one; not known on the first",
    }
    Connection = 85 {
        name: "connection", kind: Text, purpose: Contextual, source: Request,
        vary: "save-data, ect", values: OneOf("connection", "connections", || Connection::ALL.map(Connection::name).into()), example: "\"slow\"",
        sentence: "how the visitor is connected: slow, fast, or save where they ask to save data; not known in most browsers",
    }
    Searches = 86 {
        name: "visit.searches", kind: List, purpose: SessionPersonalization, source: Visit,
        values: Written(Form::Search), keeps: Searches, example: "[\"desk lamp\"]",
        sentence: "what the visitor searched for on the site in this visit, newest first, in small letters",
    }
    LastSearch = 87 {
        name: "visit.last_search", kind: Text, purpose: SessionPersonalization, source: Visit,
        values: Written(Form::Search), keeps: Searches, example: "\"desk lamp\"",
        sentence: "what the visitor searched for last on the site in this visit, in small letters",
    }
    Preferences = 89 {
        name: "visitor.preferences", kind: List, purpose: PersistentPersonalization, source: Memory,
        keeps: Memory, example: "[\"sport=running\"]",
        sentence: "what the visitor said they prefer, each as name=value, in the order of the playbook's `preferences`",
    }
    Segments = 92 {
        name: "profile.segments", kind: List, purpose: Profile, source: Profile,
        example: "[\"newsletter\"]",
        sentence: "the segments that the site's customer system puts the visitor in, of those the playbook lists, sixteen at most",
    }
    Tier = 93 {
        name: "profile.tier", kind: Text, purpose: Profile, source: Profile,
        example: "\"gold\"",
        sentence: "the visitor's tier in the site's loyalty scheme, of those the playbook lists",
    }
    TierRank = 94 {
        name: "profile.tier_rank", kind: Number, purpose: Profile, source: Profile,
        values: AtLeast(1), example: "2",
        sentence: "how high that tier is: 1 for the first that the playbook lists",
    }
    PagePrice = 95 {
        name: "page.price", kind: Number, unit: "units", purpose: Contextual, source: Request,
        in_url: true, values: AtLeast(0), example: "129",
        sentence: "what the product of this page costs, in whole units of the catalog's currency, rounded down; not known where its price is no number",
    }
}

impl Signal {
    /// The signal with this name, if conditions and templates may read it.
    ///
    /// ```
    /// use parvis::signal::registry::Signal;
    /// assert_eq!(Signal::from_name("visit.last_item"), Some(Signal::LastItem));
    /// assert_eq!(Signal::from_name("shoe_size"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Signal> {
        Signal::named(name).filter(|signal| signal.entry().readers == Readers::All)
    }

    /// The signal with this name, if templates may show it: all that conditions read, and the days to and from the date
    /// that the template's campaign names, with its values.
    ///
    /// ```
    /// use parvis::signal::registry::Signal;
    /// assert_eq!(Signal::in_template("date.days_left"), Some(Signal::DaysLeft));
    /// assert_eq!(Signal::from_name("date.days_left"), None);
    /// ```
    pub fn in_template(name: &str) -> Option<Signal> {
        Signal::named(name).filter(|signal| signal.entry().readers != Readers::Operators)
    }

    /// Signals that are read from one parameter of the address each.
    pub const PARAMETERS: [(Signal, &'static str); 5] = [
        (Signal::Campaign, "utm_campaign"),
        (Signal::CampaignSource, "utm_source"),
        (Signal::CampaignMedium, "utm_medium"),
        (Signal::CampaignTerm, "utm_term"),
        (Signal::CampaignContent, "utm_content"),
    ];

    /// Values that a site declares with a date of the visitor, in the order of their kinds in storage.
    pub const DATE_VALUES: [Signal; 4] = [Signal::Platform, Signal::Gate, Signal::Seat, Signal::File];

    /// The kind and the signal of the value that `declare` names like this.
    pub fn date_value(name: &str) -> Option<(u8, Signal)> {
        let mut known = (0..).zip(Signal::DATE_VALUES);
        known.find(|(_, signal)| signal.entry().name.strip_prefix("date.") == Some(name))
    }

    /// The one parameter of the address that it is read from.
    pub fn parameter(self) -> Option<&'static str> {
        Signal::PARAMETERS.iter().find(|(signal, _)| *signal == self).map(|(_, name)| *name)
    }

    fn named(name: &str) -> Option<Signal> {
        Signal::ALL.iter().copied().find(|signal| signal.entry().name == name)
    }

    /// Whether it is the distance to the date that a campaign names, or a value of that date; it has no value elsewhere.
    pub const fn is_distance(self) -> bool {
        matches!(self.entry().readers, Readers::Templates)
    }

    /// The code that compiled playbooks store.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The influence on an output that reads this signal.
    pub const fn influence(self) -> Influence {
        match self.entry().source {
            Source::Request | Source::Place => Influence::Contextual,
            Source::Visit | Source::Memory | Source::Profile => Influence::Personal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_operators_read_has_no_name_in_conditions() {
        for signal in Signal::ALL {
            let operators = matches!(
                signal.entry().name,
                "experiment.unit"
                    | "visit.times_shown"
                    | "visitor.times_shown"
                    | "visitor.past"
                    | "visitor.dates"
                    | "experiment.kept"
            );
            let distance = signal.entry().name.starts_with("date.");
            let name = signal.entry().name;
            assert_eq!(Signal::from_name(name), (!operators && !distance).then_some(*signal), "{name}");
            assert_eq!(Signal::in_template(name), (!operators).then_some(*signal), "{name}");
        }
    }

    /// Nothing is kept that no campaign needs, so a row that names nothing to keep would never have a value.
    #[test]
    fn what_conditions_read_of_visit_and_memory_is_kept() {
        for signal in Signal::ALL {
            let entry = signal.entry();
            let kept = matches!(entry.source, Source::Visit | Source::Memory);
            assert!(entry.readers != Readers::All || kept == signal.keeps().is_some(), "{}", entry.name);
        }
    }
}

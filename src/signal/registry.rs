//! The one table of every signal: name, type, unit, purpose, source, example, sentence for a marketer.
//!
//! A signal without a purpose cannot exist, and a name that is not here is an error in `parvis check`.

use super::influence::Influence;
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

/// One row of the table.
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
    /// Whether its values name items of the catalog, so that templates may show their fields.
    pub names_item: bool,
    /// Whether its values name categories of the catalog.
    pub names_category: bool,
    /// Whether it is a function of the URL alone, so that any cache keys on it.
    pub in_url: bool,
}

macro_rules! signals {
    ($($variant:ident = $code:literal { $name:literal, $kind:ident, $unit:literal, $purpose:ident, $source:ident,
        $item:literal, $category:literal, $url:literal, $example:literal, $sentence:literal })*) => {
        /// One fact about request, visit or visitor.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Signal { $(#[doc = $sentence] $variant = $code),* }

        impl Signal {
            /// Every signal, in the order of their codes.
            pub const ALL: &'static [Signal] = &[$(Signal::$variant),*];

            /// The signal's row of the table.
            pub const fn entry(self) -> &'static Entry {
                match self { $(Signal::$variant => &Entry {
                    name: $name, kind: Type::$kind, unit: $unit, purpose: Purpose::$purpose, source: Source::$source,
                    names_item: $item, names_category: $category, in_url: $url,
                }),* }
            }

            /// An example value, as JSON.
            ///
            /// Apart from the row, so that a module that shows no text to people carries none.
            pub const fn example(self) -> &'static str {
                match self { $(Signal::$variant => $example),* }
            }

            /// What it means, for a marketer; apart from the row like [`Signal::example`].
            pub const fn sentence(self) -> &'static str {
                match self { $(Signal::$variant => $sentence),* }
            }

            /// The signal with this code, as compiled playbooks store it.
            pub const fn from_code(code: u8) -> Option<Signal> {
                match code { $($code => Some(Signal::$variant),)* _ => None }
            }
        }
    };
}

// variant = code { name, type, unit, purpose, source, names item, names category, in URL, example, sentence }
signals! {
    Campaign = 0 { "campaign", Text, "", Contextual, Request, false, false, true, "\"spring-sale\"",
        "the campaign that brought the visitor, from the utm_campaign parameter of this page's address" }
    PageKind = 1 { "page.kind", Text, "", Contextual, Request, false, false, true, "\"product\"",
        "the kind of page, from the playbook's page patterns" }
    PageItem = 2 { "page.item", Text, "", Contextual, Request, true, false, true, "\"desk-lamp\"",
        "the product of this page" }
    PageCategory = 3 { "page.category", Text, "", Contextual, Request, false, true, true, "\"lighting\"",
        "the category of this page, or of its product" }
    Hour = 4 { "hour", Number, "hours", Contextual, Request, false, false, false, "14",
        "the hour of the day at the site, 0 to 23" }
    Device = 5 { "device", Text, "", Contextual, Request, false, false, false, "\"mobile\"",
        "the class of device: desktop, mobile or tablet" }
    Country = 6 { "country", Text, "", Contextual, Request, false, false, false, "\"FR\"",
        "the country of the visitor's network, as two capital letters" }
    LastItem = 7 { "visit.last_item", Text, "", SessionPersonalization, Visit, true, false, false, "\"desk-lamp\"",
        "the product seen last in this visit" }
    Items = 8 { "visit.items", List, "", SessionPersonalization, Visit, true, false, false, "[\"desk-lamp\"]",
        "the products seen in this visit, newest first" }
    LastCategory = 9 { "visit.last_category", Text, "", SessionPersonalization, Visit, false, true, false, "\"lighting\"",
        "the category seen last in this visit" }
    Cart = 10 { "visit.cart", List, "", SessionPersonalization, Visit, true, false, false, "[\"oak-desk\"]",
        "the products in the cart" }
    CartCount = 11 { "visit.cart_count", Number, "pieces", SessionPersonalization, Visit, false, false, false, "2",
        "the number of pieces in the cart" }
    Visits = 12 { "visitor.visits", Number, "visits", PersistentPersonalization, Memory, false, false, false, "3",
        "the number of visits so far, this one included" }
    FavoriteCategory = 13 { "visitor.favorite_category", Text, "", PersistentPersonalization, Memory, false, true, false,
        "\"lighting\"", "the category the visitor has looked at most, recent visits counting more" }
    Unit = 14 { "experiment.unit", Text, "", Experimentation, Memory, false, false, false, "\"5f2c9a0b7d1e4f38\"",
        "the random id by which variants are assigned; conditions cannot read it" }
    TimesShown = 15 { "visit.times_shown", Number, "times", SessionPersonalization, Visit, false, false, false, "2",
        "how often a capped campaign was shown in this visit; conditions cannot read it" }
    PagePath = 16 { "page.path", Text, "", Contextual, Request, false, false, true, "\"/p/desk-lamp\"",
        "the path of this page's address, as it was asked for" }
    Query = 17 { "query", List, "", Contextual, Request, false, false, true, "[\"promo=summer\"]",
        "the parameters of this page's address, each as name=value; the first sixteen" }
    CampaignSource = 18 { "campaign.source", Text, "", Contextual, Request, false, false, true, "\"newsletter\"",
        "where the campaign that brought the visitor ran, from the utm_source parameter of this page's address" }
    CampaignMedium = 19 { "campaign.medium", Text, "", Contextual, Request, false, false, true, "\"email\"",
        "the kind of advertising that brought the visitor, from utm_medium" }
    CampaignTerm = 20 { "campaign.term", Text, "", Contextual, Request, false, false, true, "\"desk lamps\"",
        "the words that were paid for, from utm_term" }
    CampaignContent = 21 { "campaign.content", Text, "", Contextual, Request, false, false, true, "\"banner-a\"",
        "which of several advertisements brought the visitor, from utm_content" }
    Weekday = 22 { "weekday", Text, "", Contextual, Request, false, false, false, "\"saturday\"",
        "the day of the week at the site, monday to sunday" }
    Time = 23 { "time", Text, "", Contextual, Request, false, false, false, "\"18:30\"",
        "the time of day at the site, 00:00 to 23:59" }
    Language = 24 { "language", Text, "", Contextual, Request, false, false, false, "\"fr\"",
        "the language the visitor's browser asks for first, as two or three small letters" }
    Region = 25 { "region", Text, "", Contextual, Request, false, false, false, "\"US-CA\"",
        "the country of the visitor's network with its state or region, where the host knows it" }
    Referrer = 26 { "referrer", Text, "", Contextual, Request, false, false, false, "\"search\"",
        "what led here: direct, search, social, mail, same-site or other" }
    DaysKnown = 27 { "visitor.days_known", Number, "days", PersistentPersonalization, Memory, false, false, false, "12",
        "days since the visitor was first remembered" }
    TimesRemembered = 28 { "visitor.times_shown", Number, "times", PersistentPersonalization, Memory, false, false, false,
        "2", "how often a capped campaign was shown over several visits; conditions cannot read it" }
    Purchases = 40 { "visitor.purchases", Number, "times", PersistentPersonalization, Memory, false, false, false, "2",
        "how often the visitor bought something, as far as the last twelve items tell; within one hour counts once" }
    DaysSincePurchase = 41 { "visitor.days_since_purchase", Number, "days", PersistentPersonalization, Memory, false, false,
        false, "12", "days since the visitor last bought something" }
    LastBoughtCategory = 42 { "visitor.last_bought_category", Text, "", PersistentPersonalization, Memory, false, true, false,
        "\"lighting\"", "the category of what the visitor bought last" }
    DueItem = 43 { "visitor.due_item", Text, "", PersistentPersonalization, Memory, true, false, false, "\"lamp-oil\"",
        "the product the visitor bought and is likely to need again by now" }
    Past = 44 { "visitor.past", List, "", PersistentPersonalization, Memory, false, false, false, "[\"desk-lamp\"]",
        "what the visitor bought, took out of the cart or waved away; conditions cannot read it" }
    Dates = 50 { "visitor.dates", Number, "days", PersistentPersonalization, Memory, false, false, false, "-7",
        "how far today is from a date that the site declared of the visitor; campaigns with `around` read it, conditions cannot" }
    DaysLeft = 51 { "date.days_left", Number, "days", PersistentPersonalization, Memory, false, false, false, "7",
        "days until the date that the campaign's `around` names, from 1 up; only its templates can show it" }
    DaysSince = 52 { "date.days_since", Number, "days", PersistentPersonalization, Memory, false, false, false, "3",
        "days since the date that the campaign's `around` names, from 1 up; only its templates can show it" }
    NearestStore = 60 { "place.nearest_store", Text, "", Contextual, Place, false, false, false, "\"lyon\"",
        "the store nearest to the visitor's network, unless another one is less than 25 km farther away" }
    StoreDistance = 61 { "place.distance", Text, "", Contextual, Place, false, false, false, "\"near\"",
        "how far the nearest store is: near (less than 25 km), region (less than 100 km) or far" }
    Stores = 62 { "place.stores", List, "", Contextual, Place, false, false, false, "[\"lyon\", \"villeurbanne\"]",
        "the nearest store and those less than 25 km farther away, nearest first, three at most" }
    CartMinutes = 63 { "visit.cart_minutes", Number, "minutes", SessionPersonalization, Visit, false, false, false, "45",
        "minutes since the cart was last changed in this visit; not known while it is empty" }
    CartItem = 64 { "visit.cart_item", Text, "", SessionPersonalization, Visit, true, false, false, "\"oak-desk\"",
        "the product that was put into the cart last, as long as it is there" }
    LeftItem = 66 { "visitor.cart_item", Text, "", PersistentPersonalization, Memory, true, false, false, "\"oak-desk\"",
        "the product put last into the cart that the visitor left, in this visit or an earlier one" }
    LeftHours = 67 { "visitor.cart_hours", Number, "hours", PersistentPersonalization, Memory, false, false, false, "20",
        "hours since the cart that the visitor left was changed, in this visit or an earlier one" }
    OtherItems = 68 { "visit.other_items", List, "", SessionPersonalization, Visit, true, false, false, "[\"oak-desk\"]",
        "the products seen in this visit, newest first, without the one of this page" }
    KeptVariant = 70 { "experiment.kept", Text, "", Experimentation, Memory, false, false, false, "\"quiet\"",
        "the variant that the visitor got before and keeps; conditions cannot read it" }
    Pages = 80 { "visit.pages", Number, "pages", SessionPersonalization, Visit, false, false, false, "3",
        "the number of pages seen in this visit, this one included" }
    Seconds = 81 { "visit.seconds", Number, "seconds", SessionPersonalization, Visit, false, false, false, "90",
        "seconds since this visit began" }
    Categories = 82 { "visit.categories", List, "", SessionPersonalization, Visit, false, true, false, "[\"lighting\"]",
        "the categories seen in this visit, newest first" }
    CartValue = 83 { "visit.cart_value", Number, "units", SessionPersonalization, Visit, false, false, false, "129",
        "what the products in the cart cost together, in whole units of the catalog's currency, rounded down; not known where a price is not" }
    DaysSinceVisit = 84 { "visitor.days_since_visit", Number, "days", PersistentPersonalization, Memory, false, false, false, "12",
        "days since the visit before this one; not known on the first" }
    Connection = 85 { "connection", Text, "", Contextual, Request, false, false, false, "\"slow\"",
        "how the visitor is connected: slow, fast, or save where they ask to save data; not known in most browsers" }
    Searches = 86 { "visit.searches", List, "", SessionPersonalization, Visit, false, false, false, "[\"desk lamp\"]",
        "what the visitor searched for on the site in this visit, newest first, in small letters" }
    LastSearch = 87 { "visit.last_search", Text, "", SessionPersonalization, Visit, false, false, false, "\"desk lamp\"",
        "what the visitor searched for last on the site in this visit, in small letters" }
    Preferences = 89 { "visitor.preferences", List, "", PersistentPersonalization, Memory, false, false, false,
        "[\"sport=running\"]",
        "what the visitor said they prefer, each as name=value, in the order of the playbook's `preferences`" }
    Segments = 92 { "profile.segments", List, "", Profile, Profile, false, false, false, "[\"newsletter\"]",
        "the segments that the site's customer system puts the visitor in, of those the playbook lists, sixteen at most" }
    Tier = 93 { "profile.tier", Text, "", Profile, Profile, false, false, false, "\"gold\"",
        "the visitor's tier in the site's loyalty scheme, of those the playbook lists" }
    TierRank = 94 { "profile.tier_rank", Number, "", Profile, Profile, false, false, false, "2",
        "how high that tier is: 1 for the first that the playbook lists" }
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
        let readable = |signal: &Signal| {
            !signal.is_distance()
                && !matches!(
                    signal,
                    Signal::Unit
                        | Signal::TimesShown
                        | Signal::TimesRemembered
                        | Signal::Past
                        | Signal::Dates
                        | Signal::KeptVariant
                )
        };
        Signal::ALL.iter().copied().filter(readable).find(|signal| signal.entry().name == name)
    }

    /// The signal with this name, if templates may show it: all that conditions read, and the days to and from the date that
    /// the campaign of the template names.
    ///
    /// ```
    /// use parvis::signal::registry::Signal;
    /// assert_eq!(Signal::in_template("date.days_left"), Some(Signal::DaysLeft));
    /// assert_eq!(Signal::from_name("date.days_left"), None);
    /// ```
    pub fn in_template(name: &str) -> Option<Signal> {
        let counted = [Signal::DaysLeft, Signal::DaysSince];
        counted.into_iter().find(|signal| signal.entry().name == name).or_else(|| Signal::from_name(name))
    }

    /// Whether it tells how far the date is that a campaign names, and means nothing elsewhere.
    pub const fn is_distance(self) -> bool {
        matches!(self, Signal::DaysLeft | Signal::DaysSince)
    }

    /// The code that compiled playbooks store.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// Whether its values name stores of the playbook.
    pub const fn names_store(self) -> bool {
        matches!(self, Signal::NearestStore | Signal::Stores)
    }

    /// How strongly an output is influenced that reads this signal.
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
            let distance = matches!(signal.entry().name, "date.days_left" | "date.days_since");
            let name = signal.entry().name;
            assert_eq!(Signal::from_name(name), (!operators && !distance).then_some(*signal), "{name}");
            assert_eq!(Signal::in_template(name), (!operators).then_some(*signal), "{name}");
        }
    }
}

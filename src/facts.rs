//! Facts: the input of the engine about one request. They are copied, owned and bounded; the engine reads no other input.
//!
//! The adapter fills them from the head of the request ([`Facts::from_headers`]) and the host's own API. Client copies of
//! host-owned headers are never used.

mod connection;
mod cookies;
mod coordinates;
pub(crate) mod headers;
pub mod robots;
#[cfg(feature = "cases")]
pub mod staged;

use alloc::string::String;
use alloc::vec::Vec;

use crate::base::calendar::Millis;
use crate::base::split;

pub use connection::Connection;
pub use cookies::Cookies;
pub use coordinates::Place;

/// Request methods that the engine distinguishes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// `GET`.
    #[default]
    Get,
    /// `HEAD`: the head of the rewritten page, no body.
    Head,
    /// Any other method; such a request is passed through.
    Other,
}

/// The class of device, for page layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// A computer with a pointer and a wide screen.
    Desktop,
    /// A phone.
    Mobile,
    /// A tablet.
    Tablet,
    /// A self-declared bot.
    Bot,
}

impl Device {
    /// Every class.
    pub const ALL: [Device; 4] = [Device::Desktop, Device::Mobile, Device::Tablet, Device::Bot];

    /// The name that conditions use.
    pub const fn name(self) -> &'static str {
        match self {
            Device::Desktop => "desktop",
            Device::Mobile => "mobile",
            Device::Tablet => "tablet",
            Device::Bot => "bot",
        }
    }

    /// The device with this name.
    pub fn from_name(name: &str) -> Option<Device> {
        Device::ALL.into_iter().find(|device| device.name() == name)
    }
}

/// Who will see the page, by what the request says of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Viewer {
    /// A person, as far as the request tells.
    #[default]
    Person,
    /// A robot that runs no scripts, by its name; others are found by [`robots::names_itself`], in the page too.
    Robot,
    /// Nobody yet: the browser fetches the page before it is asked for, or draws it out of sight.
    Nobody,
}

/// All facts about one request.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The request method.
    pub method: Method,
    /// The path as sent, percent-encoded, without the query.
    pub path: String,
    /// The query without its question mark; empty when there is none.
    pub query: String,
    /// The values of all `Cookie` headers, in order.
    pub cookies: Cookies,
    /// The values of all `Sec-GPC` headers, in order.
    pub sec_gpc: Vec<String>,
    /// Whether `DNT: 1` was sent; it counts as Global Privacy Control only if the playbook says so.
    pub dnt: bool,
    /// `User-Agent`; empty when there is none. Used to detect robots and, if the host gives no device, its class.
    pub user_agent: String,
    /// Who will see the page.
    pub viewer: Viewer,
    /// `Accept-Language`, or the browser's languages in the same form; empty when there is none.
    pub accept_language: String,
    /// `Referer`; empty when there is none. Only its host is read, and only its class is used.
    pub referrer: String,
    /// ISO 3166-1 alpha-2 country, upper case, from the host's own geolocation.
    pub country: Option<String>,
    /// ISO 3166-2 subdivision without the country (`CA` of `US-CA`), from the host's own geolocation.
    pub subdivision: Option<String>,
    /// The location of the visitor's network by the host's own geolocation, rounded; `None` if it is unknown or
    /// uncertain.
    pub place: Option<Place>,
    /// The class of device, if the host provides it.
    pub device: Option<Device>,
    /// The connection, by the visitor's own headers or browser; `None` if they do not state it.
    pub connection: Option<Connection>,
    /// The time of the request; `None` if the host has no clock, which withholds everything that needs one.
    pub now: Option<Millis>,
    /// 32 bytes of the host's entropy; `None` means that nothing is sealed and no id is made.
    pub entropy: Option<[u8; 32]>,
    /// Facts of the browser; `None` at the edge.
    pub browser: Option<BrowserFacts>,
    /// A preview: variants that are shown to anyone, as ids of campaign and variant. From a tool of the site's own, or
    /// signed and verified by the host, never from a client unverified: a forced variant may not be meant for that
    /// visitor.
    pub forced: Vec<(String, String)>,
}

impl Facts {
    /// Whether a person sees the page of this response, as far as the request tells: only then is anything counted.
    pub(crate) fn is_seen(&self) -> bool {
        self.method == Method::Get && self.viewer == Viewer::Person
    }
}

/// Facts that only the browser has.
#[derive(Clone, Debug, Default)]
pub struct BrowserFacts {
    /// `navigator.globalPrivacyControl`.
    pub global_privacy_control: bool,
    /// Web storage entries of known consent banners, by key.
    pub local_storage: Vec<(String, String)>,
    /// Visitor memory from `localStorage`, if no edge keeps it.
    pub memory: Option<String>,
    /// Whether that edge told the page that the law asks for opt-out where the visitor is; it does not tell where that is.
    pub opt_out: bool,
    /// Whether an edge in front of the site keeps visitor memory in its sealed cookie.
    pub behind_edge: bool,
    /// Events since the page was last decided, oldest first.
    pub events: Vec<Event>,
    /// Whether this is the first decision of a page that no edge decided, so that the page view is recorded.
    pub arrives: bool,
    /// The campaigns that the page currently shows: block and campaign by their indexes in the playbook.
    pub shown: Vec<(u16, u16)>,
}

/// Country and subdivision of `US-CA`, `US` or `us-ca`, in capitals: what is not of that form is neither, and an unknown region is
/// opt-in.
///
/// So it is where only the subdivision is no code: the law of the country need not be that of its parts, and `US-CA, FR` are two
/// regions.
///
/// ```
/// use parvis::facts::region;
/// assert_eq!(region(" us-ca "), (Some("US".to_owned()), Some("CA".to_owned())));
/// assert_eq!(region("US"), (Some("US".to_owned()), None));
/// assert_eq!(region("US-California"), (None, None));
/// assert_eq!(region("US-CA, FR"), (None, None));
/// assert_eq!(region("France"), (None, None));
/// ```
pub fn region(text: &str) -> (Option<String>, Option<String>) {
    let text = text.trim_matches([' ', '\t']);
    let (country, subdivision) =
        split::pair(text, b'-').map_or((text, None), |(country, subdivision)| (country, Some(subdivision)));
    let is_country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_known =
        |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_country || !subdivision.is_none_or(is_known) {
        return (None, None);
    }
    (Some(country.to_ascii_uppercase()), subdivision.map(str::to_ascii_uppercase))
}

/// An action of the visitor within a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Viewed an item, or a category if `item` is empty.
    Viewed {
        /// The id of the item.
        item: String,
        /// The id of the category; empty to take the item's from the catalog.
        category: String,
    },
    /// A search, with its text.
    Searched(String),
    /// Dismissed a campaign, by its id.
    Dismissed(String),
    /// The site declared a date of the visitor.
    Declared {
        /// The name of the date in the playbook.
        name: String,
        /// `2027-05-01`, or `05-01` for a yearly date; empty to remove it.
        date: String,
        /// Its values by their names, such as `platform`.
        values: Vec<(String, String)>,
    },
    /// The visitor chose a preference.
    Preferred {
        /// The name of the preference in the playbook.
        name: String,
        /// One of its values there; empty to withdraw the choice.
        value: String,
    },
    /// The cart was changed to these lines of item and quantity.
    Cart(Vec<(String, u16)>),
    /// An item was bought.
    Bought {
        /// The id of the item.
        item: String,
        /// The id of its category; empty to take the item's from the catalog.
        category: String,
        /// How many pieces are removed from the cart; 0 for all of them.
        quantity: u16,
    },
}

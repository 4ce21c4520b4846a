//! What a host tells the engine about one request: copied in, owned, bounded, and never read from anywhere else.
//!
//! The adapter fills it from the head of the request ([`Facts::from_headers`]) and the host's own API; client copies of host-owned
//! headers never get here.

mod connection;
mod cookies;
mod coordinates;
pub(crate) mod headers;
#[cfg(feature = "cases")]
pub mod staged;

use alloc::string::String;
use alloc::vec::Vec;

use crate::base::calendar::Millis;
use crate::base::split;

pub use connection::Connection;
pub use cookies::Cookies;
pub use coordinates::Place;

/// The request methods that matter to the engine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// `GET`.
    #[default]
    Get,
    /// `HEAD`: the head of the rewritten page, no body.
    Head,
    /// Anything else; such a request is passed through.
    Other,
}

/// The class of device, as far as a page's layout cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// A computer with a pointer and a wide screen.
    Desktop,
    /// A phone.
    Mobile,
    /// A tablet.
    Tablet,
    /// A robot that says so.
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

/// Everything the engine is told about one request.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The request method.
    pub method: Method,
    /// The path, percent-encoded as it came, without the query.
    pub path: String,
    /// The query without its question mark; empty when there is none.
    pub query: String,
    /// The values of all `Cookie` headers, in order.
    pub cookies: Cookies,
    /// The values of all `Sec-GPC` headers, in order.
    pub sec_gpc: Vec<String>,
    /// Whether `DNT: 1` was sent; it counts only where the playbook lets it count as Global Privacy Control.
    pub dnt: bool,
    /// `User-Agent`; empty when there is none. Used to tell robots and, where the host gives no device, its class.
    pub user_agent: String,
    /// `Accept-Language`, or what the browser says of itself in the same form; empty when there is none.
    pub accept_language: String,
    /// `Referer`; empty when there is none. Only its host is looked at, and only its class is used.
    pub referrer: String,
    /// ISO 3166-1 alpha-2 country, upper case, from the host's own geolocation.
    pub country: Option<String>,
    /// ISO 3166-2 subdivision without the country (`CA` of `US-CA`), from the host's own geolocation.
    pub subdivision: Option<String>,
    /// Where the host's own geolocation puts the visitor's network, rounded; `None` where it does not know or doubts it.
    pub place: Option<Place>,
    /// The class of device, where the host knows it.
    pub device: Option<Device>,
    /// How the visitor is connected, by their own headers or browser; `None` where they do not say.
    pub connection: Option<Connection>,
    /// The time of the request; `None` where the host has no clock, which withholds everything that needs one.
    pub now: Option<Millis>,
    /// 32 bytes of the host's entropy; `None` means that nothing is sealed and no id is made.
    pub entropy: Option<[u8; 32]>,
    /// What the browser adds; `None` at the edge.
    pub browser: Option<BrowserFacts>,
    /// A preview: variants to be shown whoever asks, as ids of campaign and variant. From a tool of the site's own, or from
    /// what the host has verified to be signed, never from a client as it is: whoever forces sees what was not meant for them.
    pub forced: Vec<(String, String)>,
}

/// What only the browser knows.
#[derive(Clone, Debug, Default)]
pub struct BrowserFacts {
    /// `navigator.globalPrivacyControl`.
    pub global_privacy_control: bool,
    /// Web storage entries of known consent banners, by key.
    pub local_storage: Vec<(String, String)>,
    /// Visitor memory from `localStorage`, where no edge keeps it.
    pub memory: Option<String>,
    /// Whether that edge told the page that the law asks for opt-out where the visitor is; it does not tell where that is.
    pub opt_out: bool,
    /// Whether an edge in front of the site keeps visitor memory in its sealed cookie.
    pub behind_edge: bool,
    /// What happened since the page was last decided, oldest first.
    pub events: Vec<Event>,
    /// Whether this is the page's first decision where no edge made one, so that the page view is recorded.
    pub arrives: bool,
    /// The campaigns that the page shows right now: block and campaign by their indexes in the playbook.
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

/// Something the visitor did within a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Looked at an item, or at a category where `item` is empty.
    Viewed {
        /// The id of the item.
        item: String,
        /// The id of the category; empty to take the item's from the catalog.
        category: String,
    },
    /// Searched for something, in their own words.
    Searched(String),
    /// Waved a campaign away, by its id.
    Dismissed(String),
    /// Is said by the site to have a date.
    Declared {
        /// The name of the date in the playbook.
        name: String,
        /// `2027-05-01`, or `05-01` for one of every year; empty to take it away.
        date: String,
    },
    /// Said what they prefer.
    Preferred {
        /// The name of the preference in the playbook.
        name: String,
        /// One of its values there; empty to take the choice back.
        value: String,
    },
    /// Changed the cart to these lines of item and quantity.
    Cart(Vec<(String, u16)>),
    /// Bought an item.
    Bought {
        /// The id of the item.
        item: String,
        /// The id of its category; empty to take the item's from the catalog.
        category: String,
        /// How many pieces leave the cart; 0 for all of them.
        quantity: u16,
    },
}

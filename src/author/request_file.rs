//! Facts as JSON, for tools and tests: the request file of `parvis decide` and of `fixtures/cases`.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::Deserialize;

use crate::base::calendar::{self, Millis};
use crate::facts::{BrowserFacts, Device, Event, Facts, Place};

/// The request file: describes a request, for `parvis decide` and other commands.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RequestFile {
    /// The request method; `GET` when left out.
    pub method: Option<String>,
    /// The URL, absolute or from the path on.
    pub url: String,
    /// Request headers, names in any case; a list gives several of one name.
    pub headers: BTreeMap<String, Values>,
    /// Cookies by name, beside those of a `Cookie` header.
    pub cookies: BTreeMap<String, Values>,
    /// The visitor's location by the host's geolocation.
    pub geo: Option<Geo>,
    /// The class of device, if the host provides it.
    pub device: Option<String>,
    /// The time in RFC 3339; leaving it out means a host without a clock.
    pub now: Option<String>,
    /// 64 hexadecimal digits; leaving it out means a host without entropy.
    pub entropy: Option<String>,
    /// Facts of the browser; leaving it out means the edge.
    pub browser: Option<Browser>,
    /// A preview: the variant to show of each of these campaigns, by id.
    pub force: BTreeMap<String, String>,
}

/// One value or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Values {
    /// One value.
    One(String),
    /// Several values under one name.
    Many(Vec<String>),
}

/// A location as hosts provide it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Geo {
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// ISO 3166-2 subdivision, without the country.
    pub subdivision: Option<String>,
    /// Degrees north; used only together with `longitude`, and both are rounded to a tenth.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
}

impl Geo {
    fn place(&self) -> Option<Place> {
        Place::parse(&format!("{:.9}", self.latitude?), &format!("{:.9}", self.longitude?))
    }
}

/// Facts that only the browser has.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Browser {
    /// `navigator.globalPrivacyControl`.
    pub global_privacy_control: bool,
    /// Web storage of consent banners.
    pub local_storage: BTreeMap<String, String>,
    /// Visitor memory from `localStorage`.
    pub memory: Option<String>,
    /// Whether an edge keeps visitor memory.
    pub behind_edge: bool,
    /// Whether this is the page's first decision.
    pub arrives: bool,
    /// Items viewed within the page, oldest first.
    pub viewed: Vec<String>,
    /// Searches within the page, oldest first.
    pub searched: Vec<String>,
    /// Campaigns dismissed within the page, by id, oldest first.
    pub dismissed: Vec<String>,
    /// Dates that the site declares of the visitor, by name, some with values; `null` removes one.
    pub declared: BTreeMap<String, Option<Declared>>,
    /// The visitor's preferences, by name; `null` withdraws a choice.
    pub preferred: BTreeMap<String, Option<String>>,
    /// The cart, if it changed: quantities by item.
    pub cart: Option<BTreeMap<String, u16>>,
    /// Purchases within the page, before the cart changed.
    pub bought: Vec<Bought>,
}

/// A date that the site declares.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Declared {
    /// The date alone.
    Date(String),
    /// The date as `date`, and its values by their names.
    With(BTreeMap<String, String>),
}

/// A line of a purchase.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bought {
    /// The id of the item.
    pub item: String,
    /// The id of its category; empty for the catalog's.
    pub category: String,
    /// How many pieces are removed from the cart; 0 for all of them.
    pub quantity: u16,
}

impl Values {
    fn iter(&self) -> impl Iterator<Item = &str> {
        let (one, many) = match self {
            Values::One(value) => (Some(value.as_str()), [].as_slice()),
            Values::Many(values) => (None, values.as_slice()),
        };
        one.into_iter().chain(many.iter().map(String::as_str))
    }
}

impl RequestFile {
    /// Parses a request file.
    ///
    /// # Errors
    ///
    /// The problem and its place, as a sentence.
    pub fn parse(json: &str) -> Result<RequestFile, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    /// The request's headers, names in lower case, with its cookies as one `cookie` header at the end.
    pub fn header_pairs(&self) -> Vec<(String, String)> {
        let headers = self.headers.iter();
        let mut pairs: Vec<(String, String)> = headers
            .flat_map(|(name, values)| {
                values.iter().map(|value| (name.to_ascii_lowercase(), value.to_owned()))
            })
            .collect();
        let cookies = self.cookies.iter();
        let written: Vec<String> = cookies
            .flat_map(|(name, values)| values.iter().map(move |value| format!("{name}={value}")))
            .collect();
        if !written.is_empty() {
            pairs.push(("cookie".to_owned(), written.join("; ")));
        }
        pairs
    }

    /// The facts it describes.
    ///
    /// # Errors
    ///
    /// The problem and its field, as a sentence.
    pub fn facts(&self) -> Result<Facts, String> {
        let (path, query) = target(&self.url);
        let sent = self.header_pairs();
        let geo = self.geo.clone().unwrap_or_default();
        let method = self.method.as_deref().unwrap_or("GET");
        Ok(Facts {
            place: geo.place(),
            country: geo.country,
            subdivision: geo.subdivision,
            device: self.device.as_deref().map(device).transpose()?,
            now: self.now.as_deref().map(moment).transpose()?,
            entropy: self.entropy.as_deref().map(entropy).transpose()?,
            browser: self.browser.as_ref().map(Browser::facts),
            forced: self.force.clone().into_iter().collect(),
            ..Facts::from_headers(method, &path, &query, &|name| {
                sent.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect()
            })
        })
    }
}

impl Browser {
    fn facts(&self) -> BrowserFacts {
        let viewed =
            self.viewed.iter().map(|item| Event::Viewed { item: item.clone(), category: String::new() });
        let searched = self.searched.iter().map(|text| Event::Searched(text.clone()));
        let dismissed = self.dismissed.iter().map(|campaign| Event::Dismissed(campaign.clone()));
        let bought = self.bought.iter().cloned().map(|Bought { item, category, quantity }| Event::Bought {
            item,
            category,
            quantity,
        });
        let declared = self.declared.iter().map(|(name, said)| {
            let (date, values) = match said.clone() {
                None => Default::default(),
                Some(Declared::Date(date)) => (date, BTreeMap::new()),
                Some(Declared::With(mut values)) => (values.remove("date").unwrap_or_default(), values),
            };
            Event::Declared { name: name.clone(), date, values: values.into_iter().collect() }
        });
        let preferred = self.preferred.iter().map(|(name, value)| Event::Preferred {
            name: name.clone(),
            value: value.clone().unwrap_or_default(),
        });
        let cart = self
            .cart
            .iter()
            .map(|lines| Event::Cart(lines.iter().map(|(item, count)| (item.clone(), *count)).collect()));
        BrowserFacts {
            global_privacy_control: self.global_privacy_control,
            local_storage: self
                .local_storage
                .iter()
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect(),
            memory: self.memory.clone(),
            opt_out: false,
            behind_edge: self.behind_edge,
            events: viewed
                .chain(searched)
                .chain(dismissed)
                .chain(bought)
                .chain(declared)
                .chain(preferred)
                .chain(cart)
                .collect(),
            arrives: self.arrives,
            shown: Vec::new(),
        }
    }
}

/// Path and query of a URL.
fn target(url: &str) -> (String, String) {
    let rest = url
        .split_once("://")
        .map_or(url, |(_, rest)| rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"));
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    (path.to_owned(), query.to_owned())
}

fn device(name: &str) -> Result<Device, String> {
    Device::from_name(name)
        .ok_or_else(|| format!("`device` is `{name}`; it can be desktop, mobile, tablet or bot"))
}

fn moment(text: &str) -> Result<Millis, String> {
    calendar::parse(text).ok_or_else(|| format!("`now` is `{text}`; write it like 2026-11-21T12:00:00Z"))
}

fn entropy(text: &str) -> Result<[u8; 32], String> {
    let mut bytes = [0; 32];
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let digits =
        digits.filter(|digits| digits.len() == 64).ok_or("`entropy` must be 64 hexadecimal digits")?;
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = pair.iter().fold(0, |value, digit| (value << 4) | u8::try_from(*digit).unwrap_or(0));
    }
    Ok(bytes)
}

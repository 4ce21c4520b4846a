//! The draft: a playbook as JSON, and the JSON Schema generated from these types.
//!
//! A draft is unchecked: [`super::check::check`] validates it, and [`super::compile`] compiles it. Any object may have a
//! `$comment`, which is dropped here.

use alloc::string::String;
use alloc::vec::Vec;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::author::condition::schema as conditions;
use crate::author::consent_draft::ConsentDraft;

pub use super::features::keeping::MemoryDraft;
pub use super::features::parameters::{FormDraft, ParameterDraft};
pub use super::features::preferences::PreferenceDraft;
pub use super::features::profile::ProfileDraft;
pub use super::operators::*;
pub use super::status::StatusDraft;

/// The version of the draft format that this build supports.
pub const FORMAT: u32 = 1;

/// A site's playbook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// The URL of this schema; editors complete and check as you type.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The version of the format: 1.
    pub format: u32,
    /// The site.
    pub site: SiteDraft,
    /// How visitors' consent choices are stored and what they mean. Without it, the usual banners are read with their
    /// defaults.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentDraft>,
    /// The shared cache in front of the site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<CacheDraft>,
    /// How long and how much is kept of a visitor.
    #[serde(default, skip_serializing_if = "MemoryDraft::is_usual")]
    pub memory: MemoryDraft,
    /// The kinds of page by URL path; the first matching pattern counts.
    pub pages: Vec<PageDraft>,
    /// The blocks that may be changed, by the id in their markers.
    pub blocks: IndexMap<String, BlockDraft>,
    /// Audiences: conditions with a name, to be used by several campaigns. `"sensitive": true` beside the signals makes every
    /// campaign for the audience sensitive.
    #[serde(default)]
    pub audiences: IndexMap<String, ConditionDraft>,
    /// Groups of campaigns with a common cap, by name: an exposure of one counts for all.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub cap_groups: IndexMap<String, CapDraft>,
    /// Dates that the site declares of a visitor, such as that of their trip, by name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub dates: IndexMap<String, DateDraft>,
    /// The campaigns.
    #[serde(default)]
    pub campaigns: Vec<CampaignDraft>,
    /// Items and categories for templates.
    #[serde(default)]
    pub catalog: CatalogDraft,
    /// The stores, by id.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub stores: IndexMap<String, StoreDraft>,
    /// Exclusive groups of experiments, by name: nobody takes part in two experiments of one group.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub exclusive: IndexMap<String, ExclusiveDraft>,
    /// The CRM profile that the site's login provides: tier and segments of a visitor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileDraft>,
    /// Preferences that visitors can choose, by the name that the site declares.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub preferences: IndexMap<String, PreferenceDraft>,
    /// Parameters of the address that templates may show, by name, as `utm_content`. Conditions need none of this.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub parameters: IndexMap<String, ParameterDraft>,
}

/// The site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteDraft {
    /// A short name of the site, for records and as default of `seed`.
    pub name: String,
    /// The public host name, without `https://`.
    pub host: String,
    /// The time zone of the site's clock by its IANA name, as `Europe/Paris` or `Australia/Sydney`; it replaces
    /// `utc_offset_minutes` and `daylight_saving`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Minutes that the site's local time is ahead of UTC, without `time_zone`: 60 in Paris in winter.
    #[serde(default)]
    #[schemars(range(min = -720, max = 840))]
    pub utc_offset_minutes: i32,
    /// The rule of daylight saving time, without `time_zone`: `eu` or `us`; without it there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = ["eu", "us", null]))]
    pub daylight_saving: Option<String>,
    /// The attribute that marks blocks; with `id`, existing ids of pages are used.
    #[serde(default = "default_marker")]
    pub marker: String,
    /// The seed of the holdout; changing it selects other visitors. By default the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<String>,
    /// Percent of visitors in the holdout, who get no campaign, to measure them together; at most two decimals.
    #[serde(default)]
    #[schemars(range(min = 0, max = 100))]
    pub holdout_percent: f64,
    /// Whether `Server-Timing` and the browser package name blocks, campaigns and variants by hashes, not by ids.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub opaque_ids: bool,
    /// The language in which pages explain what they show, two or three small letters: `en`, `fr`, or one that the site adds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Whether `Server-Timing` tells scripts of the page what was decided. Without it personalized pages are `no-store`.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub server_timing: bool,
    /// After how many minutes without a request or an event a visit ends, however long the browser keeps its cookie.
    #[serde(default = "half_an_hour", skip_serializing_if = "is_half_an_hour")]
    #[schemars(range(min = 5, max = 240))]
    pub visit_minutes: u8,
    /// Whether a page with another `utm_campaign` than the visit came with begins a new visit.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub visit_by_campaign: bool,
}

const fn half_an_hour() -> u8 {
    30
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks")]
const fn is_half_an_hour(minutes: &u8) -> bool {
    *minutes == half_an_hour()
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks")]
const fn is_yes(value: &bool) -> bool {
    *value
}

fn default_marker() -> String {
    "data-block".into()
}

/// The shared cache in front of the site.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CacheDraft {
    /// Signals of the request that the cache keys on beyond the URL; content that depends only on them may be cached.
    #[serde(default)]
    pub keyed_on: Vec<String>,
}

/// A kind of page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageDraft {
    /// The kind, a name that blocks refer to; several patterns may have the same.
    pub kind: String,
    /// The path: literal segments, or `{item}` and `{category}` for the id of the page's subject.
    pub path: String,
    /// The query parameter of the search term, on a results page: `q` of `/search?q=lamp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
}

/// A block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BlockDraft {
    /// The kinds of page on which it may be changed.
    pub pages: Vec<String>,
    /// The height that the page reserves for it, a CSS length, to avoid layout shift when it changes in the browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserve: Option<String>,
    /// Makes it a group instead: other blocks, side by side in the page, which campaigns may reorder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Vec<String>>,
}

/// A condition: signals with values or operators, all of which must hold. An operand is a value, or another signal:
/// `{"visitor.due_item": {"$nin": {"signal": "visit.cart"}}}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ConditionDraft(pub Map<String, Json>);

/// Items and categories for templates.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CatalogDraft {
    /// Categories by id, as in `{category}` of a path.
    #[serde(default)]
    pub categories: IndexMap<String, CategoryDraft>,
    /// Items by id, as in `{item}` of a path.
    #[serde(default)]
    pub items: IndexMap<String, ItemDraft>,
}

/// A category.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryDraft {
    /// Its title.
    pub title: String,
    /// The URL of its page.
    pub url: String,
    /// Whether it and its items are sensitive, as a campaign can be: visitor memory keeps nothing of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitive: Option<bool>,
    /// After how many days its items are usually bought again, where they do not say so themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 300))]
    pub replenish_days: Option<u32>,
}

/// An item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemDraft {
    /// Its title.
    pub title: String,
    /// The URL of its page.
    pub url: String,
    /// The URL of its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Its price as it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
    /// Its price as a number, at most two decimals, for `visit.cart_value`; needed if `price` is ambiguous.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 10_000_000))]
    pub amount: Option<f64>,
    /// The id of its category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Whether it is sensitive, as a campaign can be: visitor memory keeps nothing of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitive: Option<bool>,
    /// After how many days it is usually bought again: `visitor.due_item` names it from 60 % of that on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 300))]
    pub replenish_days: Option<u32>,
}

/// The JSON Schema of a draft, for editors, as text.
///
/// ```
/// assert!(parvis::author::draft::schema().contains("\"campaigns\""));
/// ```
pub fn schema() -> String {
    let mut schema = schema_value();
    conditions::complete(&mut schema);
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}

/// The JSON Schema of a draft without that of conditions, which `check` reads by itself; `$comment` is allowed in every object.
pub(in crate::author) fn schema_value() -> Json {
    let schema: Schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<Draft>();
    let mut schema = schema.to_value();
    allow_comments(&mut schema);
    schema
}

fn allow_comments(schema: &mut Json) {
    let Some(members) = schema.as_object_mut() else { return };
    for (_, inner) in members.iter_mut() {
        match inner {
            Json::Array(list) => list.iter_mut().for_each(allow_comments),
            inner => allow_comments(inner),
        }
    }
    if members.get("type").is_some_and(|kind| kind == "object") {
        let properties = members.entry("properties").or_insert_with(|| Json::Object(Map::new()));
        if let Some(properties) = properties.as_object_mut() {
            properties.insert("$comment".into(), Json::Bool(true));
        }
    }
}

//! Every bound of the engine in one table: what it limits, its unit, and why it has this value.
//!
//! Reaching a bound never fails a request: what is beyond it is treated as absent, and the record has the reason.

/// Longest `Cookie` header that is parsed, in bytes; Fastly unsets longer ones
/// ([platforms](crate::docs::security#limits-of-the-platforms)).
pub const COOKIE_HEADER_BYTES: usize = 32 * 1024;
/// Longest cookie value that is decoded, in bytes: what browsers store (RFC 6265bis §5.6).
pub const COOKIE_VALUE_BYTES: usize = 4096;
/// Longest visit cookie we write, in bytes, name and attributes not counted.
pub const VISIT_BYTES: usize = 1024;
/// Items remembered of one visit, newest first, unless the playbook sets another number.
pub const VISIT_ITEMS: usize = 8;
/// The most items of a visit that a playbook may set: at most [`LIST_ELEMENTS`].
pub const VISIT_ITEMS_MOST: usize = 16;
/// Categories remembered of one visit, newest first.
pub const VISIT_CATEGORIES: usize = 4;
/// Cart lines that are remembered.
pub const CART_LINES: usize = 16;
/// Campaigns whose exposures are counted within a visit; the oldest is evicted.
pub const VISIT_CAPS: usize = 16;
/// Campaigns of the last page view that a reload is compared with; further ones count with each reload.
pub const VISIT_SHOWN: usize = 16;
/// Seconds of the clock in which the same page is the same view: a reload.
pub const SAME_VIEW_SECONDS: i64 = 10;
/// Pending dismissals of a visit that an edge is to remember; further ones count for the visit alone.
pub const VISIT_DISMISSALS: usize = 8;
/// Counters of visitor memory; when all are taken, a cap that needs another one counts as reached.
pub const MEMORY_CAPS: usize = 24;
/// Declared dates of a visitor; when full, the one declared longest ago is evicted.
pub const DATES: usize = 8;
/// Values that are kept with the dates of a visitor, together: four of two dates; when full, the one declared longest ago is
/// evicted. The length of their part of visitor memory is one byte.
pub const DATE_VALUES: usize = 8;
/// Longest value of a date, in bytes: a truncated one would be another seat.
pub const DATE_VALUE_BYTES: usize = 16;
/// Experiments with a sticky variant per visitor; `check` refuses a playbook with more.
pub const STICKY: usize = 8;
/// Longest id of an item, category, campaign, variant or block, in bytes.
pub const ID_BYTES: usize = 64;
/// Interests remembered of a visitor; when full, the weakest is evicted.
pub const INTERESTS: usize = 16;
/// Longest visitor memory that is decoded, in bytes before sealing; the [layout](crate::docs::memory#layout-of-the-memory)
/// has at most 1,136, and a later version may add parts.
pub const MEMORY_BYTES: usize = 1280;
/// Lifetime of visitor memory in days, counted from first issue and not extended, unless the playbook sets another: six
/// months, rounded down.
pub const MEMORY_DAYS: u16 = 180;
/// Longest lifetime that the engine keeps, in days, whatever a playbook says: 13 months, the shortest there are (CNIL;
/// [life](crate::docs::memory#life)). `check` allows 390.
pub const MEMORY_DAYS_MOST: u16 = 393;
/// How far the clocks of two hosts may differ before a time counts as lying in the future, in minutes.
pub const CLOCK_SKEW_MINUTES: u32 = 60;
/// Longest secret that is parsed as a key ring, in bytes.
pub const KEYRING_BYTES: usize = 4096;
/// Keys of a key ring: one seals, the others only open.
pub const KEYRING_KEYS: usize = 16;
/// Largest compiled playbook that is loaded, in bytes: far below Fastly's 25 MB value and 128 MB heap.
pub const PLAYBOOK_BYTES: usize = 8 * 1024 * 1024;
/// Maximum nesting of a condition; deeper ones do not pass `check` and evaluate to unknown.
pub const CONDITION_DEPTH: u32 = 16;
/// Steps for the condition of one campaign ([bounds](crate::docs::security#bounds)).
pub const CONDITION_STEPS: u32 = 256;
/// Steps for all conditions of one request together ([bounds](crate::docs::security#bounds)).
pub const REQUEST_STEPS: u32 = 10_000;
/// Longest block that is held back until its end is found, in bytes.
pub const BLOCK_BYTES: usize = 64 * 1024;
/// Blocks of one group that is reordered, and of all groups of a page together. From its first block to its last a group
/// may have as many times `BLOCK_BYTES`, and is held back as a whole: at most 512 KiB.
pub const GROUP_BLOCKS: usize = 8;
/// Longest unfinished tag or comment that is held back, in bytes.
pub const TAG_BYTES: usize = 64 * 1024;
/// Longest content rendered for one block, in bytes.
pub const CONTENT_BYTES: usize = 64 * 1024;
/// Part changes of one variant.
pub const BLOCK_PARTS: usize = 16;
/// Blocks of one page; further ones are not changed.
pub const PAGE_BLOCKS: usize = 64;
/// Longest value of a query parameter that is read, in bytes.
pub const PARAMETER_BYTES: usize = 256;
/// Parameters of the address that a playbook may let templates show.
pub const SHOWN_PARAMETERS: usize = 16;
/// Elements of a list that a template looks at, the first in its order; more than any signal holds.
pub const TEMPLATE_ELEMENTS: usize = 64;
/// Kinds of page a playbook may name: a block keeps its kinds as 64 bits.
pub const PAGE_KINDS: usize = 64;
/// Largest block, campaign and page numbers a playbook may have, so that indices fit 16 bits.
pub const PLAYBOOK_ROWS: usize = 65_535;
/// Bytes of one text in a condition.
pub const CONDITION_TEXT_BYTES: usize = 1024;
/// Elements of the longest list signal, on which the worst case of a condition is based.
pub const LIST_ELEMENTS: u32 = 16;
/// Purchases that visitor memory keeps, unless the playbook sets another number, and pending ones of the visit; the oldest is
/// evicted.
pub const MEMORY_PURCHASES: usize = 12;
/// The most purchases of visitor memory that a playbook may set.
pub const MEMORY_PURCHASES_MOST: usize = 32;
/// Half-life of an interest in days, unless the playbook sets another.
pub const HALF_LIFE_DAYS: u8 = 7;
/// The longest half-life of an interest that a playbook may set, in days.
pub const HALF_LIFE_DAYS_MOST: u8 = 90;
/// Cart removals and dismissals that they keep, together; the oldest is evicted.
pub const MEMORY_REFUSALS: usize = 8;
/// Stores of a playbook: as many as one request can scan in a few microseconds ([place](crate::docs::memory#place)).
pub const STORES: usize = 4096;
/// Stores in `place.stores` if the nearest one is uncertain.
pub const NEAR_STORES: usize = 3;
/// Items in stock of one store; each is compared on lookup.
pub const STORE_ITEMS: usize = 4096;
/// Items of an abandoned cart in visitor memory, those added last.
pub const LEFT_ITEMS: usize = 4;
/// Longest profile cookie of the site that is parsed, in bytes.
pub const PROFILE_BYTES: usize = 512;
/// Segments that a playbook may list, each of which is compared with those of the cookie.
pub const PROFILE_SEGMENTS: usize = 64;
/// Tiers that a playbook may list.
pub const PROFILE_TIERS: usize = 16;
/// Preferences of a playbook, and so of a visitor. At most [`LIST_ELEMENTS`].
pub const PREFERENCES: usize = 8;
/// Values of one preference.
pub const PREFERENCE_VALUES: usize = 32;
/// Searches remembered of one visit, newest first.
pub const VISIT_SEARCHES: usize = 3;
/// Longest search that is remembered, in bytes: longer text may be personal, and a truncated one would be another search.
pub const SEARCH_BYTES: usize = 64;
/// Number of digits from which a search may be a telephone or card number and is not remembered.
pub const SEARCH_DIGITS: usize = 7;

//! A small playbook with what a host must get right, and a visitor's consent to it.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;

/// What the default hero says, between its markers.
pub const HERO: &str = "<h1>Welcome</h1>";
/// What the hero says to those who come from the campaign `spring-sale`, in Lisbon.
pub const SPRING: &str = "<h1>Spring in PT</h1>";
/// Keys of visitor memory.
pub const KEYS: &str = "1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

/// The hero follows the campaign parameter (contextual) or the last item (personal).
const DRAFT: &str = r#"{
  "format": 1,
  "site": { "name": "lumen", "host": "shop.example", "utc_offset_minutes": 60, "marker": "data-block", "seed": "lumen", "holdout_percent": 0 },
  "cache": { "keyed_on": ["country"] },
  "pages": [{ "kind": "home", "path": "/" }, { "kind": "home", "path": "/home.css" }, { "kind": "product", "path": "/p/{item}" }],
  "blocks": { "hero": { "pages": ["home"], "reserve": "20rem" } },
  "campaigns": [
    { "id": "seen", "block": "hero", "priority": 90, "when": { "visit.last_item": { "$exists": true } },
      "variants": [{ "id": "only", "html": "<h1>Back to the {{visit.last_item.title}}?</h1>" }] },
    { "id": "again", "block": "hero", "priority": 80, "when": { "visitor.visits": { "$gte": 2 } },
      "variants": [{ "id": "only", "html": "<h1>Welcome back</h1>" }] },
    { "id": "spring", "block": "hero", "priority": 50, "when": { "campaign": "spring-sale" },
      "variants": [{ "id": "only", "html": "<h1>Spring in {{country}}</h1>" }] }
  ],
  "catalog": {
    "categories": { "lighting": { "title": "Lighting", "url": "/c/lighting" } },
    "items": { "lamp": { "title": "Desk lamp", "url": "/p/lamp", "image": "/lamp.svg", "price": "49.00", "category": "lighting" } }
  }
}"#;

/// The compiled playbook.
pub fn playbook() -> Result<Vec<u8>> {
    parvis::author::compile_source(DRAFT).map_err(anyhow::Error::msg)
}

/// A page with a hero.
pub fn page_with(hero: &str) -> String {
    format!(
        "<!doctype html><title>Shop</title><body><div data-block=hero>{hero}</div><p>All twelve things</p></body>"
    )
}

/// The cookie of vanilla-cookieconsent in which a visitor accepted everything just now.
pub fn accepted() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let time = timestamp(now.saturating_sub(60));
    let json = format!(
        r#"{{"categories":["necessary","functionality","analytics","marketing"],"revision":0,"consentTimestamp":"{time}","lastConsentTimestamp":"{time}"}}"#
    );
    let encoded: String =
        json.bytes()
            .map(|byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            })
            .collect();
    format!("cc_cookie={encoded}")
}

/// Seconds since 1970 as RFC 3339, by Howard Hinnant's `civil_from_days`.
fn timestamp(seconds: u64) -> String {
    let days = seconds / 86_400 + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year_of_era = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let (day, month, carry) = match month {
        0..=9 => (day_of_year - (153 * month + 2) / 5 + 1, month + 3, 0),
        _ => (day_of_year - (153 * month + 2) / 5 + 1, month - 9, 1),
    };
    let year = era * 400 + year_of_era + carry;
    let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.000Z")
}

#[cfg(test)]
mod tests {
    #[test]
    fn timestamps_are_those_of_the_calendar() {
        assert_eq!(super::timestamp(951_782_399), "2000-02-28T23:59:59.000Z");
        assert_eq!(super::timestamp(951_868_800), "2000-03-01T00:00:00.000Z");
        assert_eq!(super::timestamp(1_767_225_600), "2026-01-01T00:00:00.000Z");
    }
}

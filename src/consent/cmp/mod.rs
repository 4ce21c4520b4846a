//! Banners: one file for each form in which a consent banner stores its choices.
//!
//! Every reader is total, bounded by the length of a cookie, and has a choice test: a value that the banner writes before
//! anybody clicked is no choice and contributes nothing (facts/consent.md §4).

pub mod axeptio;
pub mod commanders_act;
pub mod complianz;
pub mod consent_mode;
pub mod cookiebot;
pub mod cookieyes;
pub mod didomi;
pub mod klaro;
pub mod onetrust;
pub mod orejime;
pub mod osano;
pub mod quantcast;
pub mod shopify;
pub mod sourcepoint;
pub mod tarteaucitron;
pub mod trustarc;
pub mod usercentrics;
pub mod vanilla;

use super::json::{self, Step, Value};
use super::percent;
use super::settings::Settings;
use super::source::Banner;
use super::vote::Marks;

/// Room for one decoded cookie value.
pub type Scratch = [u8; crate::limits::COOKIE_VALUE_BYTES];

/// Marks the entries of a flat JSON object of booleans; `None` if it is not one. Other values are passed over.
fn flat_object(text: &str, settings: &impl Settings, banner: Banner) -> Option<(Marks, bool)> {
    let mut marks = Marks::default();
    let mut any = false;
    let mut object = false;
    let whole = json::walk(text, &mut |path, value| match (path, value) {
        ([], value) => object = value == Value::Object,
        ([Step::Key(key)], Value::Bool(yes)) => {
            any = true;
            marks.mark(settings, banner, key, yes);
        }
        _ => {}
    });
    (whole && object).then_some((marks, any))
}

/// The percent-decoded value, or the value itself when it is JSON that was stored as it is.
fn plain<'v>(value: &'v str, scratch: &'v mut Scratch) -> Option<&'v str> {
    if value.starts_with('{') && memchr::memchr(b'"', value.as_bytes()).is_some() {
        Some(value)
    } else {
        percent::decode(value, scratch)
    }
}

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
use super::settings::Settings;
use super::vote::{Ballot, Verdict};

/// Room for one decoded cookie value.
pub type Scratch = [u8; crate::limits::COOKIE_VALUE_BYTES];

/// Marks the entries of a flat JSON object of booleans; other values are passed over.
fn flat_object(text: &str, ballot: &mut Ballot<'_, impl Settings>) -> Verdict {
    let mut any = false;
    let mut object = false;
    let whole = json::walk(text, &mut |path, value| match (path, value) {
        ([], value) => object = value == Value::Object,
        ([Step::Key(key)], Value::Bool(yes)) => {
            any = true;
            ballot.mark(key, yes);
        }
        _ => {}
    });
    Verdict::of(whole && object, any)
}

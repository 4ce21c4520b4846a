//! Banners: one file for each form in which a consent banner stores its choices.
//!
//! Every reader is total, bounded by the length of a cookie, and has a choice test, which it passes to `Ballot::end`: a value that
//! the banner writes before anybody clicked grants nothing. [`Shown::choice`](crate::consent::shown::Shown::choice) has the tests in words.

pub mod axeptio;
pub mod commanders_act;
pub mod complianz;
pub mod consent_mode;
pub mod cookiebot;
pub mod cookiefirst;
pub mod cookieyes;
pub mod didomi;
pub mod fccdcf;
pub mod klaro;
pub mod onetrust;
pub mod orejime;
pub mod osano;
pub mod quantcast;
pub(super) mod schema;
pub mod shopify;
pub mod tarteaucitron;
pub mod trustarc;
pub mod usercentrics;
pub mod vanilla;

/// Room for one decoded cookie value.
pub type Scratch = [u8; crate::limits::COOKIE_VALUE_BYTES];

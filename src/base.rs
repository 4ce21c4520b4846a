//! Plain text and numbers: bounds-checked text, splitting, percent and base64 coding, calendar dates, checksums.
//!
//! The lowest layer: nothing here refers to a request, a visitor or a site.

pub mod base64;
pub mod calendar;
pub mod checksum;
pub mod percent;
pub mod split;
pub mod text;

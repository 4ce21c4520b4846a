//! Parses the parameters of a query string, except those that may identify one person ([`super::personal`]).

use alloc::string::String;
use alloc::vec::Vec;

use super::personal::{may_be_personal, names_a_person};
use crate::base::split::find;
use crate::limits;

/// The first value of `name`, both form-decoded; `None` when absent, empty, too long or not UTF-8.
///
/// ```
/// use parvis::http::query::parameter;
/// assert_eq!(parameter("a=1&utm_campaign=spring%20sale", "utm_campaign").as_deref(), Some("spring sale"));
/// assert_eq!(parameter("utm%5Fcampaign=spring", "utm_campaign").as_deref(), Some("spring"));
/// assert_eq!(parameter("utm_campaign=%ff", "utm_campaign"), None);
/// ```
pub fn parameter(query: &str, name: &str) -> Option<String> {
    // Most names are not encoded; the others are equal once decoded.
    let named =
        |key: &str| key == name || (find(key, b'%') < key.len() && decoded(key).as_deref() == Some(name));
    let value = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| named(key))?.1;
    decoded(value).filter(|text| !text.is_empty())
}

/// The first [`limits::LIST_ELEMENTS`] parameters as `name=value`, form-decoded; `promo` alone is `promo=`.
///
/// Parameters that are too long, not UTF-8, or may identify one person are left out.
///
/// ```
/// use parvis::http::query::parameters;
/// assert_eq!(parameters("promo=summer%20sale&&trial&x=%ff&mc_eid=a1"), ["promo=summer sale", "trial="]);
/// ```
pub fn parameters(query: &str) -> Vec<String> {
    let most = usize::try_from(limits::LIST_ELEMENTS).unwrap_or(0);
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .filter_map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (mut text, value) = (decoded(name)?, decoded(value)?);
            if names_a_person(&text) || may_be_personal(&value) {
                return None;
            }
            text.push('=');
            text.push_str(&value);
            Some(text)
        })
        .take(most)
        .collect()
}

/// Form-decodes `value`; `None` when too long, not UTF-8 or with control characters.
pub(crate) fn decoded(value: &str) -> Option<String> {
    if value.len() > limits::PARAMETER_BYTES {
        return None;
    }
    let mut decoded = Vec::with_capacity(value.len());
    let mut bytes = value.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => hex(bytes.next()?)?.checked_mul(16)?.checked_add(hex(bytes.next()?)?)?,
            other => other,
        });
    }
    String::from_utf8(decoded).ok().filter(|text| !text.contains(char::is_control))
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

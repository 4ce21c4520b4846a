//! Checks the form of texts that are compared with signals: a text that a signal never has may be a typing error.

use alloc::format;
use alloc::string::String;

use super::searches;
use crate::author::did_you_mean::suggest;
use crate::author::operators::schedule::minute;
use crate::signal::registry::{Form, Signal, Values};

/// The problem of comparing `signal` with `text`, and the help; `None` if the signal may have that value.
pub(in crate::author) fn odd(signal: Signal, text: &str) -> Option<(String, String)> {
    match signal.values() {
        Values::OneOf(one, all, texts) if !texts().contains(&text) => {
            let texts = texts();
            let list = || format!("{all} are `{}`", texts.join("`, `"));
            let help = suggest(text, texts.iter().copied()).unwrap_or_else(list);
            Some((format!("no {one} is called `{text}`"), help))
        }
        Values::Written(form) => written(form, text),
        Values::OneOf(..) | Values::Any | Values::AtLeast(_) | Values::Between(..) => None,
    }
}

/// The problem of a text that should have this form.
fn written(form: Form, text: &str) -> Option<(String, String)> {
    let capitals = |part: &str, lengths: core::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    let (fits, what, help) = match form {
        Form::Country => (
            text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()),
            "countries",
            "write two capital letters (ISO 3166-1), as `FR`",
        ),
        Form::Region => (
            text.split_once('-').is_some_and(|(a, b)| capitals(a, 2..=2) && capitals(b, 1..=3)),
            "regions",
            "write country and subdivision (ISO 3166-2), as `US-CA`",
        ),
        Form::Language => (
            (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase()),
            "languages",
            "write two or three small letters (ISO 639), as `fr`",
        ),
        Form::Time => {
            (text != "24:00" && minute(text).is_some(), "times", "write hours and minutes, as `18:30`")
        }
        Form::Parameter => (text.contains('='), "parameters", "write name and value, as `promo=summer`"),
        Form::Search => return searches::odd(text),
    };
    (!fits).then(|| (format!("`{text}` is not how {what} are written"), help.into()))
}

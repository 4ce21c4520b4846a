//! Checks the form of texts that are compared with signals: a text that a signal never has may be a typing error.

use alloc::format;
use alloc::string::String;

use super::{codes, searches};
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
    let (fits, what, help): (bool, &str, String) = match form {
        Form::Country => (
            codes::is_country(text),
            "countries",
            codes::country(text).unwrap_or_else(|| "write two capital letters (ISO 3166-1), as `FR`".into()),
        ),
        Form::Region => (
            codes::is_region(text),
            "regions",
            codes::region(text)
                .unwrap_or_else(|| "write country and subdivision (ISO 3166-2), as `US-CA`".into()),
        ),
        Form::Language => (
            codes::is_language(text),
            "languages",
            codes::language(text)
                .unwrap_or_else(|| "write two or three small letters (ISO 639), as `fr`".into()),
        ),
        Form::Time => {
            (text != "24:00" && minute(text).is_some(), "times", "write hours and minutes, as `18:30`".into())
        }
        Form::Parameter => {
            (text.contains('='), "parameters", "write name and value, as `promo=summer`".into())
        }
        Form::Search => return searches::odd(text),
    };
    (!fits).then(|| (format!("`{text}` is not how {what} are written"), help))
}

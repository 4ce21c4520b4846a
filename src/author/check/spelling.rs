//! How the values of signals are written: a text that a signal never has is perhaps a slip.

use alloc::format;
use alloc::string::String;

use super::searches;
use crate::author::did_you_mean::suggest;
use crate::author::operators::schedule::{minute, weekday};
use crate::facts::{Connection, Device};
use crate::signal::clock::WEEKDAYS;
use crate::signal::distance::Distance;
use crate::signal::referrer::Referrer;
use crate::signal::registry::Signal;

/// What is odd about comparing `signal` with `text`, and what to do; `None` when it may have that value.
pub(in crate::author) fn odd(signal: Signal, text: &str) -> Option<(String, String)> {
    let no = |what: &str| Some(format!("`{text}` is not how {what} are written"));
    let capitals = |part: &str, lengths: core::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    match signal {
        Signal::Device if Device::from_name(text).is_none() => {
            let help = suggest(text, ["desktop", "mobile", "tablet", "bot"])
                .unwrap_or_else(|| "devices are `desktop`, `mobile`, `tablet` and `bot`".into());
            Some((format!("no device is called `{text}`"), help))
        }
        Signal::Weekday if weekday(text).is_none() => {
            let help = suggest(text, WEEKDAYS).unwrap_or_else(|| "days are `monday` to `sunday`".into());
            Some((format!("no day of the week is called `{text}`"), help))
        }
        Signal::Referrer if Referrer::ALL.iter().all(|class| class.name() != text) => {
            let names = Referrer::ALL.map(Referrer::name);
            let help =
                suggest(text, names).unwrap_or_else(|| format!("classes are `{}`", names.join("`, `")));
            Some((format!("no class of referrer is called `{text}`"), help))
        }
        Signal::StoreDistance if Distance::ALL.iter().all(|class| class.name() != text) => {
            let names = Distance::ALL.map(Distance::name);
            let help =
                suggest(text, names).unwrap_or_else(|| format!("distances are `{}`", names.join("`, `")));
            Some((format!("no distance is called `{text}`"), help))
        }
        Signal::Connection if Connection::ALL.iter().all(|known| known.name() != text) => {
            let names = Connection::ALL.map(Connection::name);
            let help =
                suggest(text, names).unwrap_or_else(|| format!("connections are `{}`", names.join("`, `")));
            Some((format!("no connection is called `{text}`"), help))
        }
        Signal::Country if !(text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase())) => {
            no("countries").map(|message| (message, "write two capital letters (ISO 3166-1), as `FR`".into()))
        }
        Signal::Region
            if !text.split_once('-').is_some_and(|(a, b)| capitals(a, 2..=2) && capitals(b, 1..=3)) =>
        {
            no("regions")
                .map(|message| (message, "write country and subdivision (ISO 3166-2), as `US-CA`".into()))
        }
        Signal::Language
            if !((2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase())) =>
        {
            no("languages")
                .map(|message| (message, "write two or three small letters (ISO 639), as `fr`".into()))
        }
        Signal::Time if text == "24:00" || minute(text).is_none() => {
            no("times").map(|message| (message, "write hours and minutes, as `18:30`".into()))
        }
        Signal::Query if !text.contains('=') => {
            no("parameters").map(|message| (message, "write name and value, as `promo=summer`".into()))
        }
        Signal::Searches | Signal::LastSearch => searches::odd(text),
        _ => None,
    }
}

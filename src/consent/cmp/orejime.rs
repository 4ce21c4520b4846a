//! orejime: half-encoded JSON of purpose to boolean.
//!
//! The choice test is that every purpose the site maps is answered: a cookie from before a purpose was added is no choice.

use super::{Scratch, flat_object, plain};
use crate::consent::settings::Settings;
use crate::consent::source::Banner;
use crate::consent::vote::Answer;
use crate::reason::Reason;

pub(in crate::consent) fn read(value: &str, settings: &impl Settings, scratch: &mut Scratch) -> Answer {
    let text = if memchr::memchr(b'%', value.as_bytes()).is_some() {
        crate::consent::percent::decode(value, scratch)
    } else {
        plain(value, scratch)
    };
    match text.and_then(|text| flat_object(text, settings, Banner::Orejime)) {
        None => Answer::fault(Reason::Malformed),
        Some((marks, true)) if marks.complete(settings, Banner::Orejime) => {
            Answer::choice(marks.vote(settings, Banner::Orejime, None))
        }
        Some(_) => Answer::UNCHOSEN,
    }
}

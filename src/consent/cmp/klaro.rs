//! Klaro: percent-encoded JSON of service to boolean, written on save only, so that its presence is the choice.

use super::{Scratch, flat_object, plain};
use crate::consent::settings::Settings;
use crate::consent::source::Banner;
use crate::consent::vote::Answer;
use crate::reason::Reason;

pub(in crate::consent) fn read(value: &str, settings: &impl Settings, scratch: &mut Scratch) -> Answer {
    match plain(value, scratch).and_then(|text| flat_object(text, settings, Banner::Klaro)) {
        None => Answer::fault(Reason::Malformed),
        Some((_, false)) => Answer::UNCHOSEN,
        Some((marks, true)) => Answer::choice(marks.vote(settings, Banner::Klaro, None)),
    }
}

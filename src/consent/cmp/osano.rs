//! Osano's older open-source banner, cookieconsent 3: one word for everything.
//!
//! `dismiss` is no choice. Osano's own cookie is an opaque blob and only reported.

use crate::consent::purpose::Purpose;
use crate::consent::settings::Settings;
use crate::consent::source::Banner;
use crate::consent::vote::{Answer, Marks};
use crate::reason::Reason;

pub(in crate::consent) fn read(value: &str, settings: &impl Settings) -> Answer {
    let yes = match value {
        "allow" => true,
        "deny" => false,
        "dismiss" => return Answer::UNCHOSEN,
        _ => return Answer::fault(Reason::Malformed),
    };
    let mut marks = Marks::default();
    marks.mark(settings, Banner::Osano, "all", yes);
    let mut vote = marks.vote(settings, Banner::Osano, None);
    if !yes {
        vote.say(Purpose::PreciseGeo, false);
    }
    Answer::choice(vote)
}

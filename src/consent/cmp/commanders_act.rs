//! Commanders Act: `TC_PRIVACY`, fields divided by `@`: status, version, categories, blocked, times.
//!
//! Status 0 is opt-in and 1 opt-out. The format is documented but not promised: what is not understood grants nothing.

use super::Scratch;
use crate::consent::percent;
use crate::consent::settings::Settings;
use crate::consent::source::Banner;
use crate::consent::text::{before, parts};
use crate::consent::time;
use crate::consent::vote::{Answer, Marks};
use crate::facts::Millis;
use crate::reason::Reason;

/// A decoded cookie.
#[derive(Clone, Copy, Debug)]
pub struct Privacy<'a> {
    /// Whether the visitor opted out of everything.
    pub opted_out: bool,
    /// The granted categories, as they are written.
    categories: &'a str,
    /// When the visitor last chose.
    pub updated: Option<Millis>,
}

impl<'a> Privacy<'a> {
    /// Reads the percent-decoded cookie.
    pub fn parse(decoded: &'a str) -> Option<Privacy<'a>> {
        let mut fields = parts(decoded, b'@');
        let opted_out = match fields.next()? {
            "0" => false,
            "1" => true,
            _ => return None,
        };
        let (_, categories, _) = (fields.next()?, fields.next()?, fields.next()?);
        let updated = fields.next().and_then(|times| time::millis(before(times, b',')));
        Some(Privacy { opted_out, categories, updated })
    }

    /// The numbers of the granted categories.
    pub fn categories(&self) -> impl Iterator<Item = &'a str> {
        parts(self.categories, b',').filter(|category| !category.is_empty())
    }
}

pub(in crate::consent) fn read(value: &str, settings: &impl Settings, scratch: &mut Scratch) -> Answer {
    let Some(privacy) = percent::decode(value, scratch).and_then(Privacy::parse) else {
        return Answer::fault(Reason::Malformed);
    };
    let mut marks = Marks::default();
    if !privacy.opted_out {
        for category in privacy.categories() {
            marks.mark(settings, Banner::CommandersAct, category, true);
        }
    }
    marks.refuse_rest();
    Answer::choice(marks.vote(settings, Banner::CommandersAct, privacy.updated))
}

//! Commanders Act: `TC_PRIVACY`, fields divided by `@`: status, version, categories, blocked, times.
//!
//! Status 0 is opt-in and 1 opt-out. The format is documented but not promised: what is not understood grants nothing.

use crate::base::calendar::{self, Millis};
use crate::base::split::{before, parts};
use crate::consent::reading::Ballot;

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
        let updated = fields.next().and_then(|times| calendar::millis(before(times, b',')));
        Some(Privacy { opted_out, categories, updated })
    }

    /// The numbers of the granted categories.
    pub fn categories(&self) -> impl Iterator<Item = &'a str> {
        parts(self.categories, b',').filter(|category| !category.is_empty())
    }
}

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    let privacy = Privacy::parse(text);
    if let Some(privacy) = privacy {
        if !privacy.opted_out {
            privacy.categories().for_each(|category| ballot.mark(category, true));
        }
        ballot.marks.refuse_rest();
        ballot.answer.vote.decided_at = privacy.updated;
    }
    ballot.end(privacy.is_some(), true);
}

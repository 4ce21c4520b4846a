//! Commanders Act: `TC_PRIVACY`, fields divided by `@`: status, version, perhaps banner and site, categories, those that are
//! always on, times.
//!
//! Status 0 is opt-in and 1 opt-out. Versions of the banner put its id and the site's behind `|` in the version or into fields of
//! their own, and the times into one field or several; `ALL` in the place of categories is every one of them. So categories are
//! found from the first time backwards. The format is documented but not promised: what is not understood grants nothing.

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
        fields.next()?;
        let first = fields.next()?;
        let mut last = [first, fields.next()?];
        let mut count = 0;
        for field in fields {
            let [categories, always_on] = last;
            if is_time(field) {
                let updated = calendar::millis(before(field, b','));
                return Some(Privacy { opted_out, categories, updated });
            }
            last = [always_on, field];
            count += 1;
        }
        // Without a time, only the form that has no field of banner and site is certain.
        (count < 2).then_some(Privacy { opted_out, categories: first, updated: None })
    }

    /// Whether every category was granted.
    pub fn grants_all(&self) -> bool {
        self.categories == "ALL"
    }

    /// The numbers of the granted categories.
    pub fn categories(&self) -> impl Iterator<Item = &'a str> {
        parts(self.categories, b',').filter(|category| !category.is_empty())
    }
}

/// Whether a field holds times, in milliseconds of thirteen digits.
fn is_time(field: &str) -> bool {
    let first = before(field, b',');
    first.len() == 13 && first.bytes().all(|digit| digit.is_ascii_digit())
}

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    let privacy = Privacy::parse(text);
    if let Some(privacy) = privacy {
        if privacy.opted_out {
            ballot.refuse_all();
        } else if privacy.grants_all() {
            ballot.marks.yes = u64::MAX;
        } else {
            privacy.categories().for_each(|category| ballot.mark(category, true));
        }
        if !privacy.opted_out && !privacy.grants_all() {
            ballot.refuse_rest();
        }
        ballot.answer.vote.decided_at = privacy.updated;
    }
    ballot.end(privacy.is_some(), true);
}

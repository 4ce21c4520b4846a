//! Osano's older open-source banner, cookieconsent 3: one word for everything.
//!
//! `dismiss` is no choice. Osano's own cookie is an opaque blob and only reported.

use crate::consent::settings::Settings;
use crate::consent::vote::{Ballot, Verdict};

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_, impl Settings>) -> Verdict {
    if matches!(text, "allow" | "deny") {
        ballot.mark("all", text == "allow");
        Verdict::Chosen
    } else {
        Verdict::of(text == "dismiss", false)
    }
}

//! Osano's older open-source banner, cookieconsent 3: one word for everything.
//!
//! `dismiss` is no choice. Osano's own cookie is an opaque blob and only reported.

use crate::consent::vote::Ballot;

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    let yes = text == "allow";
    let chosen = yes || text == "deny";
    ballot.mark("all", yes);
    ballot.end(chosen || text == "dismiss", chosen);
}

//! Osano: its older open-source banner, cookieconsent 3, with one word for everything, and what `Osano.cm` tells a page.
//!
//! Of the old banner's words `dismiss` is no choice. The cookie of the new one is an opaque blob and only reported; to the
//! page it gives an object of categories, and gives none before the visitor has chosen.

use super::schema::Form;
use crate::consent::reading::Ballot;

/// Who accepts to opt out refuses; who does not has agreed to nothing by that.
const CATEGORIES: Form<'_> = Form("\"\n_OPT_OUT\t-ACCEPT\t+DENY\n?*\t+ACCEPT\t-DENY");

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    let yes = text == "allow";
    let chosen = yes || text == "deny";
    if chosen {
        ballot.mark("all", yes);
    }
    ballot.end(chosen || text == "dismiss", chosen);
}

/// The object that the browser was given, as JSON: `{"ANALYTICS":"ACCEPT","OPT_OUT":"DENY"}`.
pub(in crate::consent) fn categories(text: &str, ballot: &mut Ballot<'_>) {
    let seen = CATEGORIES.read(text, ballot);
    seen.end(seen.whole, seen.answered, ballot);
}

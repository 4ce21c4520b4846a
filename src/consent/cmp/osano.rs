//! Osano: its older open-source banner, cookieconsent 3, with one word for everything, and what `Osano.cm` tells a page.
//!
//! Of the old banner's words `dismiss` is no choice. The cookie of the new one is an opaque blob and only reported; to the
//! page it gives an object of categories, and gives none before the visitor has chosen.

use crate::consent::json::{self, Step, Value};
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

/// The object that the browser was given, as JSON: `{"ANALYTICS":"ACCEPT","OPT_OUT":"DENY"}`.
pub(in crate::consent) fn categories(text: &str, ballot: &mut Ballot<'_, impl Settings>) -> Verdict {
    let mut any = false;
    let whole = json::walk(text, &mut |path, value| {
        if let ([Step::Key(category)], Value::Text(answer @ ("ACCEPT" | "DENY"))) = (path, value) {
            any = true;
            let accepts = answer == "ACCEPT";
            // Who accepts to opt out refuses; who does not has agreed to nothing by that.
            match *category {
                "OPT_OUT" if !accepts => {}
                "OPT_OUT" => ballot.mark(category, false),
                _ => ballot.mark(category, accepts),
            }
        }
    });
    Verdict::of(whole, any)
}

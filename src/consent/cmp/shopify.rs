//! Shopify: `_tracking_consent` of version 2.1, percent-encoded JSON whose `con.CMP` holds what was clicked.
//!
//! The `purposes` beside it are what Shopify assumes and are never read. The letters of version 3 are not documented, so it
//! is reported as opaque.

use crate::consent::json::{self, Step, Value};
use crate::consent::settings::Settings;
use crate::consent::vote::{Ballot, Verdict};
use crate::reason::Reason;

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_, impl Settings>) -> Verdict {
    if text.starts_with("3.") {
        return Verdict::Fault(Reason::Opaque);
    }
    let mut version = false;
    let mut chosen = false;
    let whole = json::walk(text, &mut |path, value| match (path, value) {
        ([Step::Key("v")], value) => version = value == Value::Text("2.1"),
        ([Step::Key("con"), Step::Key("CMP"), Step::Key(letter)], Value::Text(answer))
            if matches!(answer, "0" | "1") =>
        {
            chosen = true;
            ballot.mark(letter, answer == "1");
        }
        _ => {}
    });
    if whole && !version {
        return Verdict::Fault(Reason::UnsupportedVersion);
    }
    Verdict::of(whole, chosen)
}

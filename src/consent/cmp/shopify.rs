//! Shopify: `_tracking_consent` of version 2.1, percent-encoded JSON whose `con.CMP` holds what was clicked.
//!
//! The `purposes` beside it are what Shopify assumes and are never read. The letters of version 3 are not documented, so it
//! is reported as opaque.

use super::{Scratch, plain};
use crate::consent::json::{self, Step, Value};
use crate::consent::settings::Settings;
use crate::consent::source::Banner;
use crate::consent::vote::{Answer, Marks};
use crate::reason::Reason;

pub(in crate::consent) fn read(value: &str, settings: &impl Settings, scratch: &mut Scratch) -> Answer {
    if value.starts_with("3.") {
        return Answer::fault(Reason::Opaque);
    }
    let Some(text) = plain(value, scratch) else { return Answer::fault(Reason::Malformed) };
    let mut marks = Marks::default();
    let mut version = false;
    let mut chosen = false;
    let whole = json::walk(text, &mut |path, value| match (path, value) {
        ([Step::Key("v")], value) => version = value == Value::Text("2.1"),
        ([Step::Key("con"), Step::Key("CMP"), Step::Key(letter)], Value::Text(answer @ ("0" | "1"))) => {
            chosen = true;
            marks.mark(settings, Banner::Shopify, letter, answer == "1");
        }
        _ => {}
    });
    match (whole, version, chosen) {
        (false, ..) => Answer::fault(Reason::Malformed),
        (true, false, _) => Answer::fault(Reason::UnsupportedVersion),
        (true, true, false) => Answer::UNCHOSEN,
        (true, true, true) => Answer::choice(marks.vote(settings, Banner::Shopify, None)),
    }
}

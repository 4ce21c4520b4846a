//! Axeptio: `axeptio_cookies`, JSON of vendor to boolean next to its own `$$` fields.
//!
//! The choice test is `$$completed`: the cookie exists while the visitor is still answering.

use super::{Scratch, plain};
use crate::consent::json::{self, Step, Value};
use crate::consent::settings::Settings;
use crate::consent::source::Banner;
use crate::consent::time;
use crate::consent::vote::{Answer, Marks};
use crate::reason::Reason;

pub(in crate::consent) fn read(value: &str, settings: &impl Settings, scratch: &mut Scratch) -> Answer {
    let Some(text) = plain(value, scratch) else { return Answer::fault(Reason::Malformed) };
    let mut marks = Marks::default();
    let mut completed = false;
    let mut decided_at = None;
    let whole = json::walk(text, &mut |path, value| match (path, value) {
        ([Step::Key("$$completed")], value) => completed = value == Value::Bool(true),
        ([Step::Key("$$date")], Value::Text(at)) => decided_at = time::parse(at),
        ([Step::Key(vendor)], Value::Bool(yes)) => marks.mark(settings, Banner::Axeptio, vendor, yes),
        _ => {}
    });
    match (whole, completed) {
        (false, _) => Answer::fault(Reason::Malformed),
        (true, false) => Answer::UNCHOSEN,
        (true, true) => Answer::choice(marks.vote(settings, Banner::Axeptio, decided_at)),
    }
}

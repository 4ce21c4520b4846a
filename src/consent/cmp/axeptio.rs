//! Axeptio: `axeptio_cookies`, JSON of vendor to boolean next to its own `$$` fields.
//!
//! The choice test is `$$completed`: the cookie exists while the visitor is still answering.

use crate::consent::json::{self, Step, Value};
use crate::consent::settings::Settings;
use crate::consent::time;
use crate::consent::vote::{Ballot, Verdict};

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_, impl Settings>) -> Verdict {
    let mut completed = false;
    let whole = json::walk(text, &mut |path, value| match (path, value) {
        ([Step::Key("$$completed")], value) => completed = value == Value::Bool(true),
        ([Step::Key("$$date")], Value::Text(at)) => ballot.decided_at = time::parse(at),
        ([Step::Key(vendor)], Value::Bool(yes)) => ballot.mark(vendor, yes),
        _ => {}
    });
    Verdict::of(whole, completed)
}

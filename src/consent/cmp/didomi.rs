//! Didomi: `didomi_token`, base64 of JSON with lists of enabled and disabled ids.
//!
//! The choice test is that a list of purposes or vendors is there. The binary `didomi_dcs` needs the tenant's own numbering
//! and is reported as opaque.

use super::Scratch;
use crate::consent::base64;
use crate::consent::json::{self, Step, Value};
use crate::consent::settings::Settings;
use crate::consent::time;
use crate::consent::vote::{Ballot, Verdict};

/// The JSON inside a token.
pub fn decode<'b>(token: &str, scratch: &'b mut Scratch) -> Option<&'b str> {
    base64::decode(token, scratch)
}

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_, impl Settings>) -> Verdict {
    let mut chosen = false;
    let mut created = None;
    let whole = json::walk(text, &mut |path, value| match (path, value) {
        ([Step::Key("purposes" | "vendors")], Value::Object) => chosen = true,
        ([Step::Key("purposes" | "vendors"), Step::Key(list), Step::Item], Value::Text(id))
            if matches!(*list, "enabled" | "disabled") =>
        {
            ballot.mark(id, *list == "enabled");
        }
        ([Step::Key("created")], Value::Text(at)) => created = time::parse(at),
        ([Step::Key("updated")], Value::Text(at)) => ballot.decided_at = time::parse(at),
        _ => {}
    });
    ballot.decided_at = ballot.decided_at.or(created);
    Verdict::of(whole, chosen)
}

//! Didomi: `didomi_token`, base64 of JSON with lists of enabled and disabled ids.
//!
//! The choice test is that a list of purposes or vendors is there. The binary `didomi_dcs` needs the tenant's own numbering
//! and is reported as opaque.

use super::Scratch;
use crate::consent::base64;
use crate::consent::json::{self, Step, Value};
use crate::consent::settings::Settings;
use crate::consent::source::Banner;
use crate::consent::time;
use crate::consent::vote::{Answer, Marks};
use crate::reason::Reason;

/// The JSON inside a token.
pub fn decode<'b>(token: &str, scratch: &'b mut Scratch) -> Option<&'b str> {
    base64::decode(token, scratch)
}

pub(in crate::consent) fn read(value: &str, settings: &impl Settings, scratch: &mut Scratch) -> Answer {
    let Some(text) = decode(value, scratch) else { return Answer::fault(Reason::Malformed) };
    let mut marks = Marks::default();
    let mut chosen = false;
    let (mut created, mut updated) = (None, None);
    let whole = json::walk(text, &mut |path, value| match (path, value) {
        ([Step::Key("purposes" | "vendors")], Value::Object) => chosen = true,
        (
            [Step::Key("purposes" | "vendors"), Step::Key(list @ ("enabled" | "disabled")), Step::Item],
            Value::Text(id),
        ) => {
            marks.mark(settings, Banner::Didomi, id, *list == "enabled");
        }
        ([Step::Key("created")], Value::Text(at)) => created = time::parse(at),
        ([Step::Key("updated")], Value::Text(at)) => updated = time::parse(at),
        _ => {}
    });
    match (whole, chosen) {
        (false, _) => Answer::fault(Reason::Malformed),
        (true, false) => Answer::UNCHOSEN,
        (true, true) => Answer::choice(marks.vote(settings, Banner::Didomi, updated.or(created))),
    }
}

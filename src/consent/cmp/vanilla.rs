//! vanilla-cookieconsent: `cc_cookie`, percent-encoded JSON that lists the accepted categories.
//!
//! The choice test is a consent time and a revision that is not older than the site's. What is not listed was refused.

use super::{Scratch, plain};
use crate::consent::json::{self, Step, Value};
use crate::consent::settings::Settings;
use crate::consent::source::Banner;
use crate::consent::vote::{Answer, Marks};
use crate::consent::{text, time};
use crate::reason::Reason;

pub(in crate::consent) fn read(value: &str, settings: &impl Settings, scratch: &mut Scratch) -> Answer {
    let Some(text) = plain(value, scratch) else { return Answer::fault(Reason::Malformed) };
    let mut marks = Marks::default();
    let mut listed = false;
    let (mut first, mut last) = (None, None);
    let mut revision = 0u32;
    let whole = json::walk(text, &mut |path, value| match (path, value) {
        ([Step::Key("categories")], value) => listed = value == Value::Array,
        ([Step::Key("categories"), Step::Item], Value::Text(category)) => {
            marks.mark(settings, Banner::Vanilla, category, true);
        }
        ([Step::Key("revision")], Value::Number(number)) => revision = text::number(number).unwrap_or(0),
        ([Step::Key("consentTimestamp")], Value::Text(at)) => first = time::parse(at),
        ([Step::Key("lastConsentTimestamp")], Value::Text(at)) => last = time::parse(at),
        _ => {}
    });
    if !whole || !listed {
        return Answer::fault(Reason::Malformed);
    }
    if revision < settings.revision() {
        return Answer::fault(Reason::PolicyChanged);
    }
    if first.is_none() {
        return Answer::UNCHOSEN;
    }
    marks.refuse_rest();
    Answer::choice(marks.vote(settings, Banner::Vanilla, last.or(first)))
}

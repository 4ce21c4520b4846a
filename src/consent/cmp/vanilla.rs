//! vanilla-cookieconsent: `cc_cookie`, percent-encoded JSON that lists the accepted categories.
//!
//! The choice test is a consent time and a revision that is not older than the site's. What is not listed was refused.

use crate::consent::json::{self, Step, Value};
use crate::consent::settings::Settings;
use crate::consent::vote::{Ballot, Verdict};
use crate::consent::{text, time};
use crate::reason::Reason;

pub(in crate::consent) fn read(value: &str, ballot: &mut Ballot<'_, impl Settings>) -> Verdict {
    let mut listed = false;
    let (mut first, mut last) = (None, None);
    let mut revision = 0u32;
    let whole = json::walk(value, &mut |path, value| match (path, value) {
        ([Step::Key("categories")], value) => listed = value == Value::Array,
        ([Step::Key("categories"), Step::Item], Value::Text(category)) => ballot.mark(category, true),
        ([Step::Key("revision")], Value::Number(number)) => revision = text::number(number).unwrap_or(0),
        ([Step::Key("consentTimestamp")], Value::Text(at)) => first = time::parse(at),
        ([Step::Key("lastConsentTimestamp")], Value::Text(at)) => last = time::parse(at),
        _ => {}
    });
    if whole && listed && revision < ballot.settings.revision() {
        return Verdict::Fault(Reason::PolicyChanged);
    }
    ballot.marks.refuse_rest();
    ballot.decided_at = last.or(first);
    Verdict::of(whole && listed, first.is_some())
}

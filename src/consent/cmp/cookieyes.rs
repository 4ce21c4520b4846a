//! CookieYes: `cookieyes-consent`, a list of `name:value`; the choice test is `action:yes`.
//!
//! Where a law of opt-out counts, the banner writes its categories as on before anybody chose, with `consent:no`: they grant nothing.

use super::schema::Form;
use crate::base::split::{pair, parts};
use crate::consent::purpose::PurposeSet;
use crate::consent::reading::Ballot;

const FORM: Form<'_> = Form("p:,\n=action\tyes\n@lastRenewedDate\n?*\t+yes\t-no");

/// The pairs of the decoded list.
pub fn pairs(decoded: &str) -> impl Iterator<Item = (&str, &str)> {
    parts(decoded, b',').filter_map(|member| pair(member, b':'))
}

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    let seen = FORM.read(text, ballot);
    seen.end(seen.met != 0 || seen.violated, !seen.violated, ballot);
    if pairs(text).any(|pair| pair == ("consent", "no")) {
        ballot.answer.vote.granted = PurposeSet::EMPTY;
    }
}

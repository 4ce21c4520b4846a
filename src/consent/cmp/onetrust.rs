//! OneTrust: `OptanonConsent`, a form, and `OptanonAlertBoxClosed`, the time its banner was closed.
//!
//! OneTrust writes its cookie at first paint, with every group on in implied regions: a choice needs the closing time, at
//! least one interaction, no pending re-consent and no consent implied by geography. Its groups for sale and sharing in the US end
//! in `_BG` and differ between sites, and two fields keep that Global Privacy Control was on: each refuses what an opt-out refuses,
//! under any law, and none grants. Where silence is a yes, so does a vendor in `genVendors` that was refused, unless the map has it.

use super::Scratch;
use super::schema::Form;
use crate::base::percent;
use crate::base::split::{next, pair, parts};
use crate::consent::reading::Ballot;

const FIELDS: Form<'_> = Form(
    "p=&\n1interactionCount\n~AwaitingReconsent\ttrue\n~implicitConsentCountry\n_isGpcEnabled\t-1\t 0\t \n_browserGpcFlag\t-1\t 0\t ",
);
const GROUPS: Form<'_> = Form("p:,\nq*\t+1\t-0");

/// The form's fields, as they are written.
pub fn fields(value: &str) -> impl Iterator<Item = (&str, &str)> {
    parts(value, b'&').filter_map(|field| pair(field, b'='))
}

/// The groups of a percent-decoded `groups` field with what was chosen; other values than 0 and 1 are left out.
pub fn groups(decoded: &str) -> impl Iterator<Item = (&str, bool)> {
    parts(decoded, b',').filter_map(|group| match pair(group, b':') {
        Some((group, "1")) => Some((group, true)),
        Some((group, "0")) => Some((group, false)),
        _ => None,
    })
}

/// What the form says; `closed` tells whether the banner was closed.
pub(in crate::consent) fn read(form: &str, closed: bool, ballot: &mut Ballot<'_>, scratch: &mut Scratch) {
    let seen = FIELDS.read(form, ballot);
    let (mut found, mut broken, mut garbled, mut sale) = (false, false, false, seen.refused);
    for field in parts(form, b'&') {
        let mut groups = field;
        let name = next(&mut groups, b'=');
        if matches!(name, "groups" | "genVendors") {
            match percent::decode(groups, scratch) {
                Some(decoded) => {
                    let groups = GROUPS.read(decoded, ballot);
                    found |= groups.answered && name == "groups";
                    garbled |= groups.is_garbled();
                    sale |= self::groups(decoded).any(|(group, yes)| !yes && group.ends_with("_BG"));
                }
                None => broken = true,
            }
        }
    }
    ballot.end(found && !broken, closed && !seen.violated);
    if (garbled || seen.is_garbled()) && !broken {
        ballot.doubt();
    }
    if sale {
        ballot.answer.vote.opt_out();
    }
}

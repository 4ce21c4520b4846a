//! OneTrust: `OptanonConsent`, a form, and `OptanonAlertBoxClosed`, the time its banner was closed.
//!
//! OneTrust writes its cookie at first paint, with every group on in implied regions: a choice needs the closing time, at
//! least one interaction, no pending re-consent and no consent implied by geography.

use super::Scratch;
use crate::consent::percent;
use crate::consent::settings::Settings;
use crate::consent::text::{last_pair, number, pair, parts};
use crate::consent::vote::{Ballot, Verdict};

/// The form's fields, as they are written.
pub fn fields(value: &str) -> impl Iterator<Item = (&str, &str)> {
    parts(value, b'&').filter_map(|field| pair(field, b'='))
}

/// The groups of a percent-decoded `groups` field with what was chosen; other values than 0 and 1 are left out.
pub fn groups(decoded: &str) -> impl Iterator<Item = (&str, bool)> {
    parts(decoded, b',').filter_map(|group| match last_pair(group, b':') {
        Some((group, "1")) => Some((group, true)),
        Some((group, "0")) => Some((group, false)),
        _ => None,
    })
}

/// What the form says; `Chosen` is still to be tested against the closing time.
pub(in crate::consent) fn read(
    form: &str,
    ballot: &mut Ballot<'_, impl Settings>,
    scratch: &mut Scratch,
) -> Verdict {
    let mut chosen = true;
    let mut found = false;
    for (name, field) in fields(form) {
        match name {
            "groups" => {
                let Some(decoded) = percent::decode(field, scratch) else { return Verdict::of(false, false) };
                for (group, yes) in groups(decoded) {
                    found = true;
                    ballot.mark(group, yes);
                }
            }
            "interactionCount" => chosen &= number(field).is_some_and(|count| count >= 1),
            "AwaitingReconsent" => chosen &= field != "true",
            "implicitConsentCountry" => chosen = false,
            _ => {}
        }
    }
    Verdict::of(found, chosen)
}

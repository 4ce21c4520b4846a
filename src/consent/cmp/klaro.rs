//! Klaro: percent-encoded JSON of service to boolean, written on save only, so that its presence is the choice.

use super::flat_object;
use crate::consent::settings::Settings;
use crate::consent::vote::{Ballot, Verdict};

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_, impl Settings>) -> Verdict {
    flat_object(text, ballot)
}

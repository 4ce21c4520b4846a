//! Axeptio: `axeptio_cookies`, JSON of vendor to boolean next to its own `$$` fields.
//!
//! The choice test is `$$completed`: the cookie exists while the visitor is still answering.

use super::schema::Form;
use crate::consent::reading::Ballot;

const FORM: Form<'_> =
    Form("{\n=$$completed\ttrue\n@$$date\n_$$googleConsentMode/*\t-denied\t+granted\n?*\t+true\t-false");

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    let seen = FORM.read(text, ballot);
    seen.end(seen.whole, seen.met != 0 && !seen.violated, ballot);
}

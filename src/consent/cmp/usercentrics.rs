//! Usercentrics 3: `ucData` in web storage, which only the browser sees; it mirrors what it finds to the edge.
//!
//! The choice test is that services are there. The older `uc_settings` has undocumented inner names and is reported as opaque.

use super::schema::Form;
use crate::consent::reading::Ballot;

const FORM: Form<'_> = Form("{\n?consent/services/*/consent\t+true\t-false");

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    let seen = FORM.read(text, ballot);
    seen.end(seen.whole, seen.answered, ballot);
}

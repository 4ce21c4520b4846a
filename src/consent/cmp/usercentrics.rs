//! Usercentrics 3: `ucData` in web storage, which only the browser sees; it mirrors what it finds to the edge.
//!
//! The choice test is that services are there. The older `uc_settings` has undocumented inner names and is reported as opaque.

use crate::consent::json::{self, Step, Value};
use crate::consent::settings::Settings;
use crate::consent::vote::{Ballot, Verdict};

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_, impl Settings>) -> Verdict {
    let mut chosen = false;
    let whole = json::walk(text, &mut |path, value| {
        if let (
            [Step::Key("consent"), Step::Key("services"), Step::Key(service), Step::Key("consent")],
            Value::Bool(yes),
        ) = (path, value)
        {
            chosen = true;
            ballot.mark(service, yes);
        }
    });
    Verdict::of(whole, chosen)
}

//! Usercentrics 3: `ucData` in web storage, which only the browser sees; it mirrors what it finds to the edge.
//!
//! The choice test is that services are there. The older `uc_settings` has undocumented inner names and is reported as opaque.

use crate::consent::json::{self, Step, Value};
use crate::consent::settings::Settings;
use crate::consent::source::Banner;
use crate::consent::vote::{Answer, Marks};
use crate::reason::Reason;

pub(in crate::consent) fn read(value: &str, settings: &impl Settings) -> Answer {
    let mut marks = Marks::default();
    let mut chosen = false;
    let whole = json::walk(value, &mut |path, value| {
        if let (
            [Step::Key("consent"), Step::Key("services"), Step::Key(service), Step::Key("consent")],
            Value::Bool(yes),
        ) = (path, value)
        {
            chosen = true;
            marks.mark(settings, Banner::Usercentrics, service, yes);
        }
    });
    match (whole, chosen) {
        (false, _) => Answer::fault(Reason::Malformed),
        (true, false) => Answer::UNCHOSEN,
        (true, true) => Answer::choice(marks.vote(settings, Banner::Usercentrics, None)),
    }
}

//! What the engine answers: one flat text, fields split at NUL, that the JavaScript layer acts on without judging it.
//!
//! | field | holds |
//! |---|---|
//! | 0 | why nothing was decided, as a reason's code; empty when something was |
//! | 1, 2 | visit cookie, visitor memory: `=value` to write, empty to delete, `*` to leave |
//! | 3 | allowed purposes, separated by spaces |
//! | 4 | signals that were read, separated by spaces |
//! | 5.. | five fields a block: block, campaign, variant, reason, content: empty for default, `-` for hidden, `+html` |

use alloc::string::String;

use parvis::consent::purpose::{Purpose, PurposeSet};
use parvis::decide::Decided;
use parvis::outcome::{Content, Decision, Touched};
use parvis::playbook::Playbook;
use parvis::reason::Reason;

use crate::question::SEPARATOR;

/// The answer where something was decided.
pub fn decided(decided: &Decided, playbook: &Playbook) -> String {
    let mut answer = Fields::default();
    answer.push("");
    answer.push_kept(decided.kept.visit.as_deref());
    answer.push_kept(decided.kept.memory.as_deref());
    answer.push_purposes(decided.outcome.allowed());
    answer.push_signals(decided.outcome.touched());
    for decision in decided.outcome.decisions() {
        answer.push_decision(decision, playbook);
    }
    answer.text
}

/// The answer where nothing was decided, as on a page without blocks. What is stored stays only where it is allowed.
pub fn refused(reason: Reason, allowed: PurposeSet) -> String {
    let mut answer = Fields::default();
    answer.push(reason.code());
    let device = allowed.contains(Purpose::DeviceStorage);
    for purpose in [Purpose::SessionPersonalization, Purpose::PersistentPersonalization] {
        answer.push(if device && allowed.contains(purpose) { "*" } else { "" });
    }
    answer.push_purposes(allowed);
    answer.push("");
    answer.text
}

/// Fields of an answer, joined by [`SEPARATOR`].
#[derive(Default)]
struct Fields {
    text: String,
    begun: bool,
}

impl Fields {
    fn begin(&mut self) {
        if self.begun {
            self.text.push(SEPARATOR);
        }
        self.begun = true;
    }

    /// Text of the playbook could hold a NUL of its own, which would shift every field behind it.
    fn extend(&mut self, text: &str) {
        for piece in text.split(SEPARATOR) {
            self.text.push_str(piece);
        }
    }

    fn push(&mut self, field: &str) {
        self.begin();
        self.extend(field);
    }

    fn push_kept(&mut self, value: Option<&str>) {
        self.begin();
        if let Some(value) = value {
            self.text.push('=');
            self.extend(value);
        }
    }

    fn push_list<'n>(&mut self, names: impl Iterator<Item = &'n str>) {
        self.begin();
        for (index, name) in names.enumerate() {
            if index > 0 {
                self.text.push(' ');
            }
            self.extend(name);
        }
    }

    fn push_purposes(&mut self, allowed: PurposeSet) {
        self.push_list(allowed.iter().map(Purpose::name));
    }

    fn push_signals(&mut self, touched: Touched) {
        self.push_list(touched.iter().map(|signal| signal.entry().name));
    }

    fn push_decision(&mut self, decision: &Decision, playbook: &Playbook) {
        self.push(playbook.block(decision.block).map_or("", |block| block.id));
        let campaign = decision.chosen.and_then(|chosen| Some((playbook.campaign(chosen.campaign)?, chosen.variant)));
        let variant = campaign.as_ref().and_then(|(campaign, index)| campaign.variants().nth(usize::from(*index)));
        self.push(campaign.as_ref().map_or("", |(campaign, _)| campaign.id));
        self.push(variant.map_or("", |variant| variant.id));
        self.push(decision.reason.code());
        self.begin();
        match &decision.content {
            Content::Default => {}
            Content::Hidden => self.text.push('-'),
            Content::Inner(html) => {
                self.text.push('+');
                // Templates and values are text in the playbook; if they were not, showing nothing is safe.
                self.extend(core::str::from_utf8(html).unwrap_or_default());
            }
        }
    }
}

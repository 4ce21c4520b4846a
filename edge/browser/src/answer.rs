//! What the engine answers: one flat text, fields split at NUL, that the JavaScript layer acts on without judging it.
//!
//! The fields of [`Answer`](crate::records::Answer), then those of [`Decision`](crate::records::Decision) for each block.

use alloc::string::String;

use parvis::base::text::push_hex;
use parvis::consent::purpose::Purpose;
use parvis::consent::purpose::kind::{PersistentPersonalization, SessionPersonalization};
use parvis::consent::resolve::Resolution;
use parvis::decide::mirror;
use parvis::html::parts;
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis::response::decided::Decided;
use parvis::response::outcome::{Content, Decision, Touched};

use crate::records::{self, Answer, SEPARATOR};

/// The answer where something was decided.
///
/// `why` is what was asked for beside the decisions, or empty.
pub fn decided(decided: &Decided, playbook: &Playbook, kept: &str, why: &str) -> String {
    let mut answer = Fields::default();
    answer.next(Answer::Refused).push("");
    answer.next(Answer::Visit).push_kept(decided.kept.visit.as_deref());
    answer.next(Answer::Memory).push_kept(decided.kept.lasting().as_deref());
    answer.next(Answer::Purposes).push_purposes(Some(&decided.consent));
    answer.next(Answer::Signals).push_signals(decided.outcome.touched());
    answer.next(Answer::Mirror).push(kept);
    answer.next(Answer::Mirrors).push(&mirror::names(playbook));
    answer.next(Answer::Why).push(why);
    for decision in decided.outcome.decisions() {
        answer.push_decision(decision, playbook);
    }
    answer.text
}

/// The answer where nothing was decided, as on a page without blocks. What is stored stays only where it is allowed.
///
/// `kept` is what becomes of the mirror, and `names` the names of its cookie.
pub fn refused(reason: Reason, consent: Option<&Resolution>, kept: &str, names: &str) -> String {
    let mut answer = Fields::default();
    let stays = |permitted: bool| if permitted { "*" } else { "" };
    let session = consent.is_some_and(|consent| consent.permit::<SessionPersonalization>().is_some());
    let persistent = consent.is_some_and(|consent| consent.permit::<PersistentPersonalization>().is_some());
    answer.next(Answer::Refused).push(reason.code());
    answer.next(Answer::Visit).push(stays(session));
    answer.next(Answer::Memory).push(stays(persistent));
    answer.next(Answer::Purposes).push_purposes(consent);
    answer.next(Answer::Signals).push("");
    answer.next(Answer::Mirror).push(kept);
    answer.next(Answer::Mirrors).push(names);
    answer.next(Answer::Why).push("");
    answer.text
}

/// Fields of an answer, joined by [`SEPARATOR`].
#[derive(Default)]
struct Fields {
    text: String,
    begun: bool,
    #[cfg(debug_assertions)]
    count: usize,
}

impl Fields {
    /// Says which field of an answer comes next: tests see that the order is that of the list.
    fn next(&mut self, field: Answer) -> &mut Fields {
        #[cfg(debug_assertions)]
        assert_eq!(self.count, field as usize, "{field:?}");
        let _ = field;
        self
    }

    /// The same for a field of a decision.
    fn next_of(&mut self, field: records::Decision) -> &mut Fields {
        #[cfg(debug_assertions)]
        assert_eq!(
            (self.count - Answer::ALL.len()) % records::Decision::ALL.len(),
            field as usize,
            "{field:?}"
        );
        let _ = field;
        self
    }

    fn begin(&mut self) {
        if self.begun {
            self.text.push(SEPARATOR);
        }
        self.begun = true;
        #[cfg(debug_assertions)]
        {
            self.count += 1;
        }
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

    fn push_purposes(&mut self, consent: Option<&Resolution>) {
        self.begin();
        let Some(consent) = consent else { return };
        for purpose in Purpose::ALL {
            let ruling = consent.ruling(purpose);
            for (before, name) in
                [(" ", purpose.name()), (":", ruling.state.name()), (":", ruling.decision.name())]
            {
                self.text.push_str(before);
                self.text.push_str(name);
            }
        }
    }

    fn push_signals(&mut self, touched: Touched) {
        self.begin();
        for signal in touched.iter() {
            self.text.push(' ');
            self.text.push_str(signal.entry().name);
        }
    }

    fn push_decision(&mut self, decision: &Decision, playbook: &Playbook) {
        let campaign =
            decision.chosen.and_then(|chosen| Some((playbook.campaign(chosen.campaign)?, chosen.variant)));
        let variant =
            campaign.as_ref().and_then(|(campaign, index)| campaign.variants().nth(usize::from(*index)));
        self.next_of(records::Decision::Block)
            .push(playbook.block(decision.block).map_or("", |block| block.id));
        let told = |id: Option<&str>| id.map(|id| playbook.told(id)).unwrap_or_default();
        let id = campaign.as_ref().map(|(campaign, _)| campaign.id());
        self.next_of(records::Decision::Campaign).push(&told(id));
        self.next_of(records::Decision::Variant).push(&told(variant.map(|variant| variant.id)));
        self.next_of(records::Decision::Reason).push(decision.reason.code());
        self.next_of(records::Decision::Content).begin();
        self.extend_content(&decision.content);
        let mut needs = String::new();
        push_hex(&mut needs, decision.needs.bits().into(), 3);
        self.next_of(records::Decision::Needs).push(&needs);
    }

    fn extend_content(&mut self, content: &Content) {
        match content {
            Content::Default => {}
            Content::Hidden => self.text.push('-'),
            Content::Inner(html) => {
                self.text.push('+');
                // Templates and values are text in the playbook; if they were not, showing nothing is safe.
                self.extend(core::str::from_utf8(html).unwrap_or_default());
            }
            Content::Order(order) => {
                self.text.push('/');
                self.extend(core::str::from_utf8(order).unwrap_or_default());
            }
            Content::Parts(changes) => {
                self.text.push('*');
                for (key, (from, to)) in parts::changes(changes) {
                    let value = changes.get(from..to).and_then(|value| core::str::from_utf8(value).ok());
                    let (part, attribute) = key.split_once('@').unwrap_or((key, ""));
                    let (inside, behind) = if attribute.is_empty() { ("", ">") } else { (">", "") };
                    for piece in
                        ["<i data-part=\"", part, "\"", behind, value.unwrap_or_default(), inside, "</i>"]
                    {
                        self.extend(piece);
                    }
                }
            }
        }
    }
}

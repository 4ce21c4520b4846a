//! Deciding a request: consent first, then what it opens, then the campaigns, then what follows for the visitor's state.

mod around_date;
mod campaigns;
mod caps;
mod cart;
mod cooldown;
pub(crate) mod exclusion;
mod experiments;
mod fatigue;
mod forced;
mod interest;
mod min_visits;
pub mod mirror;
mod nearest_store;
mod preference;
mod profile;
mod replenish;
mod schedule;
mod signals;
mod state;
mod suppress;

use alloc::string::String;

use crate::consent::evidence::Evidence;
use crate::consent::purpose::PurposeSet;
use crate::consent::resolve::{Resolution, resolve};
use crate::consent::stored::StoredSettings;
use crate::facts::Facts;
use crate::playbook::Playbook;
use crate::reason::Reason;
use crate::response::obligations;
use crate::response::outcome::Outcome;
use crate::visitor::keyring::Keyring;

pub use signals::Signals;

/// What was decided for one request, with what an observer may ask about it.
#[derive(Debug)]
pub struct Decided {
    /// All decisions, their influence, the cache policy and the cookies.
    pub outcome: Outcome,
    /// What the visitor permits and why.
    pub consent: Resolution,
    /// The kind of the page.
    pub page_kind: String,
    /// What became of the visit cookie that came with the request.
    pub visit_reason: Reason,
    /// What became of the visitor memory that came with the request.
    pub memory_reason: Reason,
    /// What the browser is to keep; see [`Kept`].
    pub kept: Kept,
}

/// What a host without response headers, the browser, keeps itself. `None` means: delete it if it is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The value of the visit cookie.
    pub visit: Option<String>,
    /// The value of visitor memory in `localStorage`; always `None` behind an edge.
    pub memory: Option<String>,
}

/// Decides `facts`; `Err` says why the request is none of the playbook's.
pub(crate) fn request(
    playbook: &Playbook,
    keys: Result<&Keyring, Reason>,
    facts: &Facts,
) -> Result<Decided, Reason> {
    let decided = decide(playbook, keys, facts);
    // What was damaged read as empty, so that nothing of it may be shown or kept.
    if playbook.is_damaged() { Err(Reason::PlaybookDamaged) } else { decided }
}

fn decide(playbook: &Playbook, keys: Result<&Keyring, Reason>, facts: &Facts) -> Result<Decided, Reason> {
    let page = playbook.page(&facts.path).ok_or(Reason::Path)?;
    let consent = permitted(playbook, facts);
    let allowed: PurposeSet = consent.allowed();
    let mut state = state::State::open(playbook, keys, facts, &consent);
    let dismissed = suppress::dismissed(playbook, facts, page, &state);
    state.apply_events(playbook, facts);
    for (kind, thing) in dismissed {
        state.remember(kind, thing, facts);
    }
    state.remember_cart();
    let (decisions, touched) = {
        let signals = Signals::new(playbook, facts, page, &state);
        (campaigns::decide(playbook, &signals), signals.touched())
    };
    let page_kind = page.kind.into();
    state.record(playbook, facts, &page, &decisions);
    let (visit_reason, memory_reason) = state.reasons();
    let (cookies, kept) = state.keep(playbook, keys, facts);
    // A preview is for whoever asked for it, and for no cache.
    let signal = obligations::depends_on_signal(playbook, &consent) || !facts.forced.is_empty();
    let keyed = |signal| playbook.is_keyed_on(signal);
    let outcome = Outcome::new(decisions, touched, cookies, allowed, signal, keyed);
    Ok(Decided { outcome, consent, page_kind, visit_reason, memory_reason, kept })
}

/// What the visitor permits under the playbook's consent settings; damaged settings permit what is exempt.
///
/// It opens nothing else, so a host may ask it for a page that the playbook does not know.
pub fn permitted(playbook: &Playbook, facts: &Facts) -> Resolution {
    StoredSettings::open(playbook.consent_section())
        .map_or_else(Resolution::default, |settings| resolve(&Evidence::of(facts), &settings))
}

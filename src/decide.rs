//! Decides a request: consent first, then what it permits, then the campaigns, then the visitor's state.
//!
//! 1. [`permitted`] resolves the visitor's consent under the playbook's settings.
//! 2. [`state`] opens the visit and the visitor memory, each only with its permit.
//! 3. [`signals`] reads single signals, each only if the purpose of its row is allowed.
//! 4. [`campaigns`] decides each block: needed purposes are permitted, the condition holds, the [`gates`] are open.
//! 5. [`state`] records what is shown, as far as it may be stored.

pub mod around_date;
pub mod asked;
pub mod campaigns;
pub mod caps;
pub mod cart;
pub mod cooldown;
pub(crate) mod exclusion;
pub mod experiments;
pub mod fatigue;
pub mod forced;
pub mod gates;
pub mod group;
pub mod in_stock;
pub mod interest;
pub(crate) mod lists;
pub mod min_visits;
pub mod mirror;
pub mod nearest_store;
pub(crate) mod others;
pub mod preference;
pub mod profile;
pub mod replenish;
pub mod schedule;
pub mod signals;
pub mod state;
pub mod sticky;
pub mod suppress;
#[cfg(feature = "explain")]
pub(crate) mod why;

use crate::consent::purpose::PurposeSet;
use crate::consent::resolve::Resolution;
use crate::facts::Facts;
use crate::playbook::Playbook;
use crate::playbook::consent::permitted;
use crate::playbook::view::Page;
use crate::reason::Reason;
use crate::response::decided::Decided;
use crate::response::obligations;
use crate::response::outcome::Outcome;
use crate::visitor::keyring::Keyring;

pub use signals::RequestSignals;
use state::VisitorState;

/// Decides `facts`; `Err` is the reason why the playbook does not apply to the request.
pub(crate) fn request(
    playbook: &Playbook,
    keys: Result<&Keyring, Reason>,
    facts: &Facts,
) -> Result<Decided, Reason> {
    let decided = decide(playbook, keys, facts);
    // Damaged sections are read as empty, so that nothing of them may be shown or stored.
    if playbook.is_damaged() { Err(Reason::PlaybookDamaged) } else { decided }
}

fn decide(playbook: &Playbook, keys: Result<&Keyring, Reason>, facts: &Facts) -> Result<Decided, Reason> {
    let page = playbook.page(&facts.path).ok_or(Reason::Path)?;
    let consent = permitted(playbook, facts);
    let allowed: PurposeSet = consent.allowed();
    let mut state = visitor(playbook, keys, facts, page, &consent);
    let (decisions, touched, until) = {
        let signals = RequestSignals::new(playbook, facts, page, &state);
        (campaigns::decide(playbook, &signals), signals.touched(), signals.until())
    };
    let page_kind = page.kind.into();
    let again = state.record(playbook, facts, &page, &decisions);
    let (visit_reason, memory_reason) = state.reasons();
    let (cookies, kept) = state.keep(playbook, keys, facts);
    // A preview is for whoever asked for it, and for no cache.
    let single = obligations::depends_on_refusal(playbook, &consent) || !facts.forced.is_empty();
    let keyed = |signal| playbook.is_keyed_on(signal);
    let outcome = Outcome::new(decisions, touched, cookies, allowed, single, until, keyed);
    Ok(Decided { outcome, consent, page_kind, visit_reason, memory_reason, kept, again })
}

/// The visitor's state with what has just happened.
fn visitor<'x>(
    playbook: &Playbook,
    keys: Result<&Keyring, Reason>,
    facts: &'x Facts,
    page: Page<'_>,
    consent: &'x Resolution,
) -> VisitorState<'x> {
    let mut state = VisitorState::open(playbook, keys, facts, consent);
    let dismissed = suppress::dismissed(playbook, facts, page, &state);
    state.apply_events(playbook, facts);
    for (kind, thing) in dismissed {
        state.remember(kind, thing, playbook, facts);
    }
    state.remember_cart(playbook);
    state
}

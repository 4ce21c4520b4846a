//! Decides a block: considers its campaigns by priority; the first that applies wins.
//!
//! The purposes that a campaign needs must be permitted by the visitor's consent
//! ([`permitted`](crate::playbook::consent::permitted)): those of its operators, of experiments and of what is sensitive are
//! checked first, that of each signal where it is read.
//!
//! Pure and total: a campaign that cannot be evaluated is skipped and recorded; it never stops the others.

use alloc::vec::Vec;

use super::asked::Asked;
use super::signals::RequestSignals;
use super::{experiments, forced, gates, interest, preference};
use crate::assign::allocation;
use crate::condition::{Cause, Fuel, Truth, eval};
use crate::consent::purpose::PurposeSet;
use crate::html::{parts, template};
use crate::limits;
use crate::playbook::operators::gate;
use crate::playbook::values::CatalogValues;
use crate::playbook::view::{self, Block, Campaign, Playbook, Variant};
use crate::reason::Reason;
use crate::response::outcome::{Chosen, Considered, Content, Decision};

/// Capacity reserved for the campaigns of one block.
const FEW: usize = 64;

/// Decides every block that the page's kind may change, in the playbook's order.
pub(crate) fn decide(playbook: &Playbook, signals: &RequestSignals<'_>) -> Vec<Decision> {
    let mut fuel = Fuel::new();
    let mut decided = Vec::new();
    // Blocks that leave out what others show come behind those, at their place in the order.
    let are_asked = signals.other_blocks().are_asked;
    for follows in [false, true].into_iter().take(1 + usize::from(are_asked)) {
        let follower = |block: &Block<'_>| {
            are_asked && playbook.campaigns(block.index).any(|campaign| campaign.follows_others)
        };
        for (place, block) in playbook.blocks(signals.page().kind_index).enumerate() {
            if follower(&block) == follows {
                let decision = decide_block(playbook, block, signals, &mut fuel);
                signals.other_blocks().decided(&decision);
                decided.insert(place.min(decided.len()), decision);
            }
        }
    }
    decided
}

fn decide_block(
    playbook: &Playbook,
    block: Block<'_>,
    signals: &RequestSignals<'_>,
    fuel: &mut Fuel,
) -> Decision {
    if let Some(decision) = forced::decide(playbook, block, signals) {
        return decision;
    }
    let campaigns = playbook.campaigns(block.index);
    let mut considered = Vec::with_capacity(campaigns.size_hint().1.unwrap_or(0).min(FEW));
    for campaign in campaigns {
        let found = consider(playbook, block, &campaign, signals, fuel);
        let reason = found.as_ref().map_or_else(|reason| *reason, |won| won.reason());
        considered.push(Considered { campaign: campaign.index, reason });
        match found {
            Ok(Won { chosen, content, arms }) => {
                let needs = signals.needed();
                let chosen = Some(chosen);
                return Decision { block: block.index, chosen, reason, content, arms, needs, considered };
            }
            // The deciding data is not visible here, or the visitor is held out: other campaigns are not asked.
            Err(reason @ (Reason::EdgeOnly | Reason::Holdout)) => return stays(block, reason, considered),
            Err(_) => {}
        }
    }
    let reason = foremost(&considered);
    stays(block, reason, considered)
}

/// What a campaign shows.
pub(super) struct Won {
    pub(super) chosen: Chosen,
    pub(super) content: Content,
    /// What the other arms of an experiment would show, without their HTML.
    pub(super) arms: Vec<Content>,
}

impl Won {
    fn reason(&self) -> Reason {
        if self.content == Content::Default { Reason::Control } else { Reason::Matched }
    }
}

/// The decision that a block keeps the content that the edge or the origin gave it.
fn stays(block: Block<'_>, reason: Reason, considered: Vec<Considered>) -> Decision {
    let (content, arms, needs) = (Content::Default, Vec::new(), PurposeSet::EMPTY);
    Decision { block: block.index, chosen: None, reason, content, arms, needs, considered }
}

/// The reason if no campaign applied: a missing permission is more useful to report than an audience mismatch.
fn foremost(considered: &[Considered]) -> Reason {
    let withheld = considered.iter().find(|found| found.reason == Reason::NotPermitted);
    withheld.or(considered.first()).map_or(Reason::NoCampaign, |found| found.reason)
}

pub(super) fn consider(
    playbook: &Playbook,
    block: Block<'_>,
    campaign: &Campaign<'_>,
    signals: &RequestSignals<'_>,
    fuel: &mut Fuel,
) -> Result<Won, Reason> {
    signals.begin(block.index);
    if campaign.is_paused() {
        return Err(Reason::Paused);
    }
    // Most campaigns have no operator, and none is looked for before their conditions hold.
    let limited = campaign.is_limited();
    let asked = Asked { playbook, block, campaign, variant: None };
    let pass = |places| if limited { gates::pass(places, asked, signals) } else { Ok(()) };
    permitted(campaign, signals, limited)?;
    in_dates(campaign, signals)?;
    pass(0..gate::CONDITIONS)?;
    eligible(campaign, signals, fuel)?;
    pass(gate::CONDITIONS..gate::HOLDOUT)?;
    not_held_out(playbook, signals)?;
    pass(gate::HOLDOUT..gate::VARIANTS)?;
    let assigned = experiments::assign(campaign, signals)?;
    preference::first(asked, assigned, signals)
}

/// Checks the purposes of a campaign's operators and experiments and, where it is sensitive, the agreement, before any of its conditions.
pub(super) fn permitted(
    campaign: &Campaign<'_>,
    signals: &RequestSignals<'_>,
    limited: bool,
) -> Result<(), Reason> {
    let assigns = !campaign.is_experiment || signals.assigns_variants();
    let operators = || campaign.operators().all(|operator| signals.permits(operator.permits()));
    let agreed = !campaign.is_sensitive || signals.agrees_to_sensitive();
    let allowed = agreed && assigns && (!limited || operators());
    if allowed { Ok(()) } else { Err(Reason::NotPermitted) }
}

fn in_dates(campaign: &Campaign<'_>, signals: &RequestSignals<'_>) -> Result<(), Reason> {
    if campaign.starts.is_none() && campaign.ends.is_none() {
        return Ok(());
    }
    let now = signals.now().ok_or(Reason::NoClock)?.seconds();
    if campaign.starts.is_some_and(|starts| now < starts) {
        signals.note_until(campaign.starts);
        return Err(Reason::NotYet);
    }
    if campaign.ends.is_some_and(|ends| now > ends) {
        return Err(Reason::Over);
    }
    signals.note_until(campaign.ends);
    Ok(())
}

fn eligible(campaign: &Campaign<'_>, signals: &RequestSignals<'_>, fuel: &mut Fuel) -> Result<(), Reason> {
    let mut unknown = None;
    fuel.refill();
    // Most campaigns have no audience, or nothing else than one.
    for code in campaign.conditions().into_iter().filter(|code| !code.is_empty()) {
        match eval(code, signals, fuel) {
            Truth::True => {}
            Truth::False => return Err(Reason::NotEligible),
            Truth::Unknown(cause) => unknown = unknown.max(Some(cause)),
            Truth::Faulty => return Err(Reason::Faulty),
        }
    }
    match unknown {
        None => Ok(()),
        Some(Cause::EdgeOnly) => Err(Reason::EdgeOnly),
        Some(Cause::NotPermitted) => Err(Reason::NotPermitted),
    }
}

/// The holdout is checked before every campaign's own assignment, with its own hash.
fn not_held_out(playbook: &Playbook, signals: &RequestSignals<'_>) -> Result<(), Reason> {
    let site = playbook.site();
    if site.holdout == 0 {
        return Ok(());
    }
    match signals.unit() {
        Ok(unit) if allocation::held_out(unit, site.seed, site.holdout) => Err(Reason::Holdout),
        Err(Reason::EdgeOnly) => Err(Reason::EdgeOnly),
        _ => Ok(()),
    }
}

pub(super) fn show(
    playbook: &Playbook,
    variant: &Variant<'_>,
    signals: &RequestSignals<'_>,
) -> Result<Content, Reason> {
    signals.other_blocks().begin();
    match variant.content {
        view::Content::Control => Ok(Content::Default),
        view::Content::Hide => Ok(Content::Hidden),
        view::Content::Template(code) => {
            let mut html = Vec::new();
            template::render(code, &CatalogValues { playbook, signals }, &mut html)?;
            Ok(Content::Inner(html))
        }
        view::Content::Parts(code) => {
            let mut changes = Vec::new();
            for (key, (from, to)) in parts::changes(code) {
                let mut value = Vec::new();
                let code = code.get(from..to).ok_or(Reason::Faulty)?;
                template::render(code, &CatalogValues { playbook, signals }, &mut value)?;
                if let Some((_, name)) = key.split_once('@') {
                    value = [b" ", name.as_bytes(), b"=\"", &value, b"\""].concat();
                }
                parts::push(key, &value, &mut changes);
            }
            if changes.len() > limits::CONTENT_BYTES {
                Err(Reason::ContentTooLarge)
            } else {
                Ok(Content::Parts(changes))
            }
        }
        view::Content::Order(order) => Ok(Content::Order(order.to_vec())),
        view::Content::OrderBy(code) => interest::order(code, signals).map(Content::Order),
    }
}

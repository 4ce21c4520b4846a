//! The visitor's state: opened with permits, updated by events, and written back if it changed.
//!
//! Without its permit a value is not parsed; its presence has one effect, its deletion.

mod past;

use alloc::vec::Vec;

use crate::assign::hash::{self, Unit};
use crate::consent::permit::Permit;
use crate::consent::purpose::kind::{
    Experimentation, PersistentPersonalization, Profile, SessionPersonalization,
};
use crate::consent::purpose::{Purpose, PurposeSet};
use crate::consent::resolve::Resolution;
use crate::facts::{Event, Facts};
use crate::http::cookies::Sent;
use crate::playbook::needs::Needs;
use crate::playbook::operators::{Cap, Sticky};
use crate::playbook::view::{Page, Playbook};
use crate::reason::Reason;
use crate::response::decided::Kept;
use crate::response::outcome::{Chosen, Decision};
use crate::signal::guarded::Guarded;
use crate::visitor::cookie::{self, SetCookie};
use crate::visitor::keyring::Keyring;
use crate::visitor::memory::Memory;
use crate::visitor::sticky::{self, Assigned};
use crate::visitor::visit::Visit;

mod activity;
mod dates;
mod fatigue;
mod pace;
mod preferred;
mod searches;
mod view;
pub(super) use pace::pages;
pub(super) use past::thing;

/// The visit and the visitor memory of one request, as far as permits allow.
#[derive(Debug)]
pub(crate) struct VisitorState<'x> {
    needs: Needs,
    allowed: PurposeSet,
    experimentation: Option<Permit<'x, Experimentation>>,
    profile: Option<Permit<'x, Profile>>,
    visit: Option<Visit>,
    visit_before: Option<&'x str>,
    visit_reason: Reason,
    visit_is_there: bool,
    memory: Option<Memory>,
    memory_before: Option<Memory>,
    memory_reason: Reason,
    memory_is_there: bool,
    remembers: Result<(), Reason>,
    /// Whether the visitor agreed to what is sensitive.
    sensitive: bool,
    out_of_sight: bool,
    /// Whether the page is reloaded: what its view has counted already counts no more.
    reloads: bool,
    unit: Result<Unit, Reason>,
    assigned: Vec<Assigned>,
}

impl<'x> VisitorState<'x> {
    /// Opens the cookies that `consent` has permits for.
    pub(super) fn open(
        playbook: &Playbook,
        keys: Result<&Keyring, Reason>,
        facts: &'x Facts,
        consent: &'x Resolution,
    ) -> VisitorState<'x> {
        let sent = Guarded::cookie(facts, cookie::VISIT);
        let visit_is_there = sent.is_there();
        let (visit, visit_before, visit_reason) = match consent.permit::<SessionPersonalization>() {
            Some(permit) => {
                let sent = sent.open(&permit);
                let (visit, reason) = Visit::open(Guarded::new(sent), &permit);
                (Some(visit), if let Sent::One(value) = sent { Some(value) } else { None }, reason)
            }
            None => (None, None, unpermitted(visit_is_there)),
        };
        let behind_edge = facts.browser.as_ref().is_some_and(|browser| browser.behind_edge);
        let persistent = consent.permit::<PersistentPersonalization>();
        let memory_is_there = memory_is_there(facts);
        let (came, memory_reason) = match &persistent {
            Some(permit) if !behind_edge => remembered(playbook, keys, facts, permit),
            _ => (None, unpermitted(memory_is_there)),
        };
        let kept = facts.browser.is_some() || (keys.is_ok() && facts.entropy.is_some());
        let remembers = match &persistent {
            None => Err(Reason::NotPermitted),
            Some(_) if behind_edge => Err(Reason::EdgeOnly),
            Some(_) if !kept || facts.now.is_none() => Err(Reason::NoStorage),
            Some(_) => Ok(()),
        };
        let readable = persistent.as_ref().filter(|_| !behind_edge);
        let fresh = |permit| facts.now.and_then(|now| Memory::first(now, permit));
        let mut state = VisitorState {
            needs: playbook.needs(),
            allowed: consent.allowed(),
            experimentation: consent.permit(),
            profile: consent.permit(),
            visit,
            visit_before,
            visit_reason,
            visit_is_there,
            memory_before: came.clone(),
            memory: came.or_else(|| readable.and_then(fresh)),
            memory_reason,
            memory_is_there,
            remembers,
            sensitive: consent.agrees(Purpose::Profile),
            out_of_sight: behind_edge && persistent.is_some(),
            reloads: false,
            unit: Err(Reason::NotPermitted),
            assigned: Vec::new(),
        };
        state.forget_searches();
        state.forget_sensitive(playbook);
        state.follow_visit(playbook, facts);
        state.follow_view(facts);
        state.assign_unit(facts);
        state.recall_variants(playbook);
        state.remember_dismissals(playbook, facts);
        state.take_over(playbook, facts);
        state.remember_dates(playbook);
        state.remember_preferred(playbook);
        state
    }

    /// Applies the events of the page in the browser, before it is decided again.
    pub(super) fn apply_events(&mut self, playbook: &Playbook, facts: &Facts) {
        for event in facts.browser.iter().flat_map(|browser| browser.events.iter()) {
            match event {
                Event::Viewed { item, category } => {
                    let known = playbook.item(item).and_then(|item| item.category);
                    let category = Some(category.as_str()).filter(|category| !category.is_empty()).or(known);
                    self.view(playbook, Some(item.as_str()).filter(|item| !item.is_empty()), category, facts);
                }
                Event::Searched(text) => self.search(text),
                Event::Dismissed(id) => self.dismiss(hash::code(id), playbook, facts),
                Event::Declared { name, date, values } => self.declare(name, date, values, playbook),
                Event::Preferred { name, value } => self.prefer(name, value, playbook),
                Event::Cart(lines) => self.fill_cart(lines, playbook, facts),
                Event::Bought { item, category, quantity } => {
                    self.buy((item, category, *quantity), playbook, facts);
                }
            }
        }
    }

    /// Lets visitor memory follow the cart of the visit, while a campaign shows what was left.
    pub(super) fn remember_cart(&mut self, playbook: &Playbook) {
        let (Ok(()), Some(memory)) = (self.remembers, &mut self.memory) else { return };
        let changed = self.visit.as_ref().and_then(Visit::changed_cart);
        match changed {
            _ if !self.needs.left_cart => memory.forget_cart(),
            Some((minute, items)) => {
                let items = items.filter(|item| !thing(item, playbook).is_none());
                memory.leave_cart(minute, items.map(hash::code));
            }
            None => {}
        }
    }

    /// Records the page view and the campaigns shown, after the decision: a page is not part of its own history. Returns the
    /// blocks whose campaign this view has shown before.
    pub(super) fn record(
        &mut self,
        playbook: &Playbook,
        facts: &Facts,
        page: &Page<'_>,
        decisions: &[Decision],
    ) -> Vec<u16> {
        let mut again = Vec::new();
        if !facts.is_seen() {
            return again;
        }
        self.keep_pace(facts);
        self.keep_view(playbook, facts, page, decisions);
        if self.is_new_view(facts) {
            self.view(playbook, page.item, page.category, facts);
            self.search_of(page, facts);
        }
        for decision in decisions.iter().filter(|decision| decision.reason != Reason::Forced) {
            let Some(chosen) = decision.chosen else { continue };
            self.keep_variant(playbook, chosen);
            let Some(campaign) = playbook.campaign(chosen.campaign) else { continue };
            if self.shows_already(facts, decision.block, &campaign) {
                again.push(decision.block);
                continue;
            }
            self.keep_shown(facts, &campaign);
            campaign.caps().filter(|cap| !cap.dismissals).for_each(|cap| self.count(cap, facts));
            self.count_exposure(&campaign, facts);
        }
        again
    }

    /// The cookies to set or delete, and what a browser stores itself.
    pub(super) fn keep(
        mut self,
        playbook: &Playbook,
        keys: Result<&Keyring, Reason>,
        facts: &Facts,
    ) -> (Vec<SetCookie>, Kept) {
        let permit = self.experimentation.as_ref();
        if let Some(permit) = permit {
            if let Some(visit) = &mut self.visit {
                visit.set_assigned(&self.assigned, permit);
            }
            if let Some(memory) = &mut self.memory {
                memory.set_assigned(&self.assigned, permit);
            }
        }
        let visit = self.visit.as_ref().filter(|_| self.needs.any());
        let memory = self.memory.as_ref().filter(|_| self.needs.memory || self.needs.unit);
        if facts.browser.is_some() {
            let kept = Kept {
                visit: visit.map(|visit| visit.encode(permit)),
                memory: memory.map(|memory| memory.to_storage(permit)),
                memory_seconds: memory
                    .zip(facts.now)
                    .map_or(0, |(memory, now)| memory.seconds_left(now, playbook.keeping().life_days)),
            };
            return (Vec::new(), kept);
        }
        let mut cookies = Vec::new();
        // A page that nobody sees begins no visit: the next one would not count as the beginning. What is drawn is in memory then.
        let waits = !facts.is_seen() && !self.visit_is_there && memory.is_some() && self.remembers.is_ok();
        match visit.filter(|_| !waits) {
            Some(visit) if self.visit_before != Some(visit.encode(permit).as_str()) => {
                cookies.push(SetCookie::visit(visit, permit));
            }
            None if self.visit_is_there => cookies.push(SetCookie::delete_visit()),
            _ => {}
        }
        match memory {
            Some(memory) if Some(memory) != self.memory_before.as_ref() => {
                cookies.extend(sealed(memory, playbook, keys, facts, permit));
            }
            None if self.memory_is_there => cookies.push(SetCookie::delete_memory()),
            _ => {}
        }
        (cookies, Kept::default())
    }

    pub(super) const fn visit(&self) -> Option<&Visit> {
        self.visit.as_ref()
    }

    pub(super) const fn memory(&self) -> Option<&Memory> {
        self.memory.as_ref()
    }

    pub(super) const fn memory_is_out_of_sight(&self) -> bool {
        self.out_of_sight
    }

    /// The purposes that the visitor permits.
    pub(super) const fn allowed(&self) -> PurposeSet {
        self.allowed
    }

    /// Whether the visitor agreed to what is sensitive.
    pub(super) const fn agrees_to_sensitive(&self) -> bool {
        self.sensitive
    }

    /// The permit to read what the site's login says of the visitor.
    pub(super) const fn profile(&self) -> Option<&Permit<'x, Profile>> {
        self.profile.as_ref()
    }

    pub(super) const fn unit(&self) -> Result<Unit, Reason> {
        self.unit
    }

    /// The sticky variant of the experiment with this code.
    pub(super) fn assigned(&self, campaign: u32) -> Option<Assigned> {
        sticky::find(&self.assigned, campaign)
    }

    /// Visitor memory, if changes to it will be stored.
    ///
    /// # Errors
    ///
    /// [`Reason::NotPermitted`], [`Reason::EdgeOnly`] behind an edge, and [`Reason::NoStorage`] on a host without clock,
    /// keys or entropy.
    pub(super) fn remembers(&self) -> Result<&Memory, Reason> {
        self.remembers.and_then(|()| self.memory.as_ref().ok_or(Reason::NoStorage))
    }

    /// The outcome of the visit cookie and of visitor memory.
    pub(super) const fn reasons(&self) -> (Reason, Reason) {
        (self.visit_reason, self.memory_reason)
    }

    /// Adds one to the counter of `cap`, if it may be counted.
    fn count(&mut self, cap: Cap, facts: &Facts) {
        if !cap.in_memory {
            if let Some(visit) = &mut self.visit {
                visit.count(cap.key);
            }
        } else if let (Ok(()), Some(memory), Some(now)) = (self.remembers, &mut self.memory, facts.now) {
            memory.count(cap.key, cap.days, now);
        }
    }

    /// Counts a dismissal of the campaign with this code; one that only an edge can store is pending in the visit.
    fn dismiss(&mut self, code: u32, playbook: &Playbook, facts: &Facts) {
        let caps = dismissals(playbook, code);
        caps.clone().filter(|cap| !cap.in_memory).for_each(|cap| self.count(cap, facts));
        if self.remembers == Err(Reason::EdgeOnly)
            && caps.clone().any(|cap| cap.in_memory)
            && let Some(visit) = &mut self.visit
        {
            visit.dismiss(code);
        }
        caps.filter(|cap| cap.in_memory).for_each(|cap| self.count(cap, facts));
    }

    /// Moves pending dismissals of a browser from the visit to memory, and drops counters that nothing needs.
    fn remember_dismissals(&mut self, playbook: &Playbook, facts: &Facts) {
        let (Ok(()), Some(memory), Some(now)) = (self.remembers, &mut self.memory, facts.now) else { return };
        let asked = caps(playbook).filter(|(_, cap)| cap.in_memory);
        let asked = asked.map(|(_, cap)| (cap.key, cap.days));
        memory.keep_counters(asked.chain(fatigue::counters(playbook)), now);
        let waiting = self.visit.as_mut().map(Visit::take_dismissed).unwrap_or_default();
        for code in waiting {
            dismissals(playbook, code).filter(|cap| cap.in_memory).for_each(|cap| self.count(cap, facts));
        }
    }

    /// The bucketing unit: the visitor's if memory is kept, else the visit's, else a new one if it can be stored at all.
    fn assign_unit(&mut self, facts: &Facts) {
        let Some(permit) = self.experimentation.as_ref().filter(|_| self.needs.unit) else {
            if let Some(memory) = &mut self.memory {
                memory.forget_unit();
            }
            return;
        };
        // The edge may have a unit of which the visit has no copy; another one would contradict it.
        if self.out_of_sight && self.visit.as_ref().is_none_or(|visit| visit.unit(permit).is_none()) {
            self.unit = Err(Reason::EdgeOnly);
            return;
        }
        let fresh = || facts.entropy.as_ref().map(Unit::from_entropy);
        let unit = (self.memory.as_ref().and_then(|memory| memory.unit(permit)))
            .or_else(|| self.visit.as_ref().and_then(|visit| visit.unit(permit)))
            .or_else(fresh)
            .filter(|_| self.visit.is_some() || self.memory.is_some());
        self.unit = unit.ok_or(Reason::NoBucketingId);
        let Some(unit) = unit else { return };
        if let Some(visit) = &mut self.visit {
            visit.set_unit(unit, permit);
        }
        if let Some(memory) = &mut self.memory {
            memory.set_unit(unit, permit);
        }
    }

    /// The sticky variants: those of memory, then those of the visit, as far as experiments still keep them.
    fn recall_variants(&mut self, playbook: &Playbook) {
        let Some(permit) = self.experimentation.as_ref().filter(|_| self.unit.is_ok()) else { return };
        let memory = self.memory.as_ref().map(|memory| memory.assigned(permit));
        let visit = self.visit.as_ref().map(|visit| visit.assigned(permit));
        for all in [memory, visit].into_iter().flatten() {
            for one in all {
                if sticky::find(&self.assigned, one.campaign).is_none() && keeps(playbook, one.campaign) {
                    sticky::keep(&mut self.assigned, *one);
                }
            }
        }
    }

    /// Keeps the chosen variant, if its experiment has sticky bucketing.
    fn keep_variant(&mut self, playbook: &Playbook, chosen: Chosen) {
        let Some(campaign) = playbook.campaign(chosen.campaign) else { return };
        let Some(Sticky { version, .. }) = campaign.sticky() else { return };
        let variant = campaign.variants().nth(chosen.variant.into());
        let Some(variant) = variant.map(|variant| sticky::variant_code(variant.id)) else { return };
        let (campaign, share) = (campaign.code, chosen.propensity);
        sticky::keep(&mut self.assigned, Assigned { campaign, variant, version, first: version, share });
    }

    /// Takes out of the visit what is sensitive, where the visitor does not agree to that any more.
    fn forget_sensitive(&mut self, playbook: &Playbook) {
        if let Some(visit) = self.visit.as_mut().filter(|_| self.needs.sensitive && !self.sensitive) {
            let is_kept = |id: &str| !playbook.is_sensitive(Some(id), Some(id));
            visit.keep_seen(is_kept);
        }
    }

    /// Notes a view, as far as a campaign of the playbook needs it; what is sensitive in the visit alone, and by agreement.
    fn view(&mut self, playbook: &Playbook, item: Option<&str>, category: Option<&str>, facts: &Facts) {
        let is_sensitive = self.needs.sensitive && playbook.is_sensitive(item, category);
        if is_sensitive && !self.sensitive {
            return;
        }
        if let Some(visit) = &mut self.visit {
            if let Some(item) = item.filter(|_| self.needs.items) {
                visit.see_item(item);
                visit.keep_items(playbook.keeping().items);
            }
            if let Some(category) = category.filter(|_| self.needs.categories) {
                visit.see_category(category);
            }
        }
        if let (Some(memory), Some(category), Some(now)) = (&mut self.memory, category, facts.now)
            && self.needs.interests
            && !is_sensitive
        {
            memory.interest(hash::code(category), now, playbook.keeping().half_life_days);
        }
    }
}

/// All caps of a playbook, each with the code of its campaign.
fn caps(playbook: &Playbook) -> impl Iterator<Item = (u32, Cap)> + Clone {
    playbook.every_campaign().flat_map(|campaign| campaign.caps().map(move |cap| (campaign.code, cap)))
}

/// Whether the campaign with this code has sticky bucketing.
fn keeps(playbook: &Playbook, code: u32) -> bool {
    playbook.every_campaign().any(|campaign| campaign.code == code && campaign.sticky().is_some())
}

/// The caps that count dismissals of the campaign with this code.
fn dismissals(playbook: &Playbook, code: u32) -> impl Iterator<Item = Cap> + Clone {
    caps(playbook).filter(move |(of, cap)| *of == code && cap.dismissals).map(|(_, cap)| cap)
}

/// Visitor memory as received: sealed in a cookie at the edge, from web storage in a browser without an edge.
fn remembered(
    playbook: &Playbook,
    keys: Result<&Keyring, Reason>,
    facts: &Facts,
    permit: &Permit<'_, PersistentPersonalization>,
) -> (Option<Memory>, Reason) {
    let Some(now) = facts.now else { return (None, Reason::NoClock) };
    if let Some(browser) = &facts.browser {
        return Memory::from_storage(
            Guarded::new(browser.memory.as_deref()),
            permit,
            now,
            playbook.keeping().life_days,
        );
    }
    let keys = match keys {
        Ok(keys) => keys,
        Err(reason) => return (None, reason),
    };
    let sent = Guarded::cookie(facts, cookie::MEMORY);
    Memory::unseal(sent, permit, playbook.site().host, keys, now, playbook.keeping().life_days)
}

fn memory_is_there(facts: &Facts) -> bool {
    match &facts.browser {
        Some(browser) => browser.memory.is_some(),
        None => Guarded::<PersistentPersonalization, _>::cookie(facts, cookie::MEMORY).is_there(),
    }
}

const fn unpermitted(is_there: bool) -> Reason {
    if is_there { Reason::NotPermitted } else { Reason::Absent }
}

/// Seals the cookie; `None` without keys or entropy, since a fixed nonce would break the seal.
fn sealed(
    memory: &Memory,
    playbook: &Playbook,
    keys: Result<&Keyring, Reason>,
    facts: &Facts,
    permit: Option<&Permit<'_, Experimentation>>,
) -> Option<SetCookie> {
    let sealed = memory.seal(playbook.site().host, keys.ok()?, facts.entropy.as_ref(), permit)?;
    SetCookie::memory(&sealed, memory.seconds_left(facts.now?, playbook.keeping().life_days))
}

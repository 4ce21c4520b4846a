//! What is kept of the visitor: opened with permits, updated by what happens, and written back where it changed.
//!
//! Without its permit a value is not parsed; that it is there at all has one effect, its deletion.

use alloc::string::String;
use alloc::vec::Vec;

use super::Kept;
use crate::assign::hash::Unit;
use crate::consent::permit::Permit;
use crate::consent::purpose::kind::{Experimentation, PersistentPersonalization, SessionPersonalization};
use crate::consent::resolve::Resolution;
use crate::facts::{Event, Facts, Method};
use crate::http::cookies::{self, Sent};
use crate::outcome::{Content, Decision};
use crate::playbook::{Page, Playbook};
use crate::reason::Reason;
use crate::signal::guarded::Guarded;
use crate::visitor::cookie::{self, SetCookie};
use crate::visitor::keyring::Keyring;
use crate::visitor::memory::Memory;
use crate::visitor::visit::Visit;
use crate::visitor::{base64, seal};

/// The visit and the visitor memory of one request, as far as permits reach.
#[derive(Debug)]
pub(crate) struct State<'x> {
    visit: Option<Visit>,
    visit_came: Option<&'x str>,
    visit_reason: Reason,
    visit_is_there: bool,
    memory: Option<Memory>,
    memory_before: Option<Memory>,
    memory_reason: Reason,
    memory_is_there: bool,
    out_of_sight: bool,
    unit: Result<Unit, Reason>,
}

impl<'x> State<'x> {
    /// Opens what the permits of `consent` allow to be opened.
    pub(super) fn open(playbook: &Playbook, keys: &Keyring, facts: &'x Facts, consent: &'x Resolution) -> State<'x> {
        let session = consent.permit::<SessionPersonalization>();
        let persistent = consent.permit::<PersistentPersonalization>();
        let sent = cookies::find(&facts.cookies, cookie::VISIT);
        let guarded: Guarded<SessionPersonalization, _> = Guarded::new(sent);
        let (visit, visit_reason) = session.as_ref().map_or((None, unopened(sent)), |permit| {
            let (visit, reason) = Visit::open(guarded, permit);
            (Some(visit), reason)
        });
        let behind_edge = facts.browser.as_ref().is_some_and(|browser| browser.behind_edge);
        let stored = Stored::of(facts);
        let memory_is_there = stored.is_there();
        let (memory, memory_reason) = match persistent.as_ref().filter(|_| !behind_edge) {
            Some(permit) => stored.open(permit, playbook, keys, facts),
            None => (None, if memory_is_there { Reason::NoPermit } else { Reason::Absent }),
        };
        let mut state = State {
            visit,
            visit_came: if let Sent::One(value) = sent { Some(value) } else { None },
            visit_reason,
            visit_is_there: sent != Sent::Absent,
            memory_before: memory.clone(),
            memory,
            memory_reason,
            memory_is_there,
            out_of_sight: behind_edge && persistent.is_some(),
            unit: Err(Reason::NoUnit),
        };
        state.begin_visit(facts);
        state.assign_unit(playbook, facts, consent.permit::<Experimentation>().as_ref());
        state
    }

    /// What happened within the page in the browser, before it is decided again.
    pub(super) fn apply_events(&mut self, playbook: &Playbook, facts: &Facts) {
        let events = facts.browser.iter().flat_map(|browser| browser.events.iter());
        for event in events {
            match event {
                Event::Viewed { item, category } => {
                    let known = playbook.item(item).map_or("", |item| item.category);
                    let category = if category.is_empty() { known } else { category };
                    self.view(Some(item).filter(|item| !item.is_empty()).map(String::as_str), Some(category), facts);
                }
                Event::Cart(lines) => {
                    if let Some(visit) = &mut self.visit {
                        visit.set_cart(lines.iter().map(|(item, quantity)| (item.as_str(), *quantity)));
                    }
                }
            }
        }
    }

    /// Records the page view and the campaigns shown, behind the decision: a page is not its own past.
    pub(super) fn record(&mut self, playbook: &Playbook, facts: &Facts, page: &Page<'_>, decisions: &[Decision]) {
        if facts.method != Method::Get {
            return;
        }
        if facts.browser.as_ref().is_none_or(|browser| browser.arrives) {
            self.view(page.item, page.category, facts);
        }
        let Some(visit) = &mut self.visit else { return };
        for decision in decisions.iter().filter(|decision| decision.content != Content::Default) {
            let Some(chosen) = decision.chosen else { continue };
            let shown = |browser: &crate::facts::BrowserFacts| browser.shown.contains(&(decision.block, chosen.campaign));
            if facts.browser.as_ref().is_some_and(shown) {
                continue;
            }
            if let Some(campaign) = playbook.campaign(chosen.campaign).filter(|campaign| campaign.cap_per_visit.is_some()) {
                visit.count(campaign.code);
            }
        }
    }

    /// The cookies that follow, and what a browser keeps itself.
    pub(super) fn keep(self, playbook: &Playbook, keys: &Keyring, facts: &Facts) -> (Vec<SetCookie>, Kept) {
        let needs = playbook.needs();
        let visit = self.visit.as_ref().filter(|_| needs.visit || needs.memory || needs.unit).map(Visit::encode);
        let memory = self.memory.as_ref().filter(|_| needs.memory || needs.unit);
        if facts.browser.is_some() {
            let memory = memory.map(|memory| base64::encode(&memory.encode()));
            return (Vec::new(), Kept { visit, memory });
        }
        let mut cookies = Vec::new();
        match &visit {
            Some(value) if self.visit_came != Some(value) => cookies.extend(SetCookie::visit(value)),
            None if self.visit_is_there => cookies.push(SetCookie::delete(cookie::VISIT)),
            _ => {}
        }
        match memory {
            Some(memory) if Some(memory) != self.memory_before.as_ref() => {
                cookies.extend(sealed(memory, playbook, keys, facts));
            }
            None if self.memory_is_there => cookies.push(SetCookie::delete(cookie::MEMORY)),
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

    pub(super) const fn unit(&self) -> Result<Unit, Reason> {
        self.unit
    }

    /// What became of the visit cookie and of visitor memory.
    pub(super) const fn reasons(&self) -> (Reason, Reason) {
        (self.visit_reason, self.memory_reason)
    }

    /// A visit begins where no visit cookie is; where none may be kept, with each day.
    fn begin_visit(&mut self, facts: &Facts) {
        let arrives = facts.browser.as_ref().is_none_or(|browser| browser.arrives);
        let (Some(memory), Some(now)) = (&mut self.memory, facts.now) else { return };
        if !arrives || facts.method != Method::Get {
            return;
        }
        let begins = if self.visit.is_some() { !self.visit_is_there } else { memory.last_day() != Some(now.days()) };
        if begins {
            memory.visit(now);
        }
    }

    /// The bucketing id: the visitor's where memory is kept, else the visit's, else a new one if it can be kept at all.
    fn assign_unit(&mut self, playbook: &Playbook, facts: &Facts, permit: Option<&Permit<'_, Experimentation>>) {
        let Some(permit) = permit.filter(|_| playbook.needs().unit) else {
            if let Some(visit) = &mut self.visit {
                visit.forget_unit();
            }
            if let Some(memory) = &mut self.memory {
                memory.forget_unit();
            }
            self.unit = Err(Reason::NoPermit);
            return;
        };
        let remembered = self.memory.as_ref().and_then(|memory| memory.unit(permit));
        let fresh = || facts.entropy.as_ref().and_then(|entropy| entropy.last_chunk::<8>()).map(|bytes| Unit(u64::from_le_bytes(*bytes)));
        let unit = remembered.or_else(|| self.visit.as_ref().and_then(|visit| visit.unit(permit))).or_else(fresh);
        let Some(unit) = unit.filter(|_| self.visit.is_some() || self.memory.is_some()) else { return };
        if let Some(visit) = &mut self.visit {
            visit.keep_unit(unit, permit);
        }
        if let Some(memory) = &mut self.memory {
            memory.keep_unit(unit, permit);
        }
        self.unit = Ok(unit);
    }

    fn view(&mut self, item: Option<&str>, category: Option<&str>, facts: &Facts) {
        let category = category.filter(|category| !category.is_empty());
        if let Some(visit) = &mut self.visit {
            if let Some(item) = item {
                visit.see_item(item);
            }
            if let Some(category) = category {
                visit.see_category(category);
            }
        }
        if let (Some(memory), Some(category), Some(now)) = (&mut self.memory, category, facts.now) {
            memory.interest(crate::assign::hash::code(category), now);
        }
    }
}

/// Visitor memory as it came: sealed in a cookie at the edge, plain from web storage in a browser without an edge.
enum Stored<'x> {
    Sealed(Guarded<PersistentPersonalization, Sent<'x>>, bool),
    Plain(Guarded<PersistentPersonalization, Option<&'x str>>, bool),
}

impl<'x> Stored<'x> {
    fn of(facts: &'x Facts) -> Stored<'x> {
        match &facts.browser {
            Some(browser) => Stored::Plain(Guarded::new(browser.memory.as_deref()), browser.memory.is_some()),
            None => {
                let sent = cookies::find(&facts.cookies, cookie::MEMORY);
                Stored::Sealed(Guarded::new(sent), sent != Sent::Absent)
            }
        }
    }

    const fn is_there(&self) -> bool {
        match self {
            Stored::Sealed(_, there) | Stored::Plain(_, there) => *there,
        }
    }

    /// The memory, new where there is none that counts, and what became of what came; `None` without a clock.
    fn open(
        self,
        permit: &Permit<'x, PersistentPersonalization>,
        playbook: &Playbook,
        keys: &Keyring,
        facts: &Facts,
    ) -> (Option<Memory>, Reason) {
        let Some(now) = facts.now else { return (None, Reason::NoClock) };
        let bytes = match self {
            Stored::Sealed(guarded, _) => match guarded.open(permit) {
                Sent::Absent => Err(Reason::Absent),
                Sent::Conflicting => Err(Reason::Duplicate),
                Sent::One(value) => seal::open(value, cookie::MEMORY, playbook.site().host, keys),
            },
            Stored::Plain(guarded, _) => guarded.open(permit).ok_or(Reason::Absent).and_then(|text| {
                base64::decode(text).ok_or(Reason::Unreadable)
            }),
        };
        match bytes.and_then(|bytes| Memory::restore(&bytes, now)) {
            Ok(memory) => (Some(memory), Reason::Opened),
            Err(reason) => (Some(Memory::new(now)), reason),
        }
    }
}

fn unopened(sent: Sent<'_>) -> Reason {
    if sent == Sent::Absent { Reason::Absent } else { Reason::NoPermit }
}

/// The sealed cookie; `None` without keys or entropy, since a fixed nonce would open the seal.
fn sealed(memory: &Memory, playbook: &Playbook, keys: &Keyring, facts: &Facts) -> Option<SetCookie> {
    let nonce = facts.entropy.as_ref()?.first_chunk::<24>()?;
    let value = seal::seal(&memory.encode(), cookie::MEMORY, playbook.site().host, keys, *nonce)?;
    SetCookie::memory(&value, memory.seconds_left(facts.now?))
}

//! The signals of one request: every read is noted, and what is not permitted reads as withheld.

use alloc::string::String;
use alloc::vec::Vec;
use core::cell::Cell;

use super::state::{self, State};
use crate::assign::hash::{self, Unit};
use crate::condition::{Reading, Signals as Read, Value};
use crate::facts::{Device, Facts, Millis};
use crate::http::query;
use crate::outcome::Touched;
use crate::playbook::view::{Page, Playbook};
use crate::reason::Reason;
use crate::signal::device;
use crate::signal::registry::{Signal, Source};

/// Everything conditions and templates may read of one request.
#[derive(Debug)]
pub struct Signals<'x> {
    playbook: &'x Playbook,
    facts: &'x Facts,
    page: Page<'x>,
    campaign: Option<String>,
    device: Option<Device>,
    state: &'x State<'x>,
    items: &'x [String],
    cart: Vec<&'x str>,
    touched: Cell<Touched>,
}

impl<'x> Signals<'x> {
    pub(super) fn new(
        playbook: &'x Playbook,
        facts: &'x Facts,
        page: Page<'x>,
        state: &'x State<'x>,
    ) -> Self {
        let visit = state.visit();
        Signals {
            playbook,
            facts,
            page,
            campaign: query::parameter(&facts.query, "utm_campaign"),
            device: facts.device.or_else(|| device::of(&facts.user_agent)),
            state,
            items: visit.map_or(&[], |visit| visit.items()),
            cart: visit
                .map_or_else(Vec::new, |visit| visit.cart().iter().map(|line| line.item.as_str()).collect()),
            touched: Cell::default(),
        }
    }

    /// The page that is asked for.
    pub const fn page(&self) -> &Page<'x> {
        &self.page
    }

    /// The time of the request.
    pub const fn now(&self) -> Option<Millis> {
        self.facts.now
    }

    /// The signals that were read so far.
    pub fn touched(&self) -> Touched {
        self.touched.get()
    }

    /// The id by which variants are assigned.
    ///
    /// # Errors
    ///
    /// [`Reason::NoPermit`] without a permit for experimentation, [`Reason::NoUnit`] where nothing could be kept.
    pub(super) fn unit(&self) -> Result<Unit, Reason> {
        let unit = self.state.unit();
        self.note(Signal::Unit);
        unit
    }

    /// Whether the visitor permits that exposures are counted.
    pub(super) const fn counts_exposures(&self) -> bool {
        self.state.visit().is_some()
    }

    /// Whether the visitor permits that variants are assigned.
    pub(super) fn assigns_variants(&self) -> bool {
        self.state.unit() != Err(Reason::NoPermit)
    }

    /// How often the campaign with this code was shown in this visit; `None` without a permit to know.
    pub(super) fn times_shown(&self, code: u32) -> Option<u8> {
        let times = self.state.visit()?.counted(code);
        self.note(Signal::TimesShown);
        Some(times)
    }

    /// Whether the browser shows this campaign in this block right now, so that showing it on is not showing it again.
    pub(super) fn shows_already(&self, block: u16, campaign: u16) -> bool {
        state::shows_already(self.facts, block, campaign)
    }

    fn note(&self, signal: Signal) {
        self.touched.set(self.touched.get().with(signal));
    }

    fn value(&self, signal: Signal) -> Option<Value<'_>> {
        let visit = self.state.visit();
        let memory = self.state.memory();
        match signal {
            Signal::Campaign => self.campaign.as_deref().map(Value::Text),
            Signal::PageKind => Some(Value::Text(self.page.kind)),
            Signal::PageItem => self.page.item.map(Value::Text),
            Signal::PageCategory => self.page.category.map(Value::Text),
            Signal::Hour => self.hour().map(Value::Number),
            Signal::Device => self.device.map(|device| Value::Text(device.name())),
            Signal::Country => self.facts.country.as_deref().map(Value::Text),
            Signal::LastItem => visit?.items().first().map(|item| Value::Text(item)),
            Signal::Items => Some(Value::List(&self.items)),
            Signal::LastCategory => visit?.categories().first().map(|category| Value::Text(category)),
            Signal::Cart => Some(Value::List(&self.cart)),
            Signal::CartCount => Some(Value::Number(i64::from(visit?.cart_count()))),
            Signal::Visits => Some(Value::Number(i64::from(memory?.visits()))),
            Signal::FavoriteCategory => {
                let code = memory?.favorite()?;
                self.playbook
                    .categories()
                    .find(|category| hash::code(category.id) == code)
                    .map(|category| Value::Text(category.id))
            }
            Signal::Unit | Signal::TimesShown => None,
        }
    }

    fn hour(&self) -> Option<i64> {
        let minutes = self.facts.now?.seconds().div_euclid(60);
        let local = minutes.checked_add(i64::from(self.playbook.site().utc_offset_minutes))?;
        Some(local.div_euclid(60).rem_euclid(24))
    }
}

impl Read for Signals<'_> {
    fn read(&self, signal: Signal) -> Reading<'_> {
        match signal.entry().source {
            Source::Request => {}
            Source::Visit if self.state.visit().is_none() => return Reading::Withheld,
            Source::Visit => {}
            Source::Memory if self.state.memory_is_out_of_sight() => return Reading::OutOfSight,
            Source::Memory if self.state.memory().is_none() => return Reading::Withheld,
            Source::Memory => {}
        }
        self.note(signal);
        self.value(signal).map_or(Reading::Missing, Reading::Known)
    }
}

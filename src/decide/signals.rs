//! The signals of one request: every read is noted, and what is not permitted reads as withheld.

use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, OnceCell};

use super::state::{self, State};
use crate::assign::hash::{self, Unit};
use crate::condition::{Reading, Signals as Read, Value};
use crate::facts::{Device, Facts, Millis};
use crate::http::query;
use crate::outcome::Touched;
use crate::playbook::view::{Page, Playbook};
use crate::reason::Reason;
use crate::signal::clock::{Local, WEEKDAYS};
use crate::signal::referrer::Referrer;
use crate::signal::registry::{Signal, Source};
use crate::signal::{device, language};
use crate::visitor::sticky::Assigned;

/// The parameters by which advertisements say what they are.
const UTM: [&str; 5] = ["utm_campaign", "utm_source", "utm_medium", "utm_term", "utm_content"];

/// Everything conditions and templates may read of one request.
#[derive(Debug)]
pub struct Signals<'x> {
    playbook: &'x Playbook,
    facts: &'x Facts,
    page: Page<'x>,
    local: Option<Local>,
    time: [u8; 5],
    parameters: [OnceCell<Option<String>>; UTM.len()],
    query: OnceCell<Vec<String>>,
    language: OnceCell<Option<String>>,
    region: OnceCell<Option<String>>,
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
        let site = playbook.site();
        let local = facts.now.and_then(|now| Local::of(now, site.utc_offset_minutes, site.daylight_saving));
        Signals {
            playbook,
            facts,
            page,
            local,
            time: local.map(Local::digits).unwrap_or_default(),
            parameters: Default::default(),
            query: OnceCell::new(),
            language: OnceCell::new(),
            region: OnceCell::new(),
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

    /// The clock on the wall at the site, read as `signals`; `None` without a clock.
    pub(super) fn local(&self, signals: impl IntoIterator<Item = Signal>) -> Option<Local> {
        signals.into_iter().for_each(|signal| self.note(signal));
        self.local
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

    /// What is kept of the experiment with this code: there is nothing to keep without a unit.
    pub(super) fn assigned(&self, campaign: u32) -> Option<Assigned> {
        self.note(Signal::KeptVariant);
        self.state.assigned(campaign)
    }

    /// The variants that a preview asks for, as ids of campaign and variant.
    pub(super) fn forced(&self) -> &'x [(String, String)] {
        &self.facts.forced
    }

    /// Whether the visitor permits that exposures are counted.
    pub(super) const fn counts_exposures(&self) -> bool {
        self.state.visit().is_some()
    }

    /// Whether the visitor permits that variants are assigned.
    pub(super) fn assigns_variants(&self) -> bool {
        self.state.unit() != Err(Reason::NoPermit)
    }

    /// Whether visitor memory can be read and written.
    ///
    /// # Errors
    ///
    /// As [`State::remembers`].
    pub(super) fn remembers(&self) -> Result<(), Reason> {
        self.state.remembers().map(|_| ())
    }

    /// How far visitor memory has counted on the counter with this key, which begins anew after `days`.
    ///
    /// # Errors
    ///
    /// As [`State::remembers`], and [`Reason::Uncounted`] where no counter is left.
    pub(super) fn times_remembered(&self, key: u32, days: u16) -> Result<u8, Reason> {
        let memory = self.state.remembers()?;
        self.note(Signal::TimesRemembered);
        let now = self.facts.now.ok_or(Reason::Uncounted)?;
        if memory.can_count(key) { Ok(memory.counted(key, days, now)) } else { Err(Reason::Uncounted) }
    }

    /// How often the campaign with this code was dismissed in this visit without an edge knowing.
    pub(super) fn dismissed(&self, code: u32) -> usize {
        self.note(Signal::TimesShown);
        let waiting = self.state.visit().map_or(&[][..], |visit| visit.dismissed());
        waiting.iter().filter(|waiting| **waiting == code).count()
    }

    /// How far the counter with this key was counted in this visit; `None` without a permit to know.
    pub(super) fn times_shown(&self, key: u32) -> Option<u8> {
        let times = self.state.visit()?.counted(key);
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
            Signal::Campaign => self.parameter(0),
            Signal::CampaignSource => self.parameter(1),
            Signal::CampaignMedium => self.parameter(2),
            Signal::CampaignTerm => self.parameter(3),
            Signal::CampaignContent => self.parameter(4),
            Signal::Query => {
                Some(Value::List(self.query.get_or_init(|| query::parameters(&self.facts.query))))
            }
            Signal::PagePath => Some(Value::Text(&self.facts.path)),
            Signal::PageKind => Some(Value::Text(self.page.kind)),
            Signal::PageItem => self.page.item.map(Value::Text),
            Signal::PageCategory => self.page.category.map(Value::Text),
            Signal::Hour => self.local.map(|local| Value::Number(local.hour().into())),
            Signal::Weekday => self
                .local
                .and_then(|local| WEEKDAYS.get(usize::from(local.weekday)))
                .map(|day| Value::Text(day)),
            Signal::Time => self.local.and(core::str::from_utf8(&self.time).ok()).map(Value::Text),
            Signal::Language => {
                let preferred =
                    || language::preferred(&self.facts.accept_language).map(str::to_ascii_lowercase);
                self.language.get_or_init(preferred).as_deref().map(Value::Text)
            }
            Signal::Region => self.region.get_or_init(|| self.region()).as_deref().map(Value::Text),
            Signal::Referrer => {
                Some(Value::Text(Referrer::of(&self.facts.referrer, self.playbook.site().host).name()))
            }
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
            Signal::DaysKnown => Some(Value::Number(memory?.days_known(self.facts.now?))),
            Signal::Unit | Signal::TimesShown | Signal::TimesRemembered | Signal::KeptVariant => None,
        }
    }

    fn parameter(&self, index: usize) -> Option<Value<'_>> {
        let read = || query::parameter(&self.facts.query, UTM.get(index)?);
        self.parameters.get(index)?.get_or_init(read).as_deref().map(Value::Text)
    }

    /// Country and subdivision, as `US-CA`; a country alone is no region.
    fn region(&self) -> Option<String> {
        let mut region = self.facts.country.clone()?;
        region.push('-');
        region.push_str(self.facts.subdivision.as_deref()?);
        Some(region)
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

//! The signals of one request: every read is noted, and a signal that is not permitted reads as withheld.

use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, OnceCell};

use super::cart;
use super::nearest_store::Near;
use super::others::Others;
use super::state::{self, VisitorState};
use super::{lists, profile, replenish};
use crate::assign::hash::{self, Unit};
use crate::base::calendar::Millis;
use crate::condition::{Reading, SignalReader, Value, prefilter};
use crate::consent::purpose::{Purpose, PurposeSet};
use crate::facts::{Device, Facts};
#[cfg(feature = "explain")]
use crate::html::template::Field;
use crate::html::template::List;
use crate::http::{personal, query};
use crate::playbook::view::{Campaign, Page, Playbook};
use crate::reason::Reason;
use crate::response::outcome::Touched;
use crate::signal::clock::{self, Local, WEEKDAYS};
use crate::signal::referrer::Referrer;
use crate::signal::registry::{Entry, Signal, Source};
use crate::signal::zone::Zone;
use crate::signal::{device, language};
use crate::visitor::counter::HOURS_A_DAY;
use crate::visitor::dates::Date;
use crate::visitor::history::{Kind, What};
use crate::visitor::memory::Memory;
use crate::visitor::profile::Profile;
use crate::visitor::sticky::Assigned;

/// Purposes that nobody has to choose.
const FREE: PurposeSet = PurposeSet::EMPTY.with(Purpose::Necessary).with(Purpose::Contextual);

/// Lists of which one campaign can leave something out.
const LISTS: usize = 4;

/// All signals of one request, for conditions and templates.
#[derive(Debug)]
pub struct RequestSignals<'x> {
    playbook: &'x Playbook,
    facts: &'x Facts,
    page: Page<'x>,
    local: Option<Local>,
    time: [u8; 5],
    parameters: [OnceCell<Option<String>>; Signal::PARAMETERS.len()],
    query: OnceCell<Vec<String>>,
    language: OnceCell<Option<String>>,
    region: OnceCell<Option<String>>,
    referrer: OnceCell<Referrer>,
    favorite: OnceCell<Option<&'x str>>,
    device: OnceCell<Option<Device>>,
    near: OnceCell<Option<Near<'x>>>,
    others: OnceCell<Vec<&'x str>>,
    profile: OnceCell<Result<Option<Profile<'x>>, Reason>>,
    preferred: OnceCell<Vec<&'x str>>,
    state: &'x VisitorState<'x>,
    items: &'x [String],
    categories: &'x [String],
    searches: &'x [String],
    cart: Vec<&'x str>,
    touched: Cell<Touched>,
    /// What the campaign at hand was decided with, as far as the visitor permits it.
    needed: Cell<PurposeSet>,
    /// The marks of signals that guards asked for.
    marks: prefilter::Marks,
    /// Days and minutes since the date that the current campaign names, and the code of its name.
    distance: Cell<(Option<i64>, Option<i64>, u32)>,
    /// When the next campaign begins or ends, of those that were considered, in seconds.
    until: Cell<i64>,
    /// What the current campaign leaves out of lists: the bit of an index is set.
    left_out: Cell<[Option<(Signal, u64)>; LISTS]>,
    /// What the blocks show, for those that leave that out.
    other_blocks: Others,
    /// What a template of the current campaign lacked last: a signal, and the code of its field.
    #[cfg(feature = "explain")]
    lacked: Cell<Option<(Signal, u8)>>,
}

impl<'x> RequestSignals<'x> {
    pub(super) fn new(
        playbook: &'x Playbook,
        facts: &'x Facts,
        page: Page<'x>,
        state: &'x VisitorState<'x>,
    ) -> Self {
        let visit = state.visit();
        let site = playbook.site();
        let local = facts.now.and_then(|now| Local::of(now, site.zone));
        RequestSignals {
            playbook,
            facts,
            page,
            local,
            time: local.map(Local::digits).unwrap_or_default(),
            parameters: Default::default(),
            query: OnceCell::new(),
            language: OnceCell::new(),
            region: OnceCell::new(),
            referrer: OnceCell::new(),
            favorite: OnceCell::new(),
            device: OnceCell::new(),
            near: OnceCell::new(),
            others: OnceCell::new(),
            profile: OnceCell::new(),
            preferred: OnceCell::new(),
            state,
            items: visit.map_or(&[], |visit| visit.items()),
            categories: visit.map_or(&[], |visit| visit.categories()),
            searches: visit.map_or(&[], |visit| visit.searches()),
            cart: visit
                .map_or_else(Vec::new, |visit| visit.cart().iter().map(|line| line.item.as_str()).collect()),
            touched: Cell::default(),
            needed: Cell::default(),
            marks: prefilter::Marks::default(),
            distance: Cell::default(),
            until: Cell::new(i64::MAX),
            left_out: Cell::default(),
            other_blocks: Others::of(playbook),
            #[cfg(feature = "explain")]
            lacked: Cell::default(),
        }
    }

    /// The requested page.
    pub const fn page(&self) -> &Page<'x> {
        &self.page
    }

    /// The time of the request.
    pub const fn now(&self) -> Option<Millis> {
        self.facts.now
    }

    /// The local time of the site, noted as read through `signals`; `None` without a clock.
    pub(super) fn local(&self, signals: impl IntoIterator<Item = Signal>) -> Option<Local> {
        signals.into_iter().for_each(|signal| self.note(signal));
        self.local
    }

    /// The local date of the site, in days since 1970; `None` without a clock.
    pub(super) fn today(&self) -> Option<i64> {
        Some(self.zone().local(self.facts.now?.minutes()).div_euclid(clock::DAY))
    }

    /// The time zone of the site.
    pub(super) fn zone(&self) -> Zone<'x> {
        self.playbook.site().zone
    }

    /// The date that the site declared of the visitor under the name with this code.
    ///
    /// # Errors
    ///
    /// [`Reason::NotPermitted`], and [`Reason::EdgeOnly`] if only the edge has it.
    pub(super) fn date(&self, code: u32) -> Result<Option<Date>, Reason> {
        let date = self.state.date(code)?;
        self.note(Signal::Dates);
        Ok(date)
    }

    /// Sets the days and minutes since the date that the current campaign names, and its code, for templates.
    pub(super) fn set_distance(&self, days: Option<i64>, minutes: Option<i64>, date: u32) {
        self.distance.set((days, minutes, date));
    }

    /// The signals that were read so far.
    pub fn touched(&self) -> Touched {
        self.touched.get()
    }

    /// When the next campaign begins or ends, of those that were considered so far.
    pub(super) fn until(&self) -> Option<Millis> {
        Some(self.until.get()).filter(|at| *at < i64::MAX).map(|at| Millis(at.saturating_mul(1000)))
    }

    /// Notes that a campaign begins or ends at this second, if it does.
    pub(super) fn note_until(&self, at: Option<i64>) {
        self.until.set(self.until.get().min(at.unwrap_or(i64::MAX)));
    }

    /// What the campaign at hand leaves out of the list that `signal` holds: the bit of an index is set.
    pub(super) fn left_out(&self, signal: Signal) -> u64 {
        let lists = self.left_out.get().into_iter().flatten();
        { lists }.find(|(list, _)| *list == signal).map_or(0, |(_, elements)| elements)
    }

    /// Leaves elements out of a list, as long as this campaign is at hand; false if it does so of too many lists.
    pub(super) fn leave_out(&self, signal: Signal, elements: u64) -> bool {
        let mut lists = self.left_out.get();
        let place = lists.iter_mut().find(|place| place.is_none_or(|(list, _)| list == signal));
        let found = place.is_some();
        if let Some(place) = place {
            *place = Some((signal, elements));
        }
        self.left_out.set(lists);
        found
    }

    /// The playbook that is decided.
    pub(super) const fn playbook(&self) -> &'x Playbook {
        self.playbook
    }

    /// What the blocks show.
    pub(super) const fn other_blocks(&self) -> &Others {
        &self.other_blocks
    }

    /// Notes that the campaign at hand needs these purposes, too.
    pub(super) fn need(&self, purposes: PurposeSet) {
        self.needed.set(self.needed.get().union(purposes));
    }

    /// Begins a campaign of a block: its date is not known yet, it leaves nothing out, and it needed nothing so far.
    pub(super) fn begin(&self, block: u16) {
        self.other_blocks.block.set(block);
        self.set_distance(None, None, 0);
        self.left_out.set([None; LISTS]);
        #[cfg(feature = "explain")]
        self.lacked.set(None);
        self.needed.set(PurposeSet::EMPTY);
    }

    /// What a template of the current campaign lacked last.
    #[cfg(feature = "explain")]
    pub(super) fn lacked(&self) -> Option<(Signal, Field)> {
        self.lacked.get().and_then(|(signal, field)| Some((signal, Field::from_code(field)?)))
    }

    /// The purposes that the campaign at hand has needed so far and that take a choice.
    pub(super) fn needed(&self) -> PurposeSet {
        self.needed.get().without(FREE)
    }

    /// The id by which variants are assigned.
    ///
    /// # Errors
    ///
    /// [`Reason::NotPermitted`] without a permit for experimentation, [`Reason::NoBucketingId`] if none could be stored.
    pub(super) fn unit(&self) -> Result<Unit, Reason> {
        let unit = self.state.unit();
        self.note(Signal::Unit);
        unit
    }

    /// The sticky variant of the experiment with this code; `None` without a unit.
    pub(super) fn assigned(&self, campaign: u32) -> Option<Assigned> {
        self.note(Signal::KeptVariant);
        self.state.assigned(campaign)
    }

    /// The variants that a preview requests, as ids of campaign and variant.
    pub(super) fn forced(&self) -> &'x [(String, String)] {
        &self.facts.forced
    }

    /// Whether the visitor permits all of these purposes.
    pub(super) const fn permits(&self, purposes: PurposeSet) -> bool {
        self.state.allowed().contains_all(purposes)
    }

    /// Whether the visitor agreed to what is sensitive.
    pub(super) const fn agrees_to_sensitive(&self) -> bool {
        self.state.agrees_to_sensitive()
    }

    /// Whether the visitor permits that variants are assigned.
    pub(super) fn assigns_variants(&self) -> bool {
        self.state.unit() != Err(Reason::NotPermitted)
    }

    /// The count of visitor memory under this key, for a counter that is reset after `days`.
    ///
    /// # Errors
    ///
    /// As [`VisitorState::remembers`], and [`Reason::NoStorage`] if no counter is left.
    pub(super) fn times_remembered(&self, key: u32, days: u16) -> Result<u8, Reason> {
        let memory = self.state.remembers()?;
        self.note(Signal::TimesRemembered);
        let now = self.facts.now.ok_or(Reason::NoStorage)?;
        if memory.can_count(key) { Ok(memory.counted(key, days, now)) } else { Err(Reason::NoStorage) }
    }

    /// The same, and the hours since the last count, for a counter that expires `days` after it.
    ///
    /// # Errors
    ///
    /// As [`RequestSignals::times_remembered`].
    pub(super) fn last_remembered(&self, key: u32, days: u16) -> Result<(u8, i64), Reason> {
        let times = self.times_remembered(key, days)?;
        let now = self.facts.now.ok_or(Reason::NoStorage)?;
        Ok((times, self.state.remembers()?.hours_since_counted(key, now)))
    }

    /// Whether an event of this kind happened to `what` less than `hours` ago.
    ///
    /// # Errors
    ///
    /// As [`VisitorState::remembers`].
    pub(super) fn happened(&self, kind: Kind, what: What, hours: i64) -> Result<bool, Reason> {
        self.note(Signal::Past);
        let waiting = self.state.visit().map_or(&[][..], |visit| visit.past());
        if waiting.iter().any(|past| past.kind == kind && past.thing.is(what)) {
            return Ok(true);
        }
        let memory = self.state.remembers()?;
        let now = self.facts.now.ok_or(Reason::NoStorage)?;
        Ok(memory.happened(kind, what, hours, now))
    }

    /// How often the campaign with this code was dismissed in this visit, as far as no edge has recorded it.
    pub(super) fn dismissed(&self, code: u32) -> usize {
        self.note(Signal::TimesShown);
        let waiting = self.state.visit().map_or(&[][..], |visit| visit.dismissed());
        waiting.iter().filter(|waiting| **waiting == code).count()
    }

    /// The count of the visit under this key; `None` without its permit.
    pub(super) fn times_shown(&self, key: u32) -> Option<u8> {
        let times = self.state.visit()?.counted(key);
        self.note(Signal::TimesShown);
        Some(times)
    }

    /// Whether this page view shows this campaign in this block already, so that it is not a further exposure.
    pub(super) fn shows_already(&self, block: u16, campaign: &Campaign<'_>) -> bool {
        self.state.shows_already(self.facts, block, campaign)
    }

    /// The codes of the categories of which `signal` is the first, each with its rank; equal interests have the same.
    ///
    /// # Errors
    ///
    /// [`Reason::NotPermitted`] and [`Reason::EdgeOnly`].
    pub(super) fn interests(&self, signal: Signal) -> Result<Vec<(usize, u32)>, Reason> {
        // The value of the first is not used: it may no longer be in the catalog.
        self.read(signal).known()?;
        if signal == Signal::LastCategory {
            let seen = self.state.visit().map_or(&[][..], |visit| visit.categories());
            return Ok(seen.iter().map(|category| hash::code(category)).enumerate().collect());
        }
        let interests = self.state.memory().map_or(&[][..], |memory| memory.interests());
        let rank = |level| interests.partition_point(|other| other.level > level);
        Ok(interests.iter().map(|interest| (rank(interest.level), interest.category)).collect())
    }

    fn note(&self, signal: Signal) {
        self.touched.set(self.touched.get().with(signal));
        let purpose = signal.entry().purpose;
        // What is asked for without a permit is noted, and gives nothing that could be needed.
        if self.state.allowed().contains(purpose) {
            self.needed.set(self.needed.get().with(purpose));
        }
    }

    fn value(&self, signal: Signal) -> Option<Value<'_>> {
        let visit = self.state.visit();
        let memory = self.state.memory();
        match signal {
            Signal::Campaign
            | Signal::CampaignSource
            | Signal::CampaignMedium
            | Signal::CampaignTerm
            | Signal::CampaignContent => self.parameter(signal),
            Signal::Query => {
                Some(Value::List(self.query.get_or_init(|| query::parameters(&self.facts.query))))
            }
            Signal::PagePath => Some(Value::Text(&self.facts.path)),
            Signal::PageKind => Some(Value::Text(self.page.kind)),
            Signal::PageItem => self.page.item.map(Value::Text),
            Signal::PageCategory => self.page.category.map(Value::Text),
            Signal::PagePrice => {
                let amount = self.playbook.amount(self.page.item?)?;
                Some(Value::Number((amount / 100).into()))
            }
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
                let read = || Referrer::of(&self.facts.referrer, self.playbook.site().host);
                Some(Value::Text(self.referrer.get_or_init(read).name()))
            }
            Signal::Device => {
                let read = || self.facts.device.or_else(|| device::of(&self.facts.user_agent));
                self.device.get_or_init(read).map(|device| Value::Text(device.name()))
            }
            Signal::Country => self.facts.country.as_deref().map(Value::Text),
            Signal::LastItem => visit?.items().first().map(|item| Value::Text(item)),
            Signal::Items => Some(Value::List(&self.items)),
            Signal::LastCategory => visit?.categories().first().map(|category| Value::Text(category)),
            Signal::Cart => Some(Value::List(&self.cart)),
            Signal::CartCount => Some(Value::Number(i64::from(visit?.cart_count()))),
            Signal::Visits => Some(Value::Number(i64::from(memory?.visits()))),
            Signal::FavoriteCategory => self.favorite.get_or_init(|| self.favorite()).map(Value::Text),
            Signal::DaysKnown => Some(Value::Number(memory?.days_known(self.facts.now?))),
            Signal::Purchases => Some(Value::Number(times(memory?, self.facts.now?))),
            Signal::DaysSincePurchase => {
                let (_, hours) = memory?.purchase(0, self.facts.now?)?;
                Some(Value::Number(hours.div_euclid(HOURS_A_DAY)))
            }
            Signal::LastBoughtCategory => {
                let (memory, now) = (memory?, self.facts.now?);
                let mut bought = (0..).map_while(|number| memory.purchase(number, now));
                self.category(bought.find(|(thing, _)| thing.category != 0)?.0.category).map(Value::Text)
            }
            Signal::DueItem => replenish::due(self.playbook, memory?, self.facts.now?).map(Value::Text),
            Signal::DaysLeft => above_nothing(self.distance.get().0.map(i64::saturating_neg)),
            Signal::DaysSince => above_nothing(self.distance.get().0),
            Signal::HoursLeft => {
                above_nothing(self.distance.get().1.map(|minutes| minutes.saturating_neg() / 60))
            }
            Signal::MinutesLeft => above_nothing(self.distance.get().1.map(i64::saturating_neg)),
            Signal::Platform | Signal::Gate | Signal::Seat | Signal::File => {
                let kind = signal.code().wrapping_sub(Signal::Platform.code());
                self.state.date_value(self.distance.get().2, kind).map(Value::Text)
            }
            Signal::NearestStore => self.near()?.nearest().map(Value::Text),
            Signal::StoreDistance => Some(Value::Text(self.near()?.distance.name())),
            Signal::Stores => Some(Value::List(&self.near()?.stores)),
            Signal::CartMinutes => visit?.cart_minutes(self.facts.now?).map(Value::Number),
            Signal::CartItem => visit?.cart_item().map(Value::Text),
            Signal::LeftItem => {
                let left = memory?.cart();
                let rank = |id: &str| left.iter().position(|code| *code == hash::code(id));
                // Without a cart the catalog is not searched.
                let items = self.playbook.items().take(if left.is_empty() { 0 } else { usize::MAX });
                let known = items.filter_map(|item| Some((rank(item.id)?, item.id)));
                known.min_by_key(|(rank, _)| *rank).map(|(_, id)| Value::Text(id))
            }
            Signal::LeftHours => memory?.cart_hours(self.facts.now?).map(Value::Number),
            Signal::OtherItems => Some(Value::List(self.others.get_or_init(|| self.others()))),
            Signal::DaysSinceVisit => memory?.days_since_visit(self.facts.now?).map(Value::Number),
            Signal::Connection => self.facts.connection.map(|connection| Value::Text(connection.name())),
            Signal::Pages => Some(Value::Number(state::pages(visit?, self.state.is_new_view(self.facts)))),
            Signal::Seconds => Some(Value::Number(visit?.seconds(self.facts.now?))),
            Signal::Categories => Some(Value::List(&self.categories)),
            Signal::CartValue => cart::value(self.playbook, visit?.cart()).map(Value::Number),
            Signal::Segments | Signal::Tier | Signal::TierRank => {
                let profile = self.profile().ok()??;
                match signal {
                    Signal::Segments => Some(Value::List(&profile.segments)),
                    Signal::Tier => Some(Value::Text(profile.tier?.0)),
                    _ => Some(Value::Number(profile.tier?.1.into())),
                }
            }
            Signal::Preferences => {
                Some(Value::List(self.preferred.get_or_init(|| self.state.preferences(self.playbook))))
            }
            Signal::Searches => Some(Value::List(&self.searches)),
            Signal::LastSearch => visit?.searches().first().map(|search| Value::Text(search)),
            Signal::Unit
            | Signal::TimesShown
            | Signal::TimesRemembered
            | Signal::Past
            | Signal::Dates
            | Signal::KeptVariant => None,
        }
    }

    fn is_untold(&self, signal: Signal) -> bool {
        matches!(signal, Signal::Country | Signal::Region)
            && self.facts.country.is_none()
            && self.facts.browser.as_ref().is_some_and(|browser| browser.behind_edge)
    }

    fn near(&self) -> Option<&Near<'x>> {
        self.near.get_or_init(|| Near::of(self.playbook, self.facts.place?)).as_ref()
    }

    /// The profile of the visitor; not inlined, so that it is in the module once.
    #[inline(never)]
    fn profile(&self) -> Result<Option<&Profile<'x>>, Reason> {
        let told = || profile::told(self.playbook, self.facts, self.state.profile());
        self.profile.get_or_init(told).as_ref().map(Option::as_ref).map_err(|reason| *reason)
    }

    /// The items seen in this visit except this page's.
    fn others(&self) -> Vec<&'x str> {
        self.items.iter().map(String::as_str).filter(|item| Some(*item) != self.page.item).collect()
    }

    fn parameter(&self, signal: Signal) -> Option<Value<'_>> {
        let mut known = Signal::PARAMETERS.iter().zip(&self.parameters);
        let ((_, name), cell) = known.find(|((one, _), _)| *one == signal)?;
        let read =
            || query::parameter(&self.facts.query, name).filter(|value| !personal::may_be_personal(value));
        cell.get_or_init(read).as_deref().map(Value::Text)
    }

    fn favorite(&self) -> Option<&'x str> {
        self.category(self.state.memory()?.favorite()?)
    }

    /// The id of the category with this code.
    fn category(&self, code: u32) -> Option<&'x str> {
        let mut categories = self.playbook.categories();
        categories.find(|category| hash::code(category.id) == code).map(|category| category.id)
    }

    /// Country and subdivision, as `US-CA`; a country alone is no region.
    fn region(&self) -> Option<String> {
        let mut region = self.facts.country.clone()?;
        region.push('-');
        region.push_str(self.facts.subdivision.as_deref()?);
        Some(region)
    }
}

/// The number of purchases: those of one hour count as one.
fn times(memory: &Memory, now: Millis) -> i64 {
    let hours = |number| memory.purchase(number, now).map(|(_, hours)| hours);
    // Clocks of two hosts may differ, so purchases of one hour need not be adjacent.
    let is_new = |number: &usize| !(0..*number).any(|earlier| hours(earlier) == hours(*number));
    let times = (0..).take_while(|number| hours(*number).is_some()).filter(is_new).count();
    i64::try_from(times).unwrap_or(i64::MAX)
}

/// Whether the visitor permits the purpose of this row, whatever its source; checked before any part of a signal is read.
const fn permits(allowed: PurposeSet, entry: &Entry) -> bool {
    allowed.contains(entry.purpose)
}

impl SignalReader for RequestSignals<'_> {
    fn read(&self, signal: Signal) -> Reading<'_> {
        let entry = signal.entry();
        if !permits(self.state.allowed(), entry) {
            return Reading::NotPermitted;
        }
        match entry.source {
            Source::Place if self.facts.browser.as_ref().is_some_and(|browser| browser.behind_edge) => {
                return Reading::EdgeOnly;
            }
            // An edge does not tell the page where the visitor is.
            Source::Request if self.is_untold(signal) => return Reading::EdgeOnly,
            // With its permit there is always a visit.
            Source::Request | Source::Place | Source::Visit => {}
            // The campaign has resolved its date, whatever its source.
            Source::Memory if self.distance.get().0.is_some() && signal.is_distance() => {}
            Source::Memory if self.state.memory_is_out_of_sight() => return Reading::EdgeOnly,
            Source::Memory if self.state.memory().is_none() => return Reading::NotPermitted,
            Source::Memory => {}
            Source::Profile => match self.profile() {
                Ok(_) => {}
                Err(Reason::EdgeOnly) => return Reading::EdgeOnly,
                Err(_) => return Reading::NotPermitted,
            },
        }
        self.note(signal);
        self.value(signal).map_or(Reading::Missing, Reading::Known)
    }

    fn leaves_out(&self, signal: Signal, index: usize) -> bool {
        let bit = u32::try_from(index).ok().and_then(|index| 1_u64.checked_shl(index)).unwrap_or(0);
        self.left_out(signal) & bit != 0
    }

    fn order(&self, list: List<'_>) -> Result<(u8, Vec<usize>), Reason> {
        lists::order(list, self)
    }

    fn is_followed(&self) -> bool {
        self.other_blocks.are_asked
    }

    fn shows(&self, item: &str) {
        self.other_blocks.add(hash::code(item));
    }

    #[cfg(feature = "explain")]
    fn lacks(&self, signal: Signal, field: u8) {
        self.lacked.set(Some((signal, field)));
    }

    fn marks(&self, signal: Signal) -> u64 {
        // Each campaign has its own distance.
        if signal.is_distance() { prefilter::marks(self.read(signal)) } else { self.marks.of(signal, self) }
    }
}

/// A count, which is not known where there is nothing to count.
fn above_nothing<'x>(count: Option<i64>) -> Option<Value<'x>> {
    count.filter(|count| *count > 0).map(Value::Number)
}

#[cfg(all(test, feature = "author"))]
mod tests;

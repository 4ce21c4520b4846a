//! Compiles a draft to the flat file, after checking it again: no unchecked draft is compiled.
//!
//! The same draft always compiles to the same bytes. Purposes and signals of each campaign are derived here, from its
//! conditions and templates, and stored with it.

use alloc::borrow::ToOwned;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::Value as Json;

use super::check::{Diagnostic, Severity, check};
use super::draft::{CampaignDraft, Draft, ProfileDraft, StatusDraft, VariantDraft};
use super::features::{parameters, sensitive};
use super::hundredths::basis_points;
use super::operators::{in_stock, order_by};
use super::status::PAUSED;
use super::template::Compiled;
use super::{date, needs, operators, price, template, time_zone};
use crate::assign::allocation::{self, Range};
use crate::assign::hash;
use crate::author::condition::parse::{Parsed, parse};
use crate::base::checksum::digest;
use crate::consent::purpose::{Purpose, PurposeSet};
use crate::html::parts;
use crate::limits;
use crate::playbook::needs::Needs;
use crate::playbook::view::Playbook;
use crate::playbook::wire;
use crate::playbook::wire::{MAGIC, NO_AUDIENCE, PREFIX, Section, TABLE, content, flag, site, site_flag};
use crate::signal::registry::Signal;

/// Compiles a draft.
///
/// # Errors
/// The diagnostics of [`check`], including warnings, if one is an error; or a playbook larger than
/// [`limits::PLAYBOOK_BYTES`].
pub fn compile(draft: &Draft) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let source = serde_json::to_string_pretty(draft)
        .map_err(|error| Vec::from([unplaced("wrong-type", error.to_string())]))?;
    let checked = check(&source);
    if checked.is_refused() {
        return Err(checked.diagnostics);
    }
    let bytes = bytes(&draft.served()).ok_or_else(|| {
        Vec::from([unplaced("too-large", "a part of the playbook is too large".to_owned())])
    })?;
    if bytes.len() > limits::PLAYBOOK_BYTES {
        let message =
            format!("the compiled playbook has {} bytes, more than {}", bytes.len(), limits::PLAYBOOK_BYTES);
        return Err(Vec::from([unplaced("too-large", message)]));
    }
    Ok(bytes)
}

/// The bucket ranges of variants with these shares, of 10,000; without shares all are equal.
fn ranges(shares: &[Option<u16>], coverage: u16) -> impl Iterator<Item = Range> {
    let weights: Vec<u16> = shares.iter().copied().flatten().collect();
    let count = u16::try_from(shares.len()).unwrap_or(u16::MAX);
    allocation::ranges(count, &weights, coverage).collect::<Vec<_>>().into_iter()
}

/// The bytes that a checked draft compiles to; `None` when a part of it has no place in the file.
pub(in crate::author) fn bytes(draft: &Draft) -> Option<Vec<u8>> {
    let mut file = File::default();
    file.site(draft)?;
    if let Some(consent) = &draft.consent {
        file.section(Section::Consent).extend(consent.encode());
    }
    let kinds = file.pages(draft)?;
    let audiences = file.audiences(draft)?;
    file.blocks_and_campaigns(draft, &kinds, &audiences)?;
    file.catalog(draft)?;
    file.stores(draft)?;
    file.preferences(draft)?;
    file.needs()?;
    file.finish()
}

/// The sections being written.
#[derive(Clone, Default)]
struct File {
    sections: BTreeMap<usize, Vec<u8>>,
    strings: BTreeMap<String, u32>,
    rows: BTreeMap<usize, usize>,
}

impl File {
    fn section(&mut self, section: Section) -> &mut Vec<u8> {
        self.sections.entry(section as usize).or_default()
    }

    /// Appends a record; `None` if its length is not that of its section.
    fn row(&mut self, section: Section, record: &Row) -> Option<()> {
        let rows = self.rows.entry(section as usize).or_default();
        *rows = rows.checked_add(1).filter(|rows| *rows <= limits::PLAYBOOK_ROWS)?;
        (record.0.len() == section.record()).then(|| self.section(section).extend(&record.0))
    }

    /// The span of `text` in the strings, where each text is stored once.
    fn text(&mut self, text: &str) -> Option<[u8; 8]> {
        let length = u32::try_from(text.len()).ok()?;
        let start = match self.strings.get(text) {
            Some(start) => *start,
            None => {
                let start = u32::try_from(self.section(Section::Strings).len()).ok()?;
                self.section(Section::Strings).extend(text.as_bytes());
                self.strings.insert(text.to_owned(), start);
                start
            }
        };
        Some(span(start, length))
    }

    /// Writes ids one after the other, so that their offsets say in which order the source has them.
    fn in_order<'d>(&mut self, ids: impl Iterator<Item = &'d String>) -> Option<()> {
        for id in ids {
            self.strings.remove(id);
            self.text(id)?;
        }
        Some(())
    }

    /// The span of `code`, appended to a heap.
    fn code(&mut self, section: Section, code: &[u8]) -> Option<[u8; 8]> {
        let start = u32::try_from(self.section(section).len()).ok()?;
        self.section(section).extend(code);
        Some(span(start, u32::try_from(code.len()).ok()?))
    }

    fn site(&mut self, draft: &Draft) -> Option<()> {
        let site = &draft.site;
        let keyed_on = draft.cache.iter().flat_map(|cache| &cache.keyed_on);
        let keyed_on: BTreeSet<Signal> = keyed_on.filter_map(|name| Signal::from_name(name)).collect();
        let mut row = Row::default();
        row.put(&self.text(&site.name)?);
        row.put(&self.text(&site.host)?);
        row.put(&self.text(&site.marker)?);
        row.put(&self.text(site.seed.as_deref().unwrap_or(&site.name))?);
        row.put(&self.code(Section::Strings, &time_zone::encode(site)?)?);
        row.put(&basis_points(site.holdout_percent)?.to_le_bytes());
        row.put(&bits(&keyed_on)?);
        let opaque = if site.opaque_ids { site_flag::OPAQUE } else { 0 };
        let silent = if site.server_timing { 0 } else { site_flag::SILENT };
        let by_campaign = if site.visit_by_campaign { site_flag::BY_CAMPAIGN } else { 0 };
        row.put(&[opaque | silent | by_campaign]);
        row.put(&Needs::default().write());
        row.put(&self.text(&draft.profile.as_ref().map(ProfileDraft::text).unwrap_or_default())?);
        row.put(&self.text(&parameters::text(&draft.parameters, site.language.as_deref()))?);
        row.put(&[site.visit_minutes]);
        let memory = &draft.memory;
        row.put(&memory.life_days.to_le_bytes());
        row.put(&[memory.half_life_days, memory.purchases, memory.items]);
        self.row(Section::Site, &row)
    }

    /// Writes the pages; returns the kinds in the order of their numbers.
    fn pages<'d>(&mut self, draft: &'d Draft) -> Option<Vec<&'d str>> {
        let mut kinds: Vec<&str> = Vec::new();
        for page in &draft.pages {
            let index = kinds.iter().position(|kind| *kind == page.kind).unwrap_or_else(|| {
                kinds.push(&page.kind);
                kinds.len().saturating_sub(1)
            });
            let mut row = Row::default();
            row.put(&self.text(&page.kind)?);
            row.put(&self.text(&page.path)?);
            row.put(&[u8::try_from(index).ok().filter(|_| index < limits::PAGE_KINDS)?]);
            row.put(&self.text(page.search.as_deref().unwrap_or_default())?);
            self.row(Section::Pages, &row)?;
        }
        Some(kinds)
    }

    /// Writes the audiences that campaigns use; returns the number and the condition of each.
    fn audiences<'d>(&mut self, draft: &'d Draft) -> Option<BTreeMap<&'d str, (u16, Parsed)>> {
        let mut audiences = BTreeMap::new();
        let used: BTreeSet<&str> =
            draft.campaigns.iter().filter_map(|campaign| campaign.audience.as_deref()).collect();
        for (id, condition) in draft.audiences.iter().filter(|(id, _)| used.contains(id.as_str())) {
            let parsed = parse(&Json::Object(condition.0.clone())).ok()?;
            let mut row = Row::default();
            row.put(&self.text(id)?);
            row.put(&self.code(Section::Conditions, &parsed.code)?);
            self.row(Section::Audiences, &row)?;
            let index = u16::try_from(audiences.len()).ok().filter(|index| *index != NO_AUDIENCE)?;
            audiences.insert(id.as_str(), (index, parsed));
        }
        Some(audiences)
    }

    fn blocks_and_campaigns(
        &mut self,
        draft: &Draft,
        kinds: &[&str],
        audiences: &BTreeMap<&str, (u16, Parsed)>,
    ) -> Option<()> {
        let mut first: u32 = 0;
        for (index, (id, block)) in (0_u16..).zip(&draft.blocks) {
            let mut campaigns: Vec<&CampaignDraft> =
                draft.campaigns.iter().filter(|campaign| campaign.block == *id).collect();
            campaigns.sort_by(|a, b| b.priority.cmp(&a.priority).then_with(|| a.id.cmp(&b.id)));
            let mut mask: u64 = 0;
            for (bit, kind) in (0_u32..).zip(kinds) {
                if block.pages.iter().any(|page| page == kind) {
                    mask |= 1_u64.checked_shl(bit)?;
                }
            }
            let count = u32::try_from(campaigns.len()).ok()?;
            let mut row = Row::default();
            row.put(&self.text(id)?);
            row.put(&self.text(block.reserve.as_deref().unwrap_or_default())?);
            row.put(&mask.to_le_bytes());
            row.put(&first.to_le_bytes());
            row.put(&count.to_le_bytes());
            self.row(Section::Blocks, &row)?;
            first = first.checked_add(count)?;
            for campaign in campaigns {
                self.campaign(campaign, index, draft, audiences)?;
            }
        }
        Some(())
    }

    fn campaign(
        &mut self,
        campaign: &CampaignDraft,
        block: u16,
        draft: &Draft,
        audiences: &BTreeMap<&str, (u16, Parsed)>,
    ) -> Option<()> {
        let mut signals: BTreeSet<Signal> = BTreeSet::new();
        let audience = match campaign.audience.as_deref() {
            None => NO_AUDIENCE,
            Some(id) => {
                let (index, parsed) = audiences.get(id)?;
                signals.extend(&parsed.signals);
                *index
            }
        };
        let when = match &campaign.when {
            None => Parsed::default(),
            Some(when) => parse(&Json::Object(when.0.clone())).ok()?,
        };
        signals.extend(&when.signals);
        let (first, shown) = self.variants(campaign, draft)?;
        signals.extend(shown.reads());
        let operators = operators::encode(campaign, draft)?;
        signals.extend(&operators.signals);

        let mut purposes =
            signals.iter().fold(PurposeSet::EMPTY, |purposes, signal| purposes.with(signal.entry().purpose));
        purposes = purposes.union(shown.purposes);
        let mut flags = if shown.follows_others { flag::FOLLOWS } else { 0 };
        let (mut starts, mut ends, mut cap) = (0, 0, 0);
        if let Some(text) = &campaign.starts {
            (starts, flags) = (date::seconds(text)?, flags | flag::STARTS);
        }
        if let Some(text) = &campaign.ends {
            (ends, flags) = (date::seconds(text)?, flags | flag::ENDS);
        }
        if campaign.status == StatusDraft::Paused {
            (ends, flags) = (PAUSED, (flags | flag::ENDS) & !flag::STARTS);
        }
        purposes = purposes.union(operators.purposes());
        if let Some(own) = operators.own {
            (cap, flags) = (own.times, flags | flag::CAP);
        }
        if campaign.experiment.is_some() {
            flags |= flag::EXPERIMENT;
            purposes = purposes.with(Purpose::Experimentation);
        }
        if sensitive::campaign(campaign, draft) {
            flags |= flag::SENSITIVE;
            purposes = purposes.with(Purpose::Profile);
        }
        let seed =
            campaign.experiment.as_ref().map(|experiment| experiment.seed.as_deref().unwrap_or(&campaign.id));

        let mut row = Row::default();
        row.put(&self.text(&campaign.id)?);
        row.put(&self.text(seed.unwrap_or_default())?);
        row.put(&self.code(Section::Conditions, &when.code)?);
        row.put(&starts.to_le_bytes());
        row.put(&ends.to_le_bytes());
        row.put(&self.code(Section::Conditions, &operators.code)?);
        row.put(&bits(&signals)?);
        row.put(&hash::code(&campaign.id).to_le_bytes());
        row.put(&campaign.priority.to_le_bytes());
        row.put(&first.to_le_bytes());
        row.put(&u16::try_from(campaign.variants.len()).ok()?.to_le_bytes());
        row.put(&block.to_le_bytes());
        row.put(&audience.to_le_bytes());
        row.put(&purposes.bits().to_le_bytes());
        row.put(&coverage(campaign)?.to_le_bytes());
        row.put(&[flags, cap]);
        self.row(Section::Campaigns, &row)
    }

    /// Writes the variants of a campaign; returns the number of the first, and what all their templates read.
    fn variants(&mut self, campaign: &CampaignDraft, draft: &Draft) -> Option<(u32, Compiled)> {
        let mut all = Compiled::default();
        let first = u32::try_from(self.rows.get(&(Section::Variants as usize)).copied().unwrap_or(0)).ok()?;
        let blocks: Vec<&str> = draft.blocks.keys().map(String::as_str).collect();
        let shares = campaign.variants.iter().map(|variant| match variant.weight {
            Some(weight) => basis_points(weight).map(Some),
            None => Some(None),
        });
        let shares: Vec<Option<u16>> = shares.collect::<Option<_>>()?;
        for (variant, range) in campaign.variants.iter().zip(ranges(&shares, coverage(campaign)?)) {
            let (content, code) = match variant {
                VariantDraft { html: Some(html), .. } => {
                    let compiled = template::compile(html, &draft.site.marker, &blocks).ok()?;
                    all.read(&compiled);
                    (content::TEMPLATE, compiled.code)
                }
                VariantDraft { parts: Some(parts), .. } => {
                    let mut code = Vec::new();
                    for (key, value) in parts {
                        let compiled = template::compile_part(key, value, &draft.site.marker).ok()?;
                        all.read(&compiled);
                        parts::push(key, &compiled.code, &mut code);
                    }
                    (content::PARTS, code)
                }
                VariantDraft { order: Some(first), .. } => {
                    let group = draft.blocks.get(&campaign.block)?.group.as_ref()?;
                    let rest: Vec<&str> =
                        group.iter().filter(|id| !first.contains(id)).map(String::as_str).collect();
                    (content::ORDER, format!("{}/{}", first.join(" "), rest.join(" ")).into_bytes())
                }
                VariantDraft { order_by: Some(order), .. } => {
                    let group = draft.blocks.get(&campaign.block)?.group.as_ref()?;
                    let (code, signal) = order_by::encode(order, group)?;
                    all.signals.insert(signal);
                    (content::ORDER_BY, code)
                }
                VariantDraft { hide: true, .. } => (content::HIDE, Vec::new()),
                _ => (content::CONTROL, Vec::new()),
            };
            let mut row = Row::default();
            row.put(&self.text(&variant.id)?);
            row.put(&self.code(Section::Templates, &code)?);
            row.put(&range.start.to_le_bytes());
            row.put(&range.end.to_le_bytes());
            row.put(&[content]);
            self.row(Section::Variants, &row)?;
        }
        Some((first, all))
    }

    fn catalog(&mut self, draft: &Draft) -> Option<()> {
        self.in_order(draft.catalog.items.keys())?;
        let mut items: Vec<_> = draft.catalog.items.iter().collect();
        items.sort_by(|a, b| a.0.cmp(b.0));
        for (id, item) in items {
            let mut row = Row::default();
            row.put(&self.text(id)?);
            row.put(&self.text(&item.title)?);
            row.put(&self.text(&item.url)?);
            for text in [&item.image, &item.price, &item.category] {
                row.put(&self.text(text.as_deref().unwrap_or_default())?);
            }
            let category = item.category.as_ref().and_then(|id| draft.catalog.categories.get(id));
            let days = item.replenish_days.or(category.and_then(|category| category.replenish_days));
            row.put(&u16::try_from(days.unwrap_or(0)).ok()?.to_le_bytes());
            row.put(&price::amount(item).map_or(Some(0), |amount| amount.checked_add(1))?.to_le_bytes());
            row.put(&[u8::from(sensitive::item(item, draft))]);
            self.row(Section::Items, &row)?;
        }
        let mut categories: Vec<_> = draft.catalog.categories.iter().collect();
        categories.sort_by(|a, b| a.0.cmp(b.0));
        for (id, category) in categories {
            let mut row = Row::default();
            row.put(&self.text(id)?);
            row.put(&self.text(&category.title)?);
            row.put(&self.text(&category.url)?);
            row.put(&[u8::from(category.sensitive == Some(true))]);
            self.row(Section::Categories, &row)?;
        }
        Some(())
    }

    fn stores(&mut self, draft: &Draft) -> Option<()> {
        self.in_order(draft.stores.keys())?;
        let mut all: Vec<_> = draft.stores.iter().collect();
        all.sort_by(|a, b| a.0.cmp(b.0));
        for (id, store) in all {
            let point = in_stock::point(store)?;
            let mut row = Row::default();
            row.put(&self.text(id)?);
            row.put(&self.text(&store.title)?);
            row.put(&self.text(&store.url)?);
            row.put(&self.text(store.region.as_deref().unwrap_or_default())?);
            row.put(&point.latitude.to_le_bytes());
            row.put(&point.longitude.to_le_bytes());
            row.put(&self.text(&in_stock::stock(store))?);
            self.row(Section::Stores, &row)?;
        }
        Some(())
    }

    /// Writes the preferences, if a campaign reads them: values that are not written are never stored.
    fn preferences(&mut self, draft: &Draft) -> Option<()> {
        let Ok(playbook) = Playbook::open_for_one(self.clone().finish()?) else { return Some(()) };
        if !playbook.every_campaign().any(|campaign| campaign.reads(Signal::Preferences)) {
            return Some(());
        }
        for (name, preference) in &draft.preferences {
            for value in &preference.values {
                let mut row = Row::default();
                row.put(&self.text(&format!("{name}={value}"))?);
                self.row(Section::Preferences, &row)?;
            }
        }
        Some(())
    }

    /// Writes the needs of all campaigns, computed from the written file; a file too large to be opened is refused as
    /// such.
    fn needs(&mut self) -> Option<()> {
        let Ok(playbook) = Playbook::open_for_one(self.clone().finish()?) else { return Some(()) };
        let needs = needs::of(&playbook).write();
        let place = self.section(Section::Site).get_mut(site::NEEDS..)?.first_chunk_mut()?;
        *place = needs;
        Some(())
    }

    fn finish(mut self) -> Option<Vec<u8>> {
        let mut table = Vec::new();
        let mut body = Vec::new();
        for section in Section::ALL {
            let start = PREFIX.checked_add(TABLE)?.checked_add(body.len())?;
            let bytes = core::mem::take(self.section(section));
            table.extend(span(u32::try_from(start).ok()?, u32::try_from(bytes.len()).ok()?));
            table.extend(digest(&bytes).to_le_bytes());
            body.extend(bytes);
        }
        let length = PREFIX.checked_add(TABLE)?.checked_add(body.len())?;
        let mut file = Vec::with_capacity(length);
        file.extend(MAGIC);
        file.extend(wire::FORMAT.to_le_bytes());
        file.extend(u32::try_from(length).ok()?.to_le_bytes());
        file.extend(u32::try_from(Section::ALL.len()).ok()?.to_le_bytes());
        file.extend(digest(&table).to_le_bytes());
        file.extend(table);
        file.extend(body);
        Some(file)
    }
}

/// One record being written.
#[derive(Default)]
struct Row(Vec<u8>);

impl Row {
    fn put(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
}

fn coverage(campaign: &CampaignDraft) -> Option<u16> {
    match &campaign.experiment {
        Some(experiment) => basis_points(experiment.coverage_percent),
        None => Some(10_000),
    }
}

fn span(start: u32, length: u32) -> [u8; 8] {
    (u64::from(length) << 32 | u64::from(start)).to_le_bytes()
}

/// The signals as 128 bits; `None` when a code does not fit.
fn bits(signals: &BTreeSet<Signal>) -> Option<[u8; 16]> {
    let mut bits: u128 = 0;
    for signal in signals {
        bits |= 1_u128.checked_shl(u32::from(signal.code()))?;
    }
    Some(bits.to_le_bytes())
}

fn unplaced(code: &'static str, message: String) -> Diagnostic {
    let help = "make the playbook smaller".to_owned();
    Diagnostic {
        code,
        severity: Severity::Error,
        message,
        help,
        pointer: String::new(),
        offset: 0,
        line: 1,
        column: 1,
    }
}

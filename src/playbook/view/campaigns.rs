//! Campaigns and variants of a compiled playbook.

use super::Playbook;
use crate::consent::purpose::PurposeSet;
use crate::playbook::operators::{Around, Cap, Fatigue, Operator, Operators, Sticky};
use crate::playbook::wire::{
    NO_AUDIENCE, PAUSED, Record, Section, audience, block, campaign, content, flag, variant,
};
use crate::signal::registry::Signal;

/// A campaign: its dates, conditions, block and variants.
#[derive(Clone, Copy)]
pub struct Campaign<'p> {
    /// Its number in this playbook.
    pub index: u16,
    /// The hash of its id, which cookies store.
    pub code: u32,
    /// The number of the block it is for.
    pub block: u16,
    /// Its priority; of the campaigns of a block the highest comes first.
    pub priority: i32,
    /// Its start, in seconds since 1970, inclusive.
    pub starts: Option<i64>,
    /// Its end, in seconds since 1970, inclusive.
    pub ends: Option<i64>,
    /// The frequency cap within one visit.
    pub cap_per_visit: Option<u8>,
    /// The purposes of all signals it reads, and of its counters.
    pub purposes: PurposeSet,
    /// Whether visitors are allocated to variants; otherwise all get the only one.
    pub is_experiment: bool,
    /// Whether it is only for visitors who agreed to `profile` themselves, whatever the law of their region asks for.
    pub is_sensitive: bool,
    /// Whether one of its templates leaves out what other blocks of the page show, so that it is decided behind them.
    pub follows_others: bool,
    playbook: &'p Playbook,
    record: Record<'p>,
}

/// The allocation of an experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Experiment<'p> {
    /// The seed of its buckets.
    pub seed: &'p str,
    /// How many of 10,000 visitors take part; the ranges of the variants already account for it.
    pub coverage: u16,
}

/// A variant of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variant<'p> {
    /// Its number in the campaign.
    pub index: u8,
    /// Its id.
    pub id: &'p str,
    /// Its content.
    pub content: Content<'p>,
    /// Its bucket range, of 10,000, end exclusive.
    pub range: (u16, u16),
}

/// The content of a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content<'p> {
    /// The default content, counted as an exposure.
    Control,
    /// Nothing: the block is hidden.
    Hide,
    /// A template for [`crate::html::template::render`].
    Template(&'p [u8]),
    /// Changes of parts: a template for each key, in the form of [`crate::html::parts::changes`].
    Parts(&'p [u8]),
    /// The order of a group, in the form of [`crate::html::splice::Operation::Reorder`].
    Order(&'p [u8]),
    /// An order of a group by interest, as `decide` reads it.
    OrderBy(&'p [u8]),
}

impl Playbook {
    /// The campaigns of a block, highest priority first, then by id.
    pub fn campaigns(&self, block_index: u16) -> impl Iterator<Item = Campaign<'_>> {
        let (first, count) =
            self.record(Section::Blocks, usize::from(block_index)).map_or((0, 0), |record| {
                (count_of(record.u32(block::FIRST)), count_of(record.u32(block::COUNT)))
            });
        (first..)
            .zip(self.records(Section::Campaigns, first, count))
            .filter_map(|(index, record)| Some(self.view(u16::try_from(index).ok()?, record)))
    }

    /// Every campaign of all blocks, in the order of their numbers.
    pub fn every_campaign(&self) -> impl Iterator<Item = Campaign<'_>> + Clone {
        (0..u16::MAX).map_while(|index| self.campaign(index))
    }

    /// The campaign with this number.
    pub fn campaign(&self, index: u16) -> Option<Campaign<'_>> {
        self.record(Section::Campaigns, usize::from(index)).map(|record| self.view(index, record))
    }

    fn view<'p>(&'p self, index: u16, record: Record<'p>) -> Campaign<'p> {
        let flags = record.u8(campaign::FLAGS);
        let has = |bit: u8| flags & bit != 0;
        Campaign {
            index,
            code: record.u32(campaign::HASH),
            block: record.u16(campaign::BLOCK),
            priority: i32::from_le_bytes(record.array(campaign::PRIORITY)),
            starts: has(flag::STARTS).then(|| record.i64(campaign::STARTS)),
            ends: has(flag::ENDS).then(|| record.i64(campaign::ENDS)),
            cap_per_visit: has(flag::CAP).then(|| record.u8(campaign::CAP)),
            purposes: PurposeSet::from_bits(record.u16(campaign::PURPOSES)),
            is_experiment: has(flag::EXPERIMENT),
            is_sensitive: has(flag::SENSITIVE),
            follows_others: has(flag::FOLLOWS),
            playbook: self,
            record,
        }
    }
}

impl<'p> Campaign<'p> {
    /// Whether it is paused: nobody sees it, and what visitors have of it is kept.
    pub fn is_paused(&self) -> bool {
        self.ends == Some(PAUSED)
    }

    /// Its id; its UTF-8 is checked here, not for every campaign that is considered.
    pub fn id(&self) -> &'p str {
        self.record.text(campaign::ID)
    }

    /// The allocation to variants, if it is an experiment.
    pub fn experiment(&self) -> Option<Experiment<'p>> {
        let record = self.record;
        self.is_experiment.then(|| Experiment {
            seed: record.text(campaign::SEED),
            coverage: record.u16(campaign::COVERAGE),
        })
    }

    /// Whether it has a cap or an operator, and so more than dates and conditions.
    pub fn is_limited(&self) -> bool {
        self.cap_per_visit.is_some() || self.record.u32(campaign::OPERATORS.saturating_add(4)) != 0
    }

    /// The condition code of its audience and of its own; both must hold, and an empty one does.
    pub fn conditions(&self) -> [&'p [u8]; 2] {
        let heap = self.playbook.section(Section::Conditions);
        let audience = self.audience_record().map(|record| record.span(audience::CODE, heap));
        [audience.unwrap_or_default(), self.record.span(campaign::WHEN, heap)]
    }

    /// Its further limits: its own cap within a visit, then the operators of the heap, in the order of the table.
    // Copies of it would be larger than the calls.
    #[inline(never)]
    pub fn operators(&self) -> Operators<'p> {
        let own = self.cap_per_visit.map(|times| Cap {
            key: self.code,
            times,
            days: 0,
            in_memory: false,
            dismissals: false,
        });
        let heap = self.record.span(campaign::OPERATORS, self.playbook.section(Section::Conditions));
        Operators::new(own, heap)
    }

    /// Its frequency caps: its own cap within a visit first.
    pub fn caps(&self) -> impl Iterator<Item = Cap> + Clone + use<'p> {
        self.operators().filter_map(|operator| match operator {
            Operator::Cap(cap) => Some(cap),
            _ => None,
        })
    }

    /// The days around a date of the visitor on which it runs.
    pub fn around(&self) -> Option<Around> {
        self.operators().find_map(|operator| match operator {
            Operator::Around(around) => Some(around),
            _ => None,
        })
    }

    /// Its fatigue backoff.
    pub fn fatigue(&self) -> Option<Fatigue> {
        self.operators().find_map(|operator| match operator {
            Operator::Fatigue(fatigue) => Some(fatigue),
            _ => None,
        })
    }

    /// Its sticky bucketing, if any.
    pub fn sticky(&self) -> Option<Sticky> {
        self.operators().find_map(|operator| match operator {
            Operator::Sticky(sticky) => Some(sticky),
            _ => None,
        })
    }

    /// The id of its audience.
    pub fn audience(&self) -> Option<&'p str> {
        self.audience_record().map(|record| record.text(audience::ID))
    }

    /// Whether its conditions or templates read `signal`.
    pub fn reads(&self, signal: Signal) -> bool {
        self.record.bit(campaign::READS, signal.code())
    }

    /// Its variants, in the order of the draft.
    pub fn variants(&self) -> impl Iterator<Item = Variant<'p>> {
        let heap = self.playbook.section(Section::Templates);
        let (first, count) =
            (count_of(self.record.u32(campaign::FIRST)), usize::from(self.record.u16(campaign::COUNT)));
        (0..=u8::MAX).zip(self.playbook.records(Section::Variants, first, count)).map(
            move |(index, record)| Variant {
                index,
                id: record.text(variant::ID),
                content: match record.u8(variant::CONTENT) {
                    content::TEMPLATE => Content::Template(record.span(variant::TEMPLATE, heap)),
                    content::PARTS => Content::Parts(record.span(variant::TEMPLATE, heap)),
                    content::ORDER => Content::Order(record.span(variant::TEMPLATE, heap)),
                    content::ORDER_BY => Content::OrderBy(record.span(variant::TEMPLATE, heap)),
                    content::HIDE => Content::Hide,
                    _ => Content::Control,
                },
                range: (record.u16(variant::FROM), record.u16(variant::TO)),
            },
        )
    }

    fn audience_record(&self) -> Option<Record<'p>> {
        let index = self.record.u16(campaign::AUDIENCE);
        if index == NO_AUDIENCE { None } else { self.playbook.record(Section::Audiences, usize::from(index)) }
    }
}

fn count_of(number: u32) -> usize {
    usize::try_from(number).unwrap_or(0)
}

//! The flat file format: layout, and the bounds-checked primitives that read it.
//!
//! All numbers are little-endian. A text is two `u32`, offset and length, into the section of strings; code is the same
//! into its own section. Digests detect accidents, not attackers: whoever can write the file can also write its digests.
//! Each section has its own in the table, and the file's is that of the table: so opening checks the table alone, and a
//! section is checked when it is first read.
//!
//! ```text
//!  0  magic "PARVIS"      8  total length u32      16  digest u64 over the table
//!  6  format u16         12  sections u32          24  the table: (offset u32, length u32, digest u64) for each section
//! ```

/// The first bytes of every compiled playbook.
pub const MAGIC: &[u8; 6] = b"PARVIS";
/// The format that this build writes and reads.
pub const FORMAT: u16 = 5;
/// Bytes in front of the table.
pub(crate) const PREFIX: usize = 24;
/// How many sections there are.
pub(crate) const SECTIONS: usize = 14;
/// Bytes of one row of the table.
pub(crate) const ROW: usize = 16;
/// Bytes of the section table.
pub(crate) const TABLE: usize = SECTIONS * ROW;

/// The sections, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Site,
    Consent,
    Pages,
    Blocks,
    Audiences,
    Campaigns,
    Variants,
    Conditions,
    Templates,
    Items,
    Categories,
    Strings,
    Stores,
    Preferences,
}

impl Section {
    pub(crate) const ALL: [Section; SECTIONS] = [
        Section::Site,
        Section::Consent,
        Section::Pages,
        Section::Blocks,
        Section::Audiences,
        Section::Campaigns,
        Section::Variants,
        Section::Conditions,
        Section::Templates,
        Section::Items,
        Section::Categories,
        Section::Strings,
        Section::Stores,
        Section::Preferences,
    ];

    /// Bytes of one record, 0 if the section is a heap of bytes.
    pub(crate) const fn record(self) -> usize {
        match self {
            Section::Site => site::SIZE,
            Section::Pages => page::SIZE,
            Section::Blocks => block::SIZE,
            Section::Audiences => audience::SIZE,
            Section::Campaigns => campaign::SIZE,
            Section::Variants => variant::SIZE,
            Section::Items => item::SIZE,
            Section::Categories => category::SIZE,
            Section::Stores => store::SIZE,
            Section::Preferences => preference::SIZE,
            Section::Consent | Section::Conditions | Section::Templates | Section::Strings => 0,
        }
    }
}

macro_rules! layout {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $bytes:literal),* $(,)? }) => {
        $(#[$doc])*
        pub(crate) mod $name {
            layout!(@ 0; $($field: $bytes,)*);
        }
    };
    (@ $at:expr; $field:ident: $bytes:literal, $($rest:tt)*) => {
        pub(crate) const $field: usize = $at;
        layout!(@ $at + $bytes; $($rest)*);
    };
    (@ $at:expr;) => { pub(crate) const SIZE: usize = $at; };
}

layout! {
    /// Offsets within the record of the site.
    site {
        NAME: 8, HOST: 8, MARKER: 8, SEED: 8, ZONE: 8, HOLDOUT: 2, KEYED_ON: 16, FLAGS: 1, NEEDS: 10, PROFILE: 8, PARAMETERS: 8,
        VISIT_MINUTES: 1, LIFE: 2, HALF_LIFE: 1, PURCHASES: 1, ITEMS: 1,
    }
}
/// Flags of a site.
pub(crate) mod site_flag {
    /// Scripts are told hashes in place of ids.
    pub(crate) const OPAQUE: u8 = 0x80;
    /// Scripts are told nothing.
    pub(crate) const SILENT: u8 = 0x40;
    /// Another campaign parameter begins a visit.
    pub(crate) const BY_CAMPAIGN: u8 = 0x20;
}
layout! {
    /// Offsets within the record of a page pattern.
    page { KIND: 8, PATTERN: 8, KIND_INDEX: 1, SEARCH: 8 }
}
layout! {
    /// Offsets within the record of a block.
    block { ID: 8, RESERVE: 8, KINDS: 8, FIRST: 4, COUNT: 4 }
}
layout! {
    /// Offsets within the record of an audience.
    audience { ID: 8, CODE: 8 }
}
layout! {
    /// Offsets within the record of a campaign.
    campaign {
        ID: 8, SEED: 8, WHEN: 8, STARTS: 8, ENDS: 8, OPERATORS: 8, READS: 16, HASH: 4, PRIORITY: 4, FIRST: 4, COUNT: 2, BLOCK: 2,
        AUDIENCE: 2, PURPOSES: 2, COVERAGE: 2, FLAGS: 1, CAP: 1,
    }
}
layout! {
    /// Offsets within the record of a variant.
    variant { ID: 8, TEMPLATE: 8, FROM: 2, TO: 2, CONTENT: 1 }
}
layout! {
    /// Offsets within the record of an item; its amount is in hundredths and one more, 0 for none.
    item { ID: 8, TITLE: 8, URL: 8, IMAGE: 8, PRICE: 8, CATEGORY: 8, REPLENISH: 2, AMOUNT: 4, SENSITIVE: 1 }
}
layout! {
    /// Offsets within the record of a category.
    category { ID: 8, TITLE: 8, URL: 8, SENSITIVE: 1 }
}
layout! {
    /// Offsets within the record of a store: degrees in millionths, the stock as ids separated by spaces.
    store { ID: 8, TITLE: 8, URL: 8, REGION: 8, LATITUDE: 4, LONGITUDE: 4, STOCK: 8 }
}
layout! {
    /// Offsets within the record of one value of a preference: `name=value`.
    preference { PAIR: 8 }
}

/// Flags of a campaign.
pub(crate) mod flag {
    /// It has a start.
    pub(crate) const STARTS: u8 = 1;
    /// It has an end.
    pub(crate) const ENDS: u8 = 2;
    /// It has a cap per visit.
    pub(crate) const CAP: u8 = 4;
    /// It is an experiment.
    pub(crate) const EXPERIMENT: u8 = 8;
    /// It is sensitive.
    pub(crate) const SENSITIVE: u8 = 16;
    /// One of its templates leaves out what other blocks show.
    pub(crate) const FOLLOWS: u8 = 32;
}

/// In place of a campaign's end: it is paused. An engine that does not know this finds it over.
pub(crate) const PAUSED: i64 = i64::MIN;

/// In place of an audience's index: there is none.
pub(crate) const NO_AUDIENCE: u16 = u16::MAX;

/// The kind of content of a variant.
pub(crate) mod content {
    /// The default content, counted; an unknown number is read as this.
    #[cfg(feature = "author")]
    pub(crate) const CONTROL: u8 = 0;
    /// Nothing.
    pub(crate) const HIDE: u8 = 1;
    /// Its template.
    pub(crate) const TEMPLATE: u8 = 2;
    /// Parts: changes as [`crate::html::parts`] lists them, with the code of a template for each value.
    pub(crate) const PARTS: u8 = 3;
    /// An order of a group, as edits have it.
    pub(crate) const ORDER: u8 = 4;
    /// An order of a group by interest, as `order_by` writes it.
    pub(crate) const ORDER_BY: u8 = 30;
}

/// One record, read by offset; fields out of bounds are read as zero or empty.
#[derive(Clone, Copy)]
pub(crate) struct Record<'p> {
    pub(crate) bytes: &'p [u8],
    pub(crate) strings: &'p [u8],
}

impl<'p> Record<'p> {
    pub(crate) fn array<const N: usize>(&self, at: usize) -> [u8; N] {
        self.bytes.get(at..).and_then(<[u8]>::first_chunk::<N>).copied().unwrap_or([0; N])
    }

    pub(crate) fn u8(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    pub(crate) fn u16(&self, at: usize) -> u16 {
        u16::from_le_bytes(self.array(at))
    }

    pub(crate) fn u32(&self, at: usize) -> u32 {
        u32::from_le_bytes(self.array(at))
    }

    pub(crate) fn u64(&self, at: usize) -> u64 {
        u64::from_le_bytes(self.array(at))
    }

    pub(crate) fn i64(&self, at: usize) -> i64 {
        i64::from_le_bytes(self.array(at))
    }

    /// The text at `at`, empty if it is outside the strings or not UTF-8.
    pub(crate) fn text(&self, at: usize) -> &'p str {
        core::str::from_utf8(self.span(at, self.strings)).unwrap_or_default()
    }

    /// The text at `at`; `None` if it is empty.
    pub(crate) fn some_text(&self, at: usize) -> Option<&'p str> {
        Some(self.text(at)).filter(|text| !text.is_empty())
    }

    /// The bytes of `heap` in the span at `at`.
    pub(crate) fn span(&self, at: usize, heap: &'p [u8]) -> &'p [u8] {
        let start = usize::try_from(self.u32(at)).unwrap_or(usize::MAX);
        let length = usize::try_from(self.u32(at.saturating_add(4))).unwrap_or(usize::MAX);
        heap.get(start..).and_then(|rest| rest.get(..length)).unwrap_or_default()
    }

    /// Whether bit `bit` of the 128 at `at` is set.
    pub(crate) fn bit(&self, at: usize, bit: u8) -> bool {
        let byte = if bit < 128 { self.u8(at.saturating_add(usize::from(bit >> 3))) } else { 0 };
        byte & (1 << (bit & 7)) != 0
    }
}

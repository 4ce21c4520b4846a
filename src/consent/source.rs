//! Sources: who said what about a purpose, as small codes and sets of them.

use super::banners::banners;

macro_rules! rows {
    ($($(#[$doc:meta])* $banner:ident = $code:literal $name:literal by_category: $by_category:literal slots $slots:tt means $means:tt shown $shown:tt)*) => {
        /// A consent banner, by the form of what it stores. The rows are in `banners.rs`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Banner { $($(#[$doc])* $banner = $code),* }

        impl Banner {
            /// Every banner, in the order of their codes.
            pub const ALL: [Banner; [$(Banner::$banner),*].len()] = [$(Banner::$banner),*];

            /// The name that playbooks and reports use.
            pub const fn name(self) -> &'static str {
                match self { $(Banner::$banner => $name),* }
            }

            /// Whether visitors choose among categories there, so that refusing the functional one also refuses precise location.
            pub const fn by_category(self) -> bool {
                match self { $(Banner::$banner => $by_category),* }
            }
        }
    };
}

banners!(rows);

impl Banner {
    /// The banner with this name.
    pub fn from_name(name: &str) -> Option<Banner> {
        Banner::ALL.into_iter().find(|banner| banner.name() == name)
    }

    /// The code that settings store.
    pub const fn code(self) -> u8 {
        self as u8
    }
}

/// Who said something about a purpose, most specific first: of several that agree, the first is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source(u8);

impl Source {
    /// The publisher segment of a TC string.
    pub const TCF_PUBLISHER: Source = Source(0);
    /// The core of a TC string, where the settings fall back to it.
    pub const TCF_CORE: Source = Source(1);
    /// A TC string, read for the vendor that the settings name.
    pub const TCF_VENDOR: Source = Source(2);
    /// A US Privacy string.
    pub const US_PRIVACY: Source = Source(3);
    /// Global Privacy Control, from the header or the browser.
    pub const GPC: Source = Source(4);
    /// A choice made through Parvis itself.
    pub const API: Source = Source(5);
    /// A TCF 1 string, which is reported and never used.
    pub const TCF_1: Source = Source(6);
    /// A GPP string as a whole.
    pub const GPP: Source = Source(7);

    /// How many sources there are.
    pub(super) const COUNT: usize = 128;
    /// A `Cookie` header that is too long to be read and so may hide an opt-out. It is stored nowhere.
    pub const COOKIES: Source = Source(Source::SECTIONS - 1);

    const BANNERS: u8 = 8;
    const SECTIONS: u8 = 96;
    /// By how much the place of a section differs from the code that the mirror cookie stores, where sections begin at 32.
    const MOVED: u8 = 64;

    /// There is room for all banners before the sections of a GPP string.
    const ROOM: () = assert!(Banner::ALL.len() < (Source::SECTIONS - Source::BANNERS) as usize);

    /// A banner's own cookie.
    pub const fn banner(banner: Banner) -> Source {
        let () = Source::ROOM;
        Source(Source::BANNERS + banner.code())
    }

    /// Section `id` of a GPP string; ids above 31 share one source.
    pub const fn section(id: u8) -> Source {
        Source(Source::SECTIONS + if id < 31 { id } else { 31 })
    }

    /// The source in this place among all, of which the most specific is the first.
    pub(super) fn at(index: usize) -> Source {
        Source(u8::try_from(index & 127).unwrap_or(0))
    }

    /// The source that the mirror cookie stores as this code, if it is one that a mirror can speak for: no banner, not Parvis
    /// itself, and not a signal that every request carries anew.
    pub(super) fn other(code: u8) -> Option<Source> {
        let source = Source(if code < Source::BANNERS { code } else { code.checked_add(Source::MOVED)? });
        let known = code < Source::BANNERS || (Source::SECTIONS..128).contains(&source.0);
        (known && source != Source::API && source != Source::GPC).then_some(source)
    }

    /// Whether it is a TC string of TCF 2, which says that European law applies.
    pub fn is_tcf(self) -> bool {
        self.0 <= Source::TCF_VENDOR.0 || self.as_section() == Some(2)
    }

    /// Its place among all sources.
    pub(super) fn place(self) -> usize {
        usize::from(self.0)
    }

    /// The code that the mirror cookie stores for what is no banner.
    pub(super) const fn code(self) -> u8 {
        if self.0 < Source::SECTIONS { self.0 } else { self.0 - Source::MOVED }
    }

    /// The banner, if the source is one.
    pub fn as_banner(self) -> Option<Banner> {
        let index = self.0.checked_sub(Source::BANNERS)?;
        Banner::ALL.get(usize::from(index)).copied()
    }

    /// The id of the GPP section, if the source is one.
    pub fn as_section(self) -> Option<u8> {
        self.0.checked_sub(Source::SECTIONS)
    }
}

/// A set of sources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sources(u128);

impl Sources {
    /// No source.
    pub const NONE: Sources = Sources(0);
    /// The sources whose silence about an opt-out is no consent: US Privacy and the US sections of GPP.
    pub const US: Sources = Sources((1 << Source::US_PRIVACY.0) | (0x3ff_ffff << (Source::SECTIONS + 6)));
    /// Global Privacy Control alone.
    pub const GPC: Sources = Sources(1 << Source::GPC.0);

    /// This set and `source`.
    #[must_use]
    pub const fn with(self, source: Source) -> Sources {
        Sources(self.0 | (1 << (source.0 & 127)))
    }

    /// The sources in either set.
    #[must_use]
    pub const fn union(self, other: Sources) -> Sources {
        Sources(self.0 | other.0)
    }

    /// The sources of this set that are not in `other`.
    #[must_use]
    pub const fn without(self, other: Sources) -> Sources {
        Sources(self.0 & !other.0)
    }

    /// The sources in both sets.
    #[must_use]
    pub const fn intersection(self, other: Sources) -> Sources {
        Sources(self.0 & other.0)
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether `source` is in the set.
    pub const fn contains(self, source: Source) -> bool {
        self.0 & (1 << (source.0 & 127)) != 0
    }

    /// The sources in the set, most specific first.
    pub fn iter(self) -> impl Iterator<Item = Source> {
        let mut rest = self;
        core::iter::from_fn(move || {
            let first = rest.first()?;
            rest = rest.without(Sources::NONE.with(first));
            Some(first)
        })
    }

    /// The most specific source in the set.
    pub fn first(self) -> Option<Source> {
        let place = usize::try_from(self.0.trailing_zeros()).ok()?;
        (!self.is_empty()).then(|| Source::at(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_dense_and_do_not_meet() {
        for (index, banner) in Banner::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(banner.code()), index);
            assert_eq!(Source::banner(banner).as_banner(), Some(banner));
            assert_eq!(Banner::from_name(banner.name()), Some(banner));
            assert_eq!(Source::banner(banner).as_section(), None);
            assert_ne!(Source::banner(banner), Source::COOKIES);
        }
        assert!(Sources::US.contains(Source::section(6)));
        assert!(Sources::US.contains(Source::section(27)));
        assert!(!Sources::US.contains(Source::section(2)));
        assert!(!Sources::US.contains(Source::section(5)));
    }
}

//! Closed codes for why: why a response was passed through, why a block shows what it shows, why a marker was refused.
//!
//! A reason never carries data of a visitor, so it may be logged and sent as it is.

/// What a reason is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Why a response left byte for byte as the origin sent it.
    Response,
    /// Why a block shows what it shows.
    Decision,
    /// What became of a block in the page.
    Page,
    /// Why a stored consent flag was not used.
    Consent,
    /// What happened to state that a client brought.
    State,
    /// Why the secret with the keys was refused; nothing is opened or sealed then.
    Keys,
}

macro_rules! reasons {
    ($($topic:ident { $($(#[$doc:meta])* $variant:ident = $code:literal, $sentence:literal;)* })*) => {
        /// Why something was done or not done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason { $($($(#[$doc])* #[doc = $sentence] $variant,)*)* }

        impl Reason {
            /// Every reason, in the order of the table.
            pub const ALL: &'static [Reason] = &[$($(Reason::$variant,)*)*];

            /// The stable code that records, traces and headers carry.
            ///
            /// ```
            /// assert_eq!(parvis::reason::Reason::NotPermitted.code(), "not-permitted");
            /// ```
            pub const fn code(self) -> &'static str {
                match self { $($(Reason::$variant => $code,)*)* }
            }

            /// The same as a sentence that a marketer reads.
            pub const fn sentence(self) -> &'static str {
                match self { $($(Reason::$variant => $sentence,)*)* }
            }

            /// What it is about.
            pub const fn topic(self) -> Topic {
                match self { $($(Reason::$variant)|* => Topic::$topic,)* }
            }
        }
    };
}

reasons! {
    Response {
        Method = "method", "only GET and HEAD requests are personalized";
        Path = "path", "the playbook has no blocks for this path";
        Killed = "killed", "the operator has switched personalization off";
        NoPlaybook = "no-playbook", "no playbook was found";
        PlaybookDamaged = "playbook-damaged", "the playbook is truncated or altered";
        PlaybookVersion = "playbook-version", "the playbook was compiled for another version of the format";
        PlaybookTooLarge = "playbook-too-large", "the playbook is larger than the limit";
        StoreFailed = "store-failed", "the host's store failed or was too slow";
        Bot = "bot", "robots get the page of the origin";
        OriginFailed = "origin-failed", "the origin did not answer";
        OriginBroke = "origin-broke", "the origin broke off in the middle of the page";
        Status = "status", "only answers with status 200 are rewritten";
        ContentType = "content-type", "only text/html is rewritten";
        Charset = "charset", "the page's character encoding is unknown or not ASCII-compatible";
        Encoding = "encoding", "the origin's content coding cannot be decoded here";
        StaticPath = "static-path", "the path looks like a static file";
        NothingToChange = "nothing-to-change", "no decision changes this page";
    }
    Decision {
        Matched = "matched", "the campaign applies";
        Control = "control", "the visitor is in the control group and sees the default content";
        NoCampaign = "no-campaign", "no campaign applies, so the default content stays";
        NotEligible = "not-eligible", "the visitor is not in the audience";
        NotPermitted = "not-permitted", "it needs data that the visitor did not allow to be used";
        EdgeOnly = "edge-only", "it needs data that only the edge can read";
        NotYet = "not-yet", "the campaign has not started";
        Over = "over", "the campaign has ended";
        Paused = "paused", "the campaign is paused";
        OffSchedule = "off-schedule", "the campaign does not run on this day of the week or at this time of day";
        NoClock = "no-clock", "the host has no clock and the campaign has dates";
        Capped = "capped", "the visitor has seen it as often as the campaign allows";
        NoStorage = "no-storage", "it depends on what happened before, and nothing can be remembered here";
        NotInStock = "not-in-stock", "the nearest store does not have the item, or it is not known which store or item is meant";
        Holdout = "holdout", "the visitor is kept out of all campaigns to measure them";
        NoBucketingId = "no-bucketing-id", "there is nothing the visitor agreed to by which variants could be assigned";
        NotAllocated = "not-allocated", "the visitor's bucket is outside the campaign's allocation";
        Faulty = "faulty", "the campaign could not be evaluated and was skipped";
        MissingValue = "missing-value", "a value that the variant shows is not known";
        ContentTooLarge = "content-too-large", "the rendered variant is larger than the limit";
        Suppressed = "suppressed", "the visitor has bought, removed or dismissed what the campaign is about";
        CoolingDown = "cooling-down", "the visitor has bought something not long ago";
        TooFewVisits = "too-few-visits", "the variant is for visitors who have come more often";
        OutsideDates = "outside-dates", "today is too far from the visitor's date, or the date is not known";
    }
    Page {
        Placed = "placed", "the decision was placed in the page";
        NotFound = "not-found", "the page has no such block";
        Repeated = "repeated", "the block occurs twice; only the first counts";
        Unclosed = "unclosed", "the end of the block was not found";
        TooLong = "too-long", "the block is longer than the limit";
        OptionalEnd = "optional-end", "the marker is on an element whose end tag may be left out";
        NotUnderstood = "not-understood", "the markup around the block can be read in two ways";
        BadId = "bad-id", "the id of the block is not of the form [A-Za-z0-9_.:-]{1,64}";
        Crossed = "crossed", "the block crosses another one";
        Covered = "covered", "a block around it was replaced";
        PartMissing = "part-missing", "the block has no such part, so it stays as it is";
        PartRepeated = "part-repeated", "the block has a part twice, so it stays as it is";
        PartRefused = "part-refused", "the element of a part cannot be changed in this way, so the block stays as it is";
        Incomplete = "incomplete", "a block of the group is missing, in doubt or too far away, so the order stays";
    }
    Consent {
        Malformed = "malformed", "what was stored does not have the form it should have";
        UnsupportedVersion = "unsupported-version", "it was written in a version that is not in force";
        NotSiteSpecific = "not-site-specific", "a TC string must be specific to this site, and this one is not";
        PolicyOutdated = "policy-outdated", "it was given under a TCF policy that is no longer valid";
        NoDisclosedVendors = "no-disclosed-vendors", "a TC string must list the vendors it disclosed since 1 March 2026";
        NoPublisherSegment = "no-publisher-segment", "the TC string says nothing about this site's own purposes";
        Opaque = "opaque", "only the banner's vendor can read what it stores";
        ValueTooLong = "value-too-long", "the stored value is longer than the limit";
        PolicyChanged = "policy-changed", "the choice was made under another policy of this site";
        NotNamed = "not-named", "the playbook names the banners of this site, and this is none of them";
    }
    State {
        Absent = "absent", "nothing was stored";
        Unreadable = "unreadable", "what was stored could not be read and counts as absent";
        Duplicate = "duplicate", "it was sent twice with different values and counts as absent";
        UnknownKey = "unknown-key", "it was sealed with a key that is not in the key ring";
        Expired = "expired", "it is older than it may be";
        FromTheFuture = "from-the-future", "it claims to have been written later than now";
        NoEntropy = "no-entropy", "the host gave no entropy, so nothing was sealed";
        Opened = "opened", "it was read with the visitor's permission";
        Deleted = "deleted", "it was deleted because the visitor's permission is missing";
    }
    Keys {
        KeysAbsent = "keys-absent", "the secret with the keys is missing or holds no key";
        KeysTooLarge = "keys-too-large", "the secret with the keys is larger than the limit or holds too many keys";
        KeysMalformed = "keys-malformed", "a line of the secret with the keys is not of the form id:64 hex digits";
        KeysRepeated = "keys-repeated", "the secret with the keys gives two keys the same id";
    }
    Decision {
        NotInGroup = "not-in-group", "the visitor's place in the exclusive group is not this experiment's";
        EarlierVersion = "earlier-version", "the visitor took part in an earlier version, which the experiment leaves out";
        Fatigued = "fatigued", "the visitor has seen it not long ago, and each time it rests longer";
        Forced = "forced", "a preview asked for this variant";
    }
}

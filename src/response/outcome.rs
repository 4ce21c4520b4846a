//! Outcomes: all decisions of one request, the signals that influenced them, and the cookies that follow.

use alloc::vec::Vec;

use crate::base::calendar::Millis;
use crate::consent::purpose::PurposeSet;
use crate::reason::Reason;
use crate::response::cache_policy::CachePolicy;
use crate::signal::influence::Influence;
use crate::signal::registry::Signal;
use crate::visitor::cookie::SetCookie;

/// The decision for one block, with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The block, by its index in the playbook.
    pub block: u16,
    /// The campaign and variant that won, if any did.
    pub chosen: Option<Chosen>,
    /// [`Reason::Matched`] or [`Reason::Control`] when a campaign won, else the foremost reason why none did.
    pub reason: Reason,
    /// The content of the block.
    pub content: Content,
    /// What the other arms of the experiment would change, without their HTML: the block is changed, and the arm counted, only
    /// where each of them could be placed. Empty without an experiment.
    pub arms: Vec<Content>,
    /// The purposes without which it would not be shown: those of the signals that the winning campaign read. Of them only
    /// those that take a choice, and all of them were permitted.
    pub needs: PurposeSet,
    /// Every campaign that was looked at, in priority order, with what was found.
    pub considered: Vec<Considered>,
}

impl Decision {
    /// Whether the visitor is in the control of an experiment here, by a draw and not by a preview.
    pub(crate) fn is_control(&self) -> bool {
        self.reason == Reason::Control
    }
}

/// The campaign and variant that won a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The campaign, by its index in the playbook.
    pub campaign: u16,
    /// The variant, by its index in the campaign.
    pub variant: u8,
    /// The visitor's bucket, 0..=9,999, if the campaign is an experiment.
    pub bucket: Option<u16>,
    /// The probability of this variant for a visitor who takes part, in 10,000ths; 10,000 without an experiment. For a
    /// sticky variant, the probability when it was assigned.
    pub propensity: u16,
    /// Whether it is a sticky variant from an earlier request.
    pub kept: bool,
}

/// A campaign that was considered, with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Considered {
    /// The campaign, by its index in the playbook.
    pub campaign: u16,
    /// The result for this campaign.
    pub reason: Reason,
}

/// The content of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// The origin's default content.
    Default,
    /// Nothing: the block is removed.
    Hidden,
    /// This rendered HTML, in UTF-8, inside the block's element or comments.
    Inner(Vec<u8>),
    /// These changes of parts, in UTF-8, in the form of [`crate::html::parts::changes`].
    Parts(Vec<u8>),
    /// The blocks of the group in this order, in the form of [`crate::html::splice::Operation::Reorder`].
    Order(Vec<u8>),
}

/// The set of signals that were actually read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Touched(u128);

impl Touched {
    /// This set and `signal`.
    #[must_use]
    pub fn with(self, signal: Signal) -> Touched {
        Touched(self.0 | 1_u128.checked_shl(u32::from(signal.code())).unwrap_or(0))
    }

    /// Whether `signal` was read.
    pub fn contains(self, signal: Signal) -> bool {
        self.with(signal) == self
    }

    /// The signals that were read, in the order of their codes.
    pub fn iter(self) -> impl Iterator<Item = Signal> {
        Signal::ALL.iter().copied().filter(move |signal| self.contains(*signal))
    }
}

/// All decisions of one request, with the joined influence and the resulting cache policy.
#[derive(Debug)]
pub struct Outcome {
    decisions: Vec<Decision>,
    touched: Touched,
    influence: Influence,
    policy: CachePolicy,
    cookies: Vec<SetCookie>,
    allowed: PurposeSet,
    until: Option<Millis>,
}

impl Outcome {
    /// Joins decisions, signals read and cookies to an outcome; `keyed` tells which signals the site's cache keys on,
    /// `single` that the response is for this visitor alone, whatever was read, and `until` when a campaign begins or ends.
    ///
    /// Nothing else sets a cache policy, so no response can be kept longer or wider than its strongest influence allows:
    ///
    /// ```compile_fail,E0451
    /// # fn planted(outcome: parvis::response::outcome::Outcome) -> parvis::response::outcome::Outcome {
    /// parvis::response::outcome::Outcome { policy: parvis::response::cache_policy::CachePolicy::Untouched, ..outcome }
    /// # }
    /// ```
    pub(crate) fn new(
        decisions: Vec<Decision>,
        touched: Touched,
        cookies: Vec<SetCookie>,
        allowed: PurposeSet,
        single: bool,
        until: Option<Millis>,
        keyed: impl Fn(Signal) -> bool,
    ) -> Outcome {
        let in_key = |signal: Signal| signal.entry().in_url || keyed(signal);
        // Signals in the URL do not vary the response beyond the URL.
        let influence = touched
            .iter()
            .filter(|signal| !signal.entry().in_url)
            .fold(Influence::None, |joined, signal| joined.join(signal.influence()));
        let all_keyed = touched.iter().all(in_key);
        let changes = decisions.iter().any(|decision| decision.content != Content::Default);
        let policy = CachePolicy::of(influence, all_keyed, changes, single || !cookies.is_empty());
        Outcome { decisions, touched, influence, policy, cookies, allowed, until }
    }

    /// The decisions, in the order of the page's blocks in the playbook.
    pub fn decisions(&self) -> &[Decision] {
        &self.decisions
    }

    /// The signals that were read for the decisions.
    pub const fn touched(&self) -> Touched {
        self.touched
    }

    /// The strongest class of those signals.
    pub const fn influence(&self) -> Influence {
        self.influence
    }

    /// How the response may be cached.
    pub const fn policy(&self) -> CachePolicy {
        self.policy
    }

    /// The cookies to set or delete.
    pub fn cookies(&self) -> &[SetCookie] {
        &self.cookies
    }

    /// When the next campaign that was considered begins or ends.
    pub const fn until(&self) -> Option<Millis> {
        self.until
    }

    /// The purposes that were allowed.
    pub const fn allowed(&self) -> PurposeSet {
        self.allowed
    }

    /// Whether any block shows other content than the origin's, or keeps it as the control of an experiment: the page is read
    /// alike for both, so that both are counted alike.
    pub fn is_looked_for(&self) -> bool {
        self.decisions.iter().any(|decision| decision.content != Content::Default || decision.is_control())
    }

    /// Whether any block shows other content than the origin's.
    pub fn changes(&self) -> bool {
        self.decisions.iter().any(|decision| decision.content != Content::Default)
    }
}

//! From votes to permits: merge with deny winning, decide by regime, gate by device storage (facts/consent.md §8.4).
//!
//! Promises: total on any evidence, no allocation, independent of the order of cookies; adding a flag that denies never
//! allows more; unknown is no wherever the law asks for opt-in.

use super::collect;
use super::evidence::Evidence;
use super::permit::Permit;
use super::purpose::{Kind, Purpose, PurposeSet};
use super::settings::{Regime, Settings};
use super::source::{Source, Sources};
use super::time::DAY;
use super::vote::{Answer, Vote};
use crate::facts::Millis;
use crate::reason::Reason;

/// Purposes that need no choice: they touch the device only as the visitor asked, or not at all.
const EXEMPT: PurposeSet = PurposeSet::EMPTY.with(Purpose::Necessary).with(Purpose::Contextual);
/// Purposes whose use touches the device, so that device storage must be allowed too.
const ON_DEVICE: PurposeSet = PurposeSet::EMPTY
    .with(Purpose::SessionPersonalization)
    .with(Purpose::PersistentPersonalization)
    .with(Purpose::Profile)
    .with(Purpose::PreciseGeo)
    .with(Purpose::Experimentation);

/// One stored flag and what was read in it.
#[derive(Clone, Copy, Debug)]
pub struct Finding<'a> {
    /// Who says it.
    pub source: Source,
    /// The name it was stored under.
    pub place: &'a str,
    /// The stored text; for a section of a GPP string, that section.
    pub value: &'a str,
    /// What it says.
    pub answer: Answer,
    /// Whether it is older than the regime lets a choice be.
    pub stale: bool,
}

/// Somebody who wants to see every finding, to explain the resolution.
pub trait Witness {
    /// Called once for each stored flag, in the order in which they were read.
    fn saw(&mut self, finding: &Finding<'_>);
}

/// Nobody.
impl Witness for () {
    fn saw(&mut self, _: &Finding<'_>) {}
}

/// Whether a purpose was granted, before the regime decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Some flag grants it and none denies it.
    Granted,
    /// Some flag denies it.
    Denied,
    /// No flag that counts says anything.
    Unknown,
}

/// Whether a purpose may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may.
    Allow,
    /// It may not.
    Block,
    /// It may, without anybody's choice.
    Exempt,
}

/// On what a use rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The visitor's consent.
    Consent,
    /// Legitimate interest, not objected to.
    Interest,
    /// The visitor did not opt out, where that is enough.
    OptOutRegime,
    /// It needs no choice.
    Exempt,
    /// Nothing.
    None,
}

macro_rules! names {
    ($kind:ident { $($variant:ident = $name:literal),* }) => {
        impl $kind {
            /// The name that reports use.
            pub const fn name(self) -> &'static str {
                match self { $($kind::$variant => $name),* }
            }
        }
    };
}

names!(State { Granted = "granted", Denied = "denied", Unknown = "unknown" });
names!(Decision { Allow = "allow", Block = "block", Exempt = "exempt" });
names!(Basis { Consent = "consent", Interest = "li", OptOutRegime = "opt_out_regime", Exempt = "exempt", None = "none" });

/// What the flags of one request come to for one purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// What the visitor's flags say together.
    pub state: State,
    /// Whether it may be used.
    pub decision: Decision,
    /// On what its use rests.
    pub basis: Basis,
    /// The most specific flag that decided the state.
    pub source: Option<Source>,
    /// The flags that said the opposite and lost.
    pub conflicts: Sources,
    /// Whether only a missing permission to touch the device blocks it.
    pub gated: bool,
}

/// What the visitor's stored flags come to: the only source of permits.
#[derive(Debug)]
pub struct Resolution {
    allowed: PurposeSet,
    exempt: PurposeSet,
    gpc: bool,
    regime: Regime,
    said: [Said; 10],
}

/// Who said what about one purpose.
#[derive(Clone, Copy, Debug)]
struct Said {
    granted: Sources,
    denied: Sources,
    /// Those that grant, or once granted, on legitimate interest alone.
    interest: Sources,
    /// The latest time of a grant, in milliseconds; the earliest there is for one without a time.
    granted_at: i64,
    /// The latest time until which a refusal that is too old stood; grants must be newer.
    refused_until: i64,
}

impl Said {
    const NOTHING: Said = Said {
        granted: Sources::NONE,
        denied: Sources::NONE,
        interest: Sources::NONE,
        granted_at: i64::MIN,
        refused_until: i64::MIN,
    };
}

/// Nothing but what is exempt.
impl Default for Resolution {
    fn default() -> Resolution {
        Resolution {
            allowed: EXEMPT,
            exempt: EXEMPT,
            gpc: false,
            regime: Regime::CAUTIOUS,
            said: [Said::NOTHING; 10],
        }
    }
}

/// Resolves the evidence of one request under a site's settings.
///
/// ```
/// use parvis::consent::evidence::Evidence;
/// use parvis::consent::purpose::kind::SessionPersonalization;
/// use parvis::consent::resolve::resolve;
/// use parvis::consent::settings::Defaults;
/// use parvis::facts::{Facts, Millis};
///
/// let mut facts = Facts { country: Some("FR".into()), now: Some(Millis(1_795_262_400_000)), ..Facts::default() };
/// assert!(resolve(&Evidence::of(&facts), &Defaults).permit::<SessionPersonalization>().is_none());
///
/// facts.cookies.push("cmplz_preferences=allow".into());
/// assert!(resolve(&Evidence::of(&facts), &Defaults).permit::<SessionPersonalization>().is_some());
/// ```
pub fn resolve(evidence: &Evidence<'_>, settings: &impl Settings) -> Resolution {
    resolve_seen(evidence, settings, &mut ())
}

/// The same, with a witness that sees every finding.
pub fn resolve_seen(
    evidence: &Evidence<'_>,
    settings: &impl Settings,
    witness: &mut impl Witness,
) -> Resolution {
    let mut regime = settings.regime(evidence.country, evidence.subdivision);
    if !regime.opt_in && collect::european(evidence, settings) {
        regime = settings.regime("", "");
    }
    let exempt = exempt(regime, settings);
    let mut scales = Scales {
        witness,
        regime,
        exempt,
        now: evidence.now,
        gpc: false,
        refused: false,
        overridden: false,
        said: [Said::NOTHING; 10],
    };
    collect::collect(evidence, settings, &mut scales);
    scales.settle();
    let (gpc, said) = (scales.gpc, scales.said);
    let mut resolution = Resolution { allowed: EXEMPT, exempt, gpc, regime, said };
    for purpose in Purpose::ALL {
        if resolution.decide(purpose).0 != Decision::Block {
            resolution.allowed = resolution.allowed.with(purpose);
        }
    }
    resolution
}

/// The purposes that need no choice in this regime.
fn exempt(regime: Regime, settings: &impl Settings) -> PurposeSet {
    let mut exempt = EXEMPT;
    if regime.opt_in && settings.exempt_measurement().unwrap_or(regime.exempt_measurement) {
        exempt = exempt.with(Purpose::Measurement);
    }
    if regime.opt_in && settings.exempt_experimentation() {
        exempt = exempt.with(Purpose::Experimentation);
    }
    exempt
}

impl Resolution {
    /// The permit for purpose `P`, if it is allowed.
    pub fn permit<P: Kind>(&self) -> Option<Permit<'_, P>> {
        self.allowed.contains(P::PURPOSE).then(|| Permit::mint(self))
    }

    /// The purposes that are allowed, by choice or because they are exempt; device storage is already taken into account.
    pub const fn allowed(&self) -> PurposeSet {
        self.allowed
    }

    /// The purposes that would need no choice here.
    pub const fn exempt(&self) -> PurposeSet {
        self.exempt
    }

    /// Whether the visitor asks for privacy by Global Privacy Control, in whatever way.
    pub const fn gpc(&self) -> bool {
        self.gpc
    }

    /// The regime that decided.
    pub const fn regime(&self) -> Regime {
        self.regime
    }

    /// What the flags come to for one purpose, and why.
    pub fn ruling(&self, purpose: Purpose) -> Ruling {
        let said = self.said(purpose);
        let state = self.state(purpose);
        let (decision, gated) = self.decide(purpose);
        let basis = match (decision, state) {
            (Decision::Exempt, _) => Basis::Exempt,
            (Decision::Block, _) => Basis::None,
            (Decision::Allow, State::Granted)
                if said.granted.without(said.interest).without(Sources::US).is_empty() =>
            {
                let by_interest = !said.granted.intersection(said.interest).is_empty();
                if by_interest { Basis::Interest } else { Basis::OptOutRegime }
            }
            (Decision::Allow, State::Granted) => Basis::Consent,
            (Decision::Allow, _) => Basis::OptOutRegime,
        };
        let (source, conflicts) = match state {
            State::Granted => (said.granted.first(), Sources::NONE),
            State::Denied => (said.denied.first(), said.granted),
            State::Unknown => (None, Sources::NONE),
        };
        Ruling { state, decision, basis, source, conflicts, gated }
    }

    fn said(&self, purpose: Purpose) -> Said {
        self.said.get(usize::from(purpose as u8)).copied().unwrap_or(Said::NOTHING)
    }

    fn state(&self, purpose: Purpose) -> State {
        let said = self.said(purpose);
        if !said.denied.is_empty() {
            State::Denied
        } else if !said.granted.is_empty() {
            State::Granted
        } else {
            State::Unknown
        }
    }

    /// The decision, and whether device storage alone stands in the way.
    fn decide(&self, purpose: Purpose) -> (Decision, bool) {
        let exempt = self.exempt.contains(purpose);
        // Precise location always needs a positive grant.
        let unknown_is_no = self.regime.opt_in || purpose == Purpose::PreciseGeo;
        match self.state(purpose) {
            // What is exempt from consent can still be objected to, but for what the visitor asked for.
            _ if EXEMPT.contains(purpose) => (Decision::Exempt, false),
            State::Denied => (Decision::Block, false),
            State::Unknown if exempt => (Decision::Exempt, false),
            State::Unknown if unknown_is_no => (Decision::Block, false),
            _ if ON_DEVICE.contains(purpose) && self.decide(Purpose::DeviceStorage).0 == Decision::Block => {
                (Decision::Block, true)
            }
            _ => (Decision::Allow, false),
        }
    }
}

/// Where votes are weighed.
pub(super) struct Scales<'w, W> {
    witness: &'w mut W,
    regime: Regime,
    exempt: PurposeSet,
    now: Option<Millis>,
    /// Whether anything asks for privacy by Global Privacy Control.
    pub(super) gpc: bool,
    /// Whether something refuses what that signal refuses: the signal, or fields that look like it joined.
    pub(super) refused: bool,
    overridden: bool,
    said: [Said; 10],
}

impl<W: Witness> Scales<'_, W> {
    /// Weighs one finding.
    pub(super) fn put(&mut self, finding: Finding<'_>) {
        self.put_override(finding, false);
    }

    /// Weighs one finding that may override Global Privacy Control for sale.
    pub(super) fn put_override(&mut self, mut finding: Finding<'_>, overrides: bool) {
        self.date(&mut finding);
        self.witness.saw(&finding);
        let Vote { mut granted, mut denied, interest, decided_at } = finding.answer.vote;
        let mut lapsed = PurposeSet::EMPTY;
        if finding.stale {
            granted = PurposeSet::EMPTY;
            // A refusal that is too old may be asked for again; an opt-out does not age, nor does an objection to what
            // would need no choice.
            if self.regime.opt_in {
                lapsed = denied.without(self.exempt);
                denied = denied.intersection(self.exempt);
            }
        }
        self.overridden |= overrides && !self.regime.opt_in && granted.contains(Purpose::SaleShare);
        let limit = self.limit();
        for (purpose, said) in Purpose::ALL.into_iter().zip(&mut self.said) {
            if granted.contains(purpose) {
                said.granted = said.granted.with(finding.source);
            }
            // Kept when the grant is too old: the signal is an objection to it all the same.
            if interest.contains(purpose) {
                said.interest = said.interest.with(finding.source);
            }
            if denied.contains(purpose) {
                said.denied = said.denied.with(finding.source);
            }
            if let Some(at) = decided_at {
                if granted.contains(purpose) {
                    said.granted_at = said.granted_at.max(at.0);
                }
                if lapsed.contains(purpose) {
                    // A day more, since a choice counts up to a day before its time.
                    said.refused_until = said.refused_until.max(at.0.saturating_add(limit + DAY));
                }
            }
        }
    }

    /// How long a choice lasts, in milliseconds.
    fn limit(&self) -> i64 {
        i64::from(self.regime.max_age_days) * DAY
    }

    /// Tells whether a choice is stale, and refuses one from the future.
    fn date(&self, finding: &mut Finding<'_>) {
        let Some(at) = finding.answer.vote.decided_at else { return };
        match self.now {
            None => finding.stale = true,
            Some(now) if at.0.saturating_sub(now.0) > DAY => {
                finding.answer = Answer { vote: Vote::default(), ..Answer::fault(Reason::FromTheFuture) };
            }
            Some(now) => finding.stale = now.0.saturating_sub(at.0) > self.limit(),
        }
    }

    /// Global Privacy Control, what rests on interest, and what US law cannot grant elsewhere.
    fn settle(&mut self) {
        for (purpose, said) in Purpose::ALL.into_iter().zip(&mut self.said) {
            // A grant that lost to a refusal does not come back to life when the refusal grows old.
            if said.refused_until != i64::MIN && said.granted_at <= said.refused_until {
                said.granted = Sources::NONE;
            }
            if self.regime.opt_in {
                said.granted = said.granted.without(Sources::US);
            }
            if !self.refused {
                continue;
            }
            if self.regime.opt_in {
                said.granted = said.granted.without(said.interest);
                said.denied = said.denied.union(said.interest);
                said.interest = Sources::NONE;
            }
            let overridden = self.overridden && purpose == Purpose::SaleShare;
            if matches!(purpose, Purpose::SaleShare | Purpose::Profile) && !overridden {
                said.denied = said.denied.with(Source::GPC);
            }
        }
    }
}

//! From votes to permits: merge with deny winning, decide by regime, gate by device storage. See
//! [the steps](crate::docs::consent#how-flags-combine).
//!
//! Promises: total on any evidence, no allocation, independent of the order of cookies; adding a flag that denies never
//! allows more; unknown is no wherever the law asks for opt-in.

use super::collect;
use super::evidence::Evidence;
use super::permit::Permit;
use super::purpose::{Kind, Purpose, PurposeSet};
use super::reading::{Answer, Vote};
use super::settings::{Regime, Settings};
use super::source::{Banner, Source, Sources};
use super::stored::StoredSettings;
use crate::base::calendar::{DAY, Millis};
use crate::reason::Reason;

/// Purposes that need no choice: they touch the device only as the visitor asked, or not at all.
const EXEMPT: PurposeSet = NEEDED.with(Purpose::Contextual);
/// What nobody can object to: what the visitor asked for.
const NEEDED: PurposeSet = PurposeSet::EMPTY.with(Purpose::Necessary);
/// Purposes whose use touches the device, so that device storage must be allowed too.
pub const ON_DEVICE: PurposeSet = PurposeSet::EMPTY
    .with(Purpose::SessionPersonalization)
    .with(Purpose::PersistentPersonalization)
    .with(Purpose::Profile)
    .with(Purpose::PreciseGeo)
    .with(Purpose::Experimentation);
/// What device storage gates: what touches the device, and what others are given, who store and read there too.
const GATED: PurposeSet = ON_DEVICE.with(Purpose::SaleShare);

/// Banners that keep a choice in a TC, GPP or US Privacy string, and by themselves only what their vendor can read.
const BESIDE: Sources = Sources::NONE
    .with(Source::banner(Banner::Sourcepoint))
    .with(Source::banner(Banner::Quantcast))
    .with(Source::banner(Banner::ConsentManager));
/// Those strings.
const STANDARD: Sources = Sources::US
    .with(Source::TCF_PUBLISHER)
    .with(Source::TCF_CORE)
    .with(Source::TCF_VENDOR)
    .with(Source::section(2));

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
    /// Further flags that say the same.
    pub agreeing: Sources,
    /// The flags that said the opposite and lost.
    pub conflicts: Sources,
    /// Whether only a missing permission to touch the device blocks it.
    pub gated: bool,
}

/// What the visitor's stored flags come to: the only source of permits.
#[derive(Clone, Debug)]
pub struct Resolution {
    allowed: PurposeSet,
    exempt: PurposeSet,
    /// What only a missing permission to touch the device blocks.
    gated: PurposeSet,
    gpc: bool,
    opted_out: bool,
    opaque: Sources,
    regime: Regime,
    voices: [Voice; Source::COUNT],
    /// The sources whose voices may say something: of a hundred few are heard, and every request asks for all of them.
    heard: Sources,
    /// The latest time of a grant of each purpose, in milliseconds; 0 where none has a time.
    granted_at: [i64; 10],
}

/// What one source says about the purposes.
#[derive(Clone, Copy, Debug)]
struct Voice {
    granted: PurposeSet,
    denied: PurposeSet,
    /// Those that it grants, or once granted, on legitimate interest alone.
    interest: PurposeSet,
}

impl Voice {
    const SILENT: Voice =
        Voice { granted: PurposeSet::EMPTY, denied: PurposeSet::EMPTY, interest: PurposeSet::EMPTY };
}

/// Who said what about one purpose, before the regime decides.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said {
    /// The flags that grant it.
    pub granted: Sources,
    /// The flags that deny it.
    pub denied: Sources,
    /// Those of the granting that rest on legitimate interest alone.
    pub interest: Sources,
    /// The latest time of a grant, where one has a time.
    pub granted_at: Option<Millis>,
}

/// Nothing but what is exempt.
impl Default for Resolution {
    fn default() -> Resolution {
        Resolution {
            allowed: EXEMPT,
            exempt: EXEMPT,
            gated: PurposeSet::EMPTY,
            gpc: false,
            opted_out: false,
            opaque: Sources::NONE,
            regime: Regime::CAUTIOUS,
            voices: [Voice::SILENT; Source::COUNT],
            heard: Sources::NONE,
            granted_at: [0; 10],
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
/// use parvis::base::calendar::Millis;
/// use parvis::facts::Facts;
///
/// let mut facts = Facts { country: Some("FR".into()), now: Some(Millis(1_795_262_400_000)), ..Facts::default() };
/// assert!(resolve(&Evidence::of(&facts), &Defaults).permit::<SessionPersonalization>().is_none());
///
/// facts.cookies.push("cmplz_preferences=allow".into());
/// assert!(resolve(&Evidence::of(&facts), &Defaults).permit::<SessionPersonalization>().is_some());
/// ```
pub fn resolve(evidence: &Evidence<'_>, settings: &impl Settings) -> Resolution {
    weigh(evidence, &settings.stored(), &mut ())
}

/// The same, with a witness that sees every finding.
pub fn resolve_seen(
    evidence: &Evidence<'_>,
    settings: &impl Settings,
    witness: &mut impl Witness,
) -> Resolution {
    weigh(evidence, &settings.stored(), witness)
}

/// The regime of the visitor's region, or the one that an edge told the page.
pub fn regime(evidence: &Evidence<'_>, settings: &StoredSettings<'_>) -> Regime {
    if evidence.opt_out {
        Regime::OPT_OUT
    } else {
        settings.regime(evidence.country, evidence.subdivision, evidence.now)
    }
}

fn weigh(evidence: &Evidence<'_>, settings: &StoredSettings<'_>, witness: &mut dyn Witness) -> Resolution {
    let mut regime = regime(evidence, settings);
    let opts_out = !regime.opt_in;
    if opts_out && collect::european(evidence, settings) {
        regime = settings.regime("", "", evidence.now);
    }
    let mut exempt = EXEMPT;
    if regime.opt_in && settings.exempt_measurement().unwrap_or(regime.exempt_measurement) {
        exempt = exempt.with(Purpose::Measurement);
    }
    if regime.opt_in && settings.exempt_experimentation() {
        exempt = exempt.with(Purpose::Experimentation);
    }
    let mut scales = Scales {
        witness,
        now: evidence.now,
        opts_out,
        hiding: Sources::NONE,
        gpc: false,
        refused: false,
        overridden: false,
        opaque: Sources::NONE,
        read: Sources::NONE,
        is_overtaken: false,
        refused_until: [0; 10],
        resolution: Resolution { exempt, regime, ..Resolution::default() },
    };
    collect::collect(evidence, settings, &mut scales);
    scales.settle()
}

/// What only this file can make, so that only [`Resolution::permit`] makes permits.
pub struct Allowed(());

impl Resolution {
    /// The permit for purpose `P`, if it is allowed.
    pub fn permit<P: Kind>(&self) -> Option<Permit<'_, P>> {
        self.allowed.contains(P::PURPOSE).then(|| Permit::mint(self, Allowed(())))
    }

    /// The purposes that are allowed, by choice or because they are exempt; device storage is already taken into account.
    pub const fn allowed(&self) -> PurposeSet {
        self.allowed
    }

    /// Whether the visitor agreed to a purpose: not by silence, and not by what is no agreement where the law asks for one.
    pub fn agrees(&self, purpose: Purpose) -> bool {
        self.ruling(purpose).basis == Basis::Consent
    }

    /// The purposes that would need no choice here.
    pub const fn exempt(&self) -> PurposeSet {
        self.exempt
    }

    /// Whether the visitor asks for privacy by Global Privacy Control, in whatever way.
    pub const fn gpc(&self) -> bool {
        self.gpc
    }

    /// Whether a stored refusal of sale was read, which is more than that something stored may hide one.
    pub const fn opted_out(&self) -> bool {
        self.opted_out
    }

    /// The banners that refuse what an opt-out refuses because they stored something that only their vendor can read.
    pub const fn opaque(&self) -> Sources {
        self.opaque
    }

    /// The regime that decided.
    pub const fn regime(&self) -> Regime {
        self.regime
    }

    /// Who said what about a purpose, before the regime decides.
    pub fn said(&self, purpose: Purpose) -> Said {
        let at = self.granted_at.get(usize::from(purpose as u8)).copied().filter(|at| *at > 0);
        let mut said = Said { granted_at: at.map(Millis), ..Said::default() };
        for source in self.heard.iter() {
            let voice = self.voice(source);
            if voice.granted.contains(purpose) {
                said.granted = said.granted.with(source);
                if voice.interest.contains(purpose) {
                    said.interest = said.interest.with(source);
                }
            }
            if voice.denied.contains(purpose) {
                said.denied = said.denied.with(source);
            }
        }
        said
    }

    fn voice(&self, source: Source) -> Voice {
        self.voices.get(source.place()).copied().unwrap_or(Voice::SILENT)
    }

    /// What the flags come to for one purpose, and why.
    pub fn ruling(&self, purpose: Purpose) -> Ruling {
        let Said { granted, denied, interest, .. } = self.said(purpose);
        let (state, say, conflicts) = if !denied.is_empty() {
            (State::Denied, denied, granted)
        } else if !granted.is_empty() {
            (State::Granted, granted, Sources::NONE)
        } else {
            (State::Unknown, Sources::NONE, Sources::NONE)
        };
        let source = say.first();
        let agreeing = source.map_or(Sources::NONE, |first| say.without(Sources::NONE.with(first)));
        let unasked = state == State::Unknown && self.exempt.contains(purpose);
        let decision = if !self.allowed.contains(purpose) {
            Decision::Block
        } else if unasked || EXEMPT.contains(purpose) {
            Decision::Exempt
        } else {
            Decision::Allow
        };
        let basis = match (decision, state) {
            (Decision::Exempt, _) => Basis::Exempt,
            (Decision::Block, _) => Basis::None,
            (Decision::Allow, State::Granted)
                if !granted.without(interest).without(Sources::US).is_empty() =>
            {
                Basis::Consent
            }
            (Decision::Allow, State::Granted) if !interest.is_empty() => Basis::Interest,
            (Decision::Allow, _) => Basis::OptOutRegime,
        };
        Ruling { state, decision, basis, source, agreeing, conflicts, gated: self.gated.contains(purpose) }
    }
}

/// Where votes are weighed.
pub(super) struct Scales<'w> {
    witness: &'w mut dyn Witness,
    now: Option<Millis>,
    /// Whether silence is a yes in the region, also where a TC string asks for more.
    opts_out: bool,
    /// The flags that may hide a refusal.
    hiding: Sources,
    /// Whether anything asks for privacy by Global Privacy Control.
    pub(super) gpc: bool,
    /// Whether something refuses what that signal refuses: the signal, or fields that look like it joined.
    pub(super) refused: bool,
    overridden: bool,
    /// The banners that stored something only their vendor can read, and those that stored something readable.
    opaque: Sources,
    read: Sources,
    /// Whether what is weighed next says nothing of what else its banner stored.
    pub(super) is_overtaken: bool,
    /// The latest time until which a refusal that is too old stood, 0 for none; grants must be newer.
    refused_until: [i64; 10],
    resolution: Resolution,
}

impl Scales<'_> {
    /// Whether the law asks for consent.
    pub(super) const fn asks(&self) -> bool {
        self.resolution.regime.opt_in
    }

    /// Weighs one finding, which may override Global Privacy Control for sale.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn put(&mut self, mut finding: Finding<'_>, overrides: bool) {
        let regime = self.resolution.regime;
        let limit = i64::from(regime.max_age_days) * DAY;
        if let Some(at) = finding.answer.vote.decided_at {
            // Without a clock whatever has an age is too old.
            let age = self.now.map_or(i64::MAX, |now| now.0.saturating_sub(at.0));
            finding.stale = age > limit;
            if age < -DAY {
                finding.answer.lapse(Reason::FromTheFuture);
            }
        }
        self.witness.saw(&finding);
        let Vote { mut granted, mut denied, interest, decided_at } = finding.answer.vote;
        let unread = matches!(finding.answer.fault, Some(Reason::Malformed | Reason::ValueTooLong));
        self.resolution.opted_out |= denied.contains(Purpose::SaleShare) && !unread;
        let mut lapsed = PurposeSet::EMPTY;
        if finding.stale {
            granted = PurposeSet::EMPTY;
            // A refusal that is too old may be asked for again; an opt-out does not age, nor does an objection to what
            // would need no choice.
            if regime.opt_in {
                lapsed = denied.without(self.resolution.exempt);
                denied = denied.intersection(self.resolution.exempt);
            }
        }
        if finding.answer.hides {
            self.hiding = self.hiding.with(finding.source);
        }
        if self.opts_out {
            if finding.answer.fault == Some(Reason::Opaque) {
                self.opaque = self.opaque.with(finding.source);
            } else if finding.answer.hides {
                // A refusal under a key without a meaning is one all the same.
                let is_refusal = finding.answer.fault.is_none() && finding.source.as_section().is_none();
                self.resolution.opted_out |= is_refusal;
                denied = denied.union(Vote::OPT_OUT.denied);
            } else if finding.answer.fault.is_none()
                && finding.answer.chosen
                && !finding.stale
                && !self.is_overtaken
            {
                self.read = self.read.with(finding.source);
            }
        }
        self.overridden |= overrides && !regime.opt_in && granted.contains(Purpose::SaleShare);
        self.resolution.heard = self.resolution.heard.with(finding.source);
        if let Some(said) = self.resolution.voices.get_mut(finding.source.place()) {
            said.granted = said.granted.union(granted);
            said.denied = said.denied.union(denied);
            // Kept when the grant is too old: the signal is an objection to it all the same.
            said.interest = said.interest.union(interest);
        }
        let Some(at) = decided_at else { return };
        // A day more, since a choice counts up to a day before its time.
        let until = at.0.saturating_add(limit + DAY);
        latest(&mut self.resolution.granted_at, granted, at.0);
        latest(&mut self.refused_until, lapsed, until);
    }

    /// Global Privacy Control, what rests on interest, what US law cannot grant elsewhere, and what all of it allows.
    fn settle(self) -> Resolution {
        let mut all = self.resolution;
        all.gpc = self.gpc;
        all.opted_out |= self.refused && !self.overridden;
        let opt_in = all.regime.opt_in;
        // A grant that lost to a refusal does not come back to life when the refusal grows old.
        let mut defeated = 0;
        for (granted_at, refused_until) in all.granted_at.iter().zip(&self.refused_until).rev() {
            defeated = defeated << 1 | u16::from(*refused_until > 0 && granted_at <= refused_until);
        }
        let defeated = PurposeSet::from_bits(defeated);
        // A banner that stored its choice twice is understood where one copy is, as one that keeps it in a standard string is there.
        let beside = if self.read.intersection(STANDARD).is_empty() { Sources::NONE } else { BESIDE };
        let opaque = self.opaque.without(self.read).without(beside);
        all.opaque = opaque;
        let (mut granted, mut denied) = (PurposeSet::EMPTY, PurposeSet::EMPTY);
        all.heard = all.heard.union(opaque).union(Sources::GPC);
        for source in all.heard.iter() {
            let Some(said) = all.voices.get_mut(source.place()) else { continue };
            if opaque.contains(source) {
                said.denied = said.denied.union(Vote::OPT_OUT.denied);
            }
            said.granted = said.granted.without(defeated);
            if opt_in && Sources::US.contains(source) {
                said.granted = PurposeSet::EMPTY;
            }
            if opt_in && self.refused {
                said.granted = said.granted.without(said.interest);
                said.denied = said.denied.union(said.interest);
                said.interest = PurposeSet::EMPTY;
            }
            if self.refused && source == Source::GPC {
                let overridden = PurposeSet::EMPTY.with(Purpose::SaleShare);
                let refused = Vote::OPT_OUT.denied.without(if self.overridden {
                    overridden
                } else {
                    PurposeSet::EMPTY
                });
                said.denied = said.denied.union(refused);
            }
            granted = granted.union(said.granted);
            denied = denied.union(said.denied);
        }
        // What is used until somebody objects is not, where nobody agreed and a flag may hide an objection.
        let objected = all.exempt.without(EXEMPT).without(granted);
        for source in self.hiding.iter() {
            if let Some(said) = all.voices.get_mut(source.place()) {
                said.denied = said.denied.union(objected);
                denied = denied.union(objected);
            }
        }
        let unknown = PurposeSet::from_bits(!granted.union(denied).bits());
        let mut allowed = granted;
        if !opt_in {
            // Precise location always needs a positive grant.
            allowed = allowed.union(unknown.without(PurposeSet::EMPTY.with(Purpose::PreciseGeo)));
        }
        // What is exempt from consent can still be objected to, but for what the visitor asked for.
        let unasked = unknown.intersection(all.exempt);
        allowed = allowed.union(unasked).without(denied).union(NEEDED);
        if !(all.regime.contextual_objection && denied.contains(Purpose::Contextual)) {
            allowed = allowed.with(Purpose::Contextual);
        }
        if !allowed.contains(Purpose::DeviceStorage) {
            all.gated = allowed.intersection(GATED).without(unasked);
        }
        all.allowed = allowed.without(all.gated);
        all
    }
}

/// Moves the times of these purposes on to `at`.
fn latest(times: &mut [i64; 10], purposes: PurposeSet, at: i64) {
    for (index, time) in times.iter_mut().enumerate() {
        if purposes.bits() >> index & 1 == 1 {
            *time = at.max(*time);
        }
    }
}

//! Laws of whatever a visitor stored, whoever wrote it: they hold for every reader and for every mixture of flags.

use std::sync::LazyLock;

use parvis::author::consent_draft::ConsentDraft;
use parvis::base::calendar::Millis;
use parvis::consent::evidence::Evidence;
use parvis::consent::purpose::{Purpose, PurposeSet, kind};
use parvis::consent::resolve::{Basis, Decision, Finding, Resolution, State, Witness, resolve, resolve_seen};
use parvis::consent::settings::{Defaults, Settings};
use parvis::consent::source::Banner;
use parvis::consent::stored::StoredSettings;
use parvis::reason::Reason;
use serde_json::{Value, json};

/// 2026-11-21T12:00:00Z, the time of the shared vectors.
const NOW: i64 = 1_795_262_400_000;
const DAY: i64 = 86_400_000;
/// A TC string that refuses everything.
const REFUSAL: &str = "CQraFkAQraFkAEsACBFRB4FgAAAAAAAAAAqIAAAAAAAA.IF5wAQF5gAAA.YAAAAAAAAAAA";

/// The defaults, with a small purpose map for every banner that has none.
pub(crate) struct Site {
    /// The operator's id among vendors; 0 reads the publisher's own segment.
    pub(crate) vendor: u16,
}

/// The site that reads its own publisher segment.
pub(crate) const SITE: Site = Site { vendor: 0 };

/// What two services stand for at every banner by service, as a playbook says it.
static SECTION: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let services = json!({
        "1": ["session_personalization", "profile"],
        "a": ["measurement", "sale_share", "precise_geo"],
    });
    let own = |banner: &&Banner| Defaults.stored().entries(**banner).next().is_none();
    let banners = Banner::ALL.iter().filter(own).filter(|banner| **banner != Banner::TcfCustom);
    let meanings: serde_json::Map<String, Value> =
        banners.map(|banner| (banner.name().to_owned(), services.clone())).collect();
    let draft = json!({
        "meanings": meanings,
        "revision": 1,
        "tcf": { "custom_purposes": { "1": ["session_personalization", "profile"] } },
    });
    serde_json::from_value::<ConsentDraft>(draft).expect("it is a draft").encode()
});

impl Settings for Site {
    fn stored(&self) -> StoredSettings<'_> {
        let mut stored = StoredSettings::open(&SECTION).expect("it was just written");
        stored.vendor = self.vendor;
        stored
    }
}

/// What one visitor stored and sends.
#[derive(Clone, Default)]
pub(crate) struct Visitor {
    /// Values of `Cookie` headers.
    pub(crate) cookies: Vec<String>,
    /// Flags by name; unlike in a header, a value may hold any character.
    pub(crate) flags: Vec<(String, String)>,
    /// Values of `Sec-GPC` headers.
    pub(crate) sec_gpc: Vec<String>,
}

/// Where and when a visitor is.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    country: &'static str,
    subdivision: &'static str,
    now: Option<Millis>,
}

/// The places that differ in law.
pub(crate) const PLACES: [Place; 4] = [place("FR", ""), place("US", "CA"), place("GB", ""), place("", "")];

const fn place(country: &'static str, subdivision: &'static str) -> Place {
    Place { country, subdivision, now: Some(Millis(NOW)) }
}

impl Visitor {
    /// Somebody with one flag.
    pub(crate) fn with(name: &str, value: &str) -> Visitor {
        Visitor { flags: vec![(name.to_owned(), value.to_owned())], ..Visitor::default() }
    }

    fn and(&self, name: &str, value: &str) -> Visitor {
        let mut more = self.clone();
        more.flags.push((name.to_owned(), value.to_owned()));
        more
    }

    pub(crate) fn evidence(&self, place: Place) -> Evidence<'_> {
        Evidence {
            cookies: &self.cookies,
            sec_gpc: &self.sec_gpc,
            storage: &self.flags,
            country: place.country,
            subdivision: place.subdivision,
            now: place.now,
            ..Evidence::default()
        }
    }

    /// What the visitor's flags come to.
    pub(crate) fn ask(&self, place: Place) -> Resolution {
        resolve(&self.evidence(place), &SITE)
    }

    /// The purposes that the flags together grant.
    pub(crate) fn granted(&self, place: Place) -> PurposeSet {
        granted(&self.ask(place))
    }
}

/// The purposes whose state is granted.
pub(crate) fn granted(resolution: &Resolution) -> PurposeSet {
    Purpose::ALL
        .into_iter()
        .filter(|purpose| resolution.ruling(*purpose).state == State::Granted)
        .fold(PurposeSet::EMPTY, PurposeSet::with)
}

fn same(left: &Resolution, right: &Resolution) -> bool {
    left.allowed() == right.allowed()
        && left.gpc() == right.gpc()
        && Purpose::ALL.into_iter().all(|purpose| left.ruling(purpose) == right.ruling(purpose))
}

/// Holds every law for this visitor in this place and returns what was resolved.
pub(crate) fn hold(visitor: &Visitor, place: Place) -> Resolution {
    let base = visitor.ask(place);
    let mut notes = Notes::default();
    let seen = resolve_seen(&visitor.evidence(place), &SITE, &mut notes);
    assert!(same(&base, &seen), "asking twice, and being watched, changes the answer");
    permits_follow_rulings(&base);

    let mut other = visitor.clone();
    other.flags.reverse();
    other.cookies.reverse();
    assert!(same(&base, &other.ask(place)), "the order of flags changes the answer");
    other.flags.extend(visitor.flags.iter().cloned());
    other.cookies.extend(visitor.cookies.iter().cloned());
    assert!(same(&base, &other.ask(place)), "the same flags a second time change the answer");
    let stranger = visitor.and("_parvis_unknown", "1YNN");
    assert!(same(&base, &stranger.ask(place)), "an unknown flag changes the answer");

    refusals_win(visitor, place, &base);
    let clockless = visitor.ask(Place { now: None, ..place });
    assert!(base.allowed().contains_all(clockless.allowed()), "without a clock more is allowed");
    if !notes.future {
        let later = visitor.ask(Place { now: Some(Millis(NOW + 200 * DAY)), ..place });
        assert!(base.allowed().contains_all(later.allowed()), "half a year later more is allowed");
    }
    base
}

/// Whatever refuses takes away and never adds.
fn refusals_win(visitor: &Visitor, place: Place, base: &Resolution) {
    let opted_out = visitor.and("usprivacy", "1YYN").ask(place);
    let garbled = visitor.and("gpp", "garbled").ask(place);
    let mut signal = visitor.clone();
    signal.sec_gpc.push("1".to_owned());
    let signal = signal.ask(place);
    let refused = visitor.and("euconsent-v2", REFUSAL).ask(place);
    for less in [&opted_out, &garbled, &signal, &refused] {
        let (before, after) = (base.allowed(), less.allowed());
        assert!(before.contains_all(after), "a refusal turned {before:?} into {after:?}");
    }
    for none in [&opted_out, &garbled] {
        assert!(!none.allowed().contains(Purpose::SaleShare), "sold after an opt-out");
        assert!(!none.allowed().contains(Purpose::Profile), "profiled after an opt-out");
    }
    assert!(signal.gpc() && !signal.allowed().contains(Purpose::Profile), "the signal is not heard");
    assert!(refused.regime().opt_in, "European law applies where a TC string says so");
    for purpose in [Purpose::DeviceStorage, Purpose::SessionPersonalization, Purpose::Profile] {
        assert!(!refused.allowed().contains(purpose), "{} after its refusal", purpose.name());
    }
}

/// A permit is there exactly for what is allowed, and what is allowed has a reason.
fn permits_follow_rulings(resolution: &Resolution) {
    let permits = [
        (Purpose::SessionPersonalization, resolution.permit::<kind::SessionPersonalization>().is_some()),
        (
            Purpose::PersistentPersonalization,
            resolution.permit::<kind::PersistentPersonalization>().is_some(),
        ),
        (Purpose::Profile, resolution.permit::<kind::Profile>().is_some()),
        (Purpose::Measurement, resolution.permit::<kind::Measurement>().is_some()),
        (Purpose::Experimentation, resolution.permit::<kind::Experimentation>().is_some()),
    ];
    for (purpose, permit) in permits {
        assert_eq!(permit, resolution.allowed().contains(purpose), "the permit of {}", purpose.name());
    }
    for purpose in Purpose::ALL {
        let ruling = resolution.ruling(purpose);
        let allowed = resolution.allowed().contains(purpose);
        assert_eq!(allowed, ruling.decision != Decision::Block, "{}", purpose.name());
        assert_eq!(allowed, ruling.basis != Basis::None, "{} without a basis", purpose.name());
        let free = resolution.exempt().contains(purpose);
        let granted = ruling.state == State::Granted && ruling.source.is_some();
        assert!(
            !allowed || free || granted || !resolution.regime().opt_in,
            "{} without a grant",
            purpose.name()
        );
    }
}

/// Holds the laws of single findings while they pass by.
#[derive(Default)]
struct Notes {
    /// Whether a choice was refused for being dated later than now.
    future: bool,
}

impl Witness for Notes {
    fn saw(&mut self, finding: &Finding<'_>) {
        let answer = finding.answer;
        self.future |= answer.fault == Some(Reason::FromTheFuture);
        let vote = answer.vote;
        assert!(answer.chosen || vote.granted.is_empty(), "{} granted without a choice", finding.place);
        assert!(answer.fault.is_none() || vote.granted.is_empty(), "{} granted with a fault", finding.place);
        assert!(vote.granted.intersection(vote.denied).is_empty(), "{} says yes and no", finding.place);
        assert!(
            vote.granted.contains_all(vote.interest),
            "{} rests on interest without a grant",
            finding.place
        );
    }
}

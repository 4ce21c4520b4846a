//! What becomes of the mirror cookie: what the visitor chose through Parvis, and what banners say that only this page hears.
//!
//! Nothing is mirrored that the edge reads by itself, and nothing where nobody chose. What a source says now replaces what
//! was mirrored of it; one that is gone takes its mirror with it, though not before it had time to arrive. A source that
//! tells no time of its choice counts from when it was first seen, and that time stays while it says the same.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::base::calendar::{DAY, Millis};
use crate::base::split::{pair, parts, trim};
use crate::base::text::{number, push_integer};
use crate::consent::bridge::{BYTES, Mirror, Mirrors};
use crate::consent::evidence::Evidence;
use crate::consent::purpose::{Purpose, PurposeSet};
use crate::consent::resolve::{ON_DEVICE, Resolution, regime, resolve};
use crate::consent::settings::{Regime, Slot};
use crate::consent::source::{Banner, Source, Sources};
use crate::consent::stored::StoredSettings;
use crate::facts::Facts;
use crate::names::MIRROR;
use crate::playbook::Playbook;

/// The answer to a choice that could not be read.
const REFUSED: &str = "!";

/// The largest version of a conflict notice: more would not leave room in the mirror cookie for a banner's choice.
const LAST_NOTICE: u16 = 0xfff;

/// What a page asks of its mirror, besides what it hears.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'q> {
    /// A choice made here and now, as texts: `<notice> <granted>…` and `<denied>…`, with spaces between names of purposes.
    /// `*` denies all that can be denied. It replaces the choice before, and one of nothing is none.
    pub choice: Option<(&'q str, &'q str)>,
    /// Whether no banner is awaited any more: what has not spoken by now is not there.
    pub settled: bool,
}

/// Brings the mirror among `facts` up to date, and says what to do with the cookie: `=value; Max-Age=seconds` to write,
/// empty to delete, `*` to leave, `!` to leave because the visitor's choice could not be read.
pub fn renew(playbook: &Playbook, facts: &mut Facts, asked: Asked<'_>) -> String {
    let Some(settings) = StoredSettings::open(playbook.consent_section()) else { return "*".to_owned() };
    let choice = match asked.choice.map(|(granted, denied)| Choice::read(granted, denied)) {
        Some(None) => return REFUSED.to_owned(),
        Some(choice) => choice,
        None => None,
    };
    // Without a name nothing can be written: `check` refuses a playbook that takes the last one away.
    let Some(name) = settings.names(Slot::Mirror).next() else {
        return if choice.is_some() { REFUSED } else { "*" }.to_owned();
    };
    let (others, stored) = apart(facts.cookies.cookie_headers(), &settings, name);
    let before = stored.mirrors;
    let page = Page { facts, others: &others, settings: &settings, settled: asked.settled };
    let own = match choice {
        Some(choice) => page.own(choice),
        None => before.own.filter(|own| !page.is_over(own)),
    };
    let next = Mirrors { own, seen: page.seen(before.seen) };
    let mut buffer = [0; BYTES];
    let text = next.write(&mut buffer).unwrap_or_default();
    let is_there = if text.is_empty() { !stored.any } else { stored.any && stored.tidy };
    let kept = if next == before && is_there { "*".to_owned() } else { page.kept(text, next) };
    let mut cookies = others;
    if !text.is_empty() {
        let mut cookie = name.to_owned();
        cookie.push('=');
        cookie.push_str(text);
        cookies.push(cookie);
    }
    facts.cookies = cookies.into();
    kept
}

/// The names of the mirror cookie, with spaces between: it is written under the first and deleted under all the others, of which
/// the last is the usual one, under which a denial may stand. Behind them, each after a `@`, are the keys of web storage that the
/// playbook describes.
pub fn names(playbook: &Playbook) -> String {
    let mut names = String::new();
    let Some(settings) = StoredSettings::open(playbook.consent_section()) else { return names };
    let own = || settings.names(Slot::Mirror);
    let usual = Some(MIRROR).filter(|usual| own().all(|name| name != *usual));
    for name in own().chain(usual) {
        if !names.is_empty() {
            names.push(' ');
        }
        names.push_str(name);
    }
    for key in settings.stored_keys() {
        names.push_str(" @");
        names.push_str(key);
    }
    names
}

/// What a visitor chose through Parvis itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Choice {
    /// Purposes granted; the device is granted with every purpose that needs it.
    granted: PurposeSet,
    /// Purposes denied.
    denied: PurposeSet,
    /// The version of the conflict notice that the choice answers; 0 for none.
    notice: u16,
}

impl Choice {
    /// Reads `<notice> <granted>…` and `<denied>…`, names of purposes with spaces between; `*` denies all that needs a choice.
    /// By name the objection to choosing by the request alone can be told, too, which some regimes ask for.
    ///
    /// A name that is no purpose, or none that anybody has to choose, spoils the whole: half a choice is not what was chosen.
    fn read(granted: &str, denied: &str) -> Option<Choice> {
        let (notice, granted) = pair(granted, b' ').unwrap_or((granted, ""));
        let notice = number(notice, u32::from(LAST_NOTICE))?;
        let denied = if denied == "*" {
            PurposeSet::ASKED
        } else {
            purposes(denied, PurposeSet::ASKED.with(Purpose::Contextual))?
        };
        let mut granted = purposes(granted, PurposeSet::ASKED)?;
        if !granted.intersection(ON_DEVICE).is_empty() {
            granted = granted.with(Purpose::DeviceStorage);
        }
        Some(Choice { granted: granted.without(denied), denied, notice: u16::try_from(notice).ok()? })
    }
}

fn purposes(names: &str, known: PurposeSet) -> Option<PurposeSet> {
    let mut set = PurposeSet::EMPTY;
    for name in parts(names, b' ').filter(|name| !name.is_empty()) {
        set = set.with(Purpose::from_name(name).filter(|purpose| known.contains(*purpose))?);
    }
    Some(set)
}

/// The mirror cookies that a page has.
#[derive(Clone, Copy, Default)]
struct Stored {
    /// What they say together.
    mirrors: Mirrors,
    /// Whether there is any.
    any: bool,
    /// Whether each is under the name that is written and says all of it.
    tidy: bool,
}

/// All cookies but the mirror, and what the mirror says under all of its names, of which `first` is the one that is written.
fn apart(cookies: &[String], settings: &StoredSettings<'_>, first: &str) -> (Vec<String>, Stored) {
    let mut stored = Stored { tidy: true, ..Stored::default() };
    let mut others = Vec::new();
    for header in cookies {
        let mut other = String::new();
        for cookie in parts(header, b';') {
            match pair(cookie, b'=').map(|(name, value)| (trim(name, b" \t"), trim(value, b" \t"))) {
                Some((name, value)) if settings.slot(name) == Some(Slot::Mirror) => {
                    let one = Mirrors::parse(value).unwrap_or_default();
                    let is_named = settings.names(Slot::Mirror).any(|known| known == name);
                    let one = if is_named { one } else { one.denials() };
                    let before = stored.any.then_some(stored.mirrors);
                    stored.tidy &= name == first && before.is_none_or(|before| before == one);
                    stored.mirrors = before.map_or(one, |before| before.joined(one));
                    stored.any = true;
                }
                _ => {
                    other.push_str(cookie);
                    other.push(';');
                }
            }
        }
        others.push(other);
    }
    (others, stored)
}

/// What is known of a page when its mirror is renewed.
struct Page<'p> {
    facts: &'p Facts,
    /// Cookies but for the mirror.
    others: &'p [String],
    settings: &'p StoredSettings<'p>,
    settled: bool,
}

/// What the flags of one side say together.
struct Said {
    granted: PurposeSet,
    denied: PurposeSet,
    interest: PurposeSet,
    sources: Sources,
    /// The latest time of a grant, where one is known.
    at: Option<Millis>,
    /// Whether they make an opt-out region one of opt-in, as a TC string does.
    european: bool,
}

impl Page<'_> {
    /// The record of a choice made here and now; one of nothing is none.
    fn own(&self, choice: Choice) -> Option<Mirror> {
        let Choice { granted, denied, notice } = choice;
        let is_empty = granted.is_empty() && denied.is_empty();
        let decided_at = self.facts.now.filter(|_| !is_empty)?;
        let interest = PurposeSet::EMPTY;
        Some(Mirror { decided_at: whole(decided_at), granted, denied, interest, origin: Source::API, notice })
    }

    /// The record of what only this page hears, given the one that is there.
    fn seen(&self, before: Option<Mirror>) -> Option<Mirror> {
        let browser = self.facts.browser.as_ref().filter(|browser| browser.behind_edge)?;
        let blank = Evidence { cookies: &[], sec_gpc: &[], script_gpc: false, ..Evidence::of(self.facts) };
        let hidden = self.said(&Evidence { storage: &browser.local_storage, ..blank });
        // Web storage is there at once; what a script says may still come.
        let told = |banner| matches!(banner, Banner::ConsentMode | Banner::Osano);
        let replaced = |mirror: &Mirror| {
            let stored = mirror.origin.as_banner().is_some_and(|banner| !told(banner));
            self.settled || stored || hidden.sources.contains(mirror.origin)
        };
        if let Some(before) = before.filter(|before| !replaced(before)) {
            return Some(before);
        }
        let visible = self.said(&Evidence { cookies: self.others, storage: &[], ..blank });
        let consent = |said: &Said| said.granted.without(said.interest);
        let echo = visible.granted.contains_all(hidden.granted)
            && visible.denied.contains_all(hidden.denied)
            && visible.interest.contains_all(hidden.interest)
            && consent(&visible).contains_all(consent(&hidden))
            && visible.european >= hidden.european;
        if echo {
            return None;
        }
        let Said { granted, denied, interest, sources, at, european } = hidden;
        let mut mirror = Mirror {
            decided_at: Millis(0),
            granted,
            denied,
            interest,
            origin: origin(sources, european),
            notice: 0,
        };
        let same = before.map(|before| before.decided_at).filter(|at| {
            mirror.decided_at = *at;
            before == Some(mirror)
        });
        mirror.decided_at = whole(at.or(same).or(self.facts.now)?);
        Some(mirror)
    }

    fn said(&self, evidence: &Evidence<'_>) -> Said {
        let resolution = resolve(evidence, self.settings);
        let regime = regime(evidence, self.settings);
        let sources = sources(&resolution);
        let us_alone = sources.without(Sources::US).without(Sources::GPC).is_empty();
        let mut said = Said {
            granted: PurposeSet::EMPTY,
            denied: PurposeSet::EMPTY,
            interest: PurposeSet::EMPTY,
            sources,
            at: None,
            european: resolution.regime().opt_in && !regime.opt_in,
        };
        for purpose in Purpose::ALL {
            let one = resolution.said(purpose);
            // Attributed to another source, what US law grants would count where it must not.
            let granted = if us_alone { one.granted } else { one.granted.without(Sources::US) };
            if !one.denied.is_empty() {
                said.denied = said.denied.with(purpose);
            } else if !granted.is_empty() {
                said.granted = said.granted.with(purpose);
                // Under Global Privacy Control interest turns into a denial, which wins over any consent beside it.
                if !one.interest.is_empty() {
                    said.interest = said.interest.with(purpose);
                }
                said.at = said.at.max(one.granted_at);
            }
        }
        said
    }

    /// What to do with the cookie, whose text is to be `text`. It lives no longer than the newest choice in it counts.
    fn kept(&self, text: &str, mirrors: Mirrors) -> String {
        if text.is_empty() {
            return String::new();
        }
        let limit = self.limit();
        let newest = [mirrors.own, mirrors.seen].into_iter().flatten().map(|mirror| mirror.decided_at).max();
        let age = newest.zip(self.facts.now).map_or(0, |(at, now)| now.0.saturating_sub(at.0).max(0));
        // An opt-out does not age: it is written anew for as long.
        let left = if age < limit { limit - age } else { limit };
        let mut kept = String::from("=");
        kept.push_str(text);
        kept.push_str("; Max-Age=");
        push_integer(&mut kept, left / 1000);
        kept
    }

    /// Whether a choice is too old to say anything; an opt-out does not age.
    fn is_over(&self, mirror: &Mirror) -> bool {
        let age = self.facts.now.map_or(0, |now| now.0.saturating_sub(mirror.decided_at.0));
        age > self.limit() && (self.regime().opt_in || mirror.denied.is_empty())
    }

    fn regime(&self) -> Regime {
        regime(&Evidence::of(self.facts), self.settings)
    }

    /// How long a choice lasts, in milliseconds.
    fn limit(&self) -> i64 {
        i64::from(self.regime().max_age_days) * DAY
    }
}

/// All sources that say anything.
fn sources(resolution: &Resolution) -> Sources {
    Purpose::ALL.into_iter().fold(Sources::NONE, |sources, purpose| {
        let said = resolution.said(purpose);
        sources.union(said.granted).union(said.denied)
    })
}

/// The source to which what several say is attributed: the most specific, but a GPP string as a whole where it holds both
/// European and US law, which together mean something else than either.
fn origin(sources: Sources, european: bool) -> Source {
    let sources = sources.without(Sources::GPC);
    let both = sources.contains(Source::section(2)) && !sources.intersection(Sources::US).is_empty();
    match sources.first() {
        _ if both => Source::GPP,
        Some(source) => source,
        None if european => Source::TCF_PUBLISHER,
        None => Source::GPP,
    }
}

/// The time without its fraction of a second.
const fn whole(at: Millis) -> Millis {
    Millis(at.seconds() * 1000)
}

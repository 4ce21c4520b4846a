//! How synthetic visitors answer the banner: the cookies of a banner that the playbook reads.

use parvis::consent::evidence::Evidence;
use parvis::consent::purpose::{Purpose, PurposeSet};
use parvis::consent::resolve::resolve;
use parvis::consent::settings::{Settings, Slot};
use parvis::consent::source::Banner;
use parvis::consent::stored::StoredSettings;
use parvis::facts::Facts;
use parvis::playbook::Playbook;

/// The answer of a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Accepts everything.
    Accepts,
    /// Accepts only the purposes of the site's own personalization.
    Some,
    /// Refuses everything.
    Refuses,
    /// Does not answer.
    Silent,
    /// Does not answer, and the browser sends Global Privacy Control.
    Signal,
}

/// The consent state of a visitor when a page is opened, as named in reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stance {
    Accepted,
    /// Accepted only the site's own personalization, and nothing for others.
    AcceptedSome,
    Refused,
    /// No answer yet, or never, in an opt-in region.
    NotAnswered,
    /// No answer in an opt-out region.
    NotAsked,
    /// Global Privacy Control.
    Signal,
}

impl Stance {
    /// Every stance, in the order of reports.
    pub(crate) const ALL: [Stance; 6] = [
        Stance::Accepted,
        Stance::AcceptedSome,
        Stance::Refused,
        Stance::NotAnswered,
        Stance::NotAsked,
        Stance::Signal,
    ];

    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Stance::Accepted => "accepted",
            Stance::AcceptedSome => "some",
            Stance::Refused => "refused",
            Stance::NotAnswered => "no answer",
            Stance::NotAsked => "not asked",
            Stance::Signal => "GPC",
        }
    }
}

/// The cookies of a banner for each answer.
#[derive(Debug)]
pub(crate) struct Voice {
    banner: Banner,
    /// The purposes of each entry, with the cookie that answers it.
    keys: Vec<(String, PurposeSet, String)>,
}

impl Voice {
    /// The banner that grants most of what the playbook's campaigns need.
    pub(crate) fn of(playbook: &Playbook) -> Voice {
        let settings = StoredSettings::open(playbook.consent_section()).unwrap_or_default();
        let needed = needed(playbook);
        let banners = [Banner::Complianz, Banner::Klaro, Banner::Orejime, Banner::Tarteaucitron];
        let mut voices: Vec<Voice> =
            banners.into_iter().filter_map(|banner| Voice::written(banner, &settings)).collect();
        voices.sort_by_key(|voice| needed.without(voice.granted(&settings)).iter().count());
        voices.into_iter().next().unwrap_or(Voice { banner: Banner::Complianz, keys: Vec::new() })
    }

    /// The purposes that campaigns need and that no visitor of the population can allow in an opt-in region.
    pub(crate) fn missing(&self, playbook: &Playbook) -> PurposeSet {
        let settings = StoredSettings::open(playbook.consent_section()).unwrap_or_default();
        needed(playbook).without(self.granted(&settings))
    }

    /// The cookies for `answer`.
    pub(crate) fn cookies(&self, answer: Answer) -> Vec<String> {
        let own = PurposeSet::EMPTY
            .with(Purpose::SessionPersonalization)
            .with(Purpose::PersistentPersonalization)
            .with(Purpose::DeviceStorage);
        let says = |purposes: PurposeSet| match answer {
            Answer::Accepts => Some(true),
            Answer::Some => Some(own.contains_all(purposes)),
            Answer::Refuses => Some(false),
            Answer::Silent | Answer::Signal => None,
        };
        let said: Vec<(&str, &str, bool)> = self
            .keys
            .iter()
            .filter_map(|(key, purposes, cookie)| Some((key.as_str(), cookie.as_str(), says(*purposes)?)))
            .collect();
        let Some((_, cookie, _)) = said.first() else { return Vec::new() };
        match self.banner {
            Banner::Complianz => said
                .iter()
                .map(|(_, cookie, yes)| format!("{cookie}={}", if *yes { "allow" } else { "deny" }))
                .collect(),
            Banner::Tarteaucitron => {
                let services: String = said.iter().map(|(key, _, yes)| format!("!{key}={yes}")).collect();
                vec![format!("{cookie}={services}")]
            }
            _ => {
                let services: Vec<String> =
                    said.iter().map(|(key, _, yes)| format!("%22{key}%22:{yes}")).collect();
                vec![format!("{cookie}=%7B{}%7D", services.join("%2C"))]
            }
        }
    }

    fn written(banner: Banner, settings: &StoredSettings<'_>) -> Option<Voice> {
        let slots: &[Slot] = match banner {
            Banner::Complianz => {
                &[Slot::ComplianzPreferences, Slot::ComplianzStatistics, Slot::ComplianzMarketing]
            }
            Banner::Klaro => &[Slot::Klaro],
            Banner::Orejime => &[Slot::Orejime],
            _ => &[Slot::Tarteaucitron],
        };
        let cookie = |slot: &Slot| settings.names(*slot).next().map(str::to_owned);
        let cookies: Vec<String> = slots.iter().map(cookie).collect::<Option<_>>()?;
        let mut keys = Vec::new();
        for (key, purposes) in settings.entries(banner).filter(|(key, _)| !key.is_empty()) {
            let place = slots.iter().position(|slot| slot.name().ends_with(&format!("-{key}"))).unwrap_or(0);
            keys.push((key.to_owned(), purposes, cookies.get(place)?.clone()));
        }
        (!keys.is_empty()).then_some(Voice { banner, keys })
    }

    fn granted(&self, settings: &StoredSettings<'_>) -> PurposeSet {
        struct Of<'s>(&'s StoredSettings<'s>);
        impl Settings for Of<'_> {
            fn stored(&self) -> StoredSettings<'_> {
                *self.0
            }
        }
        let facts = Facts {
            cookies: self.cookies(Answer::Accepts).into(),
            country: Some("FR".to_owned()),
            now: Some(parvis::base::calendar::Millis(1_795_262_400_000)),
            ..Facts::default()
        };
        resolve(&Evidence::of(&facts), &Of(settings)).allowed()
    }
}

fn needed(playbook: &Playbook) -> PurposeSet {
    playbook.every_campaign().fold(PurposeSet::EMPTY, |all, campaign| all.union(campaign.purposes))
}

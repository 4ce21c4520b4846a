//! What visitors say in the banner, and which purposes that denies.

use parvis::consent::purpose::{Purpose, PurposeSet};

use crate::NOW;
use crate::books::service;
use crate::dice::Dice;

/// Purposes whose use touches the device, so that they are denied where that is.
const ON_DEVICE: [Purpose; 5] = [
    Purpose::SessionPersonalization,
    Purpose::PersistentPersonalization,
    Purpose::Profile,
    Purpose::PreciseGeo,
    Purpose::Experimentation,
];
/// Purposes that are denied where nothing was said in an opt-in region; others may be exempt there.
const ASKED: [Purpose; 5] = [
    Purpose::DeviceStorage,
    Purpose::SessionPersonalization,
    Purpose::PersistentPersonalization,
    Purpose::Profile,
    Purpose::PreciseGeo,
];
/// Purposes that Global Privacy Control refuses.
const REFUSED_BY_GPC: [Purpose; 2] = [Purpose::Profile, Purpose::SaleShare];

/// What a visitor says about one purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    Granted,
    Denied,
    Unknown,
}

/// What a visitor says about each purpose.
#[derive(Clone, Debug)]
pub(crate) struct Answers {
    choices: [Choice; 10],
    /// Whether Parvis itself was told, whose cookie keeps it, and not the banner.
    pub(crate) own: bool,
}

/// Where a visitor is, and whether Global Privacy Control is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Law {
    pub(crate) country: Option<&'static str>,
    pub(crate) subdivision: Option<&'static str>,
    pub(crate) gpc: bool,
}

impl Law {
    pub(crate) fn random(dice: &mut Dice) -> Law {
        let places = [(Some("FR"), None), (Some("US"), None), (Some("US"), Some("CA")), (None, None)];
        let (country, subdivision) = *dice.pick(&places);
        Law { country, subdivision, gpc: dice.one_in(3) }
    }

    /// Whether no playbook of the fixtures lets silence count as a yes here.
    fn asks(self) -> bool {
        self.country != Some("US")
    }
}

impl Answers {
    /// The same choice for every purpose.
    pub(crate) fn all(choice: Choice) -> Answers {
        Answers { choices: [choice; 10], own: false }
    }

    /// Random answers that deny `purposes` under `law`.
    pub(crate) fn denying(purposes: PurposeSet, law: Law, dice: &mut Dice) -> Answers {
        let mut answers = Answers { own: dice.one_in(3), ..Answers::all(Choice::Granted) };
        // Of a banner the use of the device follows any yes.
        let no_yes = purposes.contains(Purpose::DeviceStorage) && !answers.own;
        for (choice, purpose) in answers.choices.iter_mut().zip(Purpose::ALL) {
            let choices: &[Choice] = if no_yes {
                &[Choice::Denied]
            } else if !purposes.contains(purpose) {
                &[Choice::Granted, Choice::Granted, Choice::Denied, Choice::Unknown]
            } else if law.gpc && REFUSED_BY_GPC.contains(&purpose) {
                &[Choice::Granted, Choice::Denied, Choice::Unknown]
            } else if law.asks() && ASKED.contains(&purpose) {
                &[Choice::Denied, Choice::Unknown]
            } else {
                &[Choice::Denied]
            };
            *choice = *dice.pick(choices);
        }
        answers
    }

    /// The purposes that nothing may use: by rules much simpler than the engine's, so there may be more.
    pub(crate) fn denied(&self, law: Law) -> PurposeSet {
        let mut denied = PurposeSet::EMPTY;
        let any_yes = !self.own && self.choices.contains(&Choice::Granted);
        for (choice, purpose) in self.choices.iter().zip(Purpose::ALL) {
            if purpose == Purpose::DeviceStorage && any_yes {
                continue;
            }
            let by_law = law.gpc && REFUSED_BY_GPC.contains(&purpose);
            let by_silence = *choice == Choice::Unknown && law.asks() && ASKED.contains(&purpose);
            let exempt = [Purpose::Necessary, Purpose::Contextual].contains(&purpose);
            if !exempt && (*choice == Choice::Denied || by_law || by_silence) {
                denied = denied.with(purpose);
            }
        }
        if denied.contains(Purpose::DeviceStorage) {
            denied = ON_DEVICE.into_iter().fold(denied, PurposeSet::with);
        }
        denied
    }

    /// The banner's choice as it stores it; percent-encoded in a cookie, plain in web storage.
    pub(crate) fn json(&self) -> String {
        let said = self.choices.iter().zip(Purpose::ALL).filter(|(choice, _)| **choice != Choice::Unknown);
        let said =
            said.map(|(choice, purpose)| format!("\"{}\":{}", service(purpose), *choice == Choice::Granted));
        format!("{{{}}}", said.collect::<Vec<_>>().join(","))
    }

    /// The cookie that keeps the choice.
    pub(crate) fn cookie(&self) -> String {
        if self.own {
            let bits = |wanted| {
                let bit = |(choice, purpose): (&Choice, Purpose)| {
                    if *choice == wanted { 1_u16 << (purpose as u8) } else { 0 }
                };
                self.choices.iter().zip(Purpose::ALL).map(bit).sum::<u16>()
            };
            let yesterday = NOW.seconds() - 24 * 60 * 60;
            return format!(
                "parvis-consent=1.{yesterday:x}.{:x}.{:x}.0",
                bits(Choice::Granted),
                bits(Choice::Denied)
            );
        }
        let json = self.json().replace('"', "%22").replace(',', "%2C");
        format!("klaro={}", json.replace('{', "%7B").replace('}', "%7D"))
    }
}

//! What visitors say in the banner, and which purposes that denies.

use parvis::consent::purpose::{Purpose, PurposeSet};

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
pub enum Choice {
    Granted,
    Denied,
    Unknown,
}

/// What a visitor says about each purpose.
#[derive(Clone, Debug)]
pub struct Answers(pub [Choice; 10]);

/// Where a visitor is, and whether Global Privacy Control is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Law {
    pub country: Option<&'static str>,
    pub subdivision: Option<&'static str>,
    pub gpc: bool,
}

impl Law {
    pub fn random(dice: &mut Dice) -> Law {
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
    pub fn all(choice: Choice) -> Answers {
        Answers([choice; 10])
    }

    /// Random answers that deny `purposes` under `law`.
    pub fn denying(purposes: PurposeSet, law: Law, dice: &mut Dice) -> Answers {
        let mut answers = Answers::all(Choice::Granted);
        for (choice, purpose) in answers.0.iter_mut().zip(Purpose::ALL) {
            let choices: &[Choice] = if !purposes.contains(purpose) {
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
    pub fn denied(&self, law: Law) -> PurposeSet {
        let mut denied = PurposeSet::EMPTY;
        for (choice, purpose) in self.0.iter().zip(Purpose::ALL) {
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
    pub fn json(&self) -> String {
        let said = self.0.iter().zip(Purpose::ALL).filter(|(choice, _)| **choice != Choice::Unknown);
        let said =
            said.map(|(choice, purpose)| format!("\"{}\":{}", service(purpose), *choice == Choice::Granted));
        format!("{{{}}}", said.collect::<Vec<_>>().join(","))
    }

    /// The banner's cookie.
    pub fn cookie(&self) -> String {
        format!(
            "klaro={}",
            self.json().replace('"', "%22").replace('{', "%7B").replace('}', "%7D").replace(',', "%2C")
        )
    }
}

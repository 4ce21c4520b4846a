//! Duties: what consent asks of every response, whether it is rewritten or passed through.
//!
//! Two things cannot wait for a page of the playbook. What we kept without permission is deleted in the first response that
//! sees the denial, on any path and with any status ([withdrawal](crate::docs::consent#withdrawal)); its value is not looked at.
//! And where the playbook tells visitors what became of their Global Privacy Control, every document tells it.

use alloc::string::String;
use alloc::vec::Vec;

use crate::consent::purpose::{Purpose, PurposeSet, kind};
use crate::consent::resolve::{Resolution, State};
use crate::consent::statement::{Statement, Status, status};
use crate::consent::stored::StoredSettings;
use crate::facts::Facts;
use crate::playbook::Playbook;
use crate::playbook::consent::permitted;
use crate::signal::guarded::Guarded;
use crate::visitor::cookie::{self, SetCookie};

/// What consent asks of the responses to one request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Duty {
    /// Purposes whose state came without permission, and those of them that the visitor refused.
    kept: PurposeSet,
    refused: PurposeSet,
    told: Option<Told>,
}

/// What the playbook's statement on Global Privacy Control asks of a document.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// Whether the visitor sent the signal, or stored an opt-out that is told.
    pub(crate) heard: bool,
    /// Header and value, where this visitor is told.
    pub(crate) status: Option<(String, Status)>,
    /// Whether `DNT` counts as the signal.
    pub(crate) dnt: bool,
    /// Whether scripts of the page are told nothing.
    pub(crate) silent: bool,
}

impl Duty {
    /// The duties of a request whose consent is not resolved yet; that is done only where it matters.
    pub(crate) fn aside(playbook: &Playbook, facts: &Facts) -> Duty {
        if owned(facts).is_empty() && statement(playbook).is_none() {
            return Duty::default();
        }
        Duty::of(playbook, facts, &permitted(playbook, facts))
    }

    /// The duties that follow from `consent`.
    pub(crate) fn of(playbook: &Playbook, facts: &Facts, consent: &Resolution) -> Duty {
        let kept = owned(facts).without(consent.allowed());
        let refused = kept
            .iter()
            .filter(|purpose| is_refused(*purpose, consent))
            .fold(PurposeSet::EMPTY, PurposeSet::with);
        let told = statement(playbook).and_then(|(statement, dnt)| {
            let header = statement.header()?;
            let status = status(consent);
            let country = facts.country.as_deref().unwrap_or_default();
            let here = statement.tells(country, facts.subdivision.as_deref().unwrap_or_default());
            Some(Told {
                heard: status.is_some(),
                status: status.filter(|_| here).map(|status| (header.into(), status)),
                dnt,
                silent: playbook.site().is_silent,
            })
        });
        Duty { kept, refused, told }
    }

    /// The cookies that delete what was kept without permission.
    pub(crate) fn deletions(&self) -> Vec<SetCookie> {
        let visit = self.kept.contains(Purpose::SessionPersonalization).then(SetCookie::delete_visit);
        let memory = self.kept.contains(Purpose::PersistentPersonalization).then(SetCookie::delete_memory);
        visit.into_iter().chain(memory).collect()
    }

    /// What the statement asks of a document.
    pub(crate) const fn told(&self) -> Option<&Told> {
        self.told.as_ref()
    }

    /// Purposes whose state came without permission, each with whether the visitor refused it.
    pub(crate) fn kept(&self) -> impl Iterator<Item = (Purpose, bool)> {
        let refused = self.refused;
        self.kept.iter().map(move |purpose| (purpose, refused.contains(purpose)))
    }
}

/// Whether a response depends on what this visitor refuses, so that nobody may share it: it tells of an opt-out, or leaves out
/// what others are shown by their request alone.
pub(crate) fn depends_on_refusal(playbook: &Playbook, consent: &Resolution) -> bool {
    let told = || statement(playbook).is_some_and(|(statement, _)| statement.header().is_some());
    !consent.allowed().contains(Purpose::Contextual) || (status(consent).is_some() && told())
}

/// What the site states, and whether `DNT` counts as the signal.
pub(crate) fn statement(playbook: &Playbook) -> Option<(Statement<'_>, bool)> {
    let settings = StoredSettings::open(playbook.consent_section())?;
    Some((settings.statement()?, settings.dnt_as_gpc()))
}

/// The purposes of the cookies of ours that came along.
fn owned(facts: &Facts) -> PurposeSet {
    let visit = Guarded::<kind::SessionPersonalization, _>::cookie(facts, cookie::VISIT).is_there();
    let memory = Guarded::<kind::PersistentPersonalization, _>::cookie(facts, cookie::MEMORY).is_there();
    let cookies = [(visit, Purpose::SessionPersonalization), (memory, Purpose::PersistentPersonalization)];
    let came = cookies.into_iter().filter(|(is_there, _)| *is_there);
    came.map(|(_, purpose)| purpose).fold(PurposeSet::EMPTY, PurposeSet::with)
}

/// Whether the visitor said no, to the purpose or to the use of the device.
fn is_refused(purpose: Purpose, consent: &Resolution) -> bool {
    let denied = |purpose| consent.ruling(purpose).state == State::Denied;
    denied(purpose) || (consent.ruling(purpose).gated && denied(Purpose::DeviceStorage))
}

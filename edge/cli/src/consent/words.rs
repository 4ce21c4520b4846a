//! The result in sentences: "personalization across visits: refused in OneTrust on 1 October 2026, group C0003".

use parvis::consent::gpc;
use parvis::consent::purpose::Purpose;
use parvis::consent::resolve::{Decision, Resolution, Ruling, State};
use parvis::consent::source::{Banner, Source, Sources};
use parvis::consent::stored::StoredSettings;
use parvis::reason::Reason;

use super::input::Question;
use super::report::{self, Notebook, Seen, detailed};
use super::why;
use crate::calendar::day;

/// One sentence for the region, one for each purpose, one for each flag that was not used or has no configured meaning.
pub(super) fn sentences(question: &Question, section: &[u8]) -> Vec<String> {
    let settings = report::settings(question, section);
    let (resolution, notebook) = report::resolve(question, &settings);
    let case = Case { question, resolution: &resolution, notebook: &notebook, settings: &settings };
    let mut sentences = vec![case.opening()];
    sentences.extend(Purpose::ALL.into_iter().map(|purpose| case.sentence(purpose)));
    sentences.extend(notebook.0.iter().filter_map(|seen| case.unused(seen)));
    for field in question.facts.sec_gpc.iter().filter(|field| !gpc::asks(field)) {
        let counts = if gpc::seems(field) {
            "is not the signal, but refuses what it refuses"
        } else {
            "is not the signal"
        };
        sentences.push(format!("`Sec-GPC: {field}` {counts}: only 1 is"));
    }
    if question.facts.dnt && !settings.dnt_as_gpc() {
        sentences.push("`DNT: 1` changes nothing: `consent.dnt_as_gpc` of the playbook would count it as Global Privacy Control".to_owned());
    }
    sentences
}

/// One question with its result.
struct Case<'c> {
    question: &'c Question,
    resolution: &'c Resolution,
    notebook: &'c Notebook,
    settings: &'c StoredSettings<'c>,
}

impl Case<'_> {
    fn opening(&self) -> String {
        let facts = &self.question.facts;
        let region = match (&facts.country, &facts.subdivision) {
            (Some(country), Some(sub)) => format!("region {country}-{sub}"),
            (Some(country), None) => format!("region {country}"),
            _ => "unknown region".to_owned(),
        };
        let regime = self.resolution.regime();
        let rule = if regime.opt_in {
            format!("only what the visitor agreed to is allowed, for {} days", regime.max_age_days)
        } else {
            "all is allowed that the visitor did not refuse, but precise location".to_owned()
        };
        let evidence = self.question.evidence();
        let sends = evidence.script_gpc || facts.dnt || facts.sec_gpc.iter().any(|field| gpc::asks(field));
        let gpc = match (self.resolution.gpc(), sends) {
            (false, _) => "",
            (true, true) => "; the visitor sends Global Privacy Control",
            (true, false) => "; Global Privacy Control is on in the GPP string",
        };
        let usual = self.settings.regime(
            facts.country.as_deref().unwrap_or_default(),
            facts.subdivision.as_deref().unwrap_or_default(),
            facts.now,
        );
        let european = if regime.opt_in && !usual.opt_in {
            ", since a TC string says that European law applies"
        } else {
            ""
        };
        format!("{region}: {rule}{european}{gpc}")
    }

    fn sentence(&self, purpose: Purpose) -> String {
        let ruling = self.resolution.ruling(purpose);
        let mut text = format!("{}: {}", title(purpose), self.verdict(purpose, &ruling));
        if ruling.gated {
            text.push_str(", but blocked because the device may not be used");
        }
        if !ruling.agreeing.is_empty() {
            text.push_str(&format!("; so in {}", self.list(ruling.agreeing)));
        }
        if !ruling.conflicts.is_empty() {
            text.push_str(&format!("; {} said yes and lost, because a no wins", self.list(ruling.conflicts)));
        }
        if ruling.decision == Decision::Block
            && ruling.state == State::Denied
            && ruling.source == Some(Source::GPC)
        {
            text.push_str("; only the visitor's own later answer to a notice about it could change that, for sale in the US");
        }
        text
    }

    fn verdict(&self, purpose: Purpose, ruling: &Ruling) -> String {
        match (ruling.state, ruling.source) {
            (_, _) if ruling.decision == Decision::Exempt => "allowed, needs no choice".to_owned(),
            (State::Granted, Some(source)) => format!("allowed in {}", self.told(purpose, source, ruling)),
            (State::Denied, Some(source)) if self.objects(purpose, source) => format!(
                "refused by Global Privacy Control, which objects to legitimate interest in {}",
                self.named(source)
            ),
            (State::Denied, Some(source)) => format!("refused in {}", self.told(purpose, source, ruling)),
            _ if ruling.decision == Decision::Allow || ruling.gated => {
                "allowed, because nobody refused it".to_owned()
            }
            _ => format!("not allowed, because {}", self.silence(purpose)),
        }
    }

    fn list(&self, sources: Sources) -> String {
        let names: Vec<String> = sources.iter().map(|source| self.named(source)).collect();
        why::list(&names.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn named(&self, source: Source) -> String {
        if let Some(banner) = source.as_banner() {
            return match self.settings.own_name(banner) {
                Some(name) => format!("`{name}`"),
                None => banner.shown().title.to_owned(),
            };
        }
        match source {
            Source::TCF_PUBLISHER | Source::TCF_CORE | Source::TCF_VENDOR => "the TC string".to_owned(),
            Source::TCF_1 => "a TCF 1 string".to_owned(),
            Source::US_PRIVACY => "the US Privacy string".to_owned(),
            Source::GPC => "Global Privacy Control".to_owned(),
            Source::API => "a choice on this site".to_owned(),
            Source::GPP => "the GPP string".to_owned(),
            Source::COOKIES => "a Cookie header".to_owned(),
            other => {
                let name = detailed(other, self.settings);
                format!("section {} of the GPP string", name.trim_start_matches("gpp:"))
            }
        }
    }

    /// Where the playbook says what an entry of the banner stands for.
    fn map(&self, banner: Banner) -> String {
        match self.settings.own_name(banner) {
            Some(name) => format!("`consent.banners.{name}.means`"),
            None => format!("`consent.meanings.{}`", banner.name()),
        }
    }

    /// Whether a flag says yes to this by legitimate interest alone, so that only the signal can have made it a no.
    fn objects(&self, purpose: Purpose, source: Source) -> bool {
        let mut of = self.notebook.0.iter().filter(|seen| seen.source == source);
        of.clone().any(|seen| seen.answer.vote.interest.contains(purpose))
            && !of.any(|seen| seen.answer.vote.denied.contains(purpose))
    }

    /// Who said it, when, and where in their choices.
    fn told(&self, purpose: Purpose, source: Source, ruling: &Ruling) -> String {
        let mut text = self.named(source);
        let Some(seen) = why::deciding(purpose, ruling, self.notebook) else { return text };
        if let Some(at) = seen.answer.vote.decided_at {
            text.push_str(&format!(" on {}", day(at)));
        }
        let granted = ruling.state == State::Granted;
        let evidence = self.question.evidence();
        let more = match seen.answer.fault {
            Some(fault @ (Reason::PolicyChanged | Reason::FromTheFuture | Reason::NotNamed)) => {
                format!(": a refusal stays, although {}", fault.sentence())
            }
            Some(fault) => format!(", which cannot be read and so counts as a no ({})", fault.sentence()),
            None if !granted && !seen.answer.vote.denied.contains(purpose) => self.without_meaning(seen),
            None => {
                let detail = why::detail(purpose, seen, granted, self.settings, &evidence);
                let detail = detail.map(|detail| format!(", {detail}")).unwrap_or_default();
                let clicked = granted || seen.answer.chosen;
                detail + if clicked { "" } else { " (a stored no counts, whoever wrote it)" }
            }
        };
        text + &more
    }

    /// The refusal without a configured meaning, which counts as an opt-out.
    fn without_meaning(&self, seen: &Seen) -> String {
        let Some(banner) = seen.source.as_banner() else { return String::new() };
        let keys = why::refused_without_meaning(banner, seen, self.settings, &self.question.evidence());
        let quoted: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
        let quoted: Vec<&str> = quoted.iter().map(String::as_str).collect();
        let map = format!("name it in {}", self.map(banner));
        let noun = why::noun(banner);
        match quoted.as_slice() {
            [] => format!(
                ", which holds a refusal under a key without a meaning and so counts as an opt-out: {map}"
            ),
            [key] => {
                format!(", {noun} {key}, which has no meaning here and so counts as an opt-out: {map}")
            }
            keys => format!(
                ", {} {}, which have no meaning here and so count as an opt-out: name them in `consent.meanings.{}`",
                why::plural(noun),
                why::list(keys),
                banner.name(),
            ),
        }
    }

    /// Why there is no consent: a choice that expired, one that is no choice, or none at all.
    fn silence(&self, purpose: Purpose) -> String {
        let stale =
            self.notebook.0.iter().find(|seen| seen.stale && seen.answer.vote.granted.contains(purpose));
        if let Some(seen) = stale {
            let at = seen.answer.vote.decided_at.map(|at| format!(" of {}", day(at))).unwrap_or_default();
            let days = self.resolution.regime().max_age_days;
            return format!(
                "the agreement in {}{at} is older than {days} days and must be asked for again",
                self.named(seen.source)
            );
        }
        let us =
            |seen: &&Seen| Sources::US.contains(seen.source) && seen.answer.vote.granted.contains(purpose);
        if let Some(seen) = self.notebook.0.iter().find(us) {
            return format!("not opting out, as in {}, is no agreement here", self.named(seen.source));
        }
        if let Some(seen) = self.notebook.0.iter().find(|seen| self.asked_nothing(seen)) {
            return format!("nobody was asked: {}", self.not_asked(seen));
        }
        "nobody agreed to it".to_owned()
    }

    /// Whether a TC string in order says nothing about what this site does itself: whatever else it says, it says something
    /// about the device.
    fn asked_nothing(&self, seen: &Seen) -> bool {
        let vote = &seen.answer.vote;
        seen.source.is_tcf()
            && seen.answer.fault.is_none()
            && !vote.granted.union(vote.denied).contains(Purpose::DeviceStorage)
    }

    fn not_asked(&self, seen: &Seen) -> String {
        let name = self.named(seen.source);
        match self.settings.vendor {
            0 => format!("{name} has none of this site's own purposes"),
            vendor => format!("{name} says nothing about vendor {vendor}"),
        }
    }

    /// What there is to say of a flag that decided nothing.
    fn unused(&self, seen: &Seen) -> Option<String> {
        let name = self.named(seen.source);
        let place = &seen.place;
        let vote = &seen.answer.vote;
        if let Some(fault) = seen.answer.fault {
            let refuses = !vote.denied.is_empty() || (seen.answer.hides && !self.resolution.regime().opt_in);
            let verdict = if refuses { "counts as a no to sale and to joining data" } else { "was not used" };
            return Some(format!("{name} in `{place}` {verdict}: {}", fault.sentence()));
        }
        if seen.stale {
            return Some(format!("{name} in `{place}` is too old to count as an agreement"));
        }
        let speaks = !vote.granted.is_empty() || !vote.denied.is_empty();
        let inside = seen.source == Source::GPP || seen.source.as_section().is_some();
        if self.asked_nothing(seen) && !speaks {
            return Some(format!("{name} in `{place}` is no refusal: {}", self.not_asked(seen)));
        }
        if !seen.answer.chosen {
            return (!inside && !speaks).then(|| {
                format!("{name} in `{place}` is no choice: nothing in it shows that somebody answered")
            });
        }
        let banner = seen.source.as_banner().filter(|_| !speaks)?;
        Some(format!(
            "{name} in `{place}` is a choice, but about nothing that the playbook gives a meaning: name its entries in {}",
            self.map(banner)
        ))
    }
}

fn title(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Necessary => "what the site needs to work",
        Purpose::Contextual => "choosing by the request alone",
        Purpose::DeviceStorage => "reading and writing on the device",
        Purpose::SessionPersonalization => "personalization within the visit",
        Purpose::PersistentPersonalization => "personalization across visits",
        Purpose::Profile => "joining with customer data",
        Purpose::PreciseGeo => "precise location",
        Purpose::Measurement => "counting what is shown",
        Purpose::Experimentation => "experiments",
        Purpose::SaleShare => "passing data to third parties",
    }
}

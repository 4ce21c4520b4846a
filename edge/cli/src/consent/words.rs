//! The result in sentences: "personalization across visits: refused in OneTrust on 1 October 2026, group C0003".

mod flags;

use parvis::consent::gpc;
use parvis::consent::purpose::{Purpose, PurposeSet};
use parvis::consent::reading::{Answer, Vote};
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
    sentences.extend(notebook.0.iter().filter_map(|seen| case.unused(seen).or_else(|| case.stranger(seen))));
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
            ", since a TC string is stored, which is made for European law"
        } else {
            ""
        };
        let unasked: Vec<&str> = self.objectable().iter().map(title).collect();
        let until = match unasked.as_slice() {
            [] => String::new(),
            [one] => format!("; {one} is allowed until the visitor objects"),
            many => format!("; {} are allowed until the visitor objects", why::list(many)),
        };
        format!("{region}: {rule}{european}{until}{gpc}")
    }

    /// What is allowed without a choice where all else needs one, and can be objected to.
    fn objectable(&self) -> PurposeSet {
        let regime = self.resolution.regime();
        let mut exempt = self.resolution.exempt().without(PurposeSet::EMPTY.with(Purpose::Necessary));
        if !regime.contextual_objection {
            exempt = exempt.without(PurposeSet::EMPTY.with(Purpose::Contextual));
        }
        if regime.opt_in { exempt } else { PurposeSet::EMPTY }
    }

    fn sentence(&self, purpose: Purpose) -> String {
        let ruling = self.resolution.ruling(purpose);
        let mut text = format!("{}: {}", title(purpose), self.verdict(purpose, &ruling));
        // What needs no choice does not rest on what flags say of it.
        if ruling.decision == Decision::Exempt {
            return text;
        }
        // What only may hold a refusal agrees to nothing that can be read.
        let says = |source: &Source| {
            let of = self.notebook.0.iter().filter(|seen| seen.source == *source);
            let mut votes = of.map(|seen| seen.answer.vote.denied.union(seen.answer.vote.granted));
            *source == Source::GPC || votes.any(|purposes| purposes.contains(purpose))
        };
        let agreeing = ruling.agreeing.iter().filter(says).fold(Sources::NONE, Sources::with);
        if !agreeing.is_empty() {
            text.push_str(&format!("; so in {}", self.list(agreeing)));
        }
        for source in ruling.conflicts.iter().filter(|source| ruling.source == Some(*source)) {
            let of = if source.as_banner().is_some() { "another cookie of it" } else { "another copy of it" };
            let granting = self.granting(purpose, source);
            // One value can say yes and hold what counts as a no.
            let same = granting.zip(why::deciding(purpose, &ruling, self.notebook));
            if same.is_some_and(|(yes, no)| core::ptr::eq(yes, no)) {
                text.push_str("; what it says yes to loses, because a no wins");
                continue;
            }
            let place = granting.map(|seen| self.place(seen));
            let place = place.map(|place| format!(", {place},")).unwrap_or_default();
            text.push_str(&format!("; {of}{place} said yes and lost, because a no wins"));
        }
        let others = ruling.conflicts.iter().filter(|source| ruling.source != Some(*source));
        let others = others.fold(Sources::NONE, Sources::with);
        if !others.is_empty() {
            text.push_str(&format!("; {} said yes and lost, because a no wins", self.list(others)));
        }
        if purpose == Purpose::SaleShare
            && !self.resolution.regime().opt_in
            && ruling.state == State::Denied
            && ruling.source == Some(Source::GPC)
        {
            text.push_str("; only the visitor's own later answer to a notice about it could change that");
        }
        text
    }

    fn verdict(&self, purpose: Purpose, ruling: &Ruling) -> String {
        const DEVICE: &str = "not allowed, because the device may not be used";
        match (ruling.state, ruling.source) {
            (_, _) if ruling.decision == Decision::Exempt => {
                let objects = self.objectable().contains(purpose);
                format!(
                    "allowed, needs no choice{}",
                    if objects { ", but the visitor can object" } else { "" }
                )
            }
            (State::Granted, Some(source)) => {
                let told = self.told(purpose, source, ruling);
                match (ruling.gated, ruling.decision) {
                    (true, _) => format!("{DEVICE}, although agreed to in {told}"),
                    (_, Decision::Block) => format!("not allowed, although agreed to in {told}"),
                    _ => format!("allowed in {told}"),
                }
            }
            (State::Denied, Some(source)) if self.objects(purpose, source) => format!(
                "refused by Global Privacy Control, which objects to legitimate interest in {}",
                self.named(source)
            ),
            (State::Denied, Some(source)) => {
                let other = self.without_category(purpose, source, ruling);
                let other = other.or_else(|| self.unread(purpose, ruling));
                other.unwrap_or_else(|| format!("refused in {}", self.told(purpose, source, ruling)))
            }
            _ if ruling.gated => DEVICE.to_owned(),
            _ if ruling.decision == Decision::Allow => format!("allowed, because {}", self.unrefused()),
            _ => format!("not allowed, because {}", self.silence(purpose)),
        }
    }

    /// Precise location where nobody was asked about it: a banner by category refuses it with the category for personalization.
    fn without_category(&self, purpose: Purpose, source: Source, ruling: &Ruling) -> Option<String> {
        let banner = source.as_banner().filter(|banner| banner.by_category())?;
        let seen = why::deciding(purpose, ruling, self.notebook)
            .filter(|seen| purpose == Purpose::PreciseGeo && seen.answer.vote.denied.contains(purpose))?;
        let evidence = self.question.evidence();
        let asked = why::entries(purpose, banner, seen, false, self.settings, &evidence);
        if !asked.is_empty() {
            return None;
        }
        let stands = Purpose::SessionPersonalization;
        let keys = why::entries(stands, banner, seen, false, self.settings, &evidence);
        let who = self.dated(seen);
        Some(match keys.as_slice() {
            [] => format!("not used without {}, which is refused in {who}", title(stands)),
            keys if keys.iter().any(|key| key == "*") => {
                format!("not used, because {} are refused in {who}", why::counted(banner, keys))
            }
            keys => {
                let verb = if keys.len() == 1 { "is" } else { "are" };
                let left_out = why::inferred(banner, seen, keys, self.settings, &evidence);
                let refused = if left_out { "not among what was accepted" } else { "refused" };
                format!("not used without {}, which {verb} {refused} in {who}", why::counted(banner, keys))
            }
        })
    }

    /// What is not allowed though no refusal of it was read: what cannot be read may hold one, and what was not shown was not agreed to.
    fn unread(&self, purpose: Purpose, ruling: &Ruling) -> Option<String> {
        let seen = why::deciding(purpose, ruling, self.notebook)?;
        let Answer { fault, hides, vote, .. } = &seen.answer;
        let who = self.dated(seen);
        if fault.is_none() && seen.source.is_tcf() {
            let evidence = self.question.evidence();
            let detail = why::detail(purpose, seen, false, self.settings, &evidence)?;
            let shown = detail.strip_prefix("where ").filter(|detail| detail.contains("was not shown"))?;
            return Some(format!("not allowed, because in {who} {shown}"));
        }
        let closed =
            matches!(fault, Some(Reason::Malformed | Reason::ValueTooLong)) && *vote == Vote::OPT_OUT;
        let why = match fault {
            Some(_) if closed || (*hides && !vote.denied.contains(purpose)) => self.fault(seen),
            None if *hides && seen.source.as_banner().is_none() => "it is not known here".to_owned(),
            _ => return None,
        };
        Some(format!("not allowed, because {who} may hold a refusal, which counts as {}: {why}", self.no()))
    }

    /// What was refused of entries without a meaning, where that decides nothing because silence is a no.
    fn stranger(&self, seen: &Seen) -> Option<String> {
        let banner = seen.source.as_banner()?;
        let speaks = !seen.answer.vote.granted.union(seen.answer.vote.denied).is_empty();
        // What CookieYes calls `consent` is no category.
        if !seen.answer.hides || seen.answer.fault.is_some() || !self.resolution.regime().opt_in || !speaks {
            return None;
        }
        let evidence = self.question.evidence();
        let keys = why::without_meaning(banner, seen, Some(false), self.settings, &evidence);
        let keys = keys.iter().filter(|key| banner != Banner::CookieYes || *key != "consent");
        let quoted: Vec<String> = keys.map(|key| format!("`{key}`")).collect();
        let noun = why::noun(banner);
        let (what, it) = match quoted.as_slice() {
            [] => return None,
            [key] => (format!("{noun} {key}, which has"), "it"),
            keys => (format!("{} {}, which have", why::plural(noun), why::list(keys)), "them"),
        };
        let (name, place, map) = (self.named(seen.source), self.place(seen), self.map(banner));
        Some(format!("{name} in {place} holds a refusal of {what} no meaning here; name {it} in {map}"))
    }

    /// The finding that grants the purpose for a source.
    fn granting(&self, purpose: Purpose, source: Source) -> Option<&Seen> {
        let mut of = self.notebook.0.iter().filter(|seen| seen.source == source && !seen.stale);
        of.find(|seen| seen.answer.vote.granted.contains(purpose))
    }

    fn list(&self, sources: Sources) -> String {
        why::list(&self.names(sources))
    }

    fn names(&self, sources: Sources) -> Vec<String> {
        sources.iter().map(|source| self.named(source)).collect()
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
            other if other.as_section() == Some(LAST_SECTION) => {
                "a later section of the GPP string".to_owned()
            }
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

    /// The name of who wrote a flag, with the day of the choice where it has one.
    fn dated(&self, seen: &Seen) -> String {
        let name = self.named(seen.source);
        match seen.answer.vote.decided_at {
            Some(at) => format!("{name} on {}", day(at)),
            None => name,
        }
    }

    /// Who said it, when, and where in their choices.
    fn told(&self, purpose: Purpose, source: Source, ruling: &Ruling) -> String {
        let Some(seen) = why::deciding(purpose, ruling, self.notebook) else { return self.named(source) };
        let mut text = self.dated(seen);
        if ruling.conflicts.contains(source) {
            text.push_str(&format!(", {}", self.place(seen)));
        }
        let granted = ruling.state == State::Granted;
        let denies = seen.answer.vote.denied.contains(purpose);
        let evidence = self.question.evidence();
        let more = match seen.answer.fault {
            Some(Reason::PolicyChanged | Reason::FromTheFuture | Reason::NotNamed) if denies => {
                format!(": a refusal stays, although {}", self.fault(seen))
            }
            Some(_) if denies && seen.answer.hides => {
                format!(", as far as it can be read: {}", self.fault(seen))
            }
            Some(_) => format!(", which counts as {}: {}", self.no(), self.fault(seen)),
            None if !granted && !denies => self.without_meaning(seen),
            None => {
                let detail = why::detail(purpose, seen, granted, self.settings, &evidence);
                let of_sale = denies && seen.source.as_banner() == Some(Banner::OneTrust);
                let detail = match detail {
                    Some(detail) => format!(", {detail}"),
                    None if of_sale => {
                        ", a group for sale or the Global Privacy Control that it noted".to_owned()
                    }
                    None => String::new(),
                };
                let clicked = granted || seen.answer.chosen;
                detail + if clicked { "" } else { " (a stored no counts, whoever wrote it)" }
            }
        };
        text + &more
    }

    /// What a flag counts as that may hold a refusal.
    fn no(&self) -> &'static str {
        if self.resolution.regime().opt_in { "an objection" } else { "an opt-out" }
    }

    /// The refusal without a configured meaning, or what may be one, which counts as an opt-out.
    fn without_meaning(&self, seen: &Seen) -> String {
        let Some(banner) = seen.source.as_banner() else { return String::new() };
        let evidence = self.question.evidence();
        let (noun, no) = (why::noun(banner), self.no());
        let map = self.map(banner);
        let quoted = |keys: &[String]| {
            let quoted: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
            why::list(&quoted)
        };
        let refused = why::without_meaning(banner, seen, Some(false), self.settings, &evidence);
        match refused.as_slice() {
            [] => {}
            [key] => {
                return format!(
                    ", {noun} `{key}`, which has no meaning here and so counts as {no}: name it in {map}"
                );
            }
            keys => {
                return format!(
                    ", {} {}, which have no meaning here and so count as {no}: name them in {map}",
                    why::plural(noun),
                    quoted(keys)
                );
            }
        }
        // What was refused is not listed: what is there shows only that the banner has other entries than the map.
        let stored = why::without_meaning(banner, seen, None, self.settings, &evidence);
        match stored.as_slice() {
            [] => format!(
                ", which may hold a refusal that has no meaning here and so counts as {no}: name the banner's {} in {map}",
                why::plural(noun)
            ),
            [key] => format!(
                ", whose {noun} `{key}` has no meaning here, so that it may hold a refusal and counts as {no}: name it in {map}"
            ),
            keys => format!(
                ", whose {} {} have no meaning here, so that it may hold a refusal and counts as {no}: name them in {map}",
                why::plural(noun),
                quoted(keys)
            ),
        }
    }
}

/// The place that all later sections of a GPP string share.
const LAST_SECTION: u8 = 31;

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

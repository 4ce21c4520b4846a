//! The answer in sentences: "personalization across visits: refused in OneTrust on 1 October 2026, group C0003".

use parvis::consent::cmp::{Scratch, onetrust};
use parvis::consent::percent;
use parvis::consent::purpose::Purpose;
use parvis::consent::resolve::{Decision, Resolution, Ruling, State};
use parvis::consent::source::{Banner, Source, Sources};
use parvis::consent::stored::StoredSettings;
use parvis::limits;

use super::input::Question;
use super::json::day;
use super::report::{self, Notebook, Seen, detailed};

/// One sentence for the region, one for each purpose, one for each flag that was not used.
pub(super) fn sentences(question: &Question, section: &[u8]) -> Vec<String> {
    let settings = report::settings(question, section);
    let (resolution, notebook) = report::resolve(question, &settings);
    let mut sentences = vec![opening(question, &resolution)];
    for purpose in Purpose::ALL {
        sentences.push(sentence(purpose, &resolution, &notebook, &settings));
    }
    for seen in &notebook.0 {
        sentences.extend(unused(seen));
    }
    sentences
}

fn opening(question: &Question, resolution: &Resolution) -> String {
    let region = match (&question.facts.country, &question.facts.subdivision) {
        (Some(country), Some(sub)) => format!("region {country}-{sub}"),
        (Some(country), None) => format!("region {country}"),
        _ => "unknown region".to_owned(),
    };
    let rule = if resolution.regime().opt_in {
        "only what the visitor agreed to is allowed"
    } else {
        "all is allowed that the visitor did not refuse, but precise location"
    };
    let gpc = if resolution.gpc() { "; the visitor sends Global Privacy Control" } else { "" };
    format!("{region}: {rule}{gpc}")
}

fn sentence(
    purpose: Purpose,
    resolution: &Resolution,
    notebook: &Notebook,
    settings: &StoredSettings<'_>,
) -> String {
    let ruling = resolution.ruling(purpose);
    let mut text = format!("{}: {}", title(purpose), verdict(purpose, &ruling, notebook, settings));
    if ruling.gated {
        text.push_str(", but blocked because the device may not be used");
    } else if ruling.state == State::Denied && ruling.decision == Decision::Allow {
        text.push_str(", and allowed all the same");
    }
    if !ruling.conflicts.is_empty() {
        text.push_str(&format!("; {} said yes and lost, because a no wins", list(ruling.conflicts)));
    }
    text
}

fn verdict(purpose: Purpose, ruling: &Ruling, notebook: &Notebook, settings: &StoredSettings<'_>) -> String {
    match (ruling.state, ruling.source) {
        _ if ruling.decision == Decision::Exempt => "allowed, needs no choice".to_owned(),
        (State::Granted, Some(source)) => {
            format!("allowed in {}", told(purpose, source, true, notebook, settings))
        }
        (State::Denied, Some(source)) => {
            format!("refused in {}", told(purpose, source, false, notebook, settings))
        }
        _ if ruling.decision == Decision::Allow => "allowed, because nobody refused it".to_owned(),
        _ => "not allowed, because nobody agreed to it".to_owned(),
    }
}

/// Who said it, when, and where in their choices.
fn told(
    purpose: Purpose,
    source: Source,
    granted: bool,
    notebook: &Notebook,
    settings: &StoredSettings<'_>,
) -> String {
    let mut text = named(source);
    let seen = notebook.0.iter().find(|seen| {
        let vote = &seen.answer.vote;
        seen.source == source && if granted { vote.granted } else { vote.denied }.contains(purpose)
    });
    if let Some(seen) = seen {
        if let Some(at) = seen.answer.vote.decided_at {
            text.push_str(&format!(" on {}", day(at)));
        }
        if let Some(fault) = seen.answer.fault {
            text.push_str(&format!(", which is unreadable and so counts as a no ({})", fault.sentence()));
        }
        if let Some(detail) = detail(purpose, seen, granted, settings) {
            text.push_str(&format!(", {detail}"));
        }
    }
    text
}

/// The category, group or service that stands for the purpose.
fn detail(purpose: Purpose, seen: &Seen, granted: bool, settings: &StoredSettings<'_>) -> Option<String> {
    let banner = seen.source.as_banner()?;
    let keys: Vec<&str> = settings
        .entries(banner)
        .filter(|(_, purposes)| purposes.contains(purpose))
        .map(|(key, _)| key)
        .collect();
    if banner != Banner::OneTrust {
        return (keys.len() == 1).then(|| format!("category {}", keys.concat()));
    }
    let mut scratch: Scratch = [0; limits::COOKIE_VALUE_BYTES];
    let (_, field) = onetrust::fields(&seen.value).find(|(name, _)| *name == "groups")?;
    let decoded = percent::decode(field, &mut scratch)?;
    let (group, _) =
        onetrust::groups(decoded).find(|(group, yes)| *yes == granted && keys.contains(group))?;
    Some(format!("group {group}"))
}

fn unused(seen: &Seen) -> Option<String> {
    let name = named(seen.source);
    let place = &seen.place;
    if let Some(fault) = seen.answer.fault {
        return Some(format!("{name} in `{place}` was not used: {}", fault.sentence()));
    }
    if seen.stale {
        return Some(format!("{name} in `{place}` is too old to count as an agreement"));
    }
    let says_nothing =
        !seen.answer.chosen && seen.source != Source::GPP && seen.source.as_section().is_none();
    says_nothing.then(|| format!("{name} in `{place}` is no choice: nobody answered yet"))
}

fn list(sources: Sources) -> String {
    sources.iter().map(named).collect::<Vec<_>>().join(" and ")
}

fn named(source: Source) -> String {
    if let Some(banner) = source.as_banner() {
        return match banner {
            Banner::OneTrust => "OneTrust",
            Banner::Cookiebot => "Cookiebot",
            Banner::Didomi => "Didomi",
            Banner::Axeptio => "Axeptio",
            Banner::Klaro => "Klaro",
            Banner::CookieYes => "CookieYes",
            Banner::Complianz => "Complianz",
            Banner::TrustArc => "TrustArc",
            Banner::Osano => "Osano",
            Banner::Sourcepoint => "Sourcepoint",
            Banner::Quantcast => "Quantcast",
            Banner::CommandersAct => "Commanders Act",
            Banner::Shopify => "Shopify",
            Banner::Usercentrics => "Usercentrics",
            Banner::ConsentMode => "Google Consent Mode",
            other => other.name(),
        }
        .to_owned();
    }
    match source {
        Source::TCF_PUBLISHER | Source::TCF_CORE | Source::TCF_VENDOR => "the TC string".to_owned(),
        Source::TCF_1 => "a TCF 1 string".to_owned(),
        Source::US_PRIVACY => "the US Privacy string".to_owned(),
        Source::GPC => "Global Privacy Control".to_owned(),
        Source::API => "a choice on this site".to_owned(),
        Source::GPP => "the GPP string".to_owned(),
        other => {
            let name = detailed(other);
            format!("section {} of the GPP string", name.trim_start_matches("gpp:"))
        }
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

//! The result for one question as JSON: sources, purposes, regime.

use parvis::base::percent;
use parvis::consent::cmp::{Scratch, fccdcf};
use parvis::consent::purpose::{Purpose, PurposeSet};
use parvis::consent::reading::Answer;
use parvis::consent::resolve::{Finding, Resolution, Witness, resolve_seen};
use parvis::consent::settings::Slot;
use parvis::consent::source::{Banner, Source};
use parvis::consent::stored::StoredSettings;
use parvis::limits;
use parvis::reason::Reason;
use serde_json::{Map, Value, json};

use super::input::Question;
use super::json::set_field;
use super::{banners, entry, gpp, tcf, why};
use crate::calendar::iso;

/// A stored finding.
pub(super) struct Seen {
    pub(super) source: Source,
    pub(super) place: String,
    pub(super) value: String,
    pub(super) answer: Answer,
    pub(super) stale: bool,
}

/// Every finding in order.
#[derive(Default)]
pub(super) struct Notebook(pub(super) Vec<Seen>);

impl Witness for Notebook {
    fn saw(&mut self, finding: &Finding<'_>) {
        self.0.push(Seen {
            source: finding.source,
            place: finding.place.to_owned(),
            value: finding.value.to_owned(),
            answer: finding.answer,
            stale: finding.stale,
        });
    }
}

/// The settings of a section, overridden by those of the question.
pub(super) fn settings<'s>(question: &Question, section: &'s [u8]) -> StoredSettings<'s> {
    // A section that cannot be opened is treated as empty: the defaults.
    let stored = StoredSettings::open(section).unwrap_or_default();
    match question.exempt_measurement {
        Some(exempt) => stored.deciding_measurement(exempt),
        None => stored,
    }
}

/// Resolves the question and records the findings.
pub(super) fn resolve(question: &Question, settings: &StoredSettings<'_>) -> (Resolution, Notebook) {
    let mut notebook = Notebook::default();
    let resolution = resolve_seen(&question.evidence(), settings, &mut notebook);
    (resolution, notebook)
}

/// The result as JSON.
pub(super) fn report(question: &Question, section: &[u8]) -> Value {
    let settings = settings(question, section);
    let (resolution, notebook) = resolve(question, &settings);
    let purposes: Map<String, Value> = Purpose::ALL
        .into_iter()
        .map(|purpose| {
            let ruling = resolution.ruling(purpose);
            let deciding = why::deciding(purpose, &ruling, &notebook);
            (purpose.name().to_owned(), entry::of(&ruling, deciding, question, &settings))
        })
        .collect();
    json!({
        "id": question.id,
        "regime": resolution.regime().name(),
        "gpc": resolution.gpc(),
        "sources": sources(question, &settings, &notebook),
        "purposes": purposes,
    })
}

/// The name of a source where purposes name it.
pub(super) fn detailed(source: Source, settings: &StoredSettings<'_>) -> String {
    if let Some(id) = source.as_section() {
        return match id {
            2 => "gpp:tcfeuv2".to_owned(),
            6 => "gpp:uspv1".to_owned(),
            _ => match parvis::consent::gpp::layout::layout(u32::from(id)) {
                Some(layout) => format!("gpp:{}", layout.name),
                None => format!("gpp:{id}"),
            },
        };
    }
    if let Some(banner) = source.as_banner() {
        return format!("cmp:{}", settings.name_of(banner));
    }
    match source {
        Source::TCF_PUBLISHER => "tcf-pub",
        Source::TCF_CORE => "tcf-core",
        Source::TCF_VENDOR => "tcf-vendor",
        Source::US_PRIVACY => "usp",
        Source::GPC => "gpc",
        Source::API => "api",
        Source::GPP => "gpp",
        Source::COOKIES => "cookies",
        _ => "tcf-1",
    }
    .to_owned()
}

/// The name of a source in the list of sources.
fn plain<'s>(source: Source, settings: &StoredSettings<'s>) -> &'s str {
    if let Some(banner) = source.as_banner() {
        return settings.name_of(banner);
    }
    match source {
        Source::US_PRIVACY => "us_privacy",
        Source::API => "api",
        Source::GPP => "gpp",
        Source::COOKIES => "cookies",
        _ => "tcf",
    }
}

/// One entry for each stored flag; the sections of a GPP string are in its entry.
fn sources(question: &Question, settings: &StoredSettings<'_>, notebook: &Notebook) -> Vec<Value> {
    let evidence = question.evidence();
    let tcf_choice = notebook.0.iter().any(|seen| is_tcf(seen.source) && seen.answer.chosen);
    let mut entries: Vec<Value> = Vec::new();
    for seen in &notebook.0 {
        if seen.source.as_section().is_some() {
            section(&mut entries, seen, settings);
            continue;
        }
        let slot = settings.slot(&seen.place);
        let decoded = match seen.source.as_banner() {
            Some(banner) => banners::decoded(banner, seen, settings, &evidence),
            None => match seen.source {
                Source::US_PRIVACY => gpp::us_privacy(&seen.value),
                Source::API | Source::COOKIES => Value::Null,
                Source::GPP => gpp::decoded(&seen.value),
                _ => tcf::decoded(&tcf_text(seen, settings)),
            },
        };
        let beside_tcf = matches!(seen.source.as_banner(), Some(Banner::Sourcepoint | Banner::Quantcast));
        let mut entry = flag(seen, plain(seen.source, settings));
        set_field(&mut entry, "choice_made", json!(seen.answer.chosen || (beside_tcf && tcf_choice)));
        set_field(&mut entry, "decoded", decoded);
        // A bare TC string under a GPP name is reported as both.
        if slot == Some(Slot::Gpp) && is_tcf(seen.source) {
            let mut whole = entry.clone();
            set_field(&mut whole, "source", json!("gpp"));
            set_field(&mut whole, "decoded", gpp::decoded(&seen.value));
            entries.push(whole);
        }
        entries.push(entry);
    }
    // Of what one banner stored, what can be read stands first.
    entries.sort_by_key(|entry| entry["error"] == Reason::Opaque.code());
    for field in &question.facts.sec_gpc {
        let asks = parvis::consent::gpc::asks(field);
        entries.push(json!({
            "source": "gpc", "where": "Sec-GPC", "valid": asks, "choice_made": asks,
            "error": if asks { Value::Null } else { json!(Reason::Malformed.code()) },
            "decoded": { "gpc": asks },
        }));
    }
    entries
}

/// The TC string of a finding, which may lie within the value of a banner.
pub(super) fn tcf_text(seen: &Seen, settings: &StoredSettings<'_>) -> String {
    let mut scratch: Scratch = [0; limits::COOKIE_VALUE_BYTES];
    let within = Some(Slot::Fccdcf) == settings.slot(&seen.place);
    let array = percent::decode(&seen.value, &mut scratch).filter(|_| within);
    array.and_then(fccdcf::tcf).unwrap_or(&seen.value).to_owned()
}

fn is_tcf(source: Source) -> bool {
    matches!(source, Source::TCF_PUBLISHER | Source::TCF_CORE | Source::TCF_VENDOR)
}

fn flag(seen: &Seen, name: &str) -> Value {
    let vote = &seen.answer.vote;
    json!({
        "source": name,
        "where": seen.place,
        "valid": seen.answer.fault.is_none(),
        "error": seen.answer.fault.map(Reason::code),
        "choice_made": seen.answer.chosen,
        "stale": seen.stale,
        "decided_at": vote.decided_at.map(iso),
        "grants": list(vote.granted),
        "denies": list(vote.denied),
        "decoded": null,
    })
}

fn list(purposes: PurposeSet) -> Vec<&'static str> {
    purposes.iter().map(Purpose::name).collect()
}

/// Adds a section's finding to the entry of its GPP string.
fn section(entries: &mut [Value], seen: &Seen, settings: &StoredSettings<'_>) {
    let Some(whole) = entries.iter_mut().rev().find(|entry| entry["source"] == "gpp") else { return };
    if seen.answer.chosen {
        set_field(whole, "choice_made", json!(true));
    }
    if let (Some(fault), true) = (seen.answer.fault, whole["error"].is_null()) {
        set_field(whole, "valid", json!(false));
        set_field(whole, "error", json!(fault.code()));
    }
    let part = flag(seen, &detailed(seen.source, settings));
    if let Value::Object(whole) = whole
        && let Value::Array(votes) = whole.entry("votes").or_insert_with(|| json!([]))
    {
        votes.push(part);
    }
}

//! The record of one purpose (src/docs/consent.md): its state, its source, and the evidence of the choice.
//!
//! A stored string can be personal data (CJEU C-604/22), so the record carries a digest of it and never the string.

use parvis::consent::evidence::Evidence;
use parvis::consent::gpp::section::us_section;
use parvis::consent::resolve::Ruling;
use parvis::consent::settings::Slot;
use parvis::consent::source::{Source, Sources};
use parvis::consent::stored::StoredSettings;
use parvis::consent::{bridge, tcf};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::banners;
use super::input::Question;
use super::report::{Seen, detailed, tcf_text};
use crate::calendar::iso;

/// The record of a purpose, whose state was decided by `deciding`.
pub(super) fn of(
    ruling: &Ruling,
    deciding: Option<&Seen>,
    question: &Question,
    settings: &StoredSettings<'_>,
) -> Value {
    let evidence = question.evidence();
    let decided_at = deciding.and_then(|seen| seen.answer.vote.decided_at);
    // GPC is not a stored flag: it is a preference that the browser sends.
    let signal = ruling.source == Some(Source::GPC);
    json!({
        "state": ruling.state.name(),
        "decision": ruling.decision.name(),
        "basis": ruling.basis.name(),
        "source": ruling.source.map(|source| detailed(source, settings)),
        "decided_at": decided_at.map(iso),
        "observed_at": question.facts.now.map(iso),
        "explicit": signal || deciding.is_some_and(|seen| seen.answer.chosen),
        "policy_version": deciding.map_or(Value::Null, |seen| policy(seen, settings, &evidence)),
        "raw_digest": deciding.map(|seen| digest(&raw(seen, settings, &evidence))),
        "agreeing": names(ruling.agreeing, settings),
        "conflicts": names(ruling.conflicts, settings),
    })
}

fn names(sources: Sources, settings: &StoredSettings<'_>) -> Vec<String> {
    sources.iter().map(|source| detailed(source, settings)).collect()
}

/// The version of the policy or notice that the visitor answered, if the flag has one.
fn policy(seen: &Seen, settings: &StoredSettings<'_>, evidence: &Evidence<'_>) -> Value {
    if let Some(banner) = seen.source.as_banner() {
        let decoded = banners::decoded(banner, seen, settings, evidence);
        let field = banner.shown().policy;
        let version = decoded.get(field).filter(|_| !field.is_empty());
        return version.cloned().unwrap_or_default();
    }
    match (seen.source, seen.source.as_section()) {
        (Source::TCF_PUBLISHER | Source::TCF_CORE | Source::TCF_VENDOR, _) | (_, Some(2)) => {
            tcf::parse(&tcf_text(seen, settings)).map_or(Value::Null, |tcf| json!(tcf.policy()))
        }
        (Source::API, _) => bridge::Mirrors::parse(&seen.value)
            .and_then(|mirrors| mirrors.own)
            .filter(|mirror| mirror.notice > 0)
            .map_or(Value::Null, |mirror| json!(mirror.notice)),
        (Source::US_PRIVACY, _) | (_, Some(6)) => json!(1),
        (_, Some(id)) => {
            us_section(u32::from(id), &seen.value).map_or(Value::Null, |section| json!(section.version))
        }
        _ => Value::Null,
    }
}

/// The stored text; if a choice is spread over several cookies all of them, sorted.
fn raw(seen: &Seen, settings: &StoredSettings<'_>, evidence: &Evidence<'_>) -> String {
    let Some(banner) = seen.source.as_banner().filter(|_| seen.value.is_empty()) else {
        return seen.value.clone();
    };
    let mut parts: Vec<String> = evidence
        .pairs()
        .into_iter()
        .filter(|(name, _)| settings.slot(name).and_then(Slot::banner) == Some(banner))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    parts.sort();
    parts.join("; ")
}

/// The first 8 bytes of SHA-256, in hexadecimal.
fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

//! The head of a response: everything that can fail is finished when it is made.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::effect::{Answer, Body, HeadEdits};
use crate::facts::{Facts, Method};
use crate::http::cache::CachePolicy;
use crate::http::headers::Value;
use crate::outcome::{Decision, Outcome};
use crate::playbook::Playbook;
use crate::text::is_id;
use crate::visitor::cookie::SetCookie;

/// Where every host serves the compiled playbook to the browser package.
pub const PLAYBOOK_PATH: &str = "/parvis/playbook.bin";

/// Edits that change nothing: the origin's own response, byte for byte.
pub(crate) const fn pass_through() -> HeadEdits {
    HeadEdits { remove: &[], set: Vec::new(), append: Vec::new(), body: Body::Copy }
}

/// Whether the response stays the origin's own, so that a conditional request may be answered by it.
pub(crate) fn leaves_the_origins(outcome: &Outcome) -> bool {
    outcome.policy() == CachePolicy::Untouched
}

/// Edits for a response that cannot be rewritten: pass-through, but what the visitor withdrew is still deleted.
pub(crate) fn deletions_only(outcome: &Outcome) -> HeadEdits {
    let append = cookies(outcome, |cookie| {
        *cookie == SetCookie::delete_visit() || *cookie == SetCookie::delete_memory()
    });
    if append.is_empty() {
        return pass_through();
    }
    HeadEdits {
        remove: &[],
        set: CachePolicy::Private
            .cache_control()
            .map(|control| ("cache-control", Value::from(control)))
            .into_iter()
            .collect(),
        append,
        body: Body::Copy,
    }
}

/// Edits for a response that can be rewritten.
pub(crate) fn edits(outcome: &Outcome, playbook: &Playbook, facts: &Facts) -> HeadEdits {
    let policy = outcome.policy();
    if policy == CachePolicy::Untouched {
        return pass_through();
    }
    let mut set = Vec::new();
    if let Some(control) = policy.cache_control() {
        set.push(("cache-control", Value::from(control)));
    }
    let mut append = cookies(outcome, |_| true);
    let region = facts.country.as_deref().filter(|_| policy == CachePolicy::Private);
    if let Some(timing) = Value::new(server_timing(outcome, playbook, region, facts.subdivision.as_deref())) {
        append.push(("server-timing", timing));
    }
    let rewrites = outcome.changes() && facts.method == Method::Get;
    HeadEdits {
        remove: policy.removes(),
        set,
        append,
        body: if rewrites { Body::Rewrite } else { Body::Copy },
    }
}

/// The compiled playbook as an answer of our own.
pub(crate) fn playbook(playbook: &Playbook) -> Answer {
    Answer {
        status: 200,
        headers: vec![
            ("content-type", Value::from("application/octet-stream")),
            ("cache-control", Value::from("public, max-age=60")),
        ],
        body: playbook.bytes().to_vec(),
    }
}

fn cookies(outcome: &Outcome, wanted: impl Fn(&SetCookie) -> bool) -> Vec<(&'static str, Value)> {
    outcome
        .cookies()
        .iter()
        .filter(|cookie| wanted(cookie))
        .filter_map(|cookie| Some(("set-cookie", Value::new(cookie.as_str().into())?)))
        .collect()
}

/// The decisions for the page's own scripts: `Server-Timing` is the one response header that they can read of the page
/// they run in, and it survives where cookies do not.
///
/// The region goes along where nobody shares the response: the browser has no geolocation, and without a region it would
/// take an opt-out region for an opt-in one and delete what the edge may keep.
fn server_timing(
    outcome: &Outcome,
    playbook: &Playbook,
    country: Option<&str>,
    subdivision: Option<&str>,
) -> String {
    let mut text = String::from("parvis;desc=\"");
    for (index, decision) in outcome.decisions().iter().enumerate() {
        if index > 0 {
            text.push(' ');
        }
        describe(decision, playbook, &mut text);
    }
    text.push('"');
    if let Some(country) = country.filter(|country| is_id(country)) {
        text.push_str(", parvis-region;desc=\"");
        text.push_str(country);
        if let Some(subdivision) = subdivision.filter(|subdivision| is_id(subdivision)) {
            text.push('-');
            text.push_str(subdivision);
        }
        text.push('"');
    }
    text
}

/// `block=campaign/variant:reason`, or `block=:reason` for default content.
fn describe(decision: &Decision, playbook: &Playbook, text: &mut String) {
    text.push_str(playbook.block(decision.block).map_or("", |block| block.id));
    text.push('=');
    let campaign =
        decision.chosen.and_then(|chosen| playbook.campaign(chosen.campaign).map(|c| (c, chosen.variant)));
    if let Some((campaign, index)) = campaign {
        text.push_str(campaign.id);
        text.push('/');
        text.push_str(campaign.variants().nth(usize::from(index)).map_or("", |variant| variant.id));
    }
    text.push(':');
    text.push_str(decision.reason.code());
}

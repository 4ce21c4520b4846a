//! The head of a response: everything that can fail is finished when it is made.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::effect::{Answer, Body, HeadEdits};
use crate::facts::{Facts, Method};
use crate::http::headers::{Removal, Value};
use crate::names;
use crate::playbook::Playbook;
use crate::response::cache_policy::CachePolicy;
use crate::response::decided::Decided;
use crate::response::ends;
use crate::response::obligations;
use crate::response::obligations::{Duty, Told};
use crate::response::outcome::Outcome;
use crate::response::timing;
use crate::signal::registry::Signal;
use crate::visitor::cookie::SetCookie;

/// Where every host serves the compiled playbook to the browser package.
pub const PLAYBOOK_PATH: &str = "/parvis/playbook.bin";

/// Where the site states whether it honors Global Privacy Control.
pub const GPC_PATH: &str = "/.well-known/gpc.json";

/// Edits that change nothing: the origin's own response, byte for byte.
pub(crate) const fn pass_through() -> HeadEdits {
    HeadEdits { remove: Removal::Nothing, ends: None, set: Vec::new(), append: Vec::new(), body: Body::Copy }
}

/// Whether the response stays the origin's own, so that a conditional request may be answered by it.
pub(crate) fn leaves_the_origins(outcome: &Outcome) -> bool {
    outcome.policy() == CachePolicy::Untouched
}

/// Edits for a response that is not rewritten: pass-through, but duties are done; `document` tells that it is a page.
///
/// What the origin says about caching stays, since it may be stricter than we are; of several the strictest counts.
pub(crate) fn passed(duty: &Duty, document: bool) -> HeadEdits {
    let mut edits = HeadEdits { append: deletions(duty), ..pass_through() };
    let told = duty.told().filter(|_| document);
    if !edits.append.is_empty() || told.is_some_and(|told| told.heard) {
        edits.remove = Removal::Shared;
        let control = CachePolicy::Private.cache_control(false);
        edits.append.extend(control.map(|control| ("cache-control".into(), Value::from(control))));
    }
    if let Some(told) = told {
        tell(told, &mut edits);
    }
    edits
}

/// What a document says of the visitor's Global Privacy Control, and to whom else it may be shown.
///
/// A response to who sends the signal is nobody else's; any other is the same for all who do not send it, so a cache that
/// keys on the signal may keep it.
fn tell(told: &Told, edits: &mut HeadEdits) {
    if !told.heard {
        let keys = if told.dnt { "sec-gpc, dnt" } else { "sec-gpc" };
        edits.append.push(("vary".into(), Value::from(keys)));
    }
    let Some((header, status)) = &told.status else { return };
    edits.append.push((header.clone().into(), Value::from(status.name())));
    if told.silent {
        return;
    }
    let mut entry = String::from(names::TIMING_GPC);
    entry.push_str(";desc=");
    entry.push_str(status.name());
    edits.append.extend(timing(entry));
}

/// The line that tells the page's scripts something.
fn timing(text: String) -> Option<(Cow<'static, str>, Value)> {
    Value::new(text).filter(|text| !text.as_str().is_empty()).map(|text| ("server-timing".into(), text))
}

fn deletions(duty: &Duty) -> Vec<(Cow<'static, str>, Value)> {
    cookies(&duty.deletions())
}

/// Edits for a page that stays the origin's own, or for its confirmation: what is decided changes with the clock all the same.
pub(crate) fn unchanged(decided: &Decided, duty: &Duty, playbook: &Playbook, facts: &Facts) -> HeadEdits {
    let edits = passed(duty, true);
    // Edits that remove what shared caches obey come with a line that forbids to keep the response.
    let ends = ends::of(&decided.outcome, playbook, facts).filter(|_| edits.remove == Removal::Nothing);
    HeadEdits { ends, ..edits }
}

/// Edits for a response that can be rewritten.
pub(crate) fn edits(decided: &Decided, duty: &Duty, playbook: &Playbook, facts: &Facts) -> HeadEdits {
    let Decided { outcome, consent, .. } = decided;
    let policy = outcome.policy();
    if policy == CachePolicy::Untouched {
        let mut edits = unchanged(decided, duty, playbook, facts);
        edits.append.extend(timing(timing::value(None, None, playbook, facts)));
        edits.append.extend(vary(outcome));
        return edits;
    }
    let mut set = Vec::new();
    if let Some(control) = policy.cache_control(playbook.site().is_silent) {
        set.push(("cache-control", Value::from(control)));
    }
    let mut append = cookies(outcome.cookies());
    let consent = Some(consent).filter(|_| policy == CachePolicy::Private);
    append.extend(timing(timing::value(Some(outcome.decisions()), consent, playbook, facts)));
    let rewrites = outcome.is_looked_for() && facts.method == Method::Get;
    let body = if rewrites { Body::Rewrite } else { Body::Copy };
    append.extend(vary(outcome));
    let ends = ends::of(outcome, playbook, facts);
    let mut edits = HeadEdits { remove: policy.removes(), ends, set, append, body };
    if let Some(told) = duty.told() {
        tell(told, &mut edits);
    }
    edits
}

/// The request headers that a response for more than one visitor was chosen by, where a header says all of it.
///
/// The site's own cache keys on what they come to; caches further on know nothing of that, and would show one visitor's
/// language to another.
fn vary(outcome: &Outcome) -> impl Iterator<Item = (Cow<'static, str>, Value)> {
    let shared = outcome.policy() != CachePolicy::Private;
    let read = outcome.touched();
    let read = read.iter().filter(move |_| shared);
    read.filter_map(Signal::vary).map(|header| ("vary".into(), Value::from(header)))
}

/// Whether the engine may answer for this path itself.
pub(crate) fn is_own(path: &str) -> bool {
    matches!(path, PLAYBOOK_PATH | GPC_PATH)
}

/// The answer of our own to a request for `path`, if it is one of ours; duties are done with it.
pub(crate) fn own(path: &str, playbook: &Playbook, duty: &Duty) -> Option<Answer> {
    let (kind, control, body) = match path {
        PLAYBOOK_PATH => ("application/octet-stream", "public, max-age=60", playbook.bytes().to_vec()),
        GPC_PATH => ("application/json", "public, max-age=3600", gpc(playbook)?),
        _ => return None,
    };
    let deletions = duty.deletions();
    let control =
        CachePolicy::Private.cache_control(false).filter(|_| !deletions.is_empty()).unwrap_or(control);
    let mut headers = vec![("content-type", Value::from(kind)), ("cache-control", Value::from(control))];
    headers.extend(deletions.iter().filter_map(|cookie| Some(("set-cookie", value(cookie)?))));
    Some(Answer { status: 200, headers, body })
}

/// What the site states about Global Privacy Control (W3C GPC); `None` leaves the question to the origin.
fn gpc(playbook: &Playbook) -> Option<Vec<u8>> {
    let (statement, _) = obligations::statement(playbook)?;
    let mut json = String::from("{\"gpc\": true, \"lastUpdate\": \"");
    json.push_str(statement.last_update());
    json.push_str("\"}\n");
    Some(json.into_bytes())
}

fn cookies(cookies: &[SetCookie]) -> Vec<(Cow<'static, str>, Value)> {
    cookies.iter().filter_map(|cookie| Some(("set-cookie".into(), value(cookie)?))).collect()
}

fn value(cookie: &SetCookie) -> Option<Value> {
    Value::new(cookie.as_str().into())
}

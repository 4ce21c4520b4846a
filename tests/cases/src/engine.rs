//! The engine itself as a host: no sockets, the body pushed in uneven pieces.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Result, bail};
use parvis::effect::{Body, Effect, OriginHead, Supply};
use parvis::engine::Engine;
use parvis::exchange::Exchange;
use parvis::html::parts;
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis::response::decided::Decided;
use parvis::response::outcome::Content;
use parvis::visitor::keyring::Keyring;
use parvis::visitor::upstream::{Upstream, is_withheld};
use serde_json::{Map, Value, json};

use crate::case::KEYS;
use crate::harness::Suite;
use crate::{Answer, Case, Host, Step};

/// The engine, called directly; there is one for each playbook, with and without keys.
#[derive(Debug, Default)]
pub struct Direct(Mutex<HashMap<(String, bool), Engine>>);

impl Direct {
    fn engine(&self, case: &Case, keys: bool) -> Result<Engine> {
        let mut engines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let which = (case.playbook.clone(), keys);
        if let Some(engine) = engines.get(&which) {
            return Ok(engine.clone());
        }
        let keys = if keys { Keyring::parse(KEYS.as_bytes()) } else { Err(Reason::KeysAbsent) };
        let engine = Engine::new(Playbook::open(case.compiled()?.bytes.clone()), keys);
        engines.insert(which, engine.clone());
        Ok(engine)
    }
}

/// The cases in `folder` on the engine.
pub fn suite(folder: PathBuf) -> Suite {
    Suite {
        host: "engine",
        prefix: "",
        package: "parvis-cases",
        target: "engine",
        folder,
        player: Arc::new(Direct::default()),
    }
}

impl Host for Direct {
    fn plays_the_browser(&self) -> bool {
        true
    }

    fn answer(&self, case: &Case, step: &Step, cookies: &str) -> Result<Answer> {
        let engine = self.engine(case, case.keys)?;
        let mut facts = step.request.facts().map_err(anyhow::Error::msg)?;
        if !cookies.is_empty() {
            facts.cookies.push(cookies.to_owned());
        }
        let mut exchange = engine.begin(facts);
        if case.is_of_the_browser() {
            return Ok(Answer { browser: in_browser(&engine, &mut exchange)?, ..Answer::default() });
        }
        let mut browser = Value::Null;
        if case.is_in_browsers() {
            let engine = self.engine(case, false)?;
            let mut facts = step.request.facts().map_err(anyhow::Error::msg)?;
            facts.browser.get_or_insert_default();
            browser = in_browser(&engine, &mut engine.begin(facts))?;
        }
        let edits = match exchange.step() {
            Effect::Fetch(edits) => edits,
            Effect::Answer(answer) => {
                let headers = answer
                    .headers
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), value.as_str().to_owned()))
                    .collect();
                // The host leaves the body of an answer to HEAD out.
                let whole = step.request.method.as_deref() != Some("HEAD");
                let body = if whole { answer.body } else { Vec::new() };
                let record = serde_json::from_str(&exchange.record().to_json())?;
                return Ok(Answer {
                    status: answer.status,
                    headers,
                    body,
                    record,
                    browser,
                    ..Answer::default()
                });
            }
            other => bail!("the engine began with {other:?}"),
        };
        let mut saw = step.sent_headers(cookies);
        withhold(&mut saw, engine.upstream());
        saw.retain(|(name, _)| !edits.remove.contains(&name.as_str()));
        for (name, value) in edits.set {
            saw.retain(|(key, _)| key != name);
            saw.push(((*name).to_owned(), (*value).to_owned()));
        }
        let mut headers: Vec<(String, String)> =
            step.origin.lines().map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        let find = |name: &str| headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        exchange.supply(Supply::Head(OriginHead {
            status: step.origin.status,
            content_type: find("content-type"),
            content_encoding: find("content-encoding"),
        }));
        let Effect::Send(edits) = exchange.step() else { bail!("the engine sent no head") };
        let head: Vec<(&str, &[u8])> =
            headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        for (name, value) in edits.lines(&head) {
            headers.retain(|(key, _)| *key != name);
            headers.extend(value.map(|value| (name, value.as_str().to_owned())));
        }
        headers
            .extend(edits.append.iter().map(|(name, value)| (name.to_string(), value.as_str().to_owned())));
        let origin = step.origin.bytes()?;
        let body = if edits.body == Body::Copy {
            origin
        } else {
            let mut out = Vec::new();
            for piece in origin.chunks(7) {
                exchange.push(piece, &mut out);
            }
            exchange.end(&mut out);
            out
        };
        let record = serde_json::from_str(&exchange.record().to_json())?;
        Ok(Answer { status: step.origin.status, headers, body, origin_saw: Some(saw), record, browser })
    }
}

/// Takes from a request what every host takes on its way to the origin.
fn withhold(headers: &mut Vec<(String, String)>, upstream: Upstream<'_>) {
    headers.retain_mut(|(name, value)| {
        if name != "cookie" {
            return !is_withheld(name);
        }
        let others =
            upstream.cookies(value.as_bytes()).map(|others| String::from_utf8_lossy(&others).into_owned());
        others.map(|others| *value = others).is_some()
    });
}

fn in_browser(engine: &Engine, exchange: &mut Exchange) -> Result<Value> {
    let playbook = engine.playbook().map_err(|reason| anyhow::anyhow!("{}", reason.code()))?;
    let decided = exchange.decide().map_err(|reason| anyhow::anyhow!("{}", reason.code()))?;
    Ok(decided_json(playbook, decided))
}

/// What a browser decides and keeps, in the form that the test of the module makes too.
fn decided_json(playbook: &Playbook, decided: &Decided) -> Value {
    let mut blocks = Map::new();
    for decision in decided.outcome.decisions() {
        let campaign = decision.chosen.and_then(|chosen| playbook.campaign(chosen.campaign));
        let variant = decision
            .chosen
            .zip(campaign.as_ref())
            .and_then(|(chosen, campaign)| campaign.variants().nth(usize::from(chosen.variant)));
        let shows = match &decision.content {
            Content::Default => Value::Null,
            Content::Hidden => json!(""),
            Content::Inner(html) => json!(String::from_utf8_lossy(html)),
            Content::Parts(changes) => json!(
                parts::changes(changes)
                    .map(|(key, (from, to))| (key, String::from_utf8_lossy(&changes[from..to])))
                    .collect::<BTreeMap<_, _>>()
            ),
            Content::Order(order) => {
                json!(String::from_utf8_lossy(order).split(['/', ' ']).collect::<Vec<_>>())
            }
        };
        let block = playbook.block(decision.block).map_or("", |block| block.id);
        blocks.insert(
            block.to_owned(),
            json!({
                "campaign": campaign.map_or("", |campaign| campaign.id()),
                "variant": variant.map_or("", |variant| variant.id),
                "reason": decision.reason.code(),
                "shows": shows,
            }),
        );
    }
    let allowed: Vec<&str> = decided.outcome.allowed().iter().map(|purpose| purpose.name()).collect();
    json!({"blocks": blocks, "visit": decided.kept.visit, "memory": decided.kept.memory, "allowed": allowed})
}

//! `parvis decide`: the decision for a request, as JSON with the full trace.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use parvis::engine::Engine;
use parvis::html::parts as changed;
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis::response::decided::Decided;
use parvis::response::outcome::{Content, Decision};
use serde_json::{Map, Value, json};

use crate::inputs;
use crate::out::say;

/// The request and the playbook to decide it with.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The playbook, as JSON or compiled.
    playbook: PathBuf,
    /// The request file: {method, url, headers, cookies, geo?, device?, now, entropy}.
    #[arg(long, value_name = "FILE")]
    request: PathBuf,
    /// Keys of visitor memory, one `ID:64 HEX DIGITS` per line.
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// Show this variant to anyone, as a preview: nothing is counted. May be given several times.
    #[arg(long, value_name = "CAMPAIGN=VARIANT")]
    force: Vec<String>,
}

impl Arguments {
    /// The file of the playbook.
    pub(crate) fn playbook(&self) -> &Path {
        &self.playbook
    }
}

/// Prints the outcome as one JSON object; exit 1 if the request is never personalized.
pub(crate) fn decide(arguments: &Arguments) -> Result<ExitCode> {
    with_decision(
        arguments,
        |playbook, decided, _| {
            say!("{}", outcome(playbook, decided));
        },
        |reason| say!("{}", json!({"aside": reason.code(), "sentence": reason.sentence()})),
    )
}

/// Decides the request and hands the outcome, with the trace of why, to `print`.
pub(crate) fn with_decision(
    arguments: &Arguments,
    print: impl Fn(&Playbook, &Decided, &str),
    aside: impl Fn(Reason),
) -> Result<ExitCode> {
    let engine: Engine = inputs::engine(&arguments.playbook, arguments.keys.as_deref())?;
    let mut facts = inputs::facts(&arguments.request)?;
    inputs::force(&mut facts, &engine, &arguments.force)?;
    let mut exchange = engine.begin(facts);
    let why = exchange.why().unwrap_or_default();
    match (engine.playbook(), exchange.decide()) {
        (Ok(playbook), Ok(decided)) => print(playbook, decided, &why),
        (Err(reason), _) | (_, Err(reason)) => {
            aside(reason);
            return Ok(ExitCode::from(1));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The outcome with its trace.
fn outcome(playbook: &Playbook, decided: &Decided) -> Value {
    let outcome = &decided.outcome;
    let cookies: Vec<&str> = outcome.cookies().iter().map(|cookie| cookie.as_str()).collect();
    json!({
        "page": decided.page_kind,
        "playbook": format!("{:016x}", playbook.digest()),
        "allowed": outcome.allowed().iter().map(|purpose| purpose.name()).collect::<Vec<_>>(),
        "visit": decided.visit_reason.code(),
        "memory": decided.memory_reason.code(),
        "signals": outcome.touched().iter().map(|signal| signal.entry().name).collect::<Vec<_>>(),
        "influence": outcome.influence().name(),
        "cache": outcome.policy().name(),
        "decisions": outcome.decisions().iter().map(|decision| described(playbook, decision)).collect::<Vec<_>>(),
        "cookies": cookies,
        "browser": {"visit": decided.kept.visit, "memory": decided.kept.memory},
    })
}

fn described(playbook: &Playbook, decision: &Decision) -> Value {
    let (campaign, variant) = chosen(playbook, decision);
    let considered: Vec<Value> = decision
        .considered
        .iter()
        .map(
            |found| json!({"campaign": campaign_id(playbook, found.campaign), "reason": found.reason.code()}),
        )
        .collect();
    let (shows, html) = match &decision.content {
        Content::Default => ("default", None),
        Content::Hidden => ("hidden", None),
        Content::Inner(html) => ("variant", Some(String::from_utf8_lossy(html).into_owned())),
        Content::Parts(_) => ("parts", None),
        Content::Order(_) => ("order", None),
    };
    json!({
        "block": block_id(playbook, decision.block),
        "campaign": campaign,
        "variant": variant,
        "reason": decision.reason.code(),
        "shows": shows,
        "html": html,
        "parts": parts(&decision.content),
        "order": order(&decision.content),
        "bucket": decision.chosen.and_then(|chosen| chosen.bucket),
        "kept": decision.chosen.is_some_and(|chosen| chosen.kept),
        "propensity": decision.chosen.map(|chosen| f64::from(chosen.propensity) / 10_000.0),
        "considered": considered,
    })
}

/// The changed parts, each with its value as in the resulting page.
pub(crate) fn parts(content: &Content) -> Option<Map<String, Value>> {
    let Content::Parts(changes) = content else { return None };
    let value = |(key, (from, to)): (&str, (usize, usize))| {
        (key.to_owned(), json!(String::from_utf8_lossy(changes.get(from..to).unwrap_or_default())))
    };
    Some(changed::changes(changes).map(value).collect())
}

/// The blocks of a group that are placed first.
pub(crate) fn order(content: &Content) -> Option<Vec<String>> {
    let Content::Order(order) = content else { return None };
    let order = String::from_utf8_lossy(order);
    Some(order.split('/').next().unwrap_or_default().split_whitespace().map(str::to_owned).collect())
}

/// The ids of the campaign and the variant that won.
pub(crate) fn chosen<'p>(playbook: &'p Playbook, decision: &Decision) -> (Option<&'p str>, Option<&'p str>) {
    let Some(chosen) = decision.chosen else { return (None, None) };
    let Some(campaign) = playbook.campaign(chosen.campaign) else { return (None, None) };
    let variant = campaign.variants().nth(usize::from(chosen.variant)).map(|variant| variant.id);
    (Some(campaign.id()), variant)
}

/// The id of a campaign.
pub(crate) fn campaign_id(playbook: &Playbook, index: u16) -> &str {
    playbook.campaign(index).map_or("?", |campaign| campaign.id())
}

/// The id of a block.
pub(crate) fn block_id(playbook: &Playbook, index: u16) -> &str {
    playbook.block(index).map_or("?", |block| block.id)
}

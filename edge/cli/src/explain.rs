//! `parvis explain`: the decision for a request as sentences, in the language that is asked for.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use parvis::author::explain::{LANGUAGES, Language, Traced, traced};
use parvis::author::status::Titles;
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis::response::decided::Decided;
use parvis::response::outcome::{Content, Decision};

use crate::check::quoted as titled;
use crate::decide::{self, block_id, campaign_id, chosen, order, parts};
use crate::inputs;
use crate::out::say;

/// The request, the playbook to decide it with, and the language.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct Arguments {
    #[command(flatten)]
    decide: decide::Arguments,
    /// The language of the sentences: en, fr, or a file of sentences like those of French.
    #[arg(long, value_name = "LANG or FILE.json", default_value = "en")]
    lang: String,
}

/// Prints the outcome as sentences; exit 1 if the request is never personalized.
pub(crate) fn explain(arguments: &Arguments) -> Result<ExitCode> {
    let language = language(&arguments.lang)?;
    let titles = inputs::titles(arguments.decide.playbook());
    decide::with_decision(
        &arguments.decide,
        |playbook, decided, why| {
            say!("{}", sentences(playbook, decided, why, &language, &titles).trim_end_matches('\n'));
        },
        |reason| say!("{}", language.fill("aside", &[("reason", language.reason(reason))])),
    )
}

/// The language that an argument names: a code, or a file.
fn language(named: &str) -> Result<Language> {
    if Path::new(named).extension().is_some_and(|extension| extension == "json") {
        let text = std::fs::read_to_string(named).with_context(|| format!("cannot read {named}"))?;
        return Language::read(&text).map_err(|problem| anyhow!("{named}: {problem}"));
    }
    Language::named(named).ok_or_else(|| {
        let known: Vec<&str> = LANGUAGES.iter().map(|(code, _)| *code).collect();
        anyhow!(
            "there is no language `{named}`: write {}, or a file of sentences, as `{named}.json`",
            known.join(", ")
        )
    })
}

fn sentences(
    playbook: &Playbook,
    decided: &Decided,
    why: &str,
    language: &Language,
    titles: &Titles,
) -> String {
    let mut lines = Vec::new();
    // Every campaign that was considered has its line of the trace, in the same order.
    let mut traces = traced(why);
    for decision in decided.outcome.decisions() {
        lines.push(block(playbook, decision, language, titles));
        for found in &decision.considered {
            let campaign = titled(campaign_id(playbook, found.campaign), titles);
            let traced = traces.next().unwrap_or(Traced {
                block: "",
                campaign: "",
                reason: found.reason.code(),
                clues: Vec::new(),
            });
            let mut reason = language.why(&traced);
            if decision.chosen.is_some_and(|chosen| chosen.kept && chosen.campaign == found.campaign) {
                reason = language.fill("kept", &[("reason", &reason)]);
            }
            let line = language.fill("campaign", &[("campaign", &campaign), ("reason", &reason)]);
            lines.push(format!("  {line}"));
        }
    }
    let outcome = &decided.outcome;
    let read: Vec<_> = outcome.touched().iter().map(|signal| language.signal(signal)).collect();
    if !read.is_empty() {
        lines.push(language.fill("read", &[("list", &read.join("; "))]));
    }
    let allowed: Vec<_> = outcome.allowed().iter().map(|purpose| purpose.name().replace('_', " ")).collect();
    lines.push(language.fill("allowed", &[("list", &allowed.join(", "))]));
    lines.push(language.fill(&format!("cache-{}", outcome.policy().name()), &[]));
    lines.join("\n")
}

/// What a block shows.
fn block(playbook: &Playbook, decision: &Decision, language: &Language, titles: &Titles) -> String {
    let block = quoted(block_id(playbook, decision.block));
    let (Some(campaign), Some(variant)) = chosen(playbook, decision) else {
        let reason = match decision.reason {
            Reason::NotEligible => language.fill("nobody", &[]),
            reason => language.reason(reason).to_owned(),
        };
        return language.fill("default", &[("block", &block), ("reason", &reason)]);
    };
    let ids = match &decision.content {
        Content::Parts(_) => {
            parts(&decision.content).into_iter().flatten().map(|(key, _)| quoted(&key)).collect()
        }
        Content::Order(_) => order(&decision.content).into_iter().flatten().map(|id| quoted(&id)).collect(),
        _ => Vec::new(),
    };
    let name = match &decision.content {
        Content::Hidden => "hidden",
        Content::Inner(_) => "variant",
        Content::Parts(_) => "parts",
        Content::Order(_) => "order",
        Content::Default => "control",
    };
    let (campaign, variant, list) = (titled(campaign, titles), quoted(variant), ids.join(", "));
    language.fill(name, &[("block", &block), ("campaign", &campaign), ("variant", &variant), ("list", &list)])
}

fn quoted(id: &str) -> String {
    format!("`{id}`")
}

//! `parvis compile`: compiles a draft to the flat file that hosts read in place.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use parvis::consent::purpose::PurposeSet;
use parvis::playbook::Playbook;
use parvis::playbook::signature::claimed;
use serde_json::json;

use crate::out::say;
use crate::{check, signature};

/// Compile a playbook to the flat file that hosts read in place, and print its size, digest and purposes as JSON.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The playbook, as JSON.
    playbook: PathBuf,
    /// The file for the compiled playbook.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Weights that replace those of the playbook, as JSON: campaigns with a number for each variant.
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// The private key to sign it with, as `parvis keygen` writes it.
    #[arg(long, value_name = "FILE")]
    sign: Option<PathBuf>,
}

/// Writes the compiled playbook, and prints its size, digest and purposes.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let source = check::read(&arguments.playbook)?;
    let mut draft = check::draft_or_explain(&source, &arguments.playbook)?;
    if let Some(path) = &arguments.weights {
        let table = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the weights `{}`", path.display()))?;
        draft = check::weigh_or_explain(&draft, &table, path)?;
    }
    let mut bytes = check::compiled(&draft, &arguments.playbook)?;
    if let Some(path) = &arguments.sign {
        bytes =
            signature::private_key(path)?.sign(&bytes).context("the compiled playbook cannot be signed")?;
    }
    let playbook = Playbook::open(bytes)
        .map_err(|reason| anyhow!("the compiled playbook is unusable: {}", reason.sentence()))?;
    std::fs::write(&arguments.output, playbook.bytes())
        .with_context(|| format!("cannot write `{}`", arguments.output.display()))?;
    let campaigns: Vec<_> = playbook.every_campaign().collect();
    let purposes = campaigns.iter().fold(PurposeSet::EMPTY, |all, campaign| all.union(campaign.purposes));
    let by_campaign: serde_json::Map<String, serde_json::Value> = campaigns
        .iter()
        .map(|campaign| {
            let purposes: Vec<_> = campaign.purposes.iter().map(|purpose| purpose.name()).collect();
            (campaign.id().to_owned(), json!(purposes))
        })
        .collect();
    say!(
        "{}",
        json!({
            "file": arguments.output.display().to_string(),
            "source_bytes": source.len(),
            "bytes": playbook.bytes().len(),
            "signed_by": claimed(playbook.bytes()).map(|key| key.to_text().trim().to_owned()),
            "digest": format!("{:016x}", playbook.digest()),
            "purposes": purposes.iter().map(|purpose| purpose.name()).collect::<Vec<_>>(),
            "campaigns": by_campaign,
        })
    );
    Ok(ExitCode::SUCCESS)
}

//! `parvis rewrite`: applies the decision for a request to a page of the origin.

use std::io::{Read as _, Write as _};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use parvis::effect::{Effect, OriginHead, Supply};

use crate::inputs;
use crate::out;
use crate::out::tell;

/// Rewrite the page on standard input, as for the given request.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The playbook, as JSON or compiled.
    playbook: PathBuf,
    /// The request file: {method, url, headers, cookies, geo?, device?, now, entropy}.
    #[arg(long, value_name = "FILE")]
    request: PathBuf,
    /// Feed the page in pieces of this many bytes; the result is the same for every size.
    #[arg(long, value_name = "BYTES")]
    chunk: Option<NonZeroUsize>,
    /// Print status and header edits first, then an empty line.
    #[arg(long)]
    head: bool,
    /// The origin's `Content-Type`.
    #[arg(long, value_name = "TYPE", default_value = "text/html; charset=utf-8")]
    content_type: String,
    /// Keys of visitor memory, one `ID:64 HEX DIGITS` per line.
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// Show this variant to anyone, as a preview: nothing is counted. May be given several times.
    #[arg(long, value_name = "CAMPAIGN=VARIANT")]
    force: Vec<String>,
}

/// Writes the page to standard output and the record to standard error.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let engine = inputs::engine(&arguments.playbook, arguments.keys.as_deref())?;
    let mut facts = inputs::facts(&arguments.request)?;
    inputs::force(&mut facts, &engine, &arguments.force)?;
    let mut page = Vec::new();
    std::io::stdin().lock().read_to_end(&mut page).context("cannot read the page from standard input")?;

    let mut exchange = engine.begin(facts);
    let Effect::Fetch(_) = exchange.step() else { bail!("the request is one that the host answers itself") };
    let head =
        OriginHead { status: 200, content_type: Some(&arguments.content_type), content_encoding: None };
    exchange.supply(Supply::Head(head));
    let Effect::Send(edits) = exchange.step() else { bail!("the engine sent no head") };

    let mut out = out::open();
    if arguments.head {
        writeln!(out, "200")?;
        for form in edits.remove.forms() {
            writeln!(out, "-{form}")?;
        }
        if let Some(ends) = edits.ends {
            writeln!(out, "<{}s", ends.seconds)?;
        }
        let set = edits.set.iter().map(|(name, value)| (*name, value));
        for (name, value) in set.chain(edits.append.iter().map(|(name, value)| (name.as_ref(), value))) {
            writeln!(out, "{name}: {}", value.as_str())?;
        }
        writeln!(out)?;
    }
    let size = arguments.chunk.map_or(page.len().max(1), NonZeroUsize::get);
    let mut rewritten = Vec::new();
    for chunk in page.chunks(size) {
        exchange.push(chunk, &mut rewritten);
        out.write_all(&rewritten)?;
        rewritten.clear();
    }
    exchange.end(&mut rewritten);
    out.write_all(&rewritten)?;
    tell!("{}", exchange.record().to_json());
    Ok(ExitCode::SUCCESS)
}

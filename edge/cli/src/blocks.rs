//! `parvis blocks`: finds the blocks of a page, with byte offsets.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;
use parvis::html::{blocks, meta};
use parvis::http::content;
use parvis::reason::Reason;
use serde_json::json;

use crate::out::say;

/// Find the blocks of an HTML file and print their byte offsets as JSON.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The page.
    file: PathBuf,
    /// The character encoding the page is served in, as in `Content-Type`; without it, the one that the page declares counts.
    #[arg(long, value_name = "LABEL")]
    charset: Option<String>,
    /// The attribute that marks blocks, beside `<!--block:ID-->` comments.
    #[arg(long, value_name = "ATTRIBUTE", default_value = "data-block")]
    marker: String,
}

/// Prints `{"blocks":[…],"refused":[…]}`; a page in an encoding that is no superset of ASCII has no blocks.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let page = std::fs::read(&arguments.file)
        .with_context(|| format!("cannot read the page `{}`", arguments.file.display()))?;
    let unreadable = match &arguments.charset {
        Some(label) => content::labelled(label).is_err(),
        None => meta::is_unreadable(&page) == Some(true),
    };
    if unreadable {
        let refused = json!([{"id": null, "start": 0, "reason": Reason::Charset.code()}]);
        say!("{}", json!({"blocks": [], "refused": refused}));
        return Ok(ExitCode::SUCCESS);
    }
    let found = blocks::find(&page, &arguments.marker);
    let blocks: Vec<_> = found
        .blocks
        .iter()
        .map(|block| {
            json!({"id": block.id, "start": block.start, "open_end": block.open_end, "close": block.close, "end": block.end})
        })
        .collect();
    let refused: Vec<_> = found
        .refused
        .iter()
        .map(|refused| json!({"id": refused.id, "start": refused.start, "reason": refused.reason.code()}))
        .collect();
    say!("{}", json!({"blocks": blocks, "refused": refused}));
    Ok(ExitCode::SUCCESS)
}

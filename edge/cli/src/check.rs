//! `parvis check` and `parvis schema`: reports every problem of a playbook at once, with its place and a help text.

mod sarif;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow};
use clap::{Args, ValueEnum};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report};
use parvis::author::check::{Checked, Diagnostic, Severity, check, weigh};
use parvis::author::compile::compile;
use parvis::author::draft::{self, Draft};
use parvis::author::memory_weight::{Weight, weight};
use parvis::author::overlap::{Overlaps, overlaps};
use parvis::author::status::{StatusDraft, Titles};
use serde_json::json;

use crate::out;
use crate::out::{say, tell};

/// Check a playbook and report every problem at once, with file, line, column and what to do.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The playbook, as JSON.
    playbook: PathBuf,
    /// How to report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Count warnings as errors.
    #[arg(long, value_name = "WHAT", value_parser = ["warnings"])]
    deny: Option<String>,
}

/// How problems are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people, on standard error, with the line in question.
    Text,
    /// One JSON object on standard output.
    Json,
    /// SARIF 2.1.0 on standard output, for code hosts and editors.
    Sarif,
}

const AFTER_HELP: &str = "\
Examples:
  parvis check playbook.json
  parvis check playbook.json --deny warnings                 for what goes live by itself
  parvis check playbook.json --format sarif > parvis.sarif   for code hosts that show problems beside the lines

Exit status: 0 without errors (with `--deny warnings`: without problems), 1 with them, 2 for wrong usage or a file that
cannot be read.";

/// Reports the problems of a playbook; exit 1 on an error, 2 if there is nothing to check.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let path = &arguments.playbook;
    let source = match read(path) {
        Ok(source) => source,
        Err(error) => {
            tell!("parvis: {error:#}");
            return Ok(ExitCode::from(2));
        }
    };
    let checked = check(&source);
    let errors = count(&checked, Severity::Error);
    let warnings = count(&checked, Severity::Warning);
    let memory = checked.draft.as_ref().and_then(weight);
    let experiments = checked.draft.as_ref().map(overlaps).filter(|found| !found.is_empty());
    match arguments.format {
        Format::Text => {
            explain(&checked, &source, path);
            tell!("{}: {}", path.display(), summary(errors, warnings));
            if let Some(Weight { typical, most }) = memory {
                tell!(
                    "The cookie of visitor memory has about {typical} characters, {most} at most; browsers store 4096."
                );
            }
            let titles = checked.draft.as_ref().map(Draft::titles).unwrap_or_default();
            experiments.iter().for_each(|found| meetings(found, &titles));
            checked.draft.iter().for_each(|draft| standing(draft, &titles));
        }
        Format::Json => {
            let problems = json!({
                "file": path.display().to_string(), "errors": errors, "warnings": warnings,
                "memory": memory, "experiments": experiments, "diagnostics": checked.diagnostics,
            });
            say!("{problems}");
        }
        Format::Sarif => {
            let log = serde_json::to_string_pretty(&sarif::Log::of(path, &checked.diagnostics))?;
            out::print(&format!("{log}\n"))?;
        }
    }
    let bad = errors > 0 || (arguments.deny.is_some() && warnings > 0);
    Ok(ExitCode::from(u8::from(bad)))
}

/// Says which campaigns do not run.
fn standing(draft: &Draft, titles: &Titles) {
    for (status, what) in [
        (StatusDraft::Draft, "drafts, in no compiled playbook"),
        (StatusDraft::Paused, "paused, shown to nobody"),
    ] {
        let ids = draft.having(status);
        if !ids.is_empty() {
            let names: Vec<String> = ids.iter().map(|id| quoted(id, titles)).collect();
            tell!("Campaigns that are {what}: {}.", names.join(", "));
        }
    }
}

/// An id in backticks, with the title behind it.
pub(crate) fn quoted(id: &str, titles: &Titles) -> String {
    titles.get(id).map_or_else(|| format!("`{id}`"), |title| format!("`{id}` ({title})"))
}

/// Says which experiments exclude each other, and which may overlap.
fn meetings(found: &Overlaps, titles: &Titles) {
    let names = |ids: &[String]| ids.iter().map(|id| quoted(id, titles)).collect::<Vec<_>>().join(", ");
    for (block, ids) in &found.in_block {
        tell!(
            "Experiments in `{block}` exclude each other: it shows the first of {} that applies.",
            names(ids)
        );
    }
    for (group, ids) in &found.in_group {
        tell!(
            "Experiments of the group `{group}` exclude each other: a visitor takes part in one of {}.",
            names(ids)
        );
    }
    for (id, others) in &found.may_overlap {
        let id = quoted(id, titles);
        tell!("Experiment {id} may overlap with {}: they change other blocks.", names(others));
    }
}

/// Prints the JSON Schema of playbooks.
pub(crate) fn schema() -> Result<ExitCode> {
    say!("{}", draft::schema());
    Ok(ExitCode::SUCCESS)
}

/// Compiles the text of a draft; its errors go to standard error, its warnings do not.
pub(crate) fn compile_or_explain(source: &str, path: &Path) -> Result<Vec<u8>> {
    compiled(&draft_or_explain(source, path)?, path)
}

/// Reads a draft; its errors go to standard error, its warnings do not.
pub(crate) fn draft_or_explain(source: &str, path: &Path) -> Result<Draft> {
    let mut checked = check(source);
    checked.draft.take().ok_or_else(|| {
        explain(&checked, source, path);
        let errors = summary(count(&checked, Severity::Error), 0);
        anyhow!("the playbook `{}` has {errors}", path.display())
    })
}

/// Applies a table of weights to a draft; its errors go to standard error.
pub(crate) fn weigh_or_explain(draft: &Draft, source: &str, path: &Path) -> Result<Draft> {
    let weighed = weigh(draft, source);
    let checked = Checked { draft: weighed.draft, diagnostics: weighed.diagnostics };
    explain(&checked, source, path);
    let errors = summary(count(&checked, Severity::Error), 0);
    checked.draft.ok_or_else(|| anyhow!("the weights `{}` have {errors}", path.display()))
}

/// Compiles a draft without errors; `path` is its file, for messages.
pub(crate) fn compiled(draft: &Draft, path: &Path) -> Result<Vec<u8>> {
    compile(draft).map_err(|problems| {
        let problems: Vec<_> = problems.into_iter().map(|problem| problem.message).collect();
        anyhow!("the playbook `{}` does not compile: {}", path.display(), problems.join("; "))
    })
}

/// The text of a draft.
pub(crate) fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read the playbook `{}`", path.display()))
}

fn count(checked: &Checked, severity: Severity) -> usize {
    checked.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count()
}

fn summary(errors: usize, warnings: usize) -> String {
    let plural = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    match (errors, warnings) {
        (0, 0) => "no problems".to_owned(),
        (errors, 0) => plural(errors, "error"),
        (0, warnings) => plural(warnings, "warning"),
        (errors, warnings) => format!("{} and {}", plural(errors, "error"), plural(warnings, "warning")),
    }
}

fn explain(checked: &Checked, source: &str, path: &Path) {
    let value: serde_json::Value = serde_json::from_str(source).unwrap_or_default();
    let printer = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_links(false);
    for diagnostic in &checked.diagnostics {
        let place = format!("{}:{}:{}", path.display(), diagnostic.line, diagnostic.column);
        let mut drawn = String::new();
        if printer.render_report(&mut drawn, report(diagnostic, source, path).as_ref()).is_ok() {
            tell!("{}", drawn.trim_end());
        }
        let campaign = titled(&value, &diagnostic.pointer).map(|title| format!(" ({title})"));
        tell!(
            "{place}: {} {}: {}{}\n",
            diagnostic.severity.name(),
            diagnostic.code,
            diagnostic.message,
            campaign.unwrap_or_default()
        );
    }
}

/// The title of the campaign that a problem is in.
fn titled<'v>(draft: &'v serde_json::Value, pointer: &str) -> Option<&'v str> {
    let number = pointer.strip_prefix("/campaigns/")?.split('/').next()?.parse::<usize>().ok()?;
    draft.get("campaigns")?.get(number)?.get("title")?.as_str()
}

fn report(diagnostic: &Diagnostic, source: &str, path: &Path) -> Report {
    let severity = match diagnostic.severity {
        Severity::Error => miette::Severity::Error,
        Severity::Warning => miette::Severity::Warning,
    };
    let described = MietteDiagnostic::new(diagnostic.message.clone())
        .with_code(diagnostic.code)
        .with_severity(severity)
        .with_help(diagnostic.help.clone())
        .with_label(LabeledSpan::at_offset(diagnostic.offset, "here"));
    Report::new(described).with_source_code(NamedSource::new(path.display().to_string(), source.to_owned()))
}

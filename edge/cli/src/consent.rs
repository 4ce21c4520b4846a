//! `parvis consent`: the meaning of each stored flag, how they combine, what is allowed and why.
//!
//! It uses the engine's own decoders and makes no decision itself.

pub(crate) mod args;
mod banners;
mod described;
mod entry;
mod gpp;
mod input;
mod json;
mod report;
mod tcf;
mod why;
mod words;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::process::ExitCode;

use serde_json::{Value, json};

use args::{Args, Format};
use input::Question;

use crate::out;
use crate::out::tell;

/// Runs the command; exit 1 if any input could not be read as one, 2 for wrong usage.
pub(crate) fn run(args: &Args) -> ExitCode {
    let section = match args.playbook.as_deref().map(input::section).transpose() {
        Ok(section) => section.unwrap_or_default(),
        Err(message) => return usage(&message),
    };
    let mut output = out::open();
    let done = if let Some(path) = &args.batch {
        let input: Box<dyn BufRead> = if path.as_os_str() == "-" {
            Box::new(io::stdin().lock())
        } else {
            match File::open(path) {
                Ok(file) => Box::new(BufReader::new(file)),
                Err(error) => return usage(&format!("cannot read `{}`: {error}", path.display())),
            }
        };
        batch(input, &mut output, &section, args.now.as_deref())
    } else {
        match Question::of(args) {
            Err(message) => return usage(&message),
            Ok(question) => single(&question, &section, args, &mut output).map(|()| true),
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => usage(&format!("cannot write: {error}")),
    }
}

/// Answers every line of `input` with one line; returns whether all could be parsed.
///
/// `section` is the consent section of a compiled playbook; empty for the defaults.
pub(crate) fn batch(
    mut input: impl BufRead,
    output: &mut impl Write,
    section: &[u8],
    now: Option<&str>,
) -> io::Result<bool> {
    let mut fine = true;
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            return Ok(fine);
        }
        let text = String::from_utf8_lossy(&line);
        if text.trim().is_empty() {
            continue;
        }
        let answer = match Question::parse(&text, now) {
            Ok(question) => report::report(&question, section),
            Err((id, message)) => {
                fine = false;
                json!({ "id": id, "error": message })
            }
        };
        writeln!(output, "{answer}")?;
    }
}

/// The same as sentences, one per line.
pub(crate) fn explain(question: &Question, section: &[u8], output: &mut impl Write) -> io::Result<()> {
    for sentence in words::sentences(question, section) {
        writeln!(output, "{sentence}")?;
    }
    Ok(())
}

fn single(question: &Question, section: &[u8], args: &Args, output: &mut impl Write) -> io::Result<()> {
    if args.explain {
        return explain(question, section, output);
    }
    let answer = report::report(question, section);
    match args.format {
        Format::Json => writeln!(output, "{answer:#}"),
        Format::Table => table(&answer, output),
    }
}

fn table(answer: &Value, output: &mut impl Write) -> io::Result<()> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let regime = text(&answer["regime"]);
    let gpc = if answer["gpc"] == true { "on" } else { "off" };
    writeln!(output, "regime: {regime}, Global Privacy Control: {gpc}\n")?;
    for source in answer["sources"].as_array().into_iter().flatten() {
        let what = match (source["error"].as_str(), source["choice_made"] == true) {
            (Some(error), _) => format!("not used: {error}"),
            (None, true) => "a choice".to_owned(),
            (None, false) => "no choice".to_owned(),
        };
        writeln!(output, "{:<22} in {:<24} {what}", text(&source["source"]), text(&source["where"]))?;
    }
    writeln!(output, "\n{:<28}{:<10}{:<10}{:<16}source", "purpose", "state", "decision", "basis")?;
    for (purpose, ruling) in answer["purposes"].as_object().into_iter().flatten() {
        let column = |name: &str| text(&ruling[name]);
        let (state, decision) = (column("state"), column("decision"));
        writeln!(
            output,
            "{purpose:<28}{state:<10}{decision:<10}{:<16}{}",
            column("basis"),
            column("source")
        )?;
    }
    Ok(())
}

fn usage(message: &str) -> ExitCode {
    tell!("parvis consent: {message}");
    ExitCode::from(2)
}

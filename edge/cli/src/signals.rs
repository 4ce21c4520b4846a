//! `parvis signals`: lists the signals that conditions and templates can read, with their purposes.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};
use parvis::signal::registry::{Signal, Type};
use serde_json::{Value, json};

use crate::out::say;

/// List the signals that conditions and templates can read, each with its type, purpose and meaning.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The form of the output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// A form of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs, one JSON object a line.
    Json,
}

/// Prints every signal with a name that a playbook can use.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    // Signals for operators only have no name in playbooks.
    let readable =
        Signal::ALL.iter().copied().filter(|signal| Signal::in_template(signal.entry().name).is_some());
    for signal in readable {
        let entry = signal.entry();
        let kind = match entry.kind {
            Type::Text => "text",
            Type::Number => "number",
            Type::List => "list",
        };
        match arguments.format {
            Format::Json => {
                let example: Value = serde_json::from_str(signal.example()).unwrap_or(Value::Null);
                say!(
                    "{}",
                    json!({
                        "name": entry.name, "type": kind, "unit": entry.unit, "purpose": entry.purpose.name(),
                        "example": example, "sentence": signal.sentence(),
                    })
                );
            }
            Format::Text => {
                say!("{:<26}{kind:<8}{}", entry.name, entry.purpose.name());
                say!("{:<26}{}, as {}", "", signal.sentence(), signal.example());
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
